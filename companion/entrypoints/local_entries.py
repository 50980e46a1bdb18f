"""What the terminal stored on this machine without a Slack ID: counted, and moved."""

from companion.bootstrap import SystemClock, open_sqlite, open_store
from companion.settings import Settings
from companion.usecases.adopt import Adopt, Adopted, count_local
from companion.usecases.archive import Advance, ignore


async def count_local_entries(settings: Settings) -> int:
    """How many there are. It does not create the file."""
    if not settings.companion_db.exists():
        return 0
    async with open_sqlite(settings) as local:
        return await count_local(local)


async def adopt_local_entries(
    settings: Settings, user_id: str, advance: Advance = ignore
) -> Adopted:
    """Move them to that Slack ID, in the store that the settings name. Raises StoreError."""
    async with open_sqlite(settings) as local, open_store(settings) as target:
        return await Adopt(local=local, target=target, clock=SystemClock())(user_id, advance)

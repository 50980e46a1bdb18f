"""What the terminal stored on this machine without a Slack ID: counted, and moved."""

from companion.bootstrap import SystemClock, open_sqlite, open_store
from companion.entrypoints.terminal import counted
from companion.settings import Settings
from companion.texts import terminal as texts
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


def adopted_text(moved: Adopted, user_id: str) -> str:
    """What was moved, in words."""
    entries, old = counted(moved.entries, "entry", "entries"), moved.entries - moved.new
    text = texts.ADOPTED_AGAIN if old else texts.ADOPTED
    return text.format(entries=entries, old=old, user=user_id)

"""The newest entries, without reading all others where a few days are enough."""

from collections import deque
from datetime import datetime, timedelta

from companion.domain.entry import Entry, Wanted, every_entry
from companion.ports import LogStore

LOOKBACKS = (timedelta(days=7), timedelta(days=90))


async def newest_entries(
    store: LogStore,
    user_id: str,
    since: datetime,
    until: datetime,
    count: int,
    now: datetime,
    wanted: Wanted = every_entry,
) -> list[Entry]:
    """The newest `count` wanted entries with since <= timestamp < until, oldest first.

    Looks back from `now` in growing steps. Raises StoreError.
    """
    starts = [max(since, now - lookback) for lookback in LOOKBACKS]
    found: deque[Entry] = deque(maxlen=count)
    for start in dict.fromkeys([*starts, since]):
        found.clear()
        async for entry in store.read_logs(user_id, start, until):
            if wanted(entry):
                found.append(entry)
        if len(found) == count:
            break
    return list(found)

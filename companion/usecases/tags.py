"""The tags in a person's entries: read from the texts, as there is no list of them."""

from datetime import datetime

from companion.domain.tags import TagCounter
from companion.ports import LogStore


async def count_tags(store: LogStore, user_id: str, since: datetime, until: datetime) -> TagCounter:
    """The tags of the entries with since <= timestamp < until. Raises StoreError."""
    counter = TagCounter()
    async for entry in store.read_logs(user_id, since, until):
        counter.add(entry)
    return counter

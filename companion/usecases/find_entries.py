"""Finds the entries that a question is about: by its words and days alone."""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from companion.domain.entry import Entry
from companion.domain.questions.reading import Reading, Sought
from companion.domain.search import Query
from companion.ports import LogStore
from companion.usecases.newest import newest_entries
from companion.usecases.search import Found, search_entries

PER_WORD = 200
"""So many of the newest entries with each word are compared, where none has all of them."""


@dataclass(frozen=True, slots=True)
class Near:
    """Entries in the order in which they answer. `is_near`: they have some of the words alone."""

    entries: list[Entry]
    has_more: bool = False
    is_near: bool = False


async def find_entries(
    store: LogStore, user_id: str, reading: Reading, count: int, now: datetime
) -> Near:
    """At most `count` entries that a question looks for: with all of its words; else with words
    that begin alike; else with as many of them as any entry has. Raises StoreError."""
    query = reading.query()
    if query is None:
        return await _of_days(store, user_id, reading, count, now)
    stems = reading.stems()
    together = Query(tuple(term for stem in stems for term in stem.terms))
    for each in (query, together):
        found = await _matching(store, user_id, each, reading, count)
        if found.entries:
            return Near(found.entries, found.has_more)
    return await _nearest(store, user_id, reading, stems, count)


async def _matching(
    store: LogStore, user_id: str, query: Query, reading: Reading, count: int
) -> Found:
    since, until = reading.since, reading.until
    if reading.sought is not Sought.FIRST:
        return await search_entries(store, user_id, query, since, until, count)
    oldest: deque[Entry] = deque(maxlen=count + 1)
    async for entry in store.search_logs(user_id, query, since, until):
        oldest.append(entry)
    entries = list(reversed(oldest))
    return Found(entries[:count], len(entries) > count)


async def _nearest(
    store: LogStore, user_id: str, reading: Reading, stems: Sequence[Query], count: int
) -> Near:
    entries: dict[object, Entry] = {}
    words: dict[object, int] = {}
    for stem in stems if len(stems) > 1 else ():
        found = await search_entries(store, user_id, stem, reading.since, reading.until, PER_WORD)
        for entry in found.entries:
            entries[entry.log_id] = entry
            words[entry.log_id] = words.get(entry.log_id, 0) + 1
    most = max(words.values(), default=0)
    best = [entry for log_id, entry in entries.items() if words[log_id] == most]
    best.sort(key=lambda entry: entry.timestamp, reverse=reading.sought is not Sought.FIRST)
    return Near(best[:count], len(best) > count, is_near=bool(best))


async def _of_days(
    store: LogStore, user_id: str, reading: Reading, count: int, now: datetime
) -> Near:
    """All entries of the days that are named, oldest first; the newest where none are."""
    since, until = reading.since, reading.until
    if reading.names_days and reading.sought is not Sought.LAST:
        entries: list[Entry] = []
        async for entry in store.read_logs(user_id, since, until):
            if len(entries) == count:
                return Near(entries, has_more=True)
            entries.append(entry)
        return Near(entries)
    newest = await newest_entries(store, user_id, since, until, count + 1, now)
    return Near(list(reversed(newest))[:count], len(newest) > count)

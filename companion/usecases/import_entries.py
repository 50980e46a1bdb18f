"""Entries from a file into the store: all of them or none, and the same again adds nothing."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import batched
from uuid import UUID
from zoneinfo import ZoneInfo

from companion.domain.entry import Entry
from companion.domain.formats.found import EntryMaker, Found, Read, Unreadable
from companion.ports import LogStore

PAGE = 1000
AROUND = timedelta(hours=27)
"""So far from its moment an entry may be stored that was read in another zone (26), and an hour."""

type Advance = Callable[[int], object]
"""Told how many more are done."""


@dataclass(frozen=True, slots=True)
class Checked:
    """What a file has: how many entries, from when to when, and how many places that are none."""

    entries: int
    unreadable: int
    first: datetime | None
    last: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Import:
    """Reads a file once to check all of it, then again to store what is new.

    `read` begins at the file's beginning each time. Memory does not grow with the file.
    """

    maker: EntryMaker
    read: Callable[[], Iterator[Read]]

    def check(self, name: Callable[[Unreadable], object], advance: Advance) -> Checked:
        """Read everything; each place that cannot be read is given to `name`."""
        entries = unreadable = 0
        first: datetime | None = None
        last: datetime | None = None
        for each in self.read():
            if isinstance(each, Unreadable):
                unreadable += 1
                name(each)
                continue
            entries += 1
            moment = each.entry.timestamp
            first, last = min(first or moment, moment), max(last or moment, moment)
            advance(1)
        return Checked(entries, unreadable, first, last)

    async def store(self, store: LogStore, advance: Advance) -> int:
        """Store what `check` has read; how many entries were new, or newer than those there.

        After an error the same again completes it.
        """
        self.maker.occurrences.rewind()
        deleted = {
            tombstone.log_id async for tombstone in store.read_tombstones(self.maker.user_id)
        }
        new = 0
        found = (each for each in self.read() if isinstance(each, Found))
        for page in batched(found, PAGE, strict=False):
            new += await store.write_logs(await self._absent(store, page, deleted))
            advance(len(page))
        return new

    async def _absent(
        self, store: LogStore, page: Iterable[Found], deleted: set[UUID]
    ) -> list[Entry]:
        """The entries that the store has under no identity that they may have got before."""
        moments = [each.entry.timestamp for each in page if not each.by_log_id]
        known, zones = set(deleted), {self.maker.zone}
        if moments:
            since, until = min(moments) - AROUND, max(moments) + AROUND
            async for entry in store.read_logs(self.maker.user_id, since, until):
                known.add(entry.log_id)
                zones.add(entry.zone(self.maker.zone))
        return [each.entry for each in page if each.by_log_id or not _stored(each, known, zones)]


def _stored(found: Found, known: set[UUID], zones: set[ZoneInfo]) -> bool:
    ids = {found.entry.log_id, *found.other_ids}
    if not ids.isdisjoint(known):
        return True
    there = zones | ({ZoneInfo(found.entry.tz)} if found.entry.tz else set())
    return any(log_id in known for log_id in found.earlier_ids(there))

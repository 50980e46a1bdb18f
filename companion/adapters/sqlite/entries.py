"""Entries, tombstones and the read cursor in SQL."""

import sqlite3
from collections.abc import AsyncIterator, Sequence
from datetime import datetime
from itertools import batched
from uuid import UUID

from companion.adapters.sqlite.statements import PAGE, Statements, rows_of
from companion.domain.entry import (
    TICK,
    Entry,
    Source,
    format_optional,
    format_timestamp,
    parse_timestamp,
)
from companion.domain.mentions import mentions_from_json, mentions_to_json
from companion.ports import Tombstone

FIELDS = "timestamp, log_id, text, source, tz, answers, revision, logged_at, mentions, agent"
_COLUMNS = f"user_id, {FIELDS}, deleted"
_WIDTH = 12


class SqliteEntries(Statements):
    """LogStore. Its table `marks` holds the read cursors, by the name that 0.1.0 gave it."""

    async def write_log(self, entry: Entry) -> bool:
        if await self._place(entry):
            return True
        changed = await self._run(
            "UPDATE entries SET text = ?, revision = ?, mentions = ?"
            " WHERE user_id = ? AND log_id = ? AND revision < ? AND NOT deleted RETURNING 1",
            entry.text,
            entry.revision,
            mentions_to_json(entry.mentions),
            entry.user_id,
            str(entry.log_id),
            entry.revision,
        )
        return bool(changed)

    async def write_logs(self, entries: Sequence[Entry]) -> int:
        return sum([await self._write_page(page) for page in batched(entries, PAGE, strict=False)])

    async def _write_page(self, page: Sequence[Entry]) -> int:
        """One statement, and one sync to the disk, for all that are new at free keys."""
        first: dict[tuple[str, str], Entry] = {}
        for entry in page:
            first.setdefault((entry.user_id, str(entry.log_id)), entry)
        rows = await self._run(
            f"INSERT INTO entries ({_COLUMNS}) VALUES {rows_of(_WIDTH, len(first))}"  # noqa: S608
            " ON CONFLICT DO NOTHING RETURNING user_id, log_id",
            *(value for entry in first.values() for value in _values(entry, entry.timestamp)),
        )
        placed = set(map(tuple, rows))
        known = await self._known([key for key in first if key not in placed])
        changed = len(placed)
        for entry in page:
            key = entry.user_id, str(entry.log_id)
            # Placed just now; or stored before, and a first text never replaces another.
            if (key in placed and entry is first[key]) or (key in known and not entry.revision):
                continue
            changed += await self.write_log(entry)
        return changed

    async def _known(self, keys: Sequence[tuple[str, str]]) -> set[tuple[str, ...]]:
        """Which of these users' ids are stored."""
        rows = await self._run(
            "SELECT user_id, log_id FROM entries"  # noqa: S608 -- question marks
            f" WHERE (user_id, log_id) IN (VALUES {rows_of(2, max(1, len(keys)))})",
            *(value for key in keys or [("", "")] for value in key),
        )
        return set(map(tuple, rows))

    async def delete_log(self, user_id: str, timestamp: datetime, log_id: UUID) -> bool:
        tombstone = Entry(
            user_id=user_id, timestamp=timestamp, text="", log_id=log_id, source=Source.MESSAGE
        )
        if await self._place(tombstone, deleted=True):
            return False
        changed = await self._run(
            "UPDATE entries SET text = '', mentions = '', deleted = 1"
            " WHERE user_id = ? AND log_id = ? AND NOT deleted RETURNING 1",
            user_id,
            str(log_id),
        )
        return bool(changed)

    async def fetch_logs(self, user_id: str, since: datetime, until: datetime) -> list[Entry]:
        return [entry async for entry in self.read_logs(user_id, since, until)]

    async def read_logs(
        self, user_id: str, since: datetime, until: datetime
    ) -> AsyncIterator[Entry]:
        rows = self._pages(
            f"SELECT {FIELDS} FROM entries"  # noqa: S608 -- a constant
            " WHERE user_id = ? AND timestamp >= ? AND timestamp < ? AND NOT deleted",
            user_id,
            format_timestamp(since),
            format_timestamp(until),
        )
        async for row in rows:
            yield entry_of(user_id, row)

    async def fetch_backdated(self, user_id: str, since: datetime) -> list[Entry]:
        rows = await self._run(
            f"SELECT {FIELDS} FROM entries"  # noqa: S608 -- a constant
            " WHERE user_id = ? AND logged_at >= ? AND NOT deleted ORDER BY logged_at, timestamp",
            user_id,
            format_timestamp(since),
        )
        return [entry_of(user_id, row) for row in rows]

    async def read_tombstones(self, user_id: str) -> AsyncIterator[Tombstone]:
        rows = self._pages(
            "SELECT timestamp, log_id FROM entries"
            " WHERE user_id = ? AND timestamp >= ? AND timestamp < ? AND deleted",
            user_id,
            "",
            "~",  # after every digit
        )
        async for timestamp, log_id in rows:
            yield Tombstone(parse_timestamp(timestamp), UUID(log_id))

    async def fetch_read_cursor(self, user_id: str) -> str | None:
        rows = await self._run("SELECT ts FROM marks WHERE user_id = ?", user_id)
        return rows[0][0] if rows else None

    async def save_read_cursor(self, user_id: str, ts: str) -> None:
        await self._run(
            "INSERT INTO marks (user_id, ts) VALUES (?, ?)"
            " ON CONFLICT (user_id) DO UPDATE SET ts = excluded.ts WHERE excluded.ts > ts",
            user_id,
            ts,
        )

    async def fetch_note(self, user_id: str, name: str) -> str | None:
        rows = await self._run(
            "SELECT text FROM notes WHERE user_id = ? AND name = ?", user_id, name
        )
        return rows[0][0] if rows else None

    async def save_note(self, user_id: str, name: str, text: str) -> None:
        if not text:
            await self._run("DELETE FROM notes WHERE user_id = ? AND name = ?", user_id, name)
            return
        await self._run(
            "INSERT INTO notes (user_id, name, text) VALUES (?, ?, ?)"
            " ON CONFLICT (user_id, name) DO UPDATE SET text = excluded.text",
            user_id,
            name,
            text,
        )

    async def fetch_preferences(self, user_id: str) -> dict[str, str]:
        rows = await self._run("SELECT name, text FROM preferences WHERE user_id = ?", user_id)
        return {name: text for name, text in rows}  # noqa: C416 -- a row is not a pair

    async def save_preference(self, user_id: str, name: str, text: str) -> None:
        if not text:
            await self._run("DELETE FROM preferences WHERE user_id = ? AND name = ?", user_id, name)
            return
        await self._run(
            "INSERT INTO preferences (user_id, name, text) VALUES (?, ?, ?)"
            " ON CONFLICT (user_id, name) DO UPDATE SET text = excluded.text",
            user_id,
            name,
            text,
        )

    async def _place(self, entry: Entry, *, deleted: bool = False) -> bool:
        """Store a row under the first free key; False if the entry has one already."""
        timestamp = entry.timestamp
        while not await self._run(
            f"INSERT INTO entries ({_COLUMNS}) VALUES {rows_of(_WIDTH, 1)}"  # noqa: S608 -- constants
            " ON CONFLICT DO NOTHING RETURNING 1",
            *_values(entry, timestamp, deleted=deleted),
        ):
            if await self._run(
                "SELECT 1 FROM entries WHERE user_id = ? AND log_id = ?",
                entry.user_id,
                str(entry.log_id),
            ):
                return False
            timestamp += TICK
        return True

    async def _pages(
        self, statement: str, user_id: str, first: str, last: str
    ) -> AsyncIterator[sqlite3.Row]:
        """The rows of a statement on a range of timestamps, in their order. Each page is a read of
        its own: a long one would keep SQLite from writing the -wal file back into the database."""
        while True:
            page = await self._run(
                f"{statement} ORDER BY timestamp LIMIT {PAGE}", user_id, first, last
            )
            for row in page:
                yield row
            if len(page) < PAGE:
                return
            first = page[-1]["timestamp"] + "~"  # all are equally long: none is between


def _values(
    entry: Entry, timestamp: datetime, *, deleted: bool = False
) -> tuple[str | int | None, ...]:
    """In the order of the columns."""
    return (
        entry.user_id,
        format_timestamp(timestamp),
        str(entry.log_id),
        entry.text,
        entry.source,
        entry.tz,
        entry.answers,
        entry.revision,
        format_optional(entry.logged_at),
        mentions_to_json(entry.mentions),
        entry.agent,
        deleted,
    )


def entry_of(user_id: str, row: sqlite3.Row) -> Entry:
    """What the columns of `FIELDS` say."""
    timestamp, log_id, text, source, tz, answers, revision, logged_at, mentions, agent = row
    return Entry(
        user_id=user_id,
        timestamp=parse_timestamp(timestamp),
        text=text,
        log_id=UUID(log_id),
        source=Source(source),
        tz=tz,
        answers=answers,
        revision=revision,
        logged_at=parse_timestamp(logged_at) if logged_at else None,
        mentions=mentions_from_json(mentions),
        agent=agent,
    )

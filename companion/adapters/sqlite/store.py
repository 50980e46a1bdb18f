"""LogStore and JobStore in SQL.

Every write is a single statement in autocommit mode. SQLite runs each alone, whichever process
it comes from, and aiosqlite's thread runs it to its end even if the caller was cancelled: no
transaction is ever left open on the connection, and no lock is needed around it.
"""

import sqlite3
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import date, datetime
from itertools import batched
from pathlib import Path
from typing import Self
from uuid import UUID

import aiosqlite

from companion.adapters.sqlite.file import connected, store_errors
from companion.domain.entry import TICK, Entry, Source, format_timestamp, parse_timestamp
from companion.domain.job import Job, JobState, Outcome, from_definition, to_definition
from companion.errors import StoreError
from companion.ports import Erased, Tombstone

PAGE = 1000
"""Rows per statement where there are many: 9 values each stay far below SQLite's 32,766."""
_COLUMNS = "user_id, timestamp, log_id, text, source, tz, answers, revision, deleted"


class SqliteLogStore:
    """LogStore and JobStore on one file. Made by `open`."""

    def __init__(self, connection: aiosqlite.Connection, path: Path) -> None:
        self._connection = connection
        self._path = path

    @classmethod
    @asynccontextmanager
    async def open(cls, path: Path, *, busy_timeout_s: float = 2.0) -> AsyncIterator[Self]:
        """The store in the file at `path`, made with its folder if it is not there.

        A write waits up to `busy_timeout_s` for another process's. That is less than the three
        seconds that Slack gives, so that there is time to say what happened.
        """
        connection = await connected(path, busy_timeout_s)
        try:
            yield cls(connection, path)
        finally:
            await connection.close()

    async def write_log(self, entry: Entry) -> bool:
        if await self._place(entry):
            return True
        changed = await self._run(
            "UPDATE entries SET text = ?, revision = ?"
            " WHERE user_id = ? AND log_id = ? AND revision < ? AND NOT deleted RETURNING 1",
            entry.text,
            entry.revision,
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
            f"INSERT INTO entries ({_COLUMNS}) VALUES {_rows_of(9, len(first))}"  # noqa: S608
            " ON CONFLICT DO NOTHING RETURNING user_id, log_id",
            *(value for entry in first.values() for value in _values(entry, entry.timestamp)),
        )
        placed = set(map(tuple, rows))
        known = await self._known([key for key in first if key not in placed])
        changed = len(placed)
        for entry in page:
            key = entry.user_id, str(entry.log_id)
            # Done; or there already, and a first text takes no other's place.
            if (key in placed and entry is first[key]) or (key in known and not entry.revision):
                continue
            changed += await self.write_log(entry)
        return changed

    async def _known(self, keys: Sequence[tuple[str, str]]) -> set[tuple[str, ...]]:
        """Which of these users' ids are stored."""
        rows = await self._run(
            "SELECT user_id, log_id FROM entries"  # noqa: S608 -- question marks
            f" WHERE (user_id, log_id) IN (VALUES {_rows_of(2, max(1, len(keys)))})",
            *(value for key in keys or [("", "")] for value in key),
        )
        return set(map(tuple, rows))

    async def delete_log(self, user_id: str, timestamp: datetime, log_id: UUID) -> bool:
        mark = Entry(
            user_id=user_id, timestamp=timestamp, text="", log_id=log_id, source=Source.MESSAGE
        )
        if await self._place(mark, deleted=True):
            return False
        changed = await self._run(
            "UPDATE entries SET text = '', deleted = 1"
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
            "SELECT timestamp, log_id, text, source, tz, answers, revision FROM entries"
            " WHERE user_id = ? AND timestamp >= ? AND timestamp < ? AND NOT deleted",
            user_id,
            format_timestamp(since),
            format_timestamp(until),
        )
        async for timestamp, log_id, text, source, tz, answers, revision in rows:
            yield Entry(
                user_id=user_id,
                timestamp=parse_timestamp(timestamp),
                text=text,
                log_id=UUID(log_id),
                source=Source(source),
                tz=tz,
                answers=answers,
                revision=revision,
            )

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

    async def save_job(self, job: Job) -> Job:
        await self._run(
            "INSERT INTO jobs"
            " (user_id, job_id, job_definition, state, owner, lease_until, attempts,"
            " outcome, reason, finished_at, message_ts)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
            job.user_id,
            job.job_id,
            to_definition(job),
            job.state,
            job.owner,
            format_timestamp(job.lease_until) if job.lease_until else None,
            job.attempts,
            job.outcome,
            job.reason,
            format_timestamp(job.finished_at) if job.finished_at else None,
            job.message_ts,
        )
        rows = await self._run(
            "SELECT * FROM jobs WHERE user_id = ? AND job_id = ?", job.user_id, job.job_id
        )
        return self._job(rows[0])

    async def fetch_jobs(self, user_id: str, since: date, until: date) -> list[Job]:
        # An id begins with its day.
        rows = await self._run(
            "SELECT * FROM jobs WHERE user_id = ? AND job_id >= ? AND job_id < ?",
            user_id,
            since.isoformat(),
            until.isoformat(),
        )
        return sorted(map(self._job, rows), key=lambda job: (job.due, job.job_id))

    async def claim_job(
        self, user_id: str, job_id: str, owner: str, now: datetime, lease_until: datetime
    ) -> Job | None:
        rows = await self._run(
            "UPDATE jobs SET state = 'claimed', owner = ?, lease_until = ?, attempts = attempts + 1"
            " WHERE user_id = ? AND job_id = ?"
            " AND (state = 'planned' OR (state = 'claimed' AND lease_until <= ?))"
            " RETURNING *",
            owner,
            format_timestamp(lease_until),
            user_id,
            job_id,
            format_timestamp(now),
        )
        return self._job(rows[0]) if rows else None

    async def finish_job(
        self,
        user_id: str,
        job_id: str,
        owner: str,
        outcome: Outcome,
        finished_at: datetime,
        reason: str | None = None,
        message_ts: str | None = None,
    ) -> bool:
        rows = await self._run(
            "UPDATE jobs"
            " SET state = 'done', outcome = ?, finished_at = ?, reason = ?, message_ts = ?"
            " WHERE user_id = ? AND job_id = ? AND state = 'claimed' AND owner = ? RETURNING 1",
            outcome,
            format_timestamp(finished_at),
            reason,
            message_ts,
            user_id,
            job_id,
            owner,
        )
        return bool(rows)

    async def fetch_users(self) -> list[str]:
        rows = await self._run(
            "SELECT user_id FROM entries UNION SELECT user_id FROM jobs"
            " UNION SELECT user_id FROM marks ORDER BY user_id"
        )
        return [user_id for (user_id,) in rows]

    async def erase_user(self, user_id: str) -> Erased:
        live = deleted = 0
        # Some at a time: a statement keeps all other writers waiting while it runs.
        while rows := await self._run(
            "DELETE FROM entries WHERE rowid IN"
            " (SELECT rowid FROM entries WHERE user_id = ? LIMIT ?) RETURNING deleted",
            user_id,
            PAGE,
        ):
            gone = sum(row[0] for row in rows)
            live, deleted = live + len(rows) - gone, deleted + gone
        jobs = await self._run("DELETE FROM jobs WHERE user_id = ? RETURNING 1", user_id)
        marks = await self._run("DELETE FROM marks WHERE user_id = ? RETURNING 1", user_id)
        # The log beside the file still has what was deleted, and the file pages of before.
        await self._run("VACUUM")
        ((busy, *_),) = await self._run("PRAGMA wal_checkpoint(TRUNCATE)")
        if busy:
            raise StoreError(
                str(self._path),
                "everything is deleted, but another process keeps its bytes in the -wal file.",
                "Stop what has the file open (the daemon), then run this again.",
            )
        return Erased(entries=live, tombstones=deleted, jobs=len(jobs), read_cursors=len(marks))

    async def _place(self, entry: Entry, *, deleted: bool = False) -> bool:
        """Store a row under the first free key; False if the entry has one already."""
        timestamp = entry.timestamp
        while not await self._run(
            f"INSERT INTO entries ({_COLUMNS}) VALUES {_rows_of(9, 1)}"  # noqa: S608 -- constants
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
        """The rows of a statement on a range of timestamps, in their order; each page is a read
        of its own, so that no reader keeps the log beside the file from being taken over."""
        while True:
            page = await self._run(
                f"{statement} ORDER BY timestamp LIMIT {PAGE}", user_id, first, last
            )
            for row in page:
                yield row
            if len(page) < PAGE:
                return
            first = page[-1]["timestamp"] + "~"  # all are as wide: none is between the two

    async def _run(self, statement: str, *parameters: str | int | None) -> list[sqlite3.Row]:
        """Run one statement to its end, in one step of aiosqlite's thread; its rows."""
        with store_errors(self._path):
            return list(await self._connection.execute_fetchall(statement, parameters))

    def _job(self, row: sqlite3.Row) -> Job:
        lease_until, finished_at = row["lease_until"], row["finished_at"]
        try:
            return replace(
                from_definition(row["user_id"], row["job_id"], row["job_definition"]),
                state=JobState(row["state"]),
                owner=row["owner"],
                lease_until=parse_timestamp(lease_until) if lease_until else None,
                attempts=row["attempts"],
                outcome=Outcome(row["outcome"]) if row["outcome"] else None,
                reason=row["reason"],
                finished_at=parse_timestamp(finished_at) if finished_at else None,
                message_ts=row["message_ts"],
            )
        except ValueError as error:
            raise StoreError(
                str(self._path),
                f"the job {row['job_id']} cannot be read.",
                "A newer version of Companion Memory may have planned it: upgrade this one.",
            ) from error


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
        deleted,
    )


def _rows_of(width: int, count: int) -> str:
    """`(?, ?), (?, ?)`, for VALUES."""
    return ", ".join([f"({', '.join('?' * width)})"] * count)

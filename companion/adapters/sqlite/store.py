"""LogStore and JobStore in SQL.

Every write is a single statement in autocommit mode. SQLite runs each alone, whichever process
it comes from, and aiosqlite's thread runs it to its end even if the caller was cancelled: no
transaction is ever left open on the connection, and no lock is needed around it.
"""

import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Self
from uuid import UUID

import aiosqlite

from companion.adapters.sqlite.file import connected, explained
from companion.domain.entry import TICK, Entry, Source, format_timestamp, parse_timestamp
from companion.domain.job import Job, JobState, Outcome, from_definition, to_definition
from companion.errors import StoreError


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
        rows = await self._run(
            "SELECT * FROM entries"
            " WHERE user_id = ? AND timestamp >= ? AND timestamp < ? AND NOT deleted"
            " ORDER BY timestamp",
            user_id,
            format_timestamp(since),
            format_timestamp(until),
        )
        return [_entry(row) for row in rows]

    async def fetch_mark(self, user_id: str) -> str | None:
        rows = await self._run("SELECT ts FROM marks WHERE user_id = ?", user_id)
        return rows[0][0] if rows else None

    async def save_mark(self, user_id: str, ts: str) -> None:
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

    async def _place(self, entry: Entry, *, deleted: bool = False) -> bool:
        """Store a row under the first free key; False if the entry has one already."""
        timestamp = entry.timestamp
        while not await self._run(
            "INSERT INTO entries"
            " (user_id, timestamp, log_id, text, source, tz, answers, revision, deleted)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING RETURNING 1",
            entry.user_id,
            format_timestamp(timestamp),
            str(entry.log_id),
            entry.text,
            entry.source,
            entry.tz,
            entry.answers,
            entry.revision,
            deleted,
        ):
            if await self._run(
                "SELECT 1 FROM entries WHERE user_id = ? AND log_id = ?",
                entry.user_id,
                str(entry.log_id),
            ):
                return False
            timestamp += TICK
        return True

    async def _run(self, statement: str, *parameters: str | int | None) -> list[sqlite3.Row]:
        """Run one statement to its end, in one step of aiosqlite's thread; its rows."""
        with explained(self._path):
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


def _entry(row: sqlite3.Row) -> Entry:
    return Entry(
        user_id=row["user_id"],
        timestamp=parse_timestamp(row["timestamp"]),
        text=row["text"],
        log_id=UUID(row["log_id"]),
        source=Source(row["source"]),
        tz=row["tz"],
        answers=row["answers"],
        revision=row["revision"],
    )

"""The store in one SQLite file: opened, its users listed and erased."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Self

from companion.adapters.sqlite.changes import SqliteChanges
from companion.adapters.sqlite.connection import FileConnection
from companion.adapters.sqlite.entries import SqliteEntries
from companion.adapters.sqlite.jobs import SqliteJobs
from companion.adapters.sqlite.search import SqliteSearch
from companion.adapters.sqlite.statements import PAGE
from companion.errors import StoreError
from companion.ports import Erased


class SqliteLogStore(SqliteEntries, SqliteSearch, SqliteChanges, SqliteJobs):
    """LogStore and JobStore on one file. Made by `open`."""

    @classmethod
    @asynccontextmanager
    async def open(
        cls, path: Path, *, busy_timeout_s: float = 2.0, idle_s: float = 1.0
    ) -> AsyncIterator[Self]:
        """The store in the file at `path`, made with its folder if it is not there.

        A write waits up to `busy_timeout_s` for another process's. That is less than Slack's three
        seconds, and leaves time to say what happened. When nothing was written for `idle_s`,
        everything is in the file itself, so that a plain copy of it is whole.
        """
        connection = await FileConnection.open(path, busy_timeout_s, idle_s)
        try:
            yield cls(connection, path)
        finally:
            await connection.close()

    async def fetch_users(self) -> list[str]:
        rows = await self._run(
            "SELECT user_id FROM entries UNION SELECT user_id FROM jobs"
            " UNION SELECT user_id FROM marks UNION SELECT user_id FROM changes"
            " UNION SELECT user_id FROM notes UNION SELECT user_id FROM preferences"
            " ORDER BY user_id"
        )
        return [user_id for (user_id,) in rows]

    async def erase_user(self, user_id: str) -> Erased:
        live = deleted = 0
        # A page at a time: while a statement runs, all other writers wait.
        while rows := await self._run(
            "DELETE FROM entries WHERE rowid IN"
            " (SELECT rowid FROM entries WHERE user_id = ? LIMIT ?) RETURNING deleted",
            user_id,
            PAGE,
        ):
            gone = sum(row[0] for row in rows)
            live, deleted = live + len(rows) - gone, deleted + gone
        jobs = await self._run("DELETE FROM jobs WHERE user_id = ? RETURNING 1", user_id)
        cursors = await self._run("DELETE FROM marks WHERE user_id = ? RETURNING 1", user_id)
        await self._run("DELETE FROM changes WHERE user_id = ?", user_id)
        await self._run("DELETE FROM notes WHERE user_id = ?", user_id)
        await self._run("DELETE FROM preferences WHERE user_id = ?", user_id)
        await self._run("DELETE FROM search_people WHERE user_id = ?", user_id)
        await self._run("INSERT INTO search (search) VALUES ('optimize')")
        # The -wal file still holds what was deleted, and so may free pages of the database.
        await self._run("VACUUM")
        ((busy, *_),) = await self._run("PRAGMA wal_checkpoint(TRUNCATE)")
        if busy:
            raise StoreError(
                str(self._path),
                "everything is deleted, but another process keeps its bytes in the -wal file.",
                "Stop what has the file open (the daemon), then run this again.",
            )
        return Erased(entries=live, tombstones=deleted, jobs=len(jobs), read_cursors=len(cursors))

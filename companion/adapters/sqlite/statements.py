"""Runs SQL statements on the file.

Every write is a single statement in autocommit mode. SQLite runs each alone, whichever process
it comes from, and aiosqlite's thread runs it to its end even if the caller was cancelled: no
transaction is ever left open on the connection, and no lock is needed around it.
"""

import sqlite3
from pathlib import Path

from companion.adapters.sqlite.connection import FileConnection

PAGE = 1000
"""Rows in a statement where there are many: 12 values each stay far below SQLite's 32,766."""


class Statements:
    """What the parts of the store have in common: one connection to one file."""

    def __init__(self, connection: FileConnection, path: Path) -> None:
        self._connection = connection
        self._path = path

    async def _run(self, statement: str, *parameters: str | int | None) -> list[sqlite3.Row]:
        """Run one statement to its end, in one step of aiosqlite's thread; its rows."""
        return await self._connection.run(statement, parameters)


def rows_of(width: int, count: int) -> str:
    """`(?, ?), (?, ?)`, for VALUES."""
    return ", ".join([f"({', '.join('?' * width)})"] * count)

"""The SQLite file: made, brought to this version, opened, and what can be wrong with it."""

import asyncio
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import aiosqlite

from companion.adapters.sqlite.index import add_functions
from companion.adapters.sqlite.migrations import APPLICATION_ID, MIGRATIONS
from companion.adapters.sqlite.place import WatchedFile
from companion.errors import StoreError

PRAGMAS = (
    "PRAGMA journal_mode = WAL",  # readers and a writer do not wait for each other
    "PRAGMA synchronous = FULL",  # in WAL, NORMAL may lose the last commits with the power
    "PRAGMA fullfsync = ON",  # on macOS a plain fsync does not reach the disk
    "PRAGMA secure_delete = ON",  # a deleted text is overwritten, not just unlinked
)


@dataclass(slots=True)
class OpenFile:
    """A connection that is ready, and the file that it is to."""

    connection: aiosqlite.Connection
    """Whose thread is the only one to use `database`."""
    database: sqlite3.Connection
    file: WatchedFile
    wrote: bool = False
    """Whether the last statement changed anything."""

    async def close(self) -> None:
        try:
            await self.connection.close()
        finally:
            self.file.close()


async def connected(path: Path, busy_timeout_s: float) -> OpenFile:
    """A connection that is ready; none is left behind if the caller is cancelled meanwhile."""

    async def connect() -> OpenFile:
        # Made before aiosqlite has it: where a connection fails in aiosqlite's own thread, that
        # thread may outlive the event loop, and then ends with a traceback.
        with store_errors(path):
            database, file = await asyncio.to_thread(_prepared, path, busy_timeout_s)
        connection = await aiosqlite.Connection(lambda: database, iter_chunk_size=64)
        return OpenFile(connection, database, file)

    connecting = asyncio.create_task(connect())
    try:
        return await asyncio.shield(connecting)
    except asyncio.CancelledError:
        # It would be dropped without being closed.
        with suppress(StoreError):
            await (await connecting).close()
        raise


def _prepared(path: Path, busy_timeout_s: float) -> tuple[sqlite3.Connection, WatchedFile]:
    """Open the file, bring it to this version, set it up. Blocks."""
    _make_private(path)
    connection = sqlite3.connect(
        path,
        timeout=busy_timeout_s,
        isolation_level=None,
        check_same_thread=False,  # aiosqlite's thread takes it over
    )
    try:
        connection.row_factory = sqlite3.Row
        add_functions(connection)
        _migrate(connection, path)
        for pragma in PRAGMAS:
            connection.execute(pragma)
        # Opens the -wal file, which cannot be opened any more when the database is deleted.
        connection.execute("SELECT count(*) FROM sqlite_schema").fetchall()
        return connection, WatchedFile(path)
    except BaseException:
        connection.close()
        raise


def _make_private(path: Path) -> None:
    """Make what is missing for the owner alone; leave what is there as its owner set it.

    SQLite gives the `-wal` and `-shm` files beside it the mode of the file.
    """
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not path.exists():
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))


def _migrate(connection: sqlite3.Connection, path: Path) -> None:
    if _version(connection, path) == len(MIGRATIONS):
        return  # nobody who only reads waits for those who write
    # IMMEDIATE: of two processes that start at once the second waits, and finds the work done.
    connection.execute("BEGIN IMMEDIATE")
    version = _version(connection, path)
    if version > len(MIGRATIONS):
        raise StoreError(
            str(path),
            f"the file has version {version}, this program knows {len(MIGRATIONS)}.",
            "Upgrade Companion Memory on this machine; the file is as it was.",
        )
    for statements in MIGRATIONS[version:]:
        for statement in statements:
            connection.execute(statement)
    if version < len(MIGRATIONS):
        connection.execute(f"PRAGMA user_version = {len(MIGRATIONS)}")
    connection.execute("COMMIT")


def _version(connection: sqlite3.Connection, path: Path) -> int:
    """How many migrations our file has had. StoreError if it is another program's."""
    (application_id,) = connection.execute("PRAGMA application_id").fetchone()
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    (tables,) = connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()
    if application_id != APPLICATION_ID and (tables or version):
        raise StoreError(
            str(path), "this is another program's database.", "Choose another file: COMPANION_DB."
        )
    return int(version)


def content_of(path: Path, busy_timeout_s: float = 2.0) -> bytes:
    """Everything in the file as it is at one moment, as the bytes of a file of its own. Blocks.

    Other connections go on reading and writing meanwhile. The file stays as it is, of whatever
    version. StoreError if it cannot be read, or is damaged: it could replace a better copy.
    """
    with (
        store_errors(path),
        closing(
            sqlite3.connect(f"{path.absolute().as_uri()}?mode=rw", timeout=busy_timeout_s, uri=True)
        ) as database,
        closing(sqlite3.connect(":memory:")) as copy,
    ):
        _version(database, path)
        # In one step: a page at a time, it would start over with each write.
        database.backup(copy)
        ((first_problem, *_), *_) = copy.execute("PRAGMA quick_check(1)").fetchall()
        if first_problem != "ok":
            raise StoreError(str(path), *_PROBLEMS[sqlite3.SQLITE_CORRUPT])
        return copy.serialize()


@contextmanager
def store_errors(path: Path) -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as error:
        # The extended codes carry the primary one in their last byte.
        code = getattr(error, "sqlite_errorcode", 0) & 0xFF
        raise StoreError(str(path), *_PROBLEMS.get(code, (f"{error}.", ""))) from error
    except OSError as error:
        raise StoreError(
            str(path),
            f"the file or its folder cannot be made ({error.strerror}).",
            "Check the permissions, or choose another file: COMPANION_DB.",
        ) from error
    except ValueError as error:
        # aiosqlite's word for a closed connection, and sqlite3's for text that is not Unicode.
        problem = "the text is not valid Unicode" if isinstance(error, UnicodeError) else str(error)
        raise StoreError(str(path), f"{problem}.") from error


_PROBLEMS = {
    sqlite3.SQLITE_BUSY: (
        "another process kept the file locked.",
        "Try again; if that does not help, look for a program that has the file open.",
    ),
    sqlite3.SQLITE_READONLY: (
        "the file or its folder is read-only.",
        "Give yourself the permission to write, or choose another file: COMPANION_DB.",
    ),
    sqlite3.SQLITE_CANTOPEN: (
        "the file cannot be opened.",
        "Check that it is a file and that you may read and write it.",
    ),
    sqlite3.SQLITE_FULL: ("the disk is full.", "Free some space, then try again."),
    sqlite3.SQLITE_IOERR: ("the disk could not be read or written.", "Check the disk."),
    sqlite3.SQLITE_NOTADB: (
        "this is not an SQLite database.",
        "Choose another file: COMPANION_DB.",
    ),
    sqlite3.SQLITE_CORRUPT: (
        "the database is damaged.",
        "Stop the daemon, then move the file away (with its -wal and -shm files) and recover it"
        " with `sqlite3 FILE .recover`.",
    ),
}

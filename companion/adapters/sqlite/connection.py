"""One connection to the file, which never confirms what is not in the file at its path.

It restores a file that was deleted, and writes the -wal file back into the database when nothing
was written for a moment: then a plain copy of the file has everything.
"""

import asyncio
import logging
import sqlite3
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Self

from companion.adapters.sqlite import index
from companion.adapters.sqlite.file import OpenFile, connected, store_errors
from companion.adapters.sqlite.place import Place
from companion.errors import StoreError

logger = logging.getLogger(__name__)

type Row = sqlite3.Row
type Parameters = Sequence[str | int | None]


class FileConnection:
    """Runs statements one after the other, each to its end. Made by `open`."""

    def __init__(self, path: Path, busy_timeout_s: float, idle_s: float, opened: OpenFile) -> None:
        self._path, self._busy_timeout_s, self._idle_s = path, busy_timeout_s, idle_s
        self._opened = opened
        self.reopened = 0
        """How often the file was opened again, because it was restored or moved back."""
        self._reopening: asyncio.Task[bool] | None = None
        self._checkpoint: asyncio.TimerHandle | None = None
        """Set while something may be in the -wal file alone."""
        self._checkpointing: set[asyncio.Task[None]] = set()

    @classmethod
    async def open(cls, path: Path, busy_timeout_s: float, idle_s: float) -> Self:
        """`idle_s` after the last write, the -wal file is written back."""
        return cls(path, busy_timeout_s, idle_s, await connected(path, busy_timeout_s))

    async def run(self, statement: str, parameters: Parameters) -> list[Row]:
        """The statement's rows, once it is in the file that is at the path now; StoreError if there
        is none, or another."""
        while True:
            opened = self._opened
            try:
                ran, rows, place = await self._in_thread(opened, _run, statement, parameters)
            except asyncio.CancelledError:
                self._note_write()  # perhaps: it runs to its end all the same
                raise
            if ran and opened.wrote:
                self._note_write()
            if place is Place.SAME:
                return rows
            if await self._recover(opened, place) and ran:
                return rows  # what was restored has it

    async def close(self) -> None:
        """Leave everything in the file at its path."""
        if self._reopening is not None:
            await asyncio.wait([self._reopening])
        if self._checkpointing:
            await asyncio.wait(self._checkpointing)
        unsaved, opened = self._checkpoint is not None, self._opened
        self._forget_checkpoint()
        try:
            with suppress(StoreError):
                unsaved |= await self._clear_removed_words(opened)
            if await self._in_thread(opened, _last, unsaved):
                logger.warning("store.restored path=%s", self._path)
        finally:
            await opened.close()

    async def _in_thread[*Ts, R](
        self, opened: OpenFile, work: Callable[[OpenFile, *Ts], R], *arguments: *Ts
    ) -> R:
        """Do it in aiosqlite's thread, after all that was asked for before."""
        in_its_thread: Callable[..., Awaitable[R]] = opened.connection._execute
        with store_errors(self._path):
            return await in_its_thread(work, opened, *arguments)

    async def _recover(self, opened: OpenFile, place: Place) -> bool:
        """Get to a file that is at its path; StoreError if that cannot be. True if it has all that
        `opened` has; False if a statement that ran there has to be repeated."""
        if self._opened is not opened:
            return False  # another statement saw to that meanwhile
        if self._reopening is None:
            if place not in (Place.DELETED, Place.RESTORED):
                raise await self._displaced(opened, place)
            self._reopening = asyncio.create_task(self._reopen(opened))
            self._reopening.add_done_callback(_retrieve)
        # Half-way it would leave a connection to a file that is not at its path.
        return await asyncio.shield(self._reopening)

    async def _reopen(self, opened: OpenFile) -> bool:
        try:
            restored = await self._in_thread(opened, _restore)
            if restored:
                logger.warning("store.restored path=%s", self._path)
            self._opened = await connected(self._path, self._busy_timeout_s)
            self.reopened += 1
            self._forget_checkpoint()
            await opened.close()
            return restored
        finally:
            self._reopening = None

    async def _displaced(self, opened: OpenFile, place: Place) -> StoreError:
        if place is Place.MOVED:
            return StoreError(
                str(self._path),
                "the database was moved away while it was open, and nothing is stored now.",
                "Move it back (with its -wal file), or set COMPANION_DB to its new place and"
                " restart the daemon.",
            )
        rescued = await self._in_thread(opened, _rescue)
        saved = (
            f"What was in the old one is saved as {rescued.name}: restart" if rescued else "Restart"
        )
        return StoreError(
            str(self._path),
            "another file took the database's place while it was open, and nothing is stored now.",
            f"{saved} the daemon to use the new one.",
        )

    def _note_write(self) -> None:
        """Write the -wal file back later, if nothing else is written until then."""
        if self._checkpoint is not None:
            self._checkpoint.cancel()
        loop = asyncio.get_running_loop()
        self._checkpoint = loop.call_later(self._idle_s, self._start_checkpoint)

    def _start_checkpoint(self) -> None:
        self._checkpoint = None
        task = asyncio.create_task(self._write_back(self._opened))
        self._checkpointing.add(task)
        task.add_done_callback(self._checkpointing.discard)

    async def _write_back(self, opened: OpenFile) -> None:
        # What is not written back now is written back after the next write, or on closing.
        with suppress(StoreError):
            await self._clear_removed_words(opened)
            await self._in_thread(opened, _checkpoint)

    async def _clear_removed_words(self, opened: OpenFile) -> bool:
        """Rewrite the parts of the index that still hold what was taken out; whether there were
        any. In short steps: other statements run between them."""
        last = await self._in_thread(opened, _removed)
        while last and await self._in_thread(opened, _merge_step, last):
            pass
        return last > 0

    def _forget_checkpoint(self) -> None:
        if self._checkpoint is not None:
            self._checkpoint.cancel()
            self._checkpoint = None


# These run in aiosqlite's thread.


def _run(opened: OpenFile, statement: str, parameters: Parameters) -> tuple[bool, list[Row], Place]:
    """Whether it was run, its rows, and what is at the path after that."""
    place = opened.file.place()
    if place is not Place.SAME:
        return False, [], place
    before = opened.database.total_changes
    rows = opened.database.execute(statement, parameters).fetchall()
    opened.wrote = opened.database.total_changes != before
    return True, rows, opened.file.place()


def _checkpoint(opened: OpenFile) -> None:
    if opened.file.place() is Place.SAME:
        # TRUNCATE leaves no log that could be played into a file that takes this one's place, or
        # that holds what was deleted. It waits for nobody: where that is needed, it does less.
        database = opened.database
        ((busy_timeout_ms,),) = database.execute("PRAGMA busy_timeout").fetchall()
        database.execute("PRAGMA busy_timeout = 0")
        try:
            database.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        finally:
            database.execute(f"PRAGMA busy_timeout = {busy_timeout_ms}")


def _removed(opened: OpenFile) -> int:
    return index.removed(opened.database) if opened.file.place() is Place.SAME else 0


def _merge_step(opened: OpenFile, last: int) -> bool:
    return opened.file.place() is Place.SAME and index.merge_step(opened.database, last)


def _restore(opened: OpenFile) -> bool:
    """Whether this restored the file."""
    return opened.file.restore(opened.database)


def _rescue(opened: OpenFile) -> Path | None:
    """Where the content is saved of a file that was replaced; None if it is where it was."""
    return opened.file.rescue(opened.database)


def _last(opened: OpenFile, unsaved: bool) -> bool:
    """Before closing; whether this restored the file. SQLite itself writes back only where no other
    process has the file open."""
    match opened.file.place():
        case Place.DELETED:
            return opened.file.restore(opened.database)
        case Place.REPLACED:
            _rescue(opened)
        case Place.SAME if unsaved:
            with suppress(sqlite3.Error):
                _checkpoint(opened)
    return False


def _retrieve(task: "asyncio.Task[bool]") -> None:
    """The caller that waits for it gets its error; without one it is not an event of its own."""
    if not task.cancelled():
        task.exception()

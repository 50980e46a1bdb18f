"""Whether an open file is still the one at its path, and how a copy of its content gets there."""

import os
import sqlite3
import threading
from contextlib import suppress
from enum import Enum, auto
from pathlib import Path

type _Identity = tuple[int, int]
"""Device and inode: what a file is, whatever it is called."""


class Place(Enum):
    """What is at the path of an open file now."""

    SAME = auto()
    """The open file."""
    DELETED = auto()
    """Nothing, and the open file has no other name: closing it would lose everything."""
    MOVED = auto()
    """Nothing, but the open file has another name, or its folder is not mounted any more."""
    REPLACED = auto()
    """Another file."""
    RESTORED = auto()
    """Another file, which this process made out of the open one after that was deleted."""


class WatchedFile:
    """A file that is open, with what is needed to tell later what became of it.

    Of each file this process has one descriptor, however many connections it has: closing any
    descriptor of a file ends all locks that the process has on it, and so SQLite's as well
    (https://www.sqlite.org/howtocorrupt.html, 2.2).
    """

    _lock = threading.Lock()
    _descriptors: dict[_Identity, tuple[int, int]] = {}  # noqa: RUF012 -- one for the process
    """A descriptor of each file, and how many use it."""
    _restored: dict[_Identity, _Identity] = {}  # noqa: RUF012
    """Deleted file → the file that took its place."""

    def __init__(self, path: Path) -> None:
        """The file that is at `path` now. OSError if there is none. To be closed after SQLite's
        connection."""
        self._path, self._real = path, path.resolve()
        self._companions = [_beside(self._real, suffix) for suffix in ("-wal", "-shm")]
        self._log = _identity(self._companions[0].stat())
        self._rescued: Path | None = None
        with self._lock:
            self._identity = _identity(os.stat(path))  # noqa: PTH116 -- one call, and nothing else
            if self._identity not in self._descriptors:
                descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
                self._identity = _identity(os.fstat(descriptor))
                self._descriptors[self._identity] = descriptor, 0
            self._descriptor, users = self._descriptors[self._identity]
            self._descriptors[self._identity] = self._descriptor, users + 1

    def close(self) -> None:
        with self._lock:
            descriptor, users = self._descriptors.pop(self._identity)
            if users > 1:
                self._descriptors[self._identity] = descriptor, users - 1
            else:
                self._restored.pop(self._identity, None)
                os.close(descriptor)

    def place(self) -> Place:
        """What is at its path now: one look at the folder."""
        try:
            found = _identity(os.stat(self._path))  # noqa: PTH116
        except OSError:
            has_a_name = os.fstat(self._descriptor).st_nlink > 0
            return Place.MOVED if has_a_name else Place.DELETED
        if found == self._identity and not self._rescued:
            return Place.SAME
        restored = self._restored.get(self._identity) == found
        return Place.RESTORED if restored else Place.REPLACED

    def restore(self, connection: sqlite3.Connection) -> bool:
        """Put what the connection still reads of a deleted file back to its path; False if it is
        not deleted, or another connection of this process did so.

        OSError if that fails; FileExistsError if there is something at the path.
        """
        with self._lock:
            if self.place() is not Place.DELETED:
                return False
            target = self._path.resolve()  # what a link points to, not the link
            target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            beside = target.with_name(f".{target.name}.{os.getpid()}.part")
            try:
                write_copy(connection, beside)
                self._remove_log()
                _name(beside, target)
                self._restored[self._identity] = _identity(target.stat())
            finally:
                beside.unlink(missing_ok=True)
            return True

    def rescue(self, connection: sqlite3.Connection) -> Path | None:
        """Write what the connection still reads of a file that was replaced into a new file beside
        its path, once; which one. From then on the open file counts as replaced for good.

        None if only a link to it was replaced. OSError if writing fails.
        """
        with suppress(FileNotFoundError):
            if not self._rescued and _identity(self._real.stat()) == self._identity:
                return None
        if not self._rescued:
            name = f"{self._real.stem}.rescued-{self._identity[1]}{self._real.suffix}"
            beside = self._real.with_name(f".{name}.part")
            try:
                write_copy(connection, beside)
                self._rescued = beside.replace(self._real.with_name(name))
            finally:
                beside.unlink(missing_ok=True)
            self._remove_log()
        return self._rescued

    def _remove_log(self) -> None:
        """SQLite would play the open file's log into the file that takes its place."""
        with suppress(FileNotFoundError):
            if _identity(self._companions[0].stat()) == self._log:
                for file in self._companions:
                    file.unlink(missing_ok=True)


def write_copy(connection: sqlite3.Connection, target: Path) -> None:
    """Write everything that the connection reads into a new file for its owner alone. OSError."""
    content = connection.serialize()
    target.unlink(missing_ok=True)  # of a process that was killed meanwhile
    with open(target, "xb", opener=_private) as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _name(file: Path, target: Path) -> None:
    """Give a file its name, unless something else has it by now: FileExistsError."""
    try:
        target.hardlink_to(file)
    except FileExistsError:
        raise
    except OSError:  # a disk that knows no links
        if target.exists():
            raise FileExistsError(str(target)) from None
        file.replace(target)
    folder = os.open(target.parent, os.O_RDONLY)
    with suppress(OSError):  # some disks cannot
        os.fsync(folder)
    os.close(folder)


def _beside(file: Path, suffix: str) -> Path:
    return file.with_name(file.name + suffix)


def _identity(found: os.stat_result) -> _Identity:
    return found.st_dev, found.st_ino


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)

"""Write a file whole, or not at all."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from companion.errors import CompanionError
from companion.texts import terminal as texts


@contextmanager
def whole_file(path: Path) -> Iterator[Callable[[str | bytes], object]]:
    """Write a file that replaces `path` at the end of the block, readable for its owner alone.

    It is written beside it first, in a file that the next run takes over if this one is killed.
    Raises CompanionError if it cannot be written; a file that was there before then stays.
    """
    if str(path) == "-":  # elsewhere that is standard output
        raise CompanionError(texts.NOT_A_FILE.format(path=path))
    path = path.resolve()  # replace the file that a link points to, not the link
    if path.exists() and not path.is_file():
        raise CompanionError(texts.NOT_A_FILE.format(path=path))
    beside = path.with_name(f".{path.name}.part")
    try:
        with _own(beside) as file:
            try:
                yield lambda part: file.write(part.encode() if isinstance(part, str) else part)
                file.flush()
                os.fsync(file.fileno())
                beside.replace(path)
            except BaseException:
                beside.unlink(missing_ok=True)
                raise
    except OSError as error:
        raise CompanionError(texts.CANNOT_WRITE.format(path=path, reason=error.strerror)) from error


def _own(beside: Path) -> IO[bytes]:
    """The half-written file, empty; what a killed run left in it goes. CompanionError while
    another run is writing it."""
    import fcntl

    while True:
        flags = os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC
        file = os.fdopen(os.open(beside, flags, 0o600), "wb")
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            # The process that held it may have put it in its place just now: then it is not ours.
            if beside.exists() and os.path.samestat(os.fstat(file.fileno()), beside.stat()):
                os.fchmod(file.fileno(), 0o600)
                os.truncate(file.fileno(), 0)
                return file
        except BlockingIOError:
            file.close()
            name = beside.name.removesuffix(".part")[1:]
            raise CompanionError(texts.WRITTEN_BY_ANOTHER.format(name=name)) from None
        file.close()

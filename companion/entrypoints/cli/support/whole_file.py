"""Write a file whole, or not at all."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from companion.errors import CompanionError
from companion.texts import terminal as texts


@contextmanager
def whole_file(path: Path) -> Iterator[Callable[[str], object]]:
    """Write a text file that replaces `path` at the end of the block, readable for its owner alone.

    Raises CompanionError if it cannot be written; a file that was there before then stays.
    """
    path = path.resolve()  # replace the file that a link points to, not the link
    if path.exists() and not path.is_file():
        raise CompanionError(texts.NOT_A_FILE.format(path=path))
    beside = None
    try:
        import tempfile

        handle, beside = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
        with os.fdopen(handle, "wb") as file:
            yield lambda text: file.write(text.encode())
            file.flush()
            os.fsync(file.fileno())
        Path(beside).replace(path)
        beside = None
    except OSError as error:
        raise CompanionError(texts.CANNOT_WRITE.format(path=path, reason=error.strerror)) from error
    finally:
        if beside:
            Path(beside).unlink(missing_ok=True)

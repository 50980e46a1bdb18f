"""A file that is there only when all of it is."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from companion.errors import CompanionError


@contextmanager
def whole_file(path: Path) -> Iterator[Callable[[str], object]]:
    """Write a text file that is there when all of it is: beside it first, for its owner alone.

    Raises CompanionError where that cannot be done; what was there before is then still there.
    """
    path = path.resolve()  # what a link points to is replaced, not the link
    if path.exists() and not path.is_file():
        raise CompanionError(f"{path} is no file; nothing was written. Choose another name.")
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
        raise CompanionError(
            f"{path} cannot be written ({error.strerror}); nothing of it was. Choose another place."
        ) from error
    finally:
        if beside:
            Path(beside).unlink(missing_ok=True)

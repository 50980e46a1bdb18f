"""The daemon's log in a file that is never too long, and its owner's alone."""

import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from io import TextIOWrapper
from logging.handlers import RotatingFileHandler
from pathlib import Path

from companion.entrypoints.logs import LOG_FILE, write_to
from companion.errors import LogFileError

MOST_BYTES = 1_000_000
KEPT_FILES = 5
"""With the one that is being written."""


@contextmanager
def logging_to(path: Path) -> Iterator[None]:
    """In the block, log into that file instead of onto stderr. LogFileError where it cannot be.

    Only its owner may read it. At a megabyte it is put aside as `.1`, that as `.2`, and so on;
    what is older than five of them is gone.
    """
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        handler = _File(path, maxBytes=MOST_BYTES, backupCount=KEPT_FILES - 1, encoding="utf-8")
    except OSError as error:
        raise LogFileError(path, error) from error
    handler.set_name(LOG_FILE)
    try:
        write_to(handler)
        yield
    finally:
        logging.getLogger().removeHandler(handler)
        handler.close()


class _File(RotatingFileHandler):
    """What logging_to made. Each file is its owner's alone, whatever the umask."""

    def _open(self) -> TextIOWrapper:
        # Path.open takes no opener; the handler closes it.
        private = partial(os.open, mode=0o600)
        return open(self.baseFilename, "a", encoding=self.encoding, opener=private)

"""The last lines of a rotating log, and the lines that follow."""

import os
import time
from collections import deque
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import TextIO

from companion.entrypoints.log_file import KEPT_FILES


def last_lines(log: Path, count: int) -> list[str]:
    """The last lines, also from rotated files."""
    rotated = [log.with_name(f"{log.name}.{number}") for number in range(KEPT_FILES - 1, 0, -1)]
    files = [file for file in (*rotated, log) if file.exists()]
    return list(deque(chain.from_iterable(map(_lines, files)), maxlen=count))


def _lines(file: Path) -> Iterator[str]:
    with file.open(encoding="utf-8", errors="replace") as lines:
        yield from lines


def followed(log: Path, pause_s: float = 0.5) -> Iterator[str]:
    """The lines written after this call, without end, across rotations."""
    file = log.open(encoding="utf-8", errors="replace")
    file.seek(0, os.SEEK_END)
    return _following(log, file, pause_s)


def _following(log: Path, file: TextIO, pause_s: float) -> Iterator[str]:
    try:
        while True:
            # Checked before reading, because lines written in between are still in this file.
            replaced = log.exists() and not os.path.samestat(log.stat(), os.fstat(file.fileno()))
            yield from iter(file.readline, "")
            if replaced:
                file.close()
                file = log.open(encoding="utf-8", errors="replace")
            else:
                time.sleep(pause_s)
    finally:
        file.close()

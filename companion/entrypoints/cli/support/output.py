"""What happens when stdout cannot take the output: another encoding, a closed pipe, a full disk."""

import errno
import io
import os
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

from companion.entrypoints.terminal import complain
from companion.texts import terminal as texts

FAILED = 1


class _WatchedFile(io.FileIO):
    """Stdout's file, which remembers why it could not be written: a later write may work again."""

    error: OSError | None = None

    def write(self, data: Any) -> int:
        try:
            return super().write(data)
        except OSError as error:
            self.error = error
            raise


def prepare_streams() -> None:
    """Open the streams that are closed, and watch stdout. A character that stdout or stderr cannot
    encode is shown as its escape."""
    _watch_stdout()
    _open_closed_streams()
    for stream in (sys.stdout, sys.stderr):
        if reconfigure := getattr(stream, "reconfigure", None):
            reconfigure(errors="backslashreplace")


def _open_closed_streams() -> None:
    """Python has None where the shell closed one (`>&-`), and the next file that is opened would
    take its place. In this order each gets its own number."""
    if sys.stdin is None:
        sys.stdin = Path(os.devnull).open(encoding="utf-8")  # noqa: SIM115 -- until the end
    if sys.stdout is None:
        sys.stdout = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115
    if sys.stderr is None:
        sys.stderr = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115


def _watch_stdout() -> None:
    """Write through a `_WatchedFile`. What is not a file, such as a console of Windows, stays."""
    if not isinstance(sys.stdout, io.TextIOWrapper):
        return
    raw = getattr(sys.stdout.buffer, "raw", sys.stdout.buffer)  # PYTHONUNBUFFERED: no buffer
    if type(raw) is io.FileIO:
        sys.stdout = io.TextIOWrapper(
            io.BufferedWriter(_WatchedFile(raw.fileno(), "wb", closefd=False)),
            encoding=sys.stdout.encoding,
            line_buffering=sys.stdout.line_buffering,
        )


def output_error() -> OSError | None:
    """Why stdout could not be written; None if it could."""
    try:
        sys.stdout.flush()
    except OSError as error:
        return error
    raw = getattr(getattr(sys.stdout, "buffer", None), "raw", None)
    return raw.error if isinstance(raw, _WatchedFile) else None


def end_output(error: OSError) -> int:
    """Report that stdout cannot be written; the exit status.

    A closed pipe is not reported: its reader has seen enough.
    """
    # Otherwise Python writes what is left at its end, and reports the error once more.
    with suppress(OSError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    if error.errno == errno.EPIPE:
        return 0
    with suppress(OSError):
        complain(texts.OUTPUT_LOST.format(reason=error.strerror))
    return FAILED

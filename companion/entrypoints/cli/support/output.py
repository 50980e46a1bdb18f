"""What happens when stdout cannot take the output: another encoding, a closed pipe, a full disk."""

import errno
import os
import sys
from contextlib import suppress

from companion.entrypoints.terminal import complain
from companion.texts import terminal as texts

FAILED = 1


def accept_any_encoding() -> None:
    """Show a character that stdout or stderr cannot encode as its escape, instead of failing."""
    for stream in (sys.stdout, sys.stderr):
        if reconfigure := getattr(stream, "reconfigure", None):
            reconfigure(errors="backslashreplace")


def output_error() -> OSError | None:
    """Why stdout cannot be written; None if it can."""
    try:
        sys.stdout.flush()
    except OSError as error:
        return error
    return None


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

"""How a command fails: errors become words and exit statuses."""

import os
from collections.abc import Iterator
from typing import Any, NoReturn

import click

from companion.entrypoints.terminal import complain
from companion.errors import CompanionError, SettingsError, UsageError

INTERRUPTED = 130


class Failed(click.ClickException):
    """The command did not do it; no message where it has said why already."""

    exit_code = 1

    def __init__(self, message: str = "") -> None:
        super().__init__(message)

    def show(self, file: Any = None) -> None:
        if self.message:
            complain(self.message)


class Misused(Failed):
    """What was typed or set has to change."""

    exit_code = 2


def fail(error: Exception) -> NoReturn:
    causes = list(leaves(error))
    known = [cause for cause in causes if isinstance(cause, CompanionError)]
    if known and len(known) == len(causes):
        misused = isinstance(known[0], SettingsError | UsageError)
        raise (Misused if misused else Failed)(str(known[0])) from None
    # Its own words may hold what somebody said; whoever asks for details gets them.
    unexpected = next(cause for cause in causes if not isinstance(cause, CompanionError))
    message = f"This should not have happened: {type(unexpected).__name__}"
    if not _wants_details():
        raise Failed(f"{message}; run with LOG_LEVEL=DEBUG for details.") from None
    complain(f"{message}.")
    import traceback

    traceback.print_exception(error)
    raise Failed from None


def _wants_details() -> bool:
    import logging

    # Also where it went wrong before the settings were read.
    asked = os.environ.get("LOG_LEVEL", "").upper() == "DEBUG"
    return asked or logging.getLogger(__name__).isEnabledFor(logging.DEBUG)


def leaves(error: BaseException) -> Iterator[BaseException]:
    """What a group of errors is made of; anything else is its own only leaf."""
    if isinstance(error, BaseExceptionGroup):
        for inner in error.exceptions:
            yield from leaves(inner)
    else:
        yield error

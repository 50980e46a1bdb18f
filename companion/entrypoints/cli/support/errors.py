"""How a command fails: errors become messages and exit statuses."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NoReturn

import click

from companion.entrypoints.terminal import complain
from companion.errors import CompanionError, MessengerError, SettingsError, UsageError
from companion.texts import terminal as texts

INTERRUPTED = 130


class Failed(click.ClickException):
    """The command failed. The message is empty where it has said why already."""

    exit_code = 1

    def __init__(self, message: str = "") -> None:
        super().__init__(message)

    def show(self, file: Any = None) -> None:
        if self.message:
            complain(self.message)


class Misused(Failed):
    """A wrong command line, or a wrong setting."""

    exit_code = 2


class TriedLater(Failed):
    """What failed may work later: sysexits' EX_TEMPFAIL."""

    exit_code = 75


def fail(error: Exception) -> NoReturn:
    causes = list(leaves(error))
    known = [cause for cause in causes if isinstance(cause, CompanionError)]
    if known and len(known) == len(causes):
        misused = isinstance(known[0], SettingsError | UsageError)
        unreachable = type(known[0]) is MessengerError and not known[0].cause
        message = f"{known[0]} {texts.CHECK_NETWORK}" if unreachable else str(known[0])
        raise (Misused if misused else Failed)(message) from None
    # Its text may contain words of an entry, so it is shown only on request.
    unexpected = next(cause for cause in causes if not isinstance(cause, CompanionError))
    if isinstance(unexpected, ModuleNotFoundError) and unexpected.name:
        raise Failed(texts.PACKAGE_MISSING.format(name=unexpected.name)) from None
    if isinstance(unexpected, FileNotFoundError) and _folder_is_gone():
        raise Misused(texts.FOLDER_IS_GONE) from None
    message = texts.UNEXPECTED_ERROR.format(kind=type(unexpected).__name__)
    if not _wants_details():
        raise Failed(f"{message}; {texts.SEE_DETAILS}") from None
    complain(f"{message}.")
    import traceback

    traceback.print_exception(error)
    raise Failed from None


def _wants_details() -> bool:
    import logging

    # The environment counts too: the error may come before the settings are read.
    asked = os.environ.get("LOG_LEVEL", "").upper() == "DEBUG"
    return asked or logging.getLogger(__name__).isEnabledFor(logging.DEBUG)


def leaves(error: BaseException) -> Iterator[BaseException]:
    """The single errors in a group of errors; a single error is its only leaf."""
    if isinstance(error, BaseExceptionGroup):
        for inner in error.exceptions:
            yield from leaves(inner)
    else:
        yield error


def _folder_is_gone() -> bool:
    """Whether the current folder was deleted, so that a relative path leads nowhere."""
    try:
        Path.cwd()
    except FileNotFoundError:
        return True
    return False

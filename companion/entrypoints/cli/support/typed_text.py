"""The text of an entry, from the command line or from standard input."""

import sys

import click

from companion.errors import UsageError
from companion.texts import terminal as texts


def typed(text: tuple[str, ...]) -> str:
    """The words of the command line, or those on standard input."""
    try:
        words = (sys.stdin.read() if text == ("-",) else " ".join(text)).strip()
        words.encode()  # fails for bytes that are not UTF-8: Python reads them as surrogates
    except UnicodeError:
        raise UsageError(texts.TEXT_IS_NOT_UTF8) from None
    if not words:
        raise click.UsageError(texts.TEXT_IS_EMPTY)
    return words

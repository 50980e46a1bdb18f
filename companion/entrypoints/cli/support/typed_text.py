"""The text that was typed, or came on standard input."""

import sys

import click

from companion.errors import UsageError


def typed(text: tuple[str, ...]) -> str:
    """The words of the command line, or those on standard input."""
    try:
        words = (sys.stdin.read() if text == ("-",) else " ".join(text)).strip()
        words.encode()  # bytes that were no UTF-8 got this far as surrogates
    except UnicodeError:
        raise UsageError("The text is not UTF-8; nothing was stored.") from None
    if not words:
        raise click.UsageError("There is no text; nothing was stored.")
    return words

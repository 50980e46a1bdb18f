"""The text of an entry: from the command line, from standard input or from an editor."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import click

from companion.entrypoints.cli.support.errors import Failed, Misused
from companion.entrypoints.terminal import note, visible
from companion.errors import CompanionError, UsageError
from companion.texts import terminal as texts

STDIN = ("-",)
END_OF_OPTIONS = "--"


class TextCommand(click.Command):
    """A command that ends with a text.

    Everything after the first word is text, also what looks like an option. But an unknown option
    in front of the text is refused: it is a mistake more often than the beginning of a text. A dash
    and a space are never an option.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.context_settings = {"allow_interspersed_args": False, **self.context_settings}

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if END_OF_OPTIONS not in args:
            first = next((n for n, word in enumerate(args) if _is_list_item(word)), None)
            if first is not None:
                args = [*args[:first], END_OF_OPTIONS, *args[first:]]
        try:
            return super().parse_args(ctx, args)
        except click.NoSuchOption as error:
            raise _unknown_option(error.option_name, ctx.command_path) from None


def words_after(first: str, words: tuple[str, ...], command: str) -> tuple[str, ...]:
    """The words of a text that follows another argument; a leading `--` is taken off.

    Misused if they begin with an option, as `TextCommand` has it.
    """
    if words[:1] == (END_OF_OPTIONS,):
        return words[1:]
    if words and words != STDIN and words[0].startswith("-") and not _is_list_item(words[0]):
        raise _unknown_option(words[0], f"{command} {first}")
    return words


def opens_editor(words: tuple[str, ...]) -> bool:
    """Whether the text is to be typed in an editor."""
    return not words and sys.stdin.isatty()


def typed(words: tuple[str, ...], present: str = "") -> str:
    """The text: `words`, or standard input for `-` or where it is not a terminal, or else what an
    editor leaves that opens with the `present` text.

    UsageError if it is empty or not UTF-8, Failed if the editor was left without a text.
    """
    try:
        if opens_editor(words):
            text = _edited(present)
        elif words and words != STDIN:
            text = " ".join(words).strip()
        else:
            text = sys.stdin.read().strip()
        text.encode()  # fails for bytes that are not UTF-8: Python reads them as surrogates
    except UnicodeError:
        raise UsageError(texts.TEXT_IS_NOT_UTF8) from None
    if not text:
        raise click.UsageError(texts.TEXT_IS_EMPTY)
    if "\0" in text:
        raise UsageError(texts.TEXT_HAS_NUL)
    return text


@contextmanager
def given_back(words: tuple[str, ...], text: str | None = None) -> Iterator[None]:
    """If the block fails, say that nothing was stored, and show a text that is not on the command
    line: it is nowhere else. Where the `text` was not read yet, it is read from the pipe."""
    try:
        yield
    except CompanionError:
        if words and words != STDIN:
            note(texts.NOTHING_STORED)
        elif text is None and opens_editor(words):
            pass  # nobody has typed anything
        else:
            text = sys.stdin.read().strip() if text is None else text
            note(texts.YOUR_TEXT.format(text=visible(text)))
        raise


def _edited(present: str) -> str:
    """What `$VISUAL` or `$EDITOR` leaves. Failed if that is empty, or not saved."""
    try:
        text = click.edit(present, extension=".txt")
    except click.ClickException as error:
        raise Failed(texts.EDITOR_FAILED.format(reason=error.message)) from None
    # Without a change in the file click returns None.
    if not (text and text.strip()):
        raise Failed(texts.EDITOR_LEFT_NO_TEXT)
    return text.strip()


def _is_list_item(word: str) -> bool:
    """Whether it is like `- [ ] write tests`."""
    return word[:1] == "-" and word[1:2].isspace()


def _unknown_option(option: str, command: str) -> Misused:
    return Misused(texts.UNKNOWN_OPTION.format(option=option, command=command))

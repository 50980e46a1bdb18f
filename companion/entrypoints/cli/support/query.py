"""What is looked for, as it is typed after `companion search`."""

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from companion.errors import UsageError

if TYPE_CHECKING:
    from companion.domain.search import Query

MINUS = "\N{MINUS SIGN}"
"""Marks a word to leave out, where click would take a dash for an option."""
# `companion --help` need not wait until these are compiled.
_EXCLUDED = r"-(?!-|n$|n=?\d|h$)(?=\S)"
_OPERATOR = r"(?:^|\s)(?:[-\N{MINUS SIGN}]\S|#\S|tag:\S)"
_QUOTES = '["“„«»”]'


class QueryCommand(click.Command):
    """A command whose words may begin with a dash: `-word` leaves a word out."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        with_value = {
            name
            for option in self.params
            if isinstance(option, click.Option) and not option.is_flag
            for name in option.opts
        }
        before = ["", *args]
        marked = [
            arg
            if previous in with_value
            else re.sub(_EXCLUDED, MINUS, arg, count=1)
            if re.match(_EXCLUDED, arg)
            else arg
            for previous, arg in zip(before, args, strict=False)
        ]
        return super().parse_args(ctx, marked)


def read_query(words: Sequence[str], excluded: Sequence[str], tag: str | None) -> "Query":
    """The query. UsageError where nothing is looked for."""
    from companion.domain.search import QueryError, parse_query

    wanted = [*map(_as_typed, words), *([f"tag:{tag}"] if tag else [])]
    try:
        return parse_query(" ".join(wanted), excluded)
    except QueryError as error:
        raise UsageError(str(error)) from None


def _as_typed(word: str) -> str:
    """The shell takes the quotes off `"exact words"`; here they come back."""
    minus, plain = (MINUS, word[1:]) if word.startswith(MINUS) else ("", word)
    if not re.search(r"\s", plain) or re.search(_QUOTES, plain):
        return word
    if re.search(_OPERATOR, plain, re.IGNORECASE):
        return word
    return f'{minus}"{plain}"'

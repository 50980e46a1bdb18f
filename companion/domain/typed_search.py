"""A search as it is typed in one line: `retry "exact words" -loop --since last month`.

The words are those of `search.py`, the moments those of `moments.py`. The terminal's shell parts
them; here this does.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from companion.domain.calendar import BEGINNING, END
from companion.domain.moment import Moment, MomentError
from companion.domain.moments import Moments
from companion.domain.search import Query, QueryError, parse_query

MAX_WORDS = 5
"""The longest moment, in words: `20 November 2026 2:05 pm`."""

# Slack's clients, like macOS, make “ ” of quotes and one long dash of two short ones.
_QUOTED = r""""[^"]*"|“[^”]*”|„[^“”]*[“”]|«[^»]*»"""
_VALUE = rf"'[^']*'|‘[^’]*’|{_QUOTED}"
_PIECE = re.compile(rf"(?:--|—|–)[a-z]+=(?:{_VALUE})|[-−–]?(?:{_QUOTED})|{_VALUE}|\S+", re.ASCII)
_OPTION = re.compile(r"(?:--|—|–(?=(?:since|until|not|tag)\b))(?P<name>\w+)(?:=(?P<value>.+))?")
_WHOLE_VALUE = re.compile(_VALUE)


@dataclass(frozen=True, slots=True)
class TypedSearch:
    """What is looked for, and from when until when."""

    query: Query
    since: datetime = BEGINNING
    until: datetime = END


def read_search(text: str, moments: Moments) -> TypedSearch:
    """The search. QueryError or MomentError where it is not one, with a sentence that says why."""
    return _Reader(text, moments).read()


class _Reader:
    """Reads one search, piece by piece."""

    def __init__(self, text: str, moments: Moments) -> None:
        self._pieces = _PIECE.findall(text)
        self._moments = moments
        self._words: list[str] = []
        self._excluded: list[str] = []
        self._since, self._until = BEGINNING, END

    def read(self) -> TypedSearch:
        while self._pieces:
            piece = self._pieces.pop(0)
            if option := _OPTION.fullmatch(piece):
                if option["value"]:
                    self._pieces.insert(0, option["value"])
                self._read_option(option["name"].lower())
            else:
                self._words.append(piece)
        if self._since >= self._until:
            raise MomentError("`--since` must be before `--until`.")
        query = parse_query(" ".join(self._words), self._excluded)
        return TypedSearch(query, self._since, self._until)

    def _read_option(self, name: str) -> None:
        match name:
            case "since":
                self._since = self._read_moment(name, lambda moment: moment.since)
            case "until":
                self._until = self._read_moment(name, lambda moment: moment.until)
            case "not":
                self._excluded.append(self._value(name))
            case "tag":
                self._words.append(f"tag:{self._value(name).removeprefix('#')}")
            case _:
                raise QueryError(
                    f"I don't know `--{name}` here. To look for it, put it into quotes."
                )

    def _value(self, name: str) -> str:
        if not self._pieces:
            raise QueryError(f"Something has to follow `--{name}`.")
        return _bare(self._pieces.pop(0))

    def _read_moment(self, name: str, of: Callable[[Moment], datetime]) -> datetime:
        """The longest moment that follows, so that `last month` needs no quotes."""
        if not self._pieces or _WHOLE_VALUE.fullmatch(self._pieces[0]):
            return of(self._moments.read(self._value(name)))
        for count in range(min(MAX_WORDS, len(self._pieces)), 0, -1):
            try:
                found = of(self._moments.read(" ".join(self._pieces[:count])))
            except MomentError:
                if count == 1:
                    raise
                continue
            del self._pieces[:count]
            return found
        raise AssertionError("one piece is read, or refused")


def _bare(value: str) -> str:
    return value[1:-1] if _WHOLE_VALUE.fullmatch(value) else value

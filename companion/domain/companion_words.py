"""What people type after `/companion`: one word that says what they want, and the rest."""

from dataclasses import dataclass
from difflib import get_close_matches
from enum import StrEnum

_LIKENESS = 0.6
"""So alike (of 1) is a word to the one that was meant: `serach` to `search`, but not `deploy`."""


class Word(StrEnum):
    """In the order in which help shows them."""

    TODAY = "today"
    YESTERDAY = "yesterday"
    WEEK = "week"
    SEARCH = "search"
    WHERE = "where"
    STANDUP = "standup"
    ASK = "ask"
    UNDO = "undo"
    EDIT = "edit"
    PAUSE = "pause"
    RESUME = "resume"
    NEXT = "next"
    WHY = "why"
    HELP = "help"


TAKES_MORE = frozenset({Word.SEARCH, Word.ASK, Word.EDIT, Word.PAUSE})
"""What something may follow. It is people's own words, and kept as they are."""


@dataclass(frozen=True, slots=True)
class Request:
    """A word, and what was typed after it."""

    word: Word
    rest: str = ""


@dataclass(frozen=True, slots=True)
class Misunderstood:
    """What is not a word of ours, or stands after one that takes nothing. `nearest` is the word
    that was probably meant; None for no idea."""

    typed: str
    nearest: Word | None
    is_too_much: bool = False


def read_request(text: str) -> Request | Misunderstood:
    """What is asked for; nothing typed asks for help."""
    first, *more = text.strip().split(maxsplit=1) or [Word.HELP]
    rest = more[0] if more else ""
    name = first.lower()
    if name not in Word:
        near = get_close_matches(name, list(Word), 1, _LIKENESS)
        return Misunderstood(first, Word(near[0]) if near else None)
    word = Word(name)
    if rest and word not in TAKES_MORE:
        return Misunderstood(rest, word, is_too_much=True)
    return Request(word, rest)

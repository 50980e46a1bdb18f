"""What a question looks for, read plainly: its words, the days that it names, and which end.

Days are those of the grammar of `domain/moments.py`; nothing else in a question is taken for one.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from companion.domain.calendar import BEGINNING, END, WEEKDAYS
from companion.domain.day_names import month_number
from companion.domain.moment import Extent, Moment, MomentError
from companion.domain.moments import Moments
from companion.domain.questions.stop_words import STOP_WORDS
from companion.domain.search import Query, QueryError, Term, parse_query
from companion.domain.words import fold

MAX_QUESTION = 1_000
MAX_WORDS = 12
"""So many words of a question are searched for; a longer one is a story."""
MIN_STEM, ENDING = 5, 3
"""A word of which no entry has the whole is looked for without its ending."""


class QuestionError(ValueError):
    """What was asked is not a question that can be answered."""


def check_question(text: str) -> str:
    """The question without the space around it. QuestionError for none, and for a long text."""
    question = text.strip()
    if not question:
        raise QuestionError("There is no question. Ask like: when did I last touch billing?")
    if len(question) > MAX_QUESTION:
        raise QuestionError(f"A question has at most {MAX_QUESTION:,} characters. Ask shorter.")
    return question


class Sought(StrEnum):
    """Which of the entries answer."""

    ALL = "all"
    LAST = "last"
    FIRST = "first"


@dataclass(frozen=True, slots=True)
class Reading:
    """What a question looks for: `words`, since <= t < until. `names_days` is set where the
    question itself says when."""

    words: tuple[str, ...]
    since: datetime
    until: datetime
    names_days: bool
    sought: Sought

    def query(self) -> Query | None:
        """For entries with all of the words; None where there are none."""
        terms = tuple(term for word in self.words for term in _terms(word))
        return Query(terms) if terms else None

    def stems(self) -> list[Query]:
        """For each word, entries with a word that begins alike."""
        return [Query((_stem(term),)) for word in self.words for term in _terms(word)]


def read_question(question: str, moments: Moments) -> Reading:
    """What a question looks for, as asked by a person who is where and when `moments` says."""
    pieces = [match for match in _PIECE.finditer(question) if match[0].strip(_EDGES)]
    found = list(_moments_in([_bare(piece[0]).lower() for piece in pieces], moments))
    used = {number for each in found for number in range(each.first, each.last)}
    left = [_bare(piece[0]) for number, piece in enumerate(pieces) if number not in used]
    since, until = _window(found)
    words = [word for word in left if fold(word.lower()) not in STOP_WORDS and _terms(word)]
    return Reading(
        words=tuple(dict.fromkeys(words))[:MAX_WORDS],
        since=since,
        until=until,
        names_days=bool(found),
        sought=_sought(fold(" ".join(left))),
    )


_EDGES = " \t?!.,;:¿¡…#()[]{}<>*_~`'’‘-–—/"
_PIECE = re.compile(r"[\"“„«][^\"“”«»]+[\"”“»]|\S+")
_POSSESSIVE = re.compile(r"['’]s$", re.IGNORECASE)
_LAST = re.compile(
    r"\bwhen\b.*\b(?:last|latest)\b|\blast (?:time|entry|thing)\b|\bmost recent"
    r"|\bwann\b.*\b(?:zuletzt|letzten?)\b|\bcuando\b.*\bultim|\bquand\b.*\bdernier"
)
_FIRST = re.compile(
    r"\bwhen\b.*\b(?:first|start|begin|began)|\bfirst time\b"
    r"|\bwann\b.*\b(?:zuerst|ersten?|begonnen)\b"
    r"|\bcuando\b.*\bprimer|\bquand\b.*\bpremier"
)


def _bare(piece: str) -> str:
    """A piece of a question without what stands around a word; a quoted one stays quoted."""
    piece = piece.strip(" \t?!.,;:¿¡…")
    if piece[:1] in '"“„«':
        return piece
    return _POSSESSIVE.sub("", piece.strip(_EDGES))


def _terms(word: str) -> tuple[Term, ...]:
    try:
        return parse_query(word).terms
    except QueryError:
        return ()


def _stem(term: Term) -> Term:
    *before, last = term.words
    if term.tag or not term.from_start or len(last) <= MIN_STEM:
        return term
    return Term((*before, last[: max(MIN_STEM, len(last) - ENDING)]))


def _sought(folded: str) -> Sought:
    if _LAST.search(folded):
        return Sought.LAST
    return Sought.FIRST if _FIRST.search(folded) else Sought.ALL


@dataclass(frozen=True, slots=True)
class _Named:
    """A moment in a question: which of its pieces say it, and the word before them."""

    moment: Moment
    before: str
    first: int
    last: int


_AROUND = frozenset({"since", "after", "before", "until", "till", "between", "from", "to", "and"})
_PREPOSITIONS = _AROUND | {"in", "on", "during", "of", "by", "this", "last", "around"}
_MAX_PIECES = 4
_UNITS = re.compile(r"(?P<number>\d{1,3}) (?P<unit>days?|weeks?)")


def _moments_in(words: list[str], moments: Moments) -> Iterator[_Named]:
    at = 0
    while at < len(words):
        for length in range(min(_MAX_PIECES, len(words) - at), 0, -1):
            text, before = " ".join(words[at : at + length]), words[at - 1] if at else ""
            if moment := _moment(text, before, moments):
                first = at - (before in _PREPOSITIONS)
                yield _Named(moment, before, first, at + length)
                at += length
                break
        else:
            at += 1


def _moment(text: str, before: str, moments: Moments) -> Moment | None:
    """What is meant as a moment. `may`, `sun` and `3 days` alone are as likely something else."""
    if (units := _UNITS.fullmatch(text)) and before in {"last", "past"}:
        begin = moments.read(f"{text} ago").since
        end = moments.day(moments.today).until
        return Moment(begin, end, Extent.RANGE)
    if units or text == "now":
        return None
    is_common = month_number(text) is not None or text in WEEKDAYS
    if is_common and before not in _PREPOSITIONS:
        return None
    try:
        moment = moments.read(text)
    except MomentError:
        return None
    # A time of day is a detail of a question, unless it bounds what is looked for.
    return None if moment.extent is Extent.INSTANT and before not in _AROUND else moment


def _window(found: list[_Named]) -> tuple[datetime, datetime]:
    """From when until when: bounds cut, and days that are named beside each other are joined."""
    since, until = BEGINNING, END
    days: list[Moment] = []
    for number, named in enumerate(found):
        moment = named.moment
        match named.before:
            case "since":
                since = max(since, moment.since)
            case "after":
                since = max(since, moment.until)
            case "before":
                until = min(until, moment.since)
            case "until" | "till":
                until = min(until, moment.until)
            case "from" if number == len(found) - 1:
                since = max(since, moment.since)
            case _:
                days.append(moment)
    if days:
        since = max(since, min(day.since for day in days))
        until = min(until, max(day.until for day in days))
    return (since, until) if since < until else (BEGINNING, END)

"""What reads like a next step or a block in somebody's entries, and is still open."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from companion.domain.entry import Entry
from companion.domain.tags import has_tag
from companion.domain.threads import COMMON_WORDS, Bond, features
from companion.domain.words import tokens


class Sort(StrEnum):
    """What an entry leaves open."""

    NEXT = "next"
    BLOCKED = "blocked"
    QUESTION = "question"


@dataclass(frozen=True, slots=True)
class OpenEnd:
    """A sentence that leaves something open, in the person's own words."""

    entry: Entry
    sort: Sort
    words: str


ANSWERED_SHARE = 0.6
"""So much of what an open end is about has to come back in a later entry that answers it."""

MIN_LENGTH, STEM_LENGTH = 4, 5

_NEXT = re.compile(
    r"^(?:next(?: step| up)?s?|todo|to do|to-do|then|tomorrow|later|morgen|als nächstes|"
    r"nächster schritt|siguiente|mañana|demain|ensuite)\b\s*[:,–—-]|"
    r"^(?:next|todo|to do|to-do)\s+\S|\b(?:todo|fixme)\b\s*:?|\bnext\s*:|"
    r"\b(?:still|needs?|have|has) to\b|\bstill (?:missing|open|left)\b|\bremains to\b",
    re.IGNORECASE,
)
_BLOCKED = re.compile(
    r"\bblocked\b(?! (?:off|out)\b)|\bwaiting (?:for|on)\b|\bblocker\b|\bstuck (?:on|in|with|at)\b|"
    r"\bdepends on\b|\bwarte auf\b|\bblockiert\b|\bbloquead[oa]\b|\bbloqué\b",
    re.IGNORECASE,
)
_NOT_BLOCKED = re.compile(
    r"\b(?:un|not |no longer |isn.t )blocked\b|\bno blockers?\b", re.IGNORECASE
)
_QUESTION = re.compile(r"\?(?:\s|$|[\"”’)])")
_SENTENCE = re.compile(r"(?<=[.!?;])\s+(?=\S)|\n+")
_DONE = re.compile(
    r"\b(?:done|finished|fixed|solved|unblocked|resolved|answered|works now|is green|merged|"
    r"shipped|released|deployed|wrote|written|erledigt|fertig|gelöst)\b",
    re.IGNORECASE,
)


def open_ends(entries: Sequence[Entry]) -> list[OpenEnd]:
    """What the entries leave open, oldest first, but for what a later entry answers.

    A later entry answers where it has most of the words that the open end is about, or names the
    same ticket, tag or file and says that it is done; and does not leave the same open again.
    """
    found = [(number, end) for number, entry in enumerate(entries) for end in _ends_of(entry)]
    return [
        end
        for number, end in found
        if not any(_answers(later, end) for later in entries[number + 1 :])
        and not any(_same(end, other) for after, other in found if after > number)
    ]


def _ends_of(entry: Entry) -> list[OpenEnd]:
    ends = []
    for sentence in _SENTENCE.split(entry.text):
        words = sentence.strip()
        if words and (sort := _sort(words)):
            ends.append(OpenEnd(entry, sort, words))
    if not ends and any(has_tag(entry.text, tag) for tag in ("next", "todo", "blocked")):
        sort = Sort.BLOCKED if has_tag(entry.text, "blocked") else Sort.NEXT
        ends.append(OpenEnd(entry, sort, entry.text.strip()))
    return ends


def _sort(sentence: str) -> Sort | None:
    if _BLOCKED.search(sentence) and not _NOT_BLOCKED.search(sentence):
        return Sort.BLOCKED
    if _NEXT.search(sentence):
        return Sort.NEXT
    return Sort.QUESTION if _QUESTION.search(sentence) else None


def _answers(later: Entry, end: OpenEnd) -> bool:
    about = _stems(end.words)
    shared = about & _stems(later.text)
    named = bool(_names(end.words) & _names(later.text))
    if any(_sort(each) for each in _SENTENCE.split(later.text) if shared & _stems(each)):
        return False
    if named and _DONE.search(later.text):
        return True
    return bool(about) and len(shared) >= ANSWERED_SHARE * len(about)


def _same(end: OpenEnd, other: OpenEnd) -> bool:
    """Whether it was said again later: then the later one stands for both."""
    about = _stems(end.words)
    return bool(about) and len(about & _stems(other.words)) >= ANSWERED_SHARE * len(about)


def _stems(text: str) -> set[str]:
    """How the words begin that say what it is about: `test` and `tests` are the same."""
    return {
        token.text[:STEM_LENGTH]
        for token in tokens(text)
        if len(token.text) >= MIN_LENGTH and token.text not in COMMON_WORDS
    }


def _names(text: str) -> set[tuple[Bond, str]]:
    """The tags, tickets, pull requests, branches and files in it."""
    return {(each.bond, each.key) for each in features(text) if each.bond <= Bond.FILE}

"""What reads like a next step or a block in somebody's entries, and is still open."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from companion.domain.entry import FROM_GIT, Entry
from companion.domain.mentions import channel_names
from companion.domain.summaries.threads import COMMON_WORDS, Bond, features
from companion.domain.tags import tagged
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

    @property
    def bare(self) -> str:
        """The words without a label of their own that says the sort, such as `next:`."""
        return _LABEL[self.sort].sub("", self.words) or self.words


ANSWERED_SHARE = 0.6
"""So much of what an open end is about has to come back in a later entry that answers it."""

MIN_LENGTH, STEM_LENGTH = 4, 5

_COLON = r"\s*(?:[:,–—]|-(?=\s))\s*"
_NEXT = re.compile(
    r"^(?:next(?: step| up)?s?|todo|to do|to-do|then|tomorrow|later|morgen|als nächstes|"
    rf"nächster schritt|siguiente|mañana|demain|ensuite)\b{_COLON}|\b(?:todo|fixme|next)\s*:|"
    r"\bstill (?:(?:need|have|has) )?to\b|\bstill (?:missing|open|left)\b|\bremains to\b|"
    r"(?:\bwill|['’]ll|\bgoing to)\b.*\btomorrow\b|\btomorrow\b.*(?:\bwill|['’]ll|\bgoing to)\b",
    re.IGNORECASE,
)
_NEED = re.compile(r"\b(?:needs?|have|has) to\b", re.IGNORECASE)
"""A next step, unless it is about something that is done: `fixed what has to run on CI`."""
_TODO = re.compile(r"^(?:next|todo|to do|to-do)\s+\S|\b(?:todo|fixme)\b", re.IGNORECASE)
"""A next step, unless the sentence says that something is done: `todo app finished`."""
_LABEL = {
    Sort.NEXT: re.compile(rf"^(?:next(?: step| up)?s?|todo|to do|to-do)\b{_COLON}", re.IGNORECASE),
    Sort.BLOCKED: re.compile(rf"^(?:blocked|blockers?)\b{_COLON}", re.IGNORECASE),
    Sort.QUESTION: re.compile(rf"^(?:open )?questions?\b{_COLON}", re.IGNORECASE),
}
_BLOCKED = re.compile(
    r"\bblocked\b(?! (?:off|out)\b)|\bwaiting (?:for|on)\b|\bblocker\b|\bstuck on\b|"
    r"(?<!\bwas )(?<!\bwere )\bstuck (?:in|with|at)\b|\bdepends on\b|"
    r"\bwarte auf\b|\bblockiert\b|\bbloquead[oa]\b|\bbloqué\b",
    re.IGNORECASE,
)
_NOT_BLOCKED = re.compile(
    r"\b(?:un|not |no longer |isn.t )blocked\b|\bno blockers?\b", re.IGNORECASE
)
_QUESTION = re.compile(r"\?(?:\s|$|[\"”’)])")
_SENTENCE = re.compile(
    r"(?<=[.!?;])\s+(?=\S)|\n+|,?\s+(?=(?:next(?: step)?s?|todo|blocked)\s*:)", re.IGNORECASE
)
"""Also a label in the middle of a sentence begins one: `merged the fix, next: deploy it`."""
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


def done_words(entry: Entry) -> str:
    """The entry without the sentences that leave something open; "" where all of them do."""
    if not (ends := _ends_of(entry)):
        return entry.text
    left = {end.words for end in ends}
    if entry.text.strip() in left:
        return ""
    lines = (
        " ".join(words for each in _SENTENCE.split(line) if (words := each.strip()) not in left)
        for line in entry.text.splitlines()
    )
    return "\n".join(line for line in lines if line)


def _ends_of(entry: Entry) -> list[OpenEnd]:
    if entry.source in FROM_GIT:
        return []  # a commit is done, whatever its subject begins with
    ends = []
    channels = channel_names(entry.mentions)
    for sentence in _SENTENCE.split(entry.text):
        words = sentence.strip()
        if words and (sort := _sort(_without(channels, words))):
            ends.append(OpenEnd(entry, sort, words))
    if not ends and any(tagged(tag)(entry) for tag in ("next", "todo", "blocked")):
        sort = Sort.BLOCKED if tagged("blocked")(entry) else Sort.NEXT
        ends.append(OpenEnd(entry, sort, entry.text.strip()))
    return ends


def _without(channels: Sequence[str], words: str) -> str:
    """The words without the names of channels: one named `#blocked` says nothing of the entry."""
    for channel in channels:
        words = re.sub(rf"#{re.escape(channel)}(?![\w-])", "#", words)
    return words


def _sort(sentence: str) -> Sort | None:
    if _BLOCKED.search(sentence) and not _NOT_BLOCKED.search(sentence):
        return Sort.BLOCKED
    if _is_next(sentence):
        return Sort.NEXT
    return Sort.QUESTION if _QUESTION.search(sentence) else None


def _is_next(sentence: str) -> bool:
    if _NEXT.search(sentence):
        return True
    if need := _NEED.search(sentence):
        return not _DONE.search(sentence, 0, need.start())
    return bool(_TODO.search(sentence)) and not _DONE.search(sentence)


def _answers(later: Entry, end: OpenEnd) -> bool:
    about = _stems(end.words)
    shared = about & _stems(later.text)
    named = bool(_names(end.words, end.entry) & _names(later.text, later))
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


def _names(text: str, entry: Entry) -> set[tuple[Bond, str]]:
    """The tags, tickets, pull requests, branches and files in a text of that entry."""
    found = features(text, channel_names(entry.mentions))
    return {(each.bond, each.key) for each in found if each.bond <= Bond.FILE}

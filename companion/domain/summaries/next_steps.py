"""What reads like a next step or a block in somebody's entries, and is still open."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

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

_COLON = r"\s*(?:[:：,–—]|-(?=\s))\s*"
_BOX = r"(?:[-*+•]\s+)?(?:\[ ?\]|☐)\s"
"""What is to be ticked off in a list."""
_NEXT = re.compile(
    rf"^{_BOX}|"
    r"^(?:next(?: step| up)?s?|todo|to do|to-do|then|tomorrow|later|morgen|als nächstes|"
    r"nächster schritt|siguiente|mañana|demain|ensuite|à faire|下一步|待办|次|다음)"
    rf"(?!\w){_COLON}|\b(?:todo|fixme|next)\s*:|"
    r"^(?:plan|planning|remember|don['’]t forget)(?:\s*:| to\b)|"
    r"^follow[- ]up(?:\s*:| (?:with|on)\b)|"
    r"\bstill (?:(?:need|have|has) )?to\b|\bstill (?:missing|open|left)\b|\bremains to\b|"
    r"(?:\bwill|['’]ll|\bgoing to)\b.*\btomorrow\b|\btomorrow\b.*(?:\bwill|['’]ll|\bgoing to)\b",
    re.IGNORECASE,
)
_NEED = re.compile(r"\b(?:needs?|have|has) to\b", re.IGNORECASE)
"""A next step, unless it is about something that is done: `fixed what has to run on CI`."""
_TODO = re.compile(r"^(?:next(?! to\b)|todo|to do|to-do)\s+\S|\b(?:todo|fixme)\b", re.IGNORECASE)
"""A next step, unless the sentence says that something is done: `todo app finished`."""
_LABEL = {
    Sort.NEXT: re.compile(
        rf"^{_BOX}|^(?:next(?: step| up)?s?|todo|to do|to-do)\b{_COLON}", re.IGNORECASE
    ),
    Sort.BLOCKED: re.compile(rf"^(?:blocked|blockers?)\b{_COLON}", re.IGNORECASE),
    Sort.QUESTION: re.compile(rf"^(?:open )?questions?\b{_COLON}", re.IGNORECASE),
}
_BLOCKED = re.compile(
    r"\bblocked\b(?! (?:off|out)\b| (?:an?|the) (?!whole\b|entire\b))|\bwaiting (?:for|on)\b|"
    r"(?<!\bad )(?<!\bad-)\bblocker\b|\bstuck on\b|"
    r"(?<!\bwas )(?<!\bwere )\bstuck (?:in|with|at)\b|"
    r"\bwarte auf\b|\bblockiert\b|\bbloquead[oa]\b|\bbloqué\b",
    re.IGNORECASE,
)
_DEPENDS = re.compile(r"\bdepends on\b", re.IGNORECASE)
_NOT_BLOCKED = re.compile(
    r"\b(?:un|not |no longer |isn.t |nothing(?: is)? )blocked\b|\bno blockers?\b|"
    r"^block(?:ed|ers?)\s*[:–—-]\s*(?:none|nothing|nobody|nope|no|n/a|keine?|-|–)\W*$|"
    r"\bbut (?:\w+ ){0,2}(?:fixed|solved|resolved|works|found)\b|"
    r"\bnow (?:it )?(?:works|fixed|solved)\b",
    re.IGNORECASE,
)
_QUESTION = re.compile(r"\?(?:\s|$|[\"”’)])|^(?:open )?questions?\s*:", re.IGNORECASE)
_SENTENCE = re.compile(
    r"(?<=[.!?;])\s+(?=\S)|\n+"
    r"|(?<!\s),?\s++(?:[-–—→]\s++)?(?=(?:next(?: step)?s?|todo|blocked)\s*:)",
    re.IGNORECASE,
)
"""Also a label in the middle of a sentence begins one: `merged the fix, next: deploy it`."""
_DONE = re.compile(
    r"\b(?:done|finished|fixed|solved|unblocked|resolved|answered|works now|is green|merged|"
    r"shipped|released|deployed|wrote|written|called|sent|(?:is|went) (?:out|live)|"
    r"erledigt|fertig|gelöst)\b",
    re.IGNORECASE,
)
_NOT_YET = re.compile(r"\bstill\b|\bnot yet\b|n['’]t\b|(?<!works )\bagain\b", re.IGNORECASE)
_UNBLOCKED = re.compile(
    r"(?:(?:i|we)(?:['’](?:m|re))? )?unblocked(?: now| again)?[.!]*", re.IGNORECASE
)
_LABELS = frozenset(["next", "todo", "tomor", "later", "still", "block", "waiti", "stuck", "depen"])
"""Stems that say the sort of an open end, and not what it is about."""
_BASE_FORMS = {"wrote": "write", "written": "write", "sent": "send", "built": "build",
               "made": "make", "found": "find", "took": "take", "taken": "take"}  # fmt: skip


def open_ends(entries: Sequence[Entry]) -> list[OpenEnd]:
    """What the entries leave open, oldest first, but for what a later entry answers.

    A later entry answers where it has most of the words that the open end is about, or names the
    same ticket, tag or file and says that it is done; and does not leave the same open again.
    """
    read = [_Read(entry) for entry in entries]
    found = [
        (number, end, _stems(end.words))
        for number, entry in enumerate(entries)
        for end in _ends_of(entry)
    ]
    left = []
    for number, end, stems in found:
        about = _stems(end.bare) - _LABELS
        if any(later.answers(end, about) for later in read[number + 1 :]):
            continue
        if not any(_same(stems, others) for after, _, others in found if after > number):
            left.append(end)
    return left


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
    if _is_blocked(sentence):
        return Sort.BLOCKED
    if _is_next(sentence):
        return Sort.NEXT
    return Sort.QUESTION if _QUESTION.search(sentence) else None


def _is_blocked(sentence: str) -> bool:
    if _NOT_BLOCKED.search(sentence):
        return False
    if depends := _DEPENDS.search(sentence):
        return not _DONE.search(sentence, 0, depends.start())
    return bool(_BLOCKED.search(sentence))


def _is_next(sentence: str) -> bool:
    if _NEXT.search(sentence):
        return True
    if need := _NEED.search(sentence):
        return not _DONE.search(sentence, 0, need.start())
    return bool(_TODO.search(sentence)) and not _DONE.search(sentence)


class _Read:
    """An entry, and what it says: worked out once, however many open ends it may answer."""

    def __init__(self, entry: Entry) -> None:
        self._entry = entry
        self._text = entry.text

    def answers(self, end: OpenEnd, about: set[str]) -> bool:
        """Whether it does. `about` are the stems of what the open end is about."""
        shared = about & self._stems
        if any(shared & stems for stems in self._left_open):
            return False
        if self._is_done and (_names(end.words, end.entry) & self._names):
            return True
        if end.sort is not Sort.QUESTION and _NOT_YET.search(self._text):
            return False
        if end.sort is Sort.BLOCKED and _UNBLOCKED.fullmatch(self._text.strip()):
            return True
        if len(about) > 1 or (about and end.sort is Sort.QUESTION):
            return len(shared) >= ANSWERED_SHARE * len(about)
        # One word in common says little by itself: `meeting about the release`.
        rare = about or _every_word(end.bare)
        return bool(self._is_done and rare and rare <= self._every_word)

    @cached_property
    def _stems(self) -> set[str]:
        return _stems(self._text)

    @cached_property
    def _left_open(self) -> list[set[str]]:
        return [_stems(each) for each in _SENTENCE.split(self._text) if _sort(each)]

    @cached_property
    def _is_done(self) -> bool:
        return bool(_DONE.search(self._text))

    @cached_property
    def _names(self) -> set[tuple[Bond, str]]:
        return _names(self._text, self._entry)

    @cached_property
    def _every_word(self) -> set[str]:
        return _every_word(self._text)


def _same(stems: set[str], others: set[str]) -> bool:
    """Whether it was said again later: then the later one stands for both."""
    return bool(stems) and len(stems & others) >= ANSWERED_SHARE * len(stems)


def _stems(text: str) -> set[str]:
    """How the words begin that say what it is about: `test` and `tests` are the same."""
    words = (_BASE_FORMS.get(token.text, token.text) for token in tokens(text))
    return {
        word[:STEM_LENGTH] for word in words if len(word) >= MIN_LENGTH and word not in COMMON_WORDS
    }


def _every_word(text: str) -> set[str]:
    """The same of common words and short names: `release`, `Bo`."""
    names = {name.lower() for name in re.findall(r"\b[A-Z]\w{1,2}\b", text)}
    words = {token.text[:STEM_LENGTH] for token in tokens(text) if len(token.text) >= MIN_LENGTH}
    return (names | words) - _LABELS


def _names(text: str, entry: Entry) -> set[tuple[Bond, str]]:
    """The tags, tickets, pull requests, branches and files in a text of that entry."""
    found = features(text, channel_names(entry.mentions))
    return {(each.bond, each.key) for each in found if each.bond <= Bond.FILE}

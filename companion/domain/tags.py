"""Tags: `#word` in an entry's text. They are read from the text and not stored beside it."""

import re
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from difflib import get_close_matches

from companion.domain.entry import Entry
from companion.domain.mentions import channel_names
from companion.domain.words import fold

_CODE = re.compile(r"(`{3,}|~{3,})[\s\S]*?(?:\1|\Z)|(`{1,2})(?!`).+?(?<!`)\2(?!`)")
_ADDRESS = re.compile(r"(?:[a-z][a-z0-9+.-]*://|www\.)\S+", re.IGNORECASE)
# A word of any script; - _ and / inside of it. Combining marks belong to the letters before them.
_LETTER = r"[^\W_]"
_MARK = r"\u0300-\u036f\u0483-\u0487\u0591-\u05bd\u064b-\u065f\u093a-\u094d\u0e31-\u0e4e"
_TAG = re.compile(rf"(?<![\w&#/.@=-])#({_LETTER}(?:[\w{_MARK}]|[-/](?={_LETTER}))*)", re.UNICODE)


def tags(text: str, channels: Collection[str] = ()) -> list[str]:
    """The tags of a text as they were typed, each once, in order.

    Not one are `#412`, a `#` in code or in an address, and a Slack channel: `channels` are the
    names that Slack itself made links of.
    """
    if "#" not in text:
        return []
    plain = _ADDRESS.sub(" ", _CODE.sub(" ", text))
    found: dict[str, str] = {}
    for match in _TAG.finditer(plain):
        tag = match[1].rstrip("-_/")
        if not tag.isdecimal() and tag not in channels:
            found.setdefault(fold(tag), tag)
    return list(found.values())


def has_tag(text: str, tag: str, channels: Collection[str] = ()) -> bool:
    """Whether a text has that tag, however it is written (`#Deploy` is `#deploy`)."""
    wanted = fold(tag.removeprefix("#"))
    return wanted in {fold(each) for each in tags(text, channels)}


def entry_tags(entry: Entry) -> list[str]:
    """The tags of an entry. A channel that Slack made a link of is none."""
    return tags(entry.text, channel_names(entry.mentions))


def tagged(tag: str) -> Callable[[Entry], bool]:
    """Whether an entry has that tag."""
    return lambda entry: has_tag(entry.text, tag, channel_names(entry.mentions))


def is_tag(word: str) -> bool:
    """Whether `#word` would be a tag in an entry."""
    return tags(f"#{word}") == [word]


@dataclass(frozen=True, slots=True)
class TagUse:
    """A tag as it was last typed, how many entries have it, and the last of them."""

    tag: str
    count: int
    last: Entry


@dataclass(frozen=True, slots=True)
class TagCounter:
    """Counts the tags of entries, given oldest first."""

    _uses: dict[str, TagUse] = field(default_factory=dict)

    def add(self, entry: Entry) -> None:
        """Count one more entry."""
        for tag in entry_tags(entry):
            key = fold(tag)
            before = self._uses.get(key)
            self._uses[key] = TagUse(tag, before.count + 1 if before else 1, entry)

    def uses(self) -> list[TagUse]:
        """All tags, the most used first."""
        return sorted(self._uses.values(), key=lambda use: (-use.count, fold(use.tag)))

    def find(self, tag: str) -> TagUse | None:
        """The use of that tag, however it is written."""
        return self._uses.get(fold(tag))

    def nearest(self, tag: str) -> str | None:
        """The tag that is spelled most like it; None where none is."""
        for key in get_close_matches(fold(tag), self._uses, n=1):
            return self._uses[key].tag
        return None

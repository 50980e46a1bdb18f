"""Tags: `#word` in an entry's text. They are read from the text and not stored beside it."""

import re
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from difflib import get_close_matches
from unicodedata import category

from companion.domain.entry import Entry
from companion.domain.mentions import channel_names
from companion.domain.words import fold

_CODE = re.compile(r"(`{3,}|~{3,})[\s\S]*?(?:\1|\Z)|(`{1,2})(?!`).+?(?<!`)\2(?!`)")
_ADDRESS = re.compile(r"(?:[a-z][a-z0-9+.-]*://|www\.)\S+", re.IGNORECASE)
_BEGIN = re.compile(r"(?<![\w&#/.@=-])#(?=[^\W_])")
_INSIDE = "-/\u200c\u200d"
"""What stands only between letters: signs, and what joins or parts letters of some scripts."""


def tags(text: str, channels: Collection[str] = ()) -> list[str]:
    """The tags of a text as they were typed, each once, in order.

    Not one are `#412`, a `#` in code or in an address, and a Slack channel: `channels` are the
    names that Slack itself made links of.
    """
    if "#" not in text:
        return []
    plain = _ADDRESS.sub(" ", _CODE.sub(" ", text))
    found: dict[str, str] = {}
    for match in _BEGIN.finditer(plain):
        tag = _word_at(plain, match.end())
        if not tag.isdecimal() and tag not in channels:
            found.setdefault(fold(tag), tag)
    return list(found.values())


def _word_at(text: str, start: int) -> str:
    """The word of any script that begins there; `-`, `_` and `/` may be inside of it.

    Combining marks, which write vowels in many scripts, belong to the letters before them.
    """
    end = start
    for at in range(start, len(text)):
        character = text[at]
        if character.isalnum() or character == "_" or category(character)[0] == "M":
            end = at + 1
        elif end < at or character not in _INSIDE or not text[at + 1 : at + 2].isalnum():
            break
    return text[start:end].rstrip("_")


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

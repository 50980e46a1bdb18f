"""Tags: `#word` in an entry's text. They are read from the text and not stored beside it."""

import re
from collections.abc import Collection

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

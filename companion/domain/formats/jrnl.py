"""jrnl's JSON (`jrnl --export json`) and jrnl's text, which make the same entries.

A star becomes the tag `#starred`, and jrnl's `@tags` become `#tags`.
"""

import re
from datetime import datetime
from typing import Any

from companion.domain.formats import grammar
from companion.domain.formats.found import EntryMaker, Found, an_object, text_of, with_tags

STARRED = "starred"
_TAG = re.compile(r"(?<!\S)@(?=[-+*#/\w])")
"""As jrnl finds its tags: https://github.com/jrnl-org/jrnl/blob/develop/jrnl/journals/Entry.py"""


def read(maker: EntryMaker, number: int, record: Any) -> Found:
    """An element of `entries`; its time is a local one."""
    entry = an_object(record)
    title, body = text_of(entry, "title") or "", text_of(entry, "body") or ""
    text = "\n".join(part.strip() for part in (title, body) if part.strip())
    if not text:
        raise ValueError("it has no text")
    day, clock = text_of(entry, "date"), text_of(entry, "time") or "12:00"
    if not day:
        raise ValueError("it has no date")
    dated = grammar.read_dated(f"{day} {clock}")
    if dated is None or dated.text or dated.offset:
        raise ValueError("its date or its time is not read; they are like 2026-11-20 and 14:05")
    tags = entry.get("tags") or []
    if not isinstance(tags, list) or not all(isinstance(tag, str) for tag in tags):
        raise ValueError("its tags are not a list of texts")
    said = text
    for tag in tags:
        found = re.compile(rf"(?<!\S)@(?={re.escape(tag[1:])}(?![-+*#/\w]))", re.IGNORECASE)
        text = found.sub("#", text)
    names = [re.sub(r"^[^\w]", "", tag) for tag in tags]
    starred = [STARRED] if entry.get("starred") is True else []
    return maker.local(
        number, dated.wall, _tagged(text, [*names, *starred]), said=said, to_the_minute=True
    )


def made_of_text(maker: EntryMaker, number: int, wall: datetime, text: str) -> Found:
    """An entry of jrnl's text; its first line ends with a star if it is starred."""
    title, *body = text.split("\n")
    starred = title.rstrip().endswith("*")
    said = "\n".join([title.strip("\n *"), *body]).strip() if starred else text
    if not said:
        raise ValueError("it has no text")
    return maker.local(
        number,
        wall,
        _tagged(_TAG.sub("#", said), [STARRED] if starred else []),
        said=said,
        earlier=(text, said),
        to_the_minute=True,
    )


def _tagged(text: str, tags: list[str]) -> str:
    return with_tags(text, [tag for tag in tags if tag])

"""Markdown: a list under each day, to read; a comment in each item makes reading it back exact."""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from companion.domain.calendar import days_window
from companion.domain.entry import Entry
from companion.domain.formats import jsonl
from companion.domain.formats.found import EntryMaker, Found
from companion.domain.markdown import list_item
from companion.domain.summaries.summary import day_heading

_COMMENT = re.compile(r"(?:^|\s)<!-- (?P<record>\{.*\}) -->$")
_ITEM = re.compile(r"- \*\*(?P<label>[0-9]{2}:[0-9]{2}(?: (?:by [^*]+|commit))?)\*\* ")
_ESCAPED = re.compile(r"\\([!-/:-@\[-`{-~])")


class Days:
    """Writes a list under each local day of where the person was; days begin at `day_start`."""

    def __init__(self, zone: ZoneInfo, day_start: time) -> None:
        self._home, self._day_start = zone, day_start
        self._heading = ""
        self._tz: str | None = ""  # no zone is called that: the first entry looks its day up
        self._since = self._until = datetime.min.replace(tzinfo=UTC)

    def __call__(self, entry: Entry) -> str:
        head = ""
        if entry.tz != self._tz or not self._since <= entry.timestamp < self._until:
            heading = self._begin(entry)
            if heading != self._heading:
                head = f"{'\n' if self._heading else ''}## {heading}\n\n"
                self._heading = heading
        local = entry.local_time(self._home)
        label = f"{local.hour:02}:{local.minute:02} {entry.byline}".rstrip()
        return f"{head}{item(label, entry)}\n"

    def _begin(self, entry: Entry) -> str:
        """Look up the entry's day; its heading, which names the zone where it is not home."""
        zone = entry.zone(self._home)
        day = entry.local_day(self._home, self._day_start)
        window = days_window(day, day, zone, self._day_start)
        self._tz, self._since, self._until = entry.tz, window.since, window.until
        return day_heading(entry, self._home, self._day_start)


def item(label: str, entry: Entry) -> str:
    """An entry as an item of a list. Its comment has the words only where what is shown has less
    than they have: blank lines, tabs."""
    shown = list_item(label, _printable(entry.text))
    exact = _words(shown.split("\n")) == entry.text
    record = f"{{{jsonl.fields(entry, text=not exact)}}}"
    return f"{shown} <!-- {record.replace('--', _HYPHENS)} -->"


_HYPHENS = "\\u002d\\u002d"
"""Two hyphens would end the comment; in JSON they stand in strings alone, and this means them."""


@dataclass(frozen=True, slots=True)
class Item:
    """An item that `item` wrote: its comment, and the words that are shown."""

    record: dict[str, Any]
    label: str
    shown: str


def read_item(lines: Sequence[str]) -> Item | None:
    """An item with our comment; None for any other."""
    kept = list(lines)
    while kept and not kept[-1].strip():
        kept.pop()
    comment = _COMMENT.search(kept[-1].rstrip()) if kept else None
    if comment is None:
        return None
    kept[-1] = kept[-1].rstrip()[: comment.start()]
    try:
        record = json.loads(comment["record"])
    except (ValueError, RecursionError):
        raise ValueError("the comment at its end is not JSON any more") from None
    label = _ITEM.match(kept[0].strip())
    if label is None or not isinstance(record, dict):
        raise ValueError("it has a comment of ours and is not an item like - **09:12** any more")
    return Item(record, label["label"], "\n".join([kept[0].strip(), *kept[1:]]))


def made(maker: EntryMaker, number: int, found: Item) -> Found:
    """The entry of an item. ValueError where its words are not those of its comment any more."""
    record = found.record
    shown = found.shown.split("\n")
    if "text" not in record:
        record = {**record, "text": _words(shown)}
    elif isinstance(record["text"], str):
        meant = list_item(found.label, _printable(record["text"])).split("\n")
        if [line.strip() for line in meant] != [line.strip() for line in shown]:
            raise ValueError(
                "its words were changed and the comment has the old ones; take `text` out of it"
            )
    return jsonl.read(maker, number, record)


def _printable(text: str) -> str:
    """A NUL byte would make programs take the file for something else than text."""
    return text.replace("\0", "\N{REPLACEMENT CHARACTER}")


def _words(shown: Sequence[str]) -> str:
    """The text that an item shows."""
    first, *more = shown
    lines = [_ITEM.sub("", first, count=1), *(line.removeprefix("  ") for line in more)]
    return "\n".join(
        _ESCAPED.sub(r"\1", re.sub("^\u00a0+", lambda match: " " * len(match[0]), line.rstrip(" ")))
        for line in lines
    )

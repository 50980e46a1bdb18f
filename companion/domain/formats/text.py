"""Text with days: dated lines, jrnl's text, and a list under each day (our Markdown is one).

Its grammar is in docs/import.md. A line outside it is named, never swallowed by its neighbours.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from enum import Enum
from textwrap import dedent
from zoneinfo import ZoneInfo

from companion.domain.entry import MAX_TEXT_BYTES
from companion.domain.formats import grammar, jrnl, markdown
from companion.domain.formats.found import EntryMaker, Found, Read, Unreadable, why
from companion.domain.formats.grammar import ACCEPTED, Dated, Heading
from companion.errors import TextTooLongError

NOON = time(12)
"""When something was said of which only the day is known."""
_BULLET = re.compile(r"[-*+•]\s+")
_RULE = re.compile(r"([-*_=])(?:\s*\1){2,}")
"""A line across the page. It has no words."""
_BOLD_TIME = re.compile(r"\*\*(?P<clock>[^*]{1,20})\*\*(?=[\s:–—-]|$)(?:\s*[:–—-](?=\s|$))?\s*")


class _Mode(Enum):
    """What stood last, and so what the next lines may be."""

    NOTHING = 0
    DATED = 1
    JRNL = 2
    DAYS = 3


@dataclass(slots=True)
class _Open:
    """An entry that the next lines may still belong to."""

    number: int
    wall: datetime
    words: str
    raw: str
    dated: Dated | None = None
    heading: Heading | None = None
    more: list[str] = field(default_factory=list)
    size: int = 0

    def add(self, line: str) -> None:
        """One more line; of a text that is too long already, only its length."""
        self.size += len(line.encode("utf-8", "surrogatepass")) + 1
        if self.size <= 2 * MAX_TEXT_BYTES:
            self.more.append(line)


def read_text(lines: Iterable[str], maker: EntryMaker) -> Iterator[Read]:
    """Lines that begin with a day and a time, and what follows each; or, under a line that is
    nothing but a day, an entry on each line, with a time or at noon."""
    return _Reader(maker).read(lines)


class _Reader:
    def __init__(self, maker: EntryMaker) -> None:
        self._maker = maker
        self._mode = _Mode.NOTHING
        self._current: _Open | None = None
        self._heading: Heading | None = None
        self._heading_indent = 0
        self._indent: int | None = None  # of what begins an entry; deeper is part of one

    def read(self, lines: Iterable[str]) -> Iterator[Read]:
        for number, raw in enumerate(lines, start=1):
            line = raw.strip()
            if not line:
                if self._current:
                    self._current.add("")
                continue
            try:
                if "\0" in line:
                    raise ValueError("it has a NUL byte, which no text has")
                if self._is_rule(line, _indent(raw)):
                    continue
                if self._goes_on(line, _indent(raw)):
                    if self._current:
                        self._current.add(raw.rstrip())
                    continue
                yield from self._close()
                self._begin(number, line, _indent(raw))
            except ValueError as error:
                yield from self._close()
                yield Unreadable(number, why(error))
        yield from self._close()

    def _goes_on(self, line: str, indent: int) -> bool:
        """Whether a line belongs to the entry above it. ValueError where that would be a guess."""
        if self._mode is _Mode.NOTHING:
            return False
        deeper = self._indent is not None and indent > self._indent
        if self._mode is _Mode.JRNL:
            return deeper or not (line.startswith("[") and grammar.begins_with_day(line))
        if deeper:
            if line.startswith("#") and grammar.read_heading(line):
                raise ValueError("a day's heading is indented; begin it where the others begin")
            return True
        if self._mode is _Mode.DAYS:
            return False
        heading = grammar.read_heading(line)
        if heading and heading.mark != "":
            return not heading.mark.startswith("#") and _unclear("a day")
        if heading:
            return _unclear("a day alone")
        if grammar.begins_with_time(_BULLET.sub("", line, count=1)):
            return _unclear("a time without a day")
        return not grammar.begins_with_day(line)

    def _is_rule(self, line: str, indent: int) -> bool:
        """Whether a line parts days or entries of a list, and is not part of one."""
        deeper = self._indent is not None and indent > self._indent
        return self._mode is _Mode.DAYS and not deeper and bool(_RULE.fullmatch(line))

    def _begin(self, number: int, line: str, indent: int) -> None:
        """Take a line that begins an entry or a day."""
        if (heading := grammar.read_heading(line)) and self._is_heading(heading, indent):
            self._mode, self._heading, self._heading_indent = _Mode.DAYS, heading, indent
            self._indent = None
        elif dated := grammar.read_dated(line):
            self._mode = _Mode.JRNL if dated.bracketed else _Mode.DATED
            self._indent = indent if self._indent is None else self._indent
            self._heading = None
            self._current = _Open(number, dated.wall, dated.text, line, dated=dated)
        elif self._heading:
            self._indent = indent if self._indent is None else self._indent
            self._current = self._item(number, line, self._heading)
        else:
            raise ValueError(f"begin the line with a date, like {ACCEPTED}")

    def _is_heading(self, heading: Heading, indent: int) -> bool:
        """A bullet before a day makes a heading only where the days are the outer list."""
        if heading.mark == "" or heading.mark.startswith("#") or not self._heading:
            return True
        return bool(self._heading.mark) and indent <= self._heading_indent

    def _item(self, number: int, line: str, heading: Heading) -> _Open:
        if re.match(r"#{1,6}\s", line):
            raise ValueError("this heading is not a day like ## 2026-11-20")
        words = _BULLET.sub("", line, count=1)
        bold = _BOLD_TIME.match(words)
        dated: Dated | None = None
        if bold and (clock := grammar.read_bold(bold["clock"])):
            words = words[bold.end() :]
        elif grammar.begins_with_time(words):
            timed = grammar.read_timed(words)
            clock, words = timed.clock, timed.text
            if timed.offset:
                wall = datetime.combine(heading.day, clock)
                dated = Dated(wall, words, timed.offset, bracketed=False)
        elif grammar.begins_with_day(words):
            raise ValueError("it begins with a day under another day; put a time before it")
        elif grammar.begins_with_marked_time(words):
            raise ValueError("the time is not read; write it like 14:05, without marks around it")
        else:
            clock = NOON
        wall = datetime.combine(heading.day, clock)
        return _Open(number, wall, words, line, dated=dated, heading=heading)

    def _close(self) -> Iterator[Read]:
        """The open entry with all its lines."""
        entry, self._current = self._current, None
        if entry is None:
            return
        try:
            yield self._made(entry)
        except ValueError as error:
            yield Unreadable(entry.number, why(error))

    def _made(self, entry: _Open) -> Found:
        if entry.size > 2 * MAX_TEXT_BYTES:
            raise TextTooLongError(entry.size, MAX_TEXT_BYTES)
        if entry.heading and (ours := markdown.read_item([entry.raw, *entry.more])):
            return markdown.made(self._maker, entry.number, ours)
        text = f"{entry.words}\n{dedent('\n'.join(entry.more))}".strip()
        if not text:
            raise ValueError("it has no text")
        dated = entry.dated
        if dated and dated.offset:
            moment = dated.wall.replace(tzinfo=dated.offset)
            return self._maker.at(entry.number, moment, text, self._maker.zone.key)
        if dated and dated.bracketed:
            return jrnl.made_of_text(self._maker, entry.number, dated.wall, text)
        heading, shown_at = entry.heading, entry.wall
        zone = ZoneInfo(heading.zone) if heading and heading.zone else None
        if heading and entry.wall.time() < self._maker.day_start:
            shown_at += timedelta(days=1)  # that day goes on after midnight
        return self._maker.local(entry.number, entry.wall, text, shown_at=shown_at, zone=zone)


def _indent(raw: str) -> int:
    start = raw[: len(raw) - len(raw.lstrip())]
    return len(start.expandtabs(4))


def _unclear(what: str) -> bool:
    raise ValueError(
        f"{what} after a dated entry: indent it if it belongs to that entry, or write it like"
        f" {ACCEPTED} (a day for the lines below it, like ## 2026-11-20)"
    )

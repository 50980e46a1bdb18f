"""Entries as they leave: Markdown to read, JSON Lines to keep, CSV to calculate with.

Each format is written entry by entry, so that any number of them needs no more memory than one.
"""

import csv
from collections.abc import Callable
from datetime import UTC, datetime, time
from json.encoder import encode_basestring as quoted  # as JSONEncoder has it, and much faster
from typing import Any
from zoneinfo import ZoneInfo

from companion.domain.calendar import days_window, local_day
from companion.domain.entry import Entry, format_timestamp
from companion.domain.markdown import list_item
from companion.domain.summary import day_name

type Render = Callable[[Entry], str]
"""What is written for an entry, given after those before it."""

FORMATS = {"markdown": ".md", "jsonl": ".jsonl", "csv": ".csv"}
"""The formats, and how their files' names end."""


def renderer(form: str, zone: ZoneInfo, day_start: time) -> Render:
    """How entries are written in one of `FORMATS`, from the first on."""
    match form:
        case "markdown":
            return _MarkdownDays(zone, day_start)
        case "csv":
            return _Csv(zone)
        case _:
            return json_line


def json_line(entry: Entry) -> str:
    """All that is known of an entry, on one line; `records.read_record` reads it."""
    more = "".join(
        f', "{name}": {quoted(value)}'
        for name, value in (
            ("tz", entry.tz),
            ("source", entry.source),
            ("answers", entry.answers),
            ("revision", entry.revision),
        )
        if value
    )
    return (
        f'{{"timestamp": "{format_timestamp(entry.timestamp)}", "text": {quoted(entry.text)}'
        f'{more}, "log_id": "{entry.log_id}"}}\n'
    )


class _MarkdownDays:
    """A list under each local day of where the person was, where days begin at `day_start`."""

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
        return f"{head}{list_item(f'{local.hour:02}:{local.minute:02}', entry.text)}\n"

    def _begin(self, entry: Entry) -> str:
        """Look up the entry's day; its heading, which names the zone where it is not home."""
        zone = ZoneInfo(entry.tz) if entry.tz else self._home
        day = local_day(entry.timestamp, zone, self._day_start)
        window = days_window(day, day, zone, self._day_start)
        self._tz, self._since, self._until = entry.tz, window.since, window.until
        here = entry.timestamp.astimezone(self._home).utcoffset()
        away = entry.timestamp.astimezone(zone).utcoffset() != here
        return f"{day_name(day)} ({zone.key})" if away else day_name(day)


class _Written:
    """Gives back what is written to it, and `writerow` hands that on."""

    def write(self, text: str) -> str:
        return text


class _Csv:
    """RFC 4180, with a line of names first; dates and times are those of where the person was."""

    def __init__(self, zone: ZoneInfo) -> None:
        self._zone = zone
        self._row = csv.writer(_Written()).writerow
        self._head: Any = self._row(
            ("date", "time", "tz", "text", "source", "answers", "timestamp", "log_id")
        )

    def __call__(self, entry: Entry) -> str:
        day, _, clock = entry.local_time(self._zone).isoformat(" ", "seconds").partition(" ")
        row: Any = self._row(
            (
                day,
                clock[:8],
                entry.tz or self._zone.key,
                entry.text,
                entry.source,
                entry.answers,
                format_timestamp(entry.timestamp),
                entry.log_id,
            )
        )
        head, self._head = self._head, ""
        return f"{head}{row}"

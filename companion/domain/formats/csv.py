"""CSV (RFC 4180), to calculate with; dates and times are those of where the person was.

A cell that a spreadsheet would run as a formula gets an apostrophe, which reading it takes off.
https://owasp.org/www-community/attacks/CSV_Injection
"""

import csv
import re
from collections.abc import Iterable, Iterator
from datetime import time
from typing import Any
from zoneinfo import ZoneInfo

from companion.domain.entry import Entry, format_optional, format_timestamp
from companion.domain.formats import jsonl
from companion.domain.formats.found import EntryMaker, Read, Unreadable, why
from companion.domain.mentions import mentions_from_json, mentions_to_json

COLUMNS = (
    "day", "date", "time", "tz", "text", "source", "agent", "answers", "timestamp", "logged_at",
    "revision", "mentions", "log_id",
)  # fmt: skip
"""`day` is the person's, which may go on after midnight; `date` is the calendar's."""
NEUTRALIZED = "day"
"""A file with this column has the apostrophes; version 0.1.0 wrote neither."""
MAX_CELL = 4 * 2**20
_RUN = re.compile(r"'*[=+\-@\t\r]")


class _Written:
    """Gives back what is written to it, and `writerow` hands that on."""

    def write(self, text: str) -> str:
        return text


class Rows:
    """Writes the names of the columns, then a row for each entry."""

    def __init__(self, zone: ZoneInfo, day_start: time) -> None:
        self._zone, self._day_start = zone, day_start
        self._row = csv.writer(_Written()).writerow
        self._head: Any = self._row(COLUMNS)

    def __call__(self, entry: Entry) -> str:
        date, _, clock = entry.local_time(self._zone).isoformat(" ", "seconds").partition(" ")
        cells = (
            entry.local_day(self._zone, self._day_start).isoformat(),
            date,
            clock[:8],
            entry.tz or "",
            entry.text,
            entry.source,
            entry.agent or "",
            entry.answers or "",
            format_timestamp(entry.timestamp),
            format_optional(entry.logged_at) or "",
            entry.revision,
            mentions_to_json(entry.mentions),
            str(entry.log_id),
        )
        row: Any = self._row([f"'{cell}" if _RUN.match(cell) else cell for cell in cells])
        head, self._head = self._head, ""
        return f"{head}{row}"


def read_rows(lines: Iterable[str], maker: EntryMaker) -> Iterator[Read]:
    """Rows under a line of names, of which `timestamp` and `text` are needed. The lines keep
    their ends."""
    lines = iter(lines)
    head = next(lines, "")
    csv.field_size_limit(MAX_CELL)
    separator = max(",;\t", key=head.count)
    names = [name.strip().lower() for name in next(csv.reader([head], delimiter=separator), [])]
    if not {"timestamp", "text"} <= set(names):
        yield Unreadable(1, "a column is missing; timestamp and text are needed")
        return
    rows = csv.reader(lines, delimiter=separator, strict=True)
    end = 0
    try:
        for row in rows:
            number, end = end + 2, rows.line_num
            if not any(row):
                continue
            try:
                yield jsonl.read(maker, number, _with_mentions(_record(names, row)))
            except ValueError as error:
                yield Unreadable(number, why(error))
    except csv.Error:
        yield Unreadable(end + 2, "this row is not complete CSV")


def _record(names: list[str], row: list[str]) -> dict[str, str]:
    if len(row) != len(names):
        raise ValueError(f"it has {len(row)} cells, and {len(names)} columns have a name")
    record = dict(zip(names, row, strict=True))
    if NEUTRALIZED in record:
        record = {name: _as_it_was(cell) for name, cell in record.items()}
    return record


def _with_mentions(record: dict[str, str]) -> dict[str, Any]:
    try:
        return {**record, "mentions": mentions_from_json(record.get("mentions"))}
    except ValueError:
        raise ValueError("its mentions are not a JSON object of ids and names") from None


def _as_it_was(cell: str) -> str:
    return cell[1:] if cell.startswith("'") and _RUN.match(cell) else cell

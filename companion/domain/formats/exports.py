"""The formats that entries leave in: Markdown to read, JSON Lines to keep, CSV to calculate with.

Each is written entry by entry, so that any number of them needs no more memory than one.
"""

from collections.abc import Callable
from datetime import time
from zoneinfo import ZoneInfo

from companion.domain.entry import Entry
from companion.domain.formats import csv, jsonl, markdown

type Render = Callable[[Entry], str]
"""What is written for an entry, given after those before it."""


def renderer(form: str, zone: ZoneInfo, day_start: time) -> Render:
    """How entries are written in one of `formats.EXPORTS`, from the first on."""
    match form:
        case "markdown":
            return markdown.Days(zone, day_start)
        case "csv":
            return csv.Rows(zone, day_start)
        case _:
            return jsonl.line

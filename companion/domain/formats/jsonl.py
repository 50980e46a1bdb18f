"""JSON Lines: all that is known of an entry, on one line."""

import json
from collections.abc import Iterable, Iterator
from datetime import datetime
from json.encoder import encode_basestring as quoted  # as JSONEncoder has it, and much faster
from typing import Any
from uuid import UUID

from companion.domain.entry import (
    Entry,
    Source,
    agent_name,
    format_optional,
    format_timestamp,
    parse_timestamp,
)
from companion.domain.formats.found import (
    EntryMaker,
    Found,
    More,
    Read,
    Unreadable,
    an_object,
    text_of,
    why,
    zone_of,
)
from companion.domain.mentions import mentions_to_json, read_mentions


def line(entry: Entry) -> str:
    """An entry as `read` reads it."""
    return f"{{{fields(entry, text=True)}}}\n"


def fields(entry: Entry, *, text: bool) -> str:
    """What is known of an entry, as it stands between the braces of a JSON object."""
    words = f'"text": {quoted(entry.text)}, ' if text else ""
    more = "".join(
        f'"{name}": {quoted(value)}, '
        for name, value in (
            ("tz", entry.tz),
            ("source", entry.source),
            ("answers", entry.answers),
            ("revision", entry.revision),
            ("logged_at", format_optional(entry.logged_at)),
            ("agent", entry.agent),
        )
        if value
    )
    if entry.mentions:
        more += f'"mentions": {mentions_to_json(entry.mentions)}, '
    moment = format_timestamp(entry.timestamp)
    return f'"timestamp": "{moment}", {words}{more}"log_id": "{entry.log_id}"'


def read_lines(lines: Iterable[str], maker: EntryMaker) -> Iterator[Read]:
    """What `line` wrote, or others in its manner; empty lines are left out."""
    for number, each in enumerate(lines, start=1):
        if not each.strip():
            continue
        try:
            record = json.loads(each)
        except (ValueError, RecursionError):
            yield Unreadable(number, "this is not JSON")
            continue
        try:
            yield read(maker, number, record)
        except ValueError as error:
            yield Unreadable(number, why(error))


def read(maker: EntryMaker, number: int, record: Any) -> Found:
    """The entry of a JSON object, which has at least `timestamp` and `text`."""
    entry = an_object(record)
    moment, text, tz = text_of(entry, "timestamp"), text_of(entry, "text"), zone_of(entry, "tz")
    if not text or not text.strip():
        raise ValueError("it has no text")
    if not moment:
        raise ValueError("it has no timestamp")
    timestamp, log_id = _moment("timestamp", moment), _uuid(text_of(entry, "log_id"))
    logged_at = text_of(entry, "logged_at")
    source = text_of(entry, "source") or Source.TERMINAL
    if source not in Source:
        raise ValueError(f"its source is none of {', '.join(Source)}")
    agent = text_of(entry, "agent")
    more: More = {
        "source": Source(source),
        "answers": text_of(entry, "answers") or None,
        "revision": text_of(entry, "revision") or "",
        "mentions": read_mentions(entry.get("mentions")),
        "logged_at": _moment("logged_at", logged_at) if logged_at else None,
        "agent": agent_name(agent) or None if agent else None,
    }
    if log_id:
        return maker.known(number, timestamp, text, tz, log_id, more)
    return maker.at(number, timestamp, text, tz, more)


def _moment(name: str, text: str) -> datetime:
    try:
        return parse_timestamp(text)
    except (ValueError, OverflowError):
        raise ValueError(
            f"its {name} is not a moment with an offset like 2026-11-20T14:05:00+01:00"
        ) from None


def _uuid(text: str | None) -> UUID | None:
    try:
        return UUID(text) if text else None
    except ValueError:
        raise ValueError("its log_id is not a UUID") from None

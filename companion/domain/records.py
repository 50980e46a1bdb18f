"""Entries as they arrive: our own JSON Lines, jrnl's JSON, and plain text with dates.

An entry that brings no identity gets one from its moment and its words, so that reading the same
again makes the same entry. What cannot be read is a ValueError that says why, without the words.
"""

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time
from functools import cache
from textwrap import dedent
from typing import Any
from uuid import UUID, uuid5
from zoneinfo import ZoneInfo

from companion.domain.entry import NAMESPACE, Entry, Source, format_timestamp, parse_timestamp

NOON = time(12)
"""When something was said of which only the day is known."""


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A place in a file, counted from 1, that makes no entry."""

    number: int
    problem: str


type Read = Entry | Unreadable


def imported(user_id: str, timestamp: datetime, text: str, tz: str | None) -> Entry:
    """An entry without an identity of its own: the same words at the same moment are the same."""
    moment = timestamp.astimezone(UTC)
    return Entry(
        user_id=user_id,
        timestamp=moment,
        text=text,
        log_id=uuid5(NAMESPACE, f"import:{format_timestamp(moment)}:{text}"),
        source=Source.TERMINAL,
        tz=tz,
    )


def read_all(found: Iterable[Any], read: Callable[[Any], Entry]) -> Iterator[Read]:
    """Each element of a list, as `read` understands it."""
    for number, one in enumerate(found, start=1):
        try:
            yield read(one)
        except ValueError as error:
            yield Unreadable(number, str(error))


def read_json_lines(lines: Iterable[str], user_id: str) -> Iterator[Read]:
    """What `export.json_line` wrote, or others in its manner; empty lines are left out."""
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            record = json.loads(line)
        except (ValueError, RecursionError):
            yield Unreadable(number, "this is no JSON")
            continue
        try:
            yield read_record(record, user_id)
        except ValueError as error:
            yield Unreadable(number, str(error))


def read_record(record: Any, user_id: str) -> Entry:
    """The entry that `export.json_line` wrote. `timestamp` and `text` are what it cannot lack."""
    if not isinstance(record, dict):
        raise ValueError("this is no JSON object")
    moment, text, tz = _text(record, "timestamp"), _text(record, "text"), _text(record, "tz")
    if not text or not text.strip():
        raise ValueError("it has no text")
    if not moment:
        raise ValueError("it has no timestamp")
    timestamp = _moment(moment)
    if tz and not _is_zone(tz):
        raise ValueError("its tz is no time zone")
    plain = imported(user_id, timestamp, _storable(text), tz or None)
    source = _text(record, "source") or Source.TERMINAL
    if source not in Source:
        raise ValueError(f"its source is none of {', '.join(Source)}")
    return Entry(
        user_id=user_id,
        timestamp=plain.timestamp,
        text=plain.text,
        log_id=_uuid(_text(record, "log_id")) or plain.log_id,
        source=Source(source),
        tz=plain.tz,
        answers=_text(record, "answers") or None,
        revision=_text(record, "revision") or "",
    )


def read_jrnl(record: Any, user_id: str, zone: ZoneInfo) -> Entry:
    """An element of `entries` in what `jrnl --export json` writes; its times are local ones."""
    if not isinstance(record, Mapping):
        raise ValueError("this is no JSON object")
    title, body = _text(record, "title") or "", _text(record, "body") or ""
    text = "\n".join(part.strip() for part in (title, body) if part.strip())
    if not text:
        raise ValueError("it has no text")
    day, clock = _text(record, "date"), _text(record, "time") or "12:00"
    if not day:
        raise ValueError("it has no date")
    return imported(user_id, _local(day, clock, zone), _storable(text), zone.key)


_DAY = r"(?P<day>\d{4}-\d\d-\d\d)"
_CLOCK = r"(?P<clock>\d{1,2}:\d\d(?::\d\d)?(?:\.\d{1,6})?)(?:\s?(?P<half>[AaPp][Mm])\b)?"
_OFFSET = r"\s?(?P<offset>Z\b|[+-]\d\d:?\d\d\b)?"
# `2026-11-20 14:05 text`, `[2026-11-20 02:05 PM] text`, `2026-11-20T14:05:00+01:00: text`
_DATED = re.compile(rf"\[?{_DAY}[T ]\s*{_CLOCK}{_OFFSET}\]?(?=[\s:—–-]|$)[:—–-]?\s*(?P<text>.*)")
# Alone on its line: `2026-11-20`, `## 2026-11-20`, `# Friday 2026-11-20 (Europe/Berlin):`
_HEADING = re.compile(rf"(?:#+\s*)?(?:[^\W\d]+,?\s+)?{_DAY}\s*(?:\((?P<zone>[\w+/-]+)\))?\s*:?")
# `- **09:12** text`, `* text`, `9:12: text`
_LINE = re.compile(
    rf"(?:[-*+]\s+)?(?:(?P<bold>\*\*)?{_CLOCK}(?(bold)\*\*)(?=[\s:—–-]|$)[:—–-]?\s*)?(?P<text>.*)"
)


@dataclass(slots=True)
class _Open:
    """An entry that the next lines may still belong to."""

    number: int
    timestamp: datetime
    tz: str
    lines: list[str]


def read_text(lines: Iterable[str], user_id: str, zone: ZoneInfo) -> Iterator[Read]:
    """Lines that begin with a day and a time, and what follows each; or, under a line that is
    nothing but a day, an entry on each line, with a time or at noon. What is indented belongs to
    the line above it. Times without an offset are those of `zone`."""
    current: _Open | None = None
    heading: tuple[str, ZoneInfo] | None = None
    for number, raw in enumerate(lines, start=1):
        line = raw.strip()
        if not line:
            if current:
                current.lines.append("")
            continue
        try:
            if match := _HEADING.fullmatch(line):
                yield from _closed(current, user_id)
                current = None
                named = match["zone"]
                heading = match["day"], ZoneInfo(named) if named and _is_zone(named) else zone
                _local(match["day"], str(NOON), zone)  # or there is no such day
            elif match := _DATED.fullmatch(line):
                yield from _closed(current, user_id)
                current, heading = None, None
                clock = _clock(match["clock"], match["half"])
                moment = _local(match["day"], clock, zone, match["offset"] or "")
                current = _Open(number, moment, zone.key, [match["text"]])
            elif current and (not heading or raw[:1] in " \t"):
                current.lines.append(raw.rstrip())
            elif heading and (match := _LINE.fullmatch(line)):
                yield from _closed(current, user_id)
                current = None
                day, there = heading
                clock = _clock(match["clock"], match["half"]) if match["clock"] else str(NOON)
                current = _Open(number, _local(day, clock, there), there.key, [match["text"]])
            else:
                yield Unreadable(number, "no day stands before it, like 2026-11-20 14:05")
        except ValueError as error:
            yield Unreadable(number, str(error))
    yield from _closed(current, user_id)


def _closed(entry: _Open | None, user_id: str) -> Iterator[Read]:
    """An entry with all its lines."""
    if entry is None:
        return
    first, *more = entry.lines
    text = f"{first}\n{dedent('\n'.join(more))}".strip()
    if text:
        yield imported(user_id, entry.timestamp, text, entry.tz)
    else:
        yield Unreadable(entry.number, "it has no text")


def _clock(clock: str, half: str | None) -> str:
    """The time of day as ISO 8601 has it."""
    hour, _, rest = clock.partition(":")
    if half:
        if not 1 <= int(hour) <= 12:
            raise ValueError("there is no such time")
        hour = str(int(hour) % 12 + (12 if half.lower() == "pm" else 0))
    return f"{int(hour):02}:{rest}"


def _local(day: str, clock: str, zone: ZoneInfo, offset: str = "") -> datetime:
    try:
        moment = datetime.fromisoformat(f"{day}T{clock}{offset}")
        return (moment if moment.tzinfo else moment.replace(tzinfo=zone)).astimezone(UTC)
    except (ValueError, OverflowError):
        raise ValueError("there is no such day or time") from None


def _moment(text: str) -> datetime:
    try:
        return parse_timestamp(text)
    except (ValueError, OverflowError):
        raise ValueError("its timestamp is no ISO 8601 moment with a zone") from None


def _uuid(text: str | None) -> UUID | None:
    try:
        return UUID(text) if text else None
    except ValueError:
        raise ValueError("its log_id is no UUID") from None


def _text(record: Mapping[str, Any], name: str) -> str | None:
    value = record.get(name)
    if value is not None and not isinstance(value, str):
        raise ValueError(f"its {name} is no text")
    return value


def _storable(text: str) -> str:
    """JSON can carry half an emoji, which is no text that anything could store."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text


@cache
def _is_zone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return False
    return True

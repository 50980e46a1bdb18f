"""The grammar of dated lines: what counts as a day, a time, an offset and a range of times.

docs/import.md has it as a table. What begins like one of them and is none is a ValueError that
says what would be accepted: a guess would move somebody's words to another day.
"""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo

from companion.domain.calendar import WEEKDAYS, is_offset
from companion.domain.formats.found import checked_wall, is_zone

ACCEPTED = "2026-11-20 14:05"
_ISO_DAY = r"[0-9]{4}-[0-9]{2}-[0-9]{2}(?![0-9])"
_CLOCK = re.compile(
    r"(?P<hour>[0-9]{1,2})"
    r"(?::(?P<minute>[0-9]{2})(?::(?P<second>[0-9]{2})(?:[.,](?P<fraction>[0-9]{1,12}))?)?)?"
    r"(?:[ \u00a0\u202f]?(?P<half>[ap]\.?m\b\.?))?(?![0-9])",
    re.IGNORECASE,
)
_DAY_AND_CLOCK = re.compile(
    rf"(?P<open>\[)?(?P<day>{_ISO_DAY})(?P<between>[Tt]|[ \t\u00a0]+)(?=[0-9])"
)
_TIME_LIKE = re.compile(
    r"[0-9]{1,2}:[0-9]{1,2}|(?:[01]?[0-9]|2[0-4])[.h][0-5][0-9](?!\.?[0-9])|[0-9]{1,2}\s?[ap]\.?m\b",
    re.IGNORECASE,
)
_MARKED_TIME = re.compile(
    r"(?:\*\*|__|[*_`(\[])\s*(?:[0-9]{1,2}[:.h][0-9]{2}|[0-9]{1,2}\s?[ap]\.?m\b)"
    r"[0-9:.\s–—apm-]{0,20}[*_`)\]]",
    re.IGNORECASE,
)
_DASH = "[-–—]"
_END_CLOCK = (
    r"(?:[0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:[.,][0-9]{1,12})?)?|[0-9]{4}|[0-9]{1,2})"
    r"(?:[ \u00a0\u202f]?(?P<half>[ap]\.?m\b\.?))?(?!\w|:[0-9])"
)
_RANGE = re.compile(rf"{_DASH}{_END_CLOCK}", re.IGNORECASE)
_SPACED_RANGE = re.compile(
    rf"\s*{_DASH}\s*(?=[0-9]{{1,2}}(?::[0-9]{{2}}|\s?[ap]\.?m)){_END_CLOCK}", re.IGNORECASE
)
_OFFSET = re.compile(r"([+-])([0-9]{2})(?::?([0-9]{2}))?(?!\w|:[0-9])")
_FAR_OFFSET = re.compile(r"[ \t]([+-])([0-9]{2}):?([0-9]{2})(?!\w|:[0-9])")
_UTC = re.compile(r"[Zz](?!\w)")
_FAR_UTC = re.compile(r"[ \t](?:Z|UTC|GMT)(?![\w+-])")
_ABBREVIATION = re.compile(
    r"[ \t]((?:A|C|E|M|P|H|AK|NZ|AE|AC|AW)[SD]T|EES?T|CES?T|WES?T"
    r"|BST|IST|JST|KST|MSK|SGT|HKT|(?:UTC|GMT)[+-][0-9]{1,2}(?::?[0-9]{2})?"
    r"|(?:Africa|America|Asia|Atlantic|Australia|Europe|Indian|Pacific|Etc)/[A-Z][\w/+-]+)(?!\w)"
)
_SEPARATOR = re.compile(rf"\s*[:–—-](?=\s|$)|:(?=[^\s0-9])|{_DASH}(?=[^\s0-9>])|(?=\s|$)")

_WEEKDAY_NAMES = (
    "monday|mon montag|mo lundi|lun lunes lunedì maandag|ma",
    "tuesday|tue|tues dienstag|di mardi|mar martes martedì dinsdag",
    "wednesday|wed mittwoch|mi mercredi|mer miércoles mercoledì woensdag|wo",
    "thursday|thu|thur|thurs donnerstag|do jeudi|jeu jueves giovedì donderdag",
    "friday|fri freitag|fr vendredi|ven viernes venerdì vrijdag|vr",
    "saturday|sat samstag|sa|sonnabend samedi|sam sábado|sáb sabato zaterdag|za",
    "sunday|sun sonntag|so dimanche|dim domingo|dom domenica zondag|zo",
)
_WEEKDAYS = {
    name: number for number, names in enumerate(_WEEKDAY_NAMES) for name in re.split(r"[ |]", names)
}
_WEEKDAY = rf"(?:{'|'.join(sorted(_WEEKDAYS, key=len, reverse=True))})\.?,?\s+"
_HEADING = re.compile(
    rf"(?P<mark>\#{{1,6}}\s*|[-*+]\s+)?(?P<weekday>{_WEEKDAY})?(?P<day>{_ISO_DAY})"
    r"\s*(?:\((?P<zone>[\w+/-]+)\))?\s*:?",
    re.IGNORECASE,
)
_MONTH = (
    r"(?:jan(?:uary|uar)?|feb(?:ruary|ruar)?|mar(?:ch)?|märz|apr(?:il)?|june?|juni|july?|juli"
    r"|aug(?:ust)?|sept?(?:ember)?|o[ck]t(?:ober)?|nov(?:ember)?|de[cz](?:ember)?|(?-i:May|MAY|Mai))\b\.?"
)
_NUMBER = "(?:0?[1-9]|[12][0-9]|3[01])"
_OTHER_DAY = re.compile(
    rf"\[?(?:{_WEEKDAY})?(?:"
    rf"{_NUMBER}[./-]{_NUMBER}[./-](?:[0-9]{{4}}|[0-9]{{2}})(?![0-9]|[./-][0-9])"
    r"|[0-9]{4}[./-][0-9]{1,2}[./-][0-9]{1,2}(?![0-9])"
    r"|[0-9]{4}-?W[0-9]{2}(?:-?[1-7])?(?!\w)"
    r"|(?:19|20)[0-9]{6}(?![0-9])"
    rf"|{_NUMBER}\.{_NUMBER}\.(?![0-9])"
    rf"|{_NUMBER}/{_NUMBER}(?![0-9/])"
    rf"|{_MONTH}\s+[0-9]{{1,2}}(?:st|nd|rd|th)?(?![\w:])"
    rf"|[0-9]{{1,2}}(?:st|nd|rd|th|\.)?\s+(?:of\s+)?{_MONTH}(?!\w)"
    r")",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Timed:
    """A time of day and the words after it; `offset` where one is written."""

    clock: time
    text: str
    offset: tzinfo | None = None


@dataclass(frozen=True, slots=True)
class Dated:
    """A line that begins with a day and a time. In brackets it is jrnl's."""

    wall: datetime
    text: str
    offset: tzinfo | None
    bracketed: bool


@dataclass(frozen=True, slots=True)
class Heading:
    """A line that is nothing but a day. `mark` is the `#` or the bullet before it."""

    day: date
    mark: str
    zone: str | None


def read_heading(line: str) -> Heading | None:
    """`2026-11-20`, `## Friday 2026-11-20 (Europe/Berlin):`; None for a line with other words."""
    match = _HEADING.fullmatch(line)
    if match is None:
        return None
    day = read_day(match["day"])
    if match["weekday"]:
        named = _WEEKDAYS[match["weekday"].strip(" \t.,").lower()]
        if named != day.weekday():
            raise ValueError(
                f"{day} is a {WEEKDAYS[day.weekday()].title()}, not a {WEEKDAYS[named].title()}"
            )
    if match["zone"] and not is_zone(match["zone"]):
        raise ValueError(f"{match['zone']} is not a time zone like Europe/Berlin")
    return Heading(day, (match["mark"] or "").strip(), match["zone"])


def read_dated(line: str) -> Dated | None:
    """A line that begins with a day and a time; None for one that does not begin with a day."""
    match = _DAY_AND_CLOCK.match(line)
    if match is None:
        if re.match(rf"\[?{_ISO_DAY}", line):
            raise ValueError(f"a time like 14:05 is missing after the day; write it {ACCEPTED}")
        if begins_with_day(line):
            raise ValueError(f"this date format is not read; write it like {ACCEPTED}")
        return None
    day = read_day(match["day"])
    after_t = match["between"] in "Tt"
    timed = read_timed(line[match.end() :], after_t=after_t, bracketed=bool(match["open"]))
    wall = datetime.combine(day, timed.clock)
    return Dated(wall, timed.text, timed.offset, bool(match["open"]))


def begins_with_day(line: str) -> bool:
    """Whether a line begins with a day in our shape or in another one."""
    return bool(_OTHER_DAY.match(line))


def begins_with_time(line: str) -> bool:
    """Whether a line begins with what somebody may have meant as a time."""
    return bool(_TIME_LIKE.match(line))


def begins_with_marked_time(line: str) -> bool:
    """Whether a line begins with a time or a range in marks, like `[09:12]` or `**9:00-10:00**`."""
    return bool(_MARKED_TIME.match(line))


def read_day(text: str) -> date:
    """A day as ISO 8601 has it, of a year that can be meant."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise ValueError("there is no such day") from None
    checked_wall(datetime.combine(day, time()))
    return day


def read_timed(text: str, *, after_t: bool = False, bracketed: bool = False) -> Timed:
    """A text that begins with a time, as that time and the words after it."""
    match = _CLOCK.match(text)
    if match is None or not (match["minute"] or match["half"]):
        raise ValueError("the time is not read; write it like 14:05 or 2:05 pm")
    clock, rest = _clock(match), text[match.end() :]
    exact, offset, words = after_t or bool(match["second"]), None, ""
    if found := _range_at(rest, match, exact=exact):
        words, rest = f"{match[0]}{found[0]} ", rest[found.end() :]
    else:
        rest, offset = _offset_at(rest, exact=exact)
    if bracketed:
        if not (closing := re.match(r"\s*\]", rest)):
            raise ValueError(f"the bracket is not closed after the time; write it [{ACCEPTED}]")
        rest = rest[closing.end() :]
    elif found:
        return Timed(clock, text.strip())
    if not (separator := _SEPARATOR.match(rest)):
        raise ValueError("what follows the time is not read; put a space before the words")
    return Timed(clock, words + rest[separator.end() :].strip(), offset)


def read_bold(text: str) -> time | None:
    """The time of `**09:12**`."""
    match = _CLOCK.fullmatch(text)
    return _clock(match) if match and (match["minute"] or match["half"]) else None


def _clock(match: re.Match[str]) -> time:
    hour = int(match["hour"])
    if match["half"]:
        if not 1 <= hour <= 12:
            raise ValueError("there is no such time; before am and pm stands an hour from 1 to 12")
        hour = hour % 12 + (12 if match["half"][0] in "pP" else 0)
    micros = (match["fraction"] or "")[:6].ljust(6, "0")
    try:
        return time(hour, int(match["minute"] or 0), int(match["second"] or 0), int(micros))
    except ValueError:
        raise ValueError("there is no such time; a day has 00:00 to 23:59") from None


def _range_at(rest: str, start: re.Match[str], *, exact: bool) -> re.Match[str] | None:
    """The end of a range of times, which stays in the words. After seconds or a `T` what can be
    an offset is one."""
    if exact and (offset := _OFFSET.match(rest)) and _zone_offset(*offset.groups()):
        return None
    found = _RANGE.match(rest) or _SPACED_RANGE.match(rest)
    if found and found["half"] and not start["half"]:
        raise ValueError("the range says am or pm at its end alone; write it 1:00 pm-2:30 pm")
    return found


def _offset_at(rest: str, *, exact: bool) -> tuple[str, tzinfo | None]:
    """What is left after an offset, and the offset. Away from the time it is one only after
    seconds or a `T`: `14:05 +1500 words` are words."""
    if match := _UTC.match(rest) or (exact and _FAR_UTC.match(rest)):
        return rest[match.end() :], UTC
    if match := _OFFSET.match(rest):
        if zone := _zone_offset(*match.groups()):
            return rest[match.end() :], zone
        raise ValueError("no zone has this offset; they go from -12:00 to +14:00")
    if exact and (match := _FAR_OFFSET.match(rest)) and (zone := _zone_offset(*match.groups())):
        return rest[match.end() :], zone
    if exact and (match := _ABBREVIATION.match(rest)):
        raise ValueError(f"the zone {match[1]} is not read; write an offset like +01:00")
    return rest, None


def _zone_offset(sign: str, hours: str, minutes: str | None) -> tzinfo | None:
    """An offset that a zone can have."""
    offset = timedelta(hours=int(hours), minutes=int(minutes or 0)) * (-1 if sign == "-" else 1)
    return timezone(offset) if int(minutes or 0) < 60 and is_offset(offset) else None

"""Moments as people type them: one small grammar for `--at`, `--since`, `--until` and `/log @…`.

`docs/moments.md` has the grammar as a table. What is not in it is refused, never guessed: a guess
would move somebody's words to another day.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import Enum
from zoneinfo import ZoneInfo

from companion.domain.calendar import DAY, WEEKDAYS, local_day, moment_at

NOON = time(12)
"""What a day alone means where one moment is needed."""
ACCEPTED = "14:30, 2pm, -45m, yesterday 16:00, mon, 20 Nov, 2026-11-20 14:05, 3 days ago"
"""Examples for messages; all of the grammar is in docs/moments.md."""
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_FULL_MONTHS = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september",
    "october", "november", "december",
)  # fmt: skip
_FULL_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_MAX_WORDS = 5
"""The longest moment, in words: `20 November 2026 2:05 pm`."""


class MomentError(ValueError):
    """What was typed is not in the grammar, or names a day or time that does not exist."""


class Extent(Enum):
    """How much time a moment covers."""

    INSTANT = "instant"
    DAY = "day"
    RANGE = "range"
    """A week, a month or a year."""


@dataclass(frozen=True, slots=True)
class Moment:
    """A half-open stretch, since <= t < until, in UTC. Of an instant both ends are the same."""

    since: datetime
    until: datetime
    extent: Extent
    noon: datetime | None = None
    """Of a day: when its clock shows 12:00."""

    @property
    def at(self) -> datetime:
        """The one moment that is meant: of a day its noon. MomentError for a range."""
        if self.extent is Extent.RANGE:
            raise MomentError("That is a range of days, and one moment is needed.")
        return self.noon or self.since


@dataclass(frozen=True, slots=True)
class Moments:
    """Reads moments as seen from `now`, by a person in `zone` whose days begin at `day_start`."""

    now: datetime
    zone: ZoneInfo
    day_start: time = time()

    @property
    def today(self) -> date:
        """The day that it is now, by the person's day start."""
        return local_day(self.now, self.zone, self.day_start)

    def read(self, text: str) -> Moment:
        """What a text means. MomentError where it is not in the grammar."""
        words = " ".join(text.lower().split())
        try:
            for form in _FORMS:
                if (moment := form(self, words)) is not None:
                    return moment
        except OverflowError:
            raise MomentError(f"There is no such moment: {text!r}.") from None
        raise MomentError(f"I don't understand the date {text!r}. Write it like {ACCEPTED}.")

    def day(self, day: date) -> Moment:
        """A whole day of the person's."""
        return Moment(self._start(day), self._start(day + DAY), Extent.DAY, self.clock(day, NOON))

    def days(self, first: date, last: date) -> Moment:
        """From the first day to the end of the last."""
        return Moment(self._start(first), self._start(last + DAY), Extent.RANGE)

    def clock(self, day: date, wall: time) -> datetime:
        """When the clock shows that time within the person's day.

        Where days begin at 04:00, 01:30 of a day is on the next date.
        """
        return moment_at(day + DAY if wall < self.day_start else day, wall, self.zone)

    def _start(self, day: date) -> datetime:
        return moment_at(day, self.day_start, self.zone)


@dataclass(frozen=True, slots=True)
class Backdated:
    """A text and the moment that was typed before it."""

    moment: Moment
    typed: str
    text: str


def split_backdated(text: str, moments: Moments) -> Backdated | None:
    """`@yesterday 16:00 fixed it` as its moment and its text; None where the text has no moment.

    `@bo helped me` is a text. MomentError for an `@word` outside the grammar that is followed by
    a time, for a moment that is followed by what looks like another time, and for a range.
    """
    if not text.startswith("@") or not text[1:2].strip():
        return None
    words = list(re.finditer(r"\S+", text[1:]))
    for count in range(min(_MAX_WORDS, len(words)), 0, -1):
        typed = text[1 : 1 + words[count - 1].end()]
        rest = text[1 + words[count - 1].end() :].strip()
        if count == 1 and _month(typed.lower()) is not None:
            return None  # May is a name too
        try:
            moment = moments.read(typed)
        except MomentError as error:
            if count == 1 and _TIME_LIKE.match(rest):
                raise MomentError(_not_understood(f"@{typed} {rest.split()[0]}")) from error
            continue
        if moment.extent is Extent.RANGE:
            raise MomentError(f"“@{typed}” is a range of days, and one moment is needed.")
        if _TIME_LIKE.match(rest):
            raise MomentError(_not_understood(f"@{typed} {rest.split()[0]}"))
        return Backdated(moment, typed, rest)
    return None


def _not_understood(typed: str) -> str:
    return f"I don't understand the date “{typed}”. Write it like @{ACCEPTED.replace(', ', ', @')}."


_CLOCK = re.compile(
    r"(?P<hour>\d{1,2})(?::(?P<minute>\d\d)(?::(?P<second>\d\d))?)?\s?(?P<half>[ap]\.?m\.?)?",
    re.ASCII,
)
_TIME_LIKE = re.compile(r"\d{1,2}(?:[:.]\d\d|\s?[ap]\.?m\b)|[+-]?\d+\s?[mh]\b", re.IGNORECASE)
_ISO_DAY = re.compile(r"\d{4}-?\d\d-?\d\d|\d{4}-?w\d\d-?\d", re.ASCII)
_ISO_TIME = re.compile(
    r"(?P<day>\d{4}-\d\d-\d\d)[t ]"
    r"(?P<clock>\d\d:\d\d(?::\d\d(?:[.,]\d{1,6})?)?)\s?(?P<offset>z|[+-]\d\d:?\d\d)?",
    re.ASCII,
)
_AGO = re.compile(
    r"(?P<sign>-)?(?P<number>\d{1,6})\s?"
    r"(?P<unit>m|min|mins|minutes?|h|hours?|d|days?|w|weeks?)(?P<ago>\s?ago)?",
    re.ASCII,
)
_DAY_MONTH = re.compile(r"(?P<day>\d{1,2})\.? (?P<month>[a-z]+)(?:,? (?P<year>\d{4}))?", re.ASCII)
_MONTH_DAY = re.compile(r"(?P<month>[a-z]+) (?P<day>\d{1,2})(?:,? (?P<year>\d{4}))?", re.ASCII)
_MONTH = re.compile(r"(?P<month>[a-z]+)(?: (?P<year>\d{4}))?", re.ASCII)


def _clock_of(text: str) -> time | None:
    """`14:30`, `14:30:05`, `2pm`, `2:05 p.m.`; None for anything else."""
    match = _CLOCK.fullmatch(text)
    if match is None or not (match["minute"] or match["half"]):
        return None
    hour, minute, second = (int(match[part] or 0) for part in ("hour", "minute", "second"))
    if match["half"]:
        if not 1 <= hour <= 12:
            raise MomentError(f"There is no such time: {text!r}.")
        hour = hour % 12 + (12 if match["half"].startswith("p") else 0)
    if hour > 23 or minute > 59 or second > 59:
        raise MomentError(f"There is no such time: {text!r}.")
    return time(hour, minute, second)


def _now(moments: Moments, text: str) -> Moment | None:
    return _instant(moments.now) if text == "now" else None


def _clock_today(moments: Moments, text: str) -> Moment | None:
    wall = _clock_of(text)
    return None if wall is None else _instant(moments.clock(moments.today, wall))


def _iso_time(moments: Moments, text: str) -> Moment | None:
    """A date and a time as ISO 8601 has them: that date, wherever the person's day begins."""
    match = _ISO_TIME.fullmatch(text)
    if match is None:
        return None
    try:
        moment = datetime.fromisoformat(
            f"{match['day']}T{match['clock'].replace(',', '.')}{(match['offset'] or '').upper()}"
        )
    except ValueError:
        raise MomentError(f"There is no such day or time: {text!r}.") from None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=moments.zone)
    return _instant(moment.astimezone(UTC))


def _ago(moments: Moments, text: str) -> Moment | None:
    """Minutes and hours are exact; days and weeks back mean that day."""
    match = _AGO.fullmatch(text)
    if match is None or (match["sign"] and match["ago"]):
        return None
    number, unit = int(match["number"]), match["unit"]
    if unit[0] in "mh":
        step = timedelta(minutes=1) if unit[0] == "m" else timedelta(hours=1)
        return _instant(moments.now - number * step)
    return moments.day(moments.today - number * (7 * DAY if unit[0] == "w" else DAY))


def _range(moments: Moments, text: str) -> Moment | None:
    today = moments.today
    monday = today - today.weekday() * DAY
    match text:
        case "this week":
            return moments.days(monday, monday + 6 * DAY)
        case "last week":
            return moments.days(monday - 7 * DAY, monday - DAY)
        case "this month":
            return _whole_month(moments, today.year, today.month)
        case "last month":
            before = today.replace(day=1) - DAY
            return _whole_month(moments, before.year, before.month)
        case "this year" | "last year":
            year = today.year - (text == "last year")
            return moments.days(date(year, 1, 1), date(year, 12, 31))
    if re.fullmatch(r"\d{4}-?w\d\d", text, re.ASCII):
        first = _existing(lambda: date.fromisoformat(text.upper()), text)
        return moments.days(first, first + 6 * DAY)
    if re.fullmatch(r"\d{4}-\d\d", text, re.ASCII):
        first = _existing(lambda: date.fromisoformat(f"{text}-01"), text)
        return _whole_month(moments, first.year, first.month)
    return _named_month(moments, text)


def _named_month(moments: Moments, text: str) -> Moment | None:
    """`October`: the latest one that has begun; `oct 2025`."""
    match = _MONTH.fullmatch(text)
    month = _month(match["month"]) if match else None
    if match is None or month is None:
        return None
    today = moments.today
    year = int(match["year"]) if match["year"] else today.year - (month > today.month)
    first = _existing(lambda: date(year, month, 1), text)
    return _whole_month(moments, first.year, first.month)


def _whole_month(moments: Moments, year: int, month: int) -> Moment:
    after = date(year + month // 12, month % 12 + 1, 1)
    return moments.days(date(year, month, 1), after - DAY)


def _day_alone(moments: Moments, text: str) -> Moment | None:
    day = _day_of(moments, text)
    return None if day is None else moments.day(day)


def _day_and_clock(moments: Moments, text: str) -> Moment | None:
    """`yesterday 16:00`, `last mon 9:00`, `20 Nov at 2 pm`."""
    words = text.split(" ")
    for count in (1, 2):
        if len(words) <= count:
            return None
        wall = _clock_of(" ".join(words[-count:]))
        rest = words[:-count]
        if wall is not None and rest:
            named = " ".join(rest[:-1] if rest[-1] == "at" else rest)
            if (day := _day_of(moments, named)) is not None:
                return _instant(moments.clock(day, wall))
    return None


def _day_of(moments: Moments, text: str) -> date | None:
    today = moments.today
    if text in {"today", "yesterday"}:
        return today - DAY * (text == "yesterday")
    if (weekday := _weekday(text.removeprefix("last "))) is not None:
        return today - ((today.weekday() - weekday - 1) % 7 + 1) * DAY
    if _ISO_DAY.fullmatch(text):
        return _existing(lambda: date.fromisoformat(text.upper()), text)
    if match := _AGO.fullmatch(text):
        if match["unit"][0] in "dw" and not (match["sign"] and match["ago"]):
            return today - int(match["number"]) * (7 * DAY if match["unit"][0] == "w" else DAY)
        return None
    for pattern in (_DAY_MONTH, _MONTH_DAY):
        match = pattern.fullmatch(text)
        if match and (month := _month(match["month"])) is not None:
            return _latest(today, int(match["day"]), month, match["year"], text)
    return None


def _latest(today: date, day: int, month: int, year: str | None, text: str) -> date:
    """That day of the year given, else the latest one that is not after today."""
    if year:
        return _existing(lambda: date(int(year), month, day), text)
    for back in range(9):  # 29 February is up to eight years ago
        try:
            found = date(today.year - back, month, day)
        except ValueError:
            continue
        if found <= today:
            return found
    raise MomentError(f"There is no such day: {text!r}.")


def _existing(made: Callable[[], date], text: str) -> date:
    try:
        return made()
    except ValueError:
        raise MomentError(f"There is no such day: {text!r}.") from None


def _weekday(text: str) -> int | None:
    names = WEEKDAYS if len(text) == 3 else _FULL_DAYS
    return names.index(text) if text in names else None


def _month(text: str) -> int | None:
    names = MONTHS if len(text) == 3 else _FULL_MONTHS
    if text == "sept":
        return 9
    return names.index(text) + 1 if text in names else None


def _instant(moment: datetime) -> Moment:
    return Moment(moment, moment, Extent.INSTANT)


_FORMS: tuple[Callable[[Moments, str], Moment | None], ...] = (
    _now, _clock_today, _iso_time, _ago, _range, _day_alone, _day_and_clock,
)  # fmt: skip

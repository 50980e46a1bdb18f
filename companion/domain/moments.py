"""Moments as people type them: one small grammar for `--at`, `--since`, `--until` and `/log @…`.

`docs/moments.md` has the grammar as a table. What is not in it is refused, never guessed: a guess
would move somebody's words to another day.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from companion.domain.calendar import (
    DAY,
    days_window,
    is_offset,
    local_day,
    moment_at,
    wall_time,
)
from companion.domain.day_names import month_number, weekday_number
from companion.domain.moment import (
    Extent,
    Moment,
    MomentError,
    NotInGrammarError,
    ZoneUnknownError,
)

NOON = time(12)
"""What a day alone means where one moment is needed."""
ACCEPTED = "14:30, 2pm, -45m, yesterday 16:00, mon, 20 Nov, 2026-11-20 14:05, 3 days ago"
"""Examples for messages; all of the grammar is in docs/moments.md."""


@dataclass(frozen=True, slots=True)
class Moments:
    """Reads moments as seen from `now`, by a person in `zone` whose days begin at `day_start`.

    Without a zone only what means the same everywhere can be read, such as `-45m`.
    """

    now: datetime
    zone: ZoneInfo | None
    day_start: time = time()

    @property
    def here(self) -> ZoneInfo:
        """The zone. ZoneUnknownError if there is none."""
        if self.zone is None:
            raise ZoneUnknownError("I don't know your time zone.")
        return self.zone

    @property
    def today(self) -> date:
        """The day that it is now, by the person's day start."""
        return local_day(self.now, self.here, self.day_start)

    def read(self, text: str) -> Moment:
        """What a text means. MomentError where it is not in the grammar."""
        words = " ".join(text.lower().split())
        try:
            for form in _FORMS:
                if (moment := form(self, words)) is not None:
                    return moment
        except MomentError:
            raise
        except (OverflowError, ValueError):  # after the year 9999, or before the year 1
            raise MomentError(f"There is no such moment: {text!r}.") from None
        raise NotInGrammarError(f"I don't understand the date {text!r}. Write it like {ACCEPTED}.")

    def day(self, day: date) -> Moment:
        """A whole day of the person's."""
        window = days_window(day, day, self.here, self.day_start)
        return Moment(window.since, window.until, Extent.DAY, self.clock(day, NOON))

    def days(self, first: date, last: date) -> Moment:
        """From the first day to the end of the last."""
        window = days_window(first, last, self.here, self.day_start)
        return Moment(window.since, window.until, Extent.RANGE)

    def clock(self, day: date, wall: time) -> datetime:
        """When the clock shows that time within the person's day.

        Where days begin at 04:00, 01:30 of a day is on the next date.
        """
        return moment_at(day + DAY if wall < self.day_start else day, wall, self.here)


_CLOCK = re.compile(
    r"(?P<hour>\d{1,2})(?::(?P<minute>\d\d)(?::(?P<second>\d\d))?)?\s?(?P<half>[ap]\.?m\.?)?",
    re.ASCII,
)
_ISO_DAY = re.compile(r"\d{4}-?\d\d-?\d\d|\d{4}-?w\d\d-?\d", re.ASCII)
# As in `formats/grammar.py`: `09:00-10:30` is a range, and `09:00 +1500 words` has no offset.
_ISO_TIME = re.compile(
    r"(?P<day>\d{4}-\d\d-\d\d)(?:(?P<t>t)| )"
    r"(?P<clock>\d\d:\d\d(?P<seconds>:\d\d(?:[.,]\d{1,6})?)?)"
    r"(?P<offset>z|\+\d\d:?\d\d|(?(t)|(?(seconds)|(?!)))\s?[+-]\d\d:?\d\d)?",
    re.ASCII,
)
SPAN = re.compile(
    r"(?P<sign>-)?(?P<number>\d{1,6})\s?"
    r"(?P<unit>m|min|mins|minutes?|h|hrs?|hours?|d|days?|w|weeks?)(?P<ago>\s?ago)?",
    re.ASCII,
)
STEPS = {"m": timedelta(minutes=1), "h": timedelta(hours=1), "d": DAY, "w": 7 * DAY}
_DAY_MONTH = re.compile(
    r"(?P<day>\d{1,2})(?:\.|st|nd|rd|th)? (?P<month>[a-z]+)(?:,? (?P<year>\d{4}))?", re.ASCII
)
_MONTH_DAY = re.compile(
    r"(?P<month>[a-z]+) (?P<day>\d{1,2})(?:st|nd|rd|th)?(?:,? (?P<year>\d{4}))?", re.ASCII
)
_YEAR = re.compile(r"\b\d{4}", re.ASCII)
MONTH = re.compile(r"(?P<month>[a-z]+)(?: (?P<year>\d{4}))?", re.ASCII)


def clock_of(text: str) -> time | None:
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
    wall = clock_of(text)
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
        moment = moment.replace(tzinfo=moments.here)
    elif not is_offset(moment.utcoffset()):
        raise MomentError(f"No time zone has this offset: {text!r}.")
    return _instant(moment.astimezone(UTC))


def _ago(moments: Moments, text: str) -> Moment | None:
    """Minutes and hours are exact; days and weeks back mean that day."""
    match = SPAN.fullmatch(text)
    if match is None or (match["sign"] and match["ago"]):
        return None
    number, unit = int(match["number"]), match["unit"]
    if unit[0] in "mh":
        return _instant(moments.now - number * STEPS[unit[0]])
    return moments.day(moments.today - number * STEPS[unit[0]])


def _range(moments: Moments, text: str) -> Moment | None:
    which, _, unit = text.partition(" ")
    if which in {"this", "last"} and unit in {"week", "month", "year"}:
        return _named_range(moments, unit, last=which == "last")
    if re.fullmatch(r"\d{4}-?w\d\d", text, re.ASCII):
        first = existing(lambda: date.fromisoformat(text.upper()), text)
        return moments.days(first, first + 6 * DAY)
    if re.fullmatch(r"\d{4}-\d\d", text, re.ASCII):
        first = existing(lambda: date.fromisoformat(f"{text}-01"), text)
        return _whole_month(moments, first.year, first.month)
    return _named_month(moments, text)


def _named_range(moments: Moments, unit: str, *, last: bool) -> Moment:
    today = moments.today
    match unit:
        case "week":
            monday = today - (today.weekday() + 7 * last) * DAY
            return moments.days(monday, monday + 6 * DAY)
        case "month":
            month = today.replace(day=1) - DAY if last else today
            return _whole_month(moments, month.year, month.month)
        case _:
            year = today.year - last
            return moments.days(date(year, 1, 1), date(year, 12, 31))


def _named_month(moments: Moments, text: str) -> Moment | None:
    """`October`: the latest one that has begun; `oct 2025`."""
    match = MONTH.fullmatch(text)
    month = month_number(match["month"]) if match else None
    if match is None or month is None:
        return None
    today = moments.today
    year = int(match["year"]) if match["year"] else today.year - (month > today.month)
    first = existing(lambda: date(year, month, 1), text)
    return _whole_month(moments, first.year, first.month)


def _whole_month(moments: Moments, year: int, month: int) -> Moment:
    after = date(year + month // 12, month % 12 + 1, 1)
    return moments.days(date(year, month, 1), after - DAY)


def _day_alone(moments: Moments, text: str) -> Moment | None:
    day = _day_of(moments, text)
    return None if day is None else moments.day(day)


def _day_and_clock(moments: Moments, text: str) -> Moment | None:
    """`yesterday 16:00`, `last mon 9:00`, `20 Nov at 2 pm`."""
    return day_and_clock(moments, text, _day_of)


def day_and_clock(
    moments: Moments, text: str, day_of: Callable[[Moments, str], date | None]
) -> Moment | None:
    """A time after a day that `day_of` knows."""
    words = text.split(" ")
    for count in (1, 2):
        if len(words) <= count:
            return None
        wall = clock_of(" ".join(words[-count:]))
        rest = words[:-count]
        if wall is not None and rest:
            named = " ".join(rest[:-1] if rest[-1] == "at" else rest)
            if (day := day_of(moments, named)) is not None:
                if _YEAR.search(named):  # a full date is the calendar's
                    return _instant(moment_at(day, wall, moments.here))
                return _instant(moments.clock(day, wall))
    return None


def _day_of(moments: Moments, text: str) -> date | None:
    if text in {"today", "yesterday"}:
        return moments.today - DAY * (text == "yesterday")
    if (weekday := weekday_number(text.removeprefix("last "))) is not None:
        today = moments.today
        return today - ((today.weekday() - weekday - 1) % 7 + 1) * DAY
    if _ISO_DAY.fullmatch(text):
        return existing(lambda: date.fromisoformat(text.upper()), text)
    if match := SPAN.fullmatch(text):
        if match["unit"][0] in "dw" and not (match["sign"] and match["ago"]):
            return moments.today - int(match["number"]) * STEPS[match["unit"][0]]
        return None
    return day_in_month(moments, text, -1)


def day_in_month(moments: Moments, text: str, step: int) -> date | None:
    """`20 Nov`, `Nov 20`, `20 November 2026`. Without a year it is the latest one that is not
    after today, or with a `step` of 1 the next one that is not before it."""
    matches = (pattern.fullmatch(text) for pattern in (_DAY_MONTH, _MONTH_DAY))
    match = next((match for match in matches if match), None)
    if match is None or (month := month_number(match["month"])) is None:
        return None
    day, year, today = int(match["day"]), match["year"], moments.today
    if year:
        return existing(lambda: date(int(year), month, day), text)
    if step < 0:  # at night the person's day may still be the one before: not a year ago
        today = max(today, wall_time(moments.now, moments.here).date())
    for years in range(9):  # 29 February is up to eight years away
        try:
            found = date(today.year + step * years, month, day)
        except ValueError:
            continue
        if found == today or (found > today) == (step > 0):
            return found
    raise MomentError(f"There is no such day: {text!r}.")


def existing(made: Callable[[], date], text: str) -> date:
    try:
        return made()
    except ValueError:
        raise MomentError(f"There is no such day: {text!r}.") from None


def _instant(moment: datetime) -> Moment:
    return Moment(moment, moment, Extent.INSTANT)


_FORMS: tuple[Callable[[Moments, str], Moment | None], ...] = (
    _now, _clock_today, _iso_time, _ago, _range, _day_alone, _day_and_clock,
)  # fmt: skip

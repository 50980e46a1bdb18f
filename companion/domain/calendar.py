"""Days, weeks and working hours on the wall clock of where the person is.

Everything that compares or stores is in UTC; a zone comes in only here. A wall-clock time that
occurs twice (clocks set back) means the first of the two; one that does not occur (clocks set
forward) means the moment as far after the jump. Both are Python's `fold=0` (PEP 495).
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

DAY = timedelta(days=1)
FIRST_YEAR, LAST_YEAR = 1900, 2199
"""Of entries. Other years are those of a missing date (Go's 0001) or of "never" (9999)."""
BEGINNING, END = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)
"""All that a date can be of."""
CLOCK_SKEW = timedelta(minutes=1)
"""Another machine's clock, such as Slack's, may be this much ahead of this one's."""
_OFFSET_MINUTES = {timedelta(minutes=minutes) for minutes in (0, 30, 45)}
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
WEEKDAY_NAMES = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


@dataclass(frozen=True, slots=True)
class Window:
    """A half-open stretch of time, since <= t < until, in UTC, and the local days it covers."""

    since: datetime
    until: datetime
    first_day: date
    last_day: date

    def __contains__(self, moment: datetime) -> bool:
        return self.since <= moment < self.until


@dataclass(frozen=True, slots=True)
class WorkHours:
    """From when until when somebody works; an `end` that is not after `start` is the next day's."""

    start: time
    end: time

    @classmethod
    def parse(cls, text: str) -> "WorkHours":
        """`09:00-17:00`, `22:00-06:00`, `00:00-24:00`. ValueError for anything else."""
        first, dash, last = _plain_dashes(text).strip().partition("-")
        whole_day = last.strip() == "24:00"
        if not dash or (first.strip() == last.strip()):
            raise ValueError(f"{text!r} is not a span of hours; write it like 09:00-17:00")
        try:
            return cls(parse_time(first), time() if whole_day else parse_time(last))
        except ValueError:
            raise ValueError(
                f"{text!r} is not a span of hours; write it like 09:00-17:00"
            ) from None

    def __str__(self) -> str:
        """As `parse` reads it."""
        whole_day = self.start == self.end == time()
        return f"{self.start:%H:%M}-{'24:00' if whole_day else f'{self.end:%H:%M}'}"


@dataclass(frozen=True, slots=True)
class PromptsPerDay:
    """How many prompts a working day may have."""

    least: int
    most: int

    @classmethod
    def parse(cls, text: str) -> "PromptsPerDay":
        """`3-5`, or one number; 0 turns prompts off. ValueError for anything else."""
        match = re.fullmatch(r"\s*(\d{1,2})\s*(?:-\s*(\d{1,2})\s*)?", _plain_dashes(text), re.ASCII)
        numbers = [int(number) for number in match.groups() if number] if match else []
        if not numbers or numbers[0] > numbers[-1] or numbers[-1] > 24:
            raise ValueError(f"{text!r} is not a number of prompts; write it like 3-5 (24 at most)")
        return cls(numbers[0], numbers[-1])

    def __str__(self) -> str:
        """As `parse` reads it."""
        return str(self.least) if self.least == self.most else f"{self.least}-{self.most}"

    @property
    def in_words(self) -> str:
        """`3 to 5 times`, `once`."""
        if self.least == self.most:
            return "once" if self.most == 1 else f"{self.most} times"
        return f"{self.least} to {self.most} times"


@dataclass(frozen=True, slots=True)
class Weekly:
    """A time of day on one day of the week; Monday is 0."""

    weekday: int
    at: time

    @classmethod
    def parse(cls, text: str) -> "Weekly":
        """`fri 16:00`. ValueError for anything else."""
        day, _, clock = text.strip().partition(" ")
        try:
            (weekday,) = parse_days(day)
            return cls(weekday, parse_time(clock))
        except ValueError:
            raise ValueError(
                f"{text.strip()!r} is not a day of the week and a time; write it like fri 16:00"
            ) from None

    def __str__(self) -> str:
        """As `parse` reads it."""
        return f"{WEEKDAYS[self.weekday]} {self.at:%H:%M}"


@dataclass(frozen=True, slots=True)
class Rhythm:
    """How a person's days go."""

    hours: WorkHours
    days: frozenset[int]
    prompts: PromptsPerDay
    summary_time: time
    day_start: time
    review: Weekly | None = None
    """When the weekly review comes; None for never."""
    holidays: Callable[[date], str | None] | None = None
    """What a public holiday is called; None for other days. None where they are working days."""

    def holiday(self, day: date) -> str | None:
        """The name of the public holiday that keeps a weekday from being a working day."""
        is_off = day.weekday() not in self.days
        return None if is_off or self.holidays is None else self.holidays(day)

    def works_on(self, day: date) -> bool:
        """Whether it is a working day."""
        return day.weekday() in self.days and self.holiday(day) is None


DEFAULT_RHYTHM = Rhythm(
    hours=WorkHours(time(9), time(17)),
    days=frozenset(range(5)),
    prompts=PromptsPerDay(3, 5),
    summary_time=time(8, 30),
    day_start=time(),
)
"""For everybody who sets nothing else."""


def _plain_dashes(text: str) -> str:
    """Editors and chats make a longer dash of a typed one, which looks almost the same."""
    return text.replace("–", "-").replace("—", "-")


def parse_time(text: str) -> time:
    """`08:30`, to the minute. ValueError for anything else."""
    match = re.fullmatch(r"\s*(\d{1,2}):(\d{2})\s*", text, re.ASCII)
    if not match or int(match[1]) > 23 or int(match[2]) > 59:
        raise ValueError(f"{text.strip()!r} is not a time of day; write it like 08:30")
    return time(int(match[1]), int(match[2]))


def parse_days(text: str) -> frozenset[int]:
    """`mon-fri`, `mon,wed,fri`, `sun-thu`: weekdays as numbers, Monday is 0. ValueError else."""
    days: set[int] = set()
    for part in _plain_dashes(text).lower().split(","):
        names = [_weekday(name.strip()) for name in part.split("-")]
        first, last = names[0], names[-1]
        if len(names) > 2 or first is None or last is None:
            raise ValueError(f"{text!r} names no weekdays; write them like mon-fri or mon,wed,fri")
        days.update((first + step) % 7 for step in range((last - first) % 7 + 1))
    return frozenset(days)


def _weekday(name: str) -> int | None:
    """`mon`, `thurs`, `monday`; Monday is 0."""
    full = (day.lower() for day in WEEKDAY_NAMES)
    found = (number for number, day in enumerate(full) if len(name) > 2 and day.startswith(name))
    return next(found, None)


def days_text(days: frozenset[int]) -> str:
    """As `parse_days` reads it: `mon-fri` for a span of days, otherwise `mon,wed`."""
    names = [WEEKDAYS[day] for day in sorted(days)]
    return f"{names[0]}-{names[-1]}" if _is_span(days) else ",".join(names)


def days_in_words(days: frozenset[int]) -> str:
    """`Monday to Friday` for a span of days, otherwise `Monday, Wednesday`."""
    names = [WEEKDAY_NAMES[day] for day in sorted(days)]
    return f"{names[0]} to {names[-1]}" if _is_span(days) else ", ".join(names)


def _is_span(days: frozenset[int]) -> bool:
    return len(days) > 2 and max(days) - min(days) == len(days) - 1


def wall_time(moment: datetime, zone: ZoneInfo) -> datetime:
    """What the wall clock shows; in the years 0001 and 9999, where it may have no date, UTC."""
    try:
        return moment.astimezone(zone)
    except OverflowError:
        return moment.astimezone(UTC)


def is_offset(offset: timedelta | None) -> bool:
    """Whether a time zone can be that far from UTC."""
    if offset is None or not timedelta(hours=-12) <= offset <= timedelta(hours=14):
        return False
    return abs(offset) % timedelta(hours=1) in _OFFSET_MINUTES


def moment_at(day: date, wall: time, zone: ZoneInfo) -> datetime:
    """When the wall clock shows that time on that day, in UTC; within the years 0001 to 9999."""
    try:
        return datetime.combine(day, wall, tzinfo=zone).astimezone(UTC)
    except OverflowError:
        return BEGINNING if day.year == date.min.year else END


def local_day(moment: datetime, zone: ZoneInfo, day_start: time = time()) -> date:
    """The day that a moment belongs to, where days begin at `day_start`."""
    day = wall_time(moment, zone).date()
    if moment < moment_at(day, day_start, zone):
        return _next(day, -DAY)
    # Where midnight is skipped or repeated, the next day may have begun already.
    after = _next(day, DAY)
    return after if after > day and moment >= moment_at(after, day_start, zone) else day


def days_window(first: date, last: date, zone: ZoneInfo, day_start: time = time()) -> Window:
    """Whole local days, from the first to the last of them; 23 or 25 hours where clocks change."""
    since = moment_at(first, day_start, zone) if first > date.min else BEGINNING
    until = moment_at(last + DAY, day_start, zone) if last < date.max else END
    return Window(since, until, first, last)


def _next(day: date, step: timedelta) -> date:
    try:
        return day + step
    except OverflowError:
        return day


def yesterday(today: date, zone: ZoneInfo, day_start: time = time()) -> Window:
    """The last full local day."""
    return days_window(today - DAY, today - DAY, zone, day_start)


def past_week(today: date, zone: ZoneInfo, day_start: time = time()) -> Window:
    """The seven full local days that end with yesterday."""
    return days_window(today - 7 * DAY, today - DAY, zone, day_start)


def working_span(day: date, rhythm: Rhythm, zone: ZoneInfo) -> Window | None:
    """The working hours that begin on that day; None on a day off, and on one that a zone left out
    when it moved over the date line."""
    whole_day = days_window(day, day, zone)
    if not rhythm.works_on(day) or whole_day.since == whole_day.until:
        return None
    overnight = rhythm.hours.end <= rhythm.hours.start
    return Window(
        moment_at(day, rhythm.hours.start, zone),
        moment_at(day + DAY if overnight else day, rhythm.hours.end, zone),
        day,
        day,
    )

"""What the Home tab shows: today's entries, the week, where one left off, and what comes next."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from uuid import UUID
from zoneinfo import ZoneInfo

from companion.domain.calendar import DAY
from companion.domain.entry import EPOCH, TICK, Entry
from companion.domain.summaries.summary import day_name

PAGE = 20
"""So many entries are shown at first, and so many more each time."""
MAX_SHOWN = 60
"""Slack takes 100 blocks in a Home tab; other entries are in `/companion` and the terminal."""
MAX_SHOWN_TEXT = 600
"""So many characters of an entry are shown."""
_BAR, _WIDTH = "█", 16


@dataclass(frozen=True, slots=True)
class HomeEntry:
    """An entry of today: its `key`, by which it is found again, its time and words. `link` is where
    it is a message, which only Slack can change."""

    key: str
    clock: str
    text: str
    link: str = ""
    mentions: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class HomePage:
    """The whole tab, in plain words. `notice` is what was just done; with `undo` it can be taken
    back. `summary` is the last one that somebody asked for, or that it is being written."""

    heading: str
    entries: tuple[HomeEntry, ...]
    earlier: int
    """How many of today's entries are not shown."""
    week: str
    left_off: str
    coming: str
    is_paused: bool
    notice: str = ""
    undo: str = ""
    summary: str = ""
    is_writing: bool = False

    @property
    def shows_more(self) -> bool:
        """Whether more can be shown."""
        return bool(self.earlier) and len(self.entries) < MAX_SHOWN


def entry_key(entry: Entry) -> str:
    """What names an entry in a menu, so that it is found with one small read. It is short: an
    item's value has 75 characters at most in some of Slack's clients."""
    return f"{(entry.timestamp - EPOCH) // TICK} {entry.log_id.hex}"


def parse_key(key: str) -> tuple[datetime, UUID]:
    """The timestamp and the id. ValueError for what is not a key."""
    micros, _, log_id = key.partition(" ")
    try:
        return EPOCH + int(micros) * TICK, UUID(hex=log_id)
    except OverflowError as error:
        raise ValueError("not a moment") from error


def shown_text(text: str) -> str:
    """The words, or as many of them as there is room for."""
    return text if len(text) <= MAX_SHOWN_TEXT else f"{text[:MAX_SHOWN_TEXT]}…"


def week_bars(
    entries: Sequence[Entry], today: date, zone: ZoneInfo, day_start: time
) -> tuple[str, ...]:
    """`Fri 20 ████ 6` for each of the seven days that end today."""
    counts = Counter(entry.local_day(zone, day_start) for entry in entries)
    days = [today - number * DAY for number in range(6, -1, -1)]
    most = max((counts[day] for day in days), default=0)
    return tuple(
        f"{day_name(day)[:3]} {day.day:>2} {_bar(counts[day], most)} {counts[day]}" for day in days
    )


def _bar(count: int, most: int) -> str:
    length = max(1, round(_WIDTH * count / most)) if count else 0
    return (_BAR * length).ljust(_WIDTH)

"""A pause: until when nothing is asked, and on a vacation nothing is summed up either."""

import json
from dataclasses import dataclass
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from companion.domain.calendar import DAY, Rhythm, local_day, working_span
from companion.domain.coming import read_coming
from companion.domain.entry import format_timestamp, parse_timestamp
from companion.domain.jobs.planning import summary_due
from companion.domain.moments import Moments
from companion.domain.until import until_text

PAUSE = "pause"
"""The name of the preference that holds the pause."""
_UNTIL_RESUMED = frozenset({"i resume", "resumed", "further notice"})
_MAX_DAYS_OFF = 60
"""So many days after a vacation a working day is looked for."""


@dataclass(frozen=True, slots=True)
class Pause:
    """`until` None means: until the person resumes."""

    until: datetime | None
    vacation: bool = False

    def holds(self, now: datetime) -> bool:
        return self.until is None or now < self.until


def parse_pause(text: str, moments: Moments) -> Pause:
    """What was typed after `pause`: nothing and `today` are the rest of today; `2h`, `until mon`,
    `until I resume`; `vacation until 12 Jan`, which without an end lasts until the person resumes.

    MomentError for what is not in the grammar, and for what has passed.
    """
    words = text.lower().replace("\N{EM DASH}", "--").split()
    vacation = words[:1] in (["vacation"], ["--vacation"])
    words = words[1:] if vacation else words
    if words in (["today"], ["for", "today"]) or not (words or vacation):
        return Pause(moments.day(moments.today + DAY).since, vacation)
    if words[:1] in (["until"], ["till"], ["for"]):
        words = words[1:] or [text]
    typed = " ".join(words)
    if typed in _UNTIL_RESUMED or (vacation and not typed):
        return Pause(None, vacation)
    return Pause(read_coming(typed, moments), vacation)


def pause_text(pause: Pause) -> str:
    """As it is stored."""
    until = format_timestamp(pause.until) if pause.until else None
    return json.dumps({"until": until, "vacation": pause.vacation})


def read_pause(text: str) -> Pause:
    """What `pause_text` wrote. ValueError for anything else."""
    try:
        stored = json.loads(text)
        until, vacation = stored["until"], stored["vacation"]
        return Pause(None if until is None else parse_timestamp(until), bool(vacation))
    except (KeyError, TypeError) as error:
        raise ValueError("not a pause") from error


def pause_reason(pause: Pause, now: datetime, zone: ZoneInfo, day_start: time = time()) -> str:
    """`paused until Mon 30 Nov`, `on vacation until you resume`."""
    what = "on vacation" if pause.vacation else "paused"
    until = until_text(pause.until, now, zone, day_start) if pause.until else "you resume"
    return f"{what} until {until}"


def first_day_back(pause: Pause, zone: ZoneInfo, rhythm: Rhythm) -> date | None:
    """The first working day whose morning is after the vacation; None without an end.

    It begins with where the person left off, and with it the summaries come again.
    """
    if pause.until is None:
        return None
    first = local_day(pause.until, zone, rhythm.day_start)
    days = (first + number * DAY for number in range(_MAX_DAYS_OFF))
    later = (day for day in days if summary_due(day, zone, rhythm) >= pause.until)
    return next((day for day in later if working_span(day, rhythm, zone)), first + DAY)

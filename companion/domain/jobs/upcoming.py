"""What comes next by the person's settings, also on days that are not planned yet."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from companion.domain.calendar import DAY, Rhythm, Window, local_day, working_span
from companion.domain.jobs.planning import summary_due

A_WEEK_AND_TWO = range(-1, 9)
"""Days from today in which every weekday comes up, around travel and a night shift."""


@dataclass(frozen=True, slots=True)
class Upcoming:
    """The next summary, and the next hours with prompts; None where there are none."""

    summary_due: datetime
    hours: Window | None


def upcoming(now: datetime, zone: ZoneInfo, rhythm: Rhythm) -> Upcoming:
    """What comes next after `now`. Hours that have begun and are not over count."""
    today = local_day(now, zone, rhythm.day_start)
    days = [today + number * DAY for number in A_WEEK_AND_TWO]
    spans = [working_span(day, rhythm, zone) for day in days] if rhythm.prompts.most else []
    return Upcoming(
        summary_due=next(due for day in days if (due := summary_due(day, zone, rhythm)) > now),
        hours=next((span for span in spans if span is not None and span.until > now), None),
    )

"""What comes next by the person's settings, also on days that are not planned yet."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from companion.domain.calendar import DAY, Rhythm, Window, local_day, working_span
from companion.domain.jobs.job import JobKind
from companion.domain.jobs.planning import review_due, summary_due

DAYS_AHEAD = 60
"""So many days are looked at: more than a rare working day and its holidays are apart."""

type Comes = Callable[[JobKind, date, datetime], bool]
"""Whether what is due on that day, at that moment, is sent."""


@dataclass(frozen=True, slots=True)
class Upcoming:
    """The next summary, the next hours with prompts and the next review; None where there are
    none."""

    summary_due: datetime | None
    hours: Window | None
    review_due: datetime | None


def upcoming(
    now: datetime, zone: ZoneInfo, rhythm: Rhythm, comes: Comes = lambda *_: True
) -> Upcoming:
    """What comes next after `now`. Hours that have begun and are not over count."""
    days = list(_days(now, zone, rhythm))
    summaries = ((day, summary_due(day, zone, rhythm)) for day in days)
    reviews = ((day, review_due(day, zone, rhythm)) for day in days)
    spans = (working_span(day, rhythm, zone) for day in days if rhythm.prompts.most)
    return Upcoming(
        summary_due=next(
            (due for day, due in summaries if due > now and comes(JobKind.SUMMARY, day, due)), None
        ),
        hours=next((span for span in spans if span and span.until > now), None),
        review_due=next(
            (due for day, due in reviews if due and due > now and comes(JobKind.REVIEW, day, due)),
            None,
        ),
    )


def _days(now: datetime, zone: ZoneInfo, rhythm: Rhythm) -> Iterator[date]:
    """From yesterday on, whose night shift may not be over."""
    today = local_day(now, zone, rhythm.day_start)
    return (today + number * DAY for number in range(-1, DAYS_AHEAD))

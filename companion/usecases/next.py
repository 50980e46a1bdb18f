"""What comes next: prompts, the summary, the review, and the end of a pause."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from companion.domain.calendar import Rhythm, Window
from companion.domain.entry import TICK
from companion.domain.jobs.job import JobKind
from companion.domain.jobs.upcoming import upcoming
from companion.domain.pause import Pause
from companion.domain.quiet import pause_hold
from companion.ports import Clock
from companion.usecases.pause import Pauses


@dataclass(frozen=True, slots=True, kw_only=True)
class Next:
    """What comes after `now`; None where it does not come, as in a pause without an end.

    `prompts` are the hours in which the next prompts come: their moments stay a surprise.
    """

    now: datetime
    pause: Pause | None
    prompts: Window | None
    summary: datetime | None
    review: datetime | None


def whatever_comes(now: datetime, zone: ZoneInfo, rhythm: Rhythm, last: Pause | None) -> Next:
    """By the settings and the `last` pause, which may be over."""
    pause = last if last and last.holds(now) else None
    from_then_on = pause.until if pause and pause.until else now

    def comes(kind: JobKind, day: date, due: datetime) -> bool:
        return pause_hold(last, kind, day, due, zone, rhythm) is None

    is_away = pause is not None and pause.vacation
    # What is due as a vacation ends comes.
    coming = upcoming(from_then_on - TICK if is_away else now, zone, rhythm, comes)
    hours = upcoming(from_then_on, zone, rhythm).hours
    if pause is not None and hours is not None:
        is_open = pause.until is None
        hours = None if is_open else replace(hours, since=max(hours.since, from_then_on))
    return Next(
        now=now, pause=pause, prompts=hours, summary=coming.summary_due, review=coming.review_due
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class WhatIsNext:
    """By the settings and the pause, also on days that are not planned yet."""

    pauses: Pauses
    rhythm: Rhythm
    clock: Clock

    async def __call__(self, zone: ZoneInfo) -> Next:
        """As of now. Raises StoreError."""
        latest = await self.pauses.latest()
        return whatever_comes(self.clock.now(), zone, self.rhythm, latest)

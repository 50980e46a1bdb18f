"""What holds a planned job back when it is due."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from companion.domain.calendar import END, Rhythm, moment_at, working_span
from companion.domain.jobs.job import Job, JobKind, job_id
from companion.domain.jobs.planning import PLANNED_PROMPT, SNOOZED
from companion.domain.pause import Pause, first_day_back, pause_reason

ON_VACATION = frozenset({JobKind.SUMMARY, JobKind.WHERE, JobKind.REVIEW})
"""What does not come on a vacation, besides prompts."""


@dataclass(frozen=True, slots=True)
class Hold:
    """Something that holds a job back now, in words that fit after `because`. `until` is None
    where nobody knows the end."""

    reason: str
    until: datetime | None


def longest(holds: Sequence[Hold]) -> Hold | None:
    """The one that holds longest, as far as anybody knows."""
    return max(holds, key=lambda hold: hold.until or END, default=None)


def can_be_held(job: Job) -> bool:
    """Whether the job is not what the person wants right now: a prompt that was snoozed is held
    back by a pause that came after."""
    if job.kind is JobKind.PROMPT:
        return is_planned_prompt(job) or job.job_id.startswith(job_id(job.day, SNOOZED))
    return job.kind in ON_VACATION and job.job_id == job_id(job.day, job.kind)


def is_planned_prompt(job: Job) -> bool:
    """Whether nobody asked for this prompt."""
    return job.kind is JobKind.PROMPT and job.job_id.startswith(job_id(job.day, PLANNED_PROMPT))


def held_by_pause(job: Job, pause: Pause | None, zone: ZoneInfo, rhythm: Rhythm) -> Hold | None:
    """How the last pause, as it is now, will hold the job back when it is due."""
    return pause_hold(pause, job.kind, job.day, job.due, zone, rhythm) if can_be_held(job) else None


def pause_hold(
    pause: Pause | None, kind: JobKind, day: date, now: datetime, zone: ZoneInfo, rhythm: Rhythm
) -> Hold | None:
    """How a pause holds back, now, a job of that kind and day. The last pause counts also when it
    is over: a vacation stops the summaries on the days off after it, too."""
    if pause is None or not (kind is JobKind.PROMPT or pause.vacation):
        return None
    until, is_before_first_day = pause.until, False
    if kind is not JobKind.PROMPT and (back := first_day_back(pause, zone, rhythm)):
        until = moment_at(back, rhythm.day_start, zone)
        is_before_first_day = now < until and working_span(day, rhythm, zone) is None
    if not (pause.holds(now) or is_before_first_day):
        return None
    told = replace(pause, until=until)
    return Hold(pause_reason(told, now, zone, rhythm.day_start), pause.until)

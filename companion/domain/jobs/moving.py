"""Where a prompt moves within its part of the day while something holds it back, and until when."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from companion.domain.calendar import Rhythm, Window, working_span
from companion.domain.jobs.job import Job, JobKind, JobState, Outcome, Veto, Wait
from companion.domain.jobs.planning import MIN_GAP, Plan, askable

LOOK_AGAIN = timedelta(minutes=5)
"""So soon it is looked again where nobody knows how long something lasts."""


def wait_or_skip(
    job: Job,
    reason: str,
    until: datetime | None,
    now: datetime,
    plans: Sequence[Plan],
    rhythm: Rhythm,
    others: Sequence[Job],
) -> Wait | Veto:
    """What becomes of a job that something holds back `until` then, or until nobody knows when.

    A prompt waits while its part of the day lasts and the next one is not too near. All else, and
    what somebody claimed before, is skipped.
    """
    skip = Veto(Outcome.SKIPPED, reason)
    plan = next((plan for plan in plans if _is_of(job, plan)), None)
    if job.kind is not JobKind.PROMPT or job.state is not JobState.PLANNED or plan is None:
        return skip
    again = until or now + LOOK_AGAIN
    return Wait(again, reason) if again <= _latest(job, plan, rhythm, others) else skip


def _is_of(job: Job, plan: Plan) -> bool:
    return job.day == plan.day and job.tz == plan.tz and job.first_due in plan.moments


def _latest(job: Job, plan: Plan, rhythm: Rhythm, others: Sequence[Job]) -> datetime:
    """The last moment at which the prompt may still come."""
    part = part_of_day(plan, job.first_due, rhythm)
    gap = min(MIN_GAP, part.until - part.since)
    following = [
        other.due
        for other in others
        if other.kind is JobKind.PROMPT
        and (other.day, other.tz) == (job.day, job.tz)
        and other.first_due > job.first_due
    ]
    return min([part.until, *(due - gap for due in following)])


def part_of_day(plan: Plan, moment: datetime, rhythm: Rhythm) -> Window:
    """The part of the hours that a moment of the plan was drawn in.

    Where the hours were changed since, the part lasts until the next moment of the plan.
    """
    span = working_span(plan.day, rhythm, ZoneInfo(plan.tz))
    hours = askable(span) if span else Window(moment, moment, plan.day, plan.day)
    since = max(hours.since, plan.made_at)
    length = (hours.until - since) / len(plan.moments)
    number = plan.moments.index(moment)
    part = Window(since + number * length, since + (number + 1) * length, plan.day, plan.day)
    if part.since <= moment <= part.until:
        return part
    later = [other for other in plan.moments if other > moment]
    until = max(moment, min([hours.until, *later]))
    return Window(moment, until, plan.day, plan.day)

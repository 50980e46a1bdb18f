"""A day's plan: how many prompts, when, and what stands against asking when the time has come."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from math import ceil
from random import Random  # noqa: TID251 -- the type only: the generator is an argument
from zoneinfo import ZoneInfo

from companion.domain.calendar import Rhythm, Window, moment_at, working_span
from companion.domain.job import Job, JobKind, JobState, Outcome, job_id

MIN_GAP = timedelta(minutes=30)
_PROMPT, _SUMMARY = "prompt-", "summary"
MAX_LATENESS = timedelta(minutes=10)
"""A prompt asks about *then*: later than this, its moment has gone by."""


def spread(span: Window, now: datetime, count: int, rng: Random) -> tuple[datetime, ...]:
    """When to ask: the span cut into `count` equal parts, and one uniform moment in each.

    Stratified sampling: it looks random, and has neither the clusters nor the empty days of
    independent draws. Of a day that has begun only what is left is cut, into parts about as
    long as the whole day's. Moments lie `MIN_GAP` apart where the parts are long enough for that.
    """
    start = max(span.since, now)
    left = span.until - start
    if count < 1 or left <= timedelta():
        return ()
    whole_part = (span.until - span.since) / count
    parts = min(count, ceil(left / whole_part))
    if whole_part >= MIN_GAP:
        parts = max(1, min(parts, left // MIN_GAP))
    part = left / parts
    gap = min(MIN_GAP, part)
    moments: list[datetime] = []
    for index in range(parts):
        earliest, latest = start + index * part, min(start + (index + 1) * part, span.until)
        if moments:
            earliest = min(max(earliest, moments[-1] + gap), latest)
        moments.append(earliest + rng.random() * (latest - earliest))
    return tuple(moments)


def plan_day(
    user_id: str, day: date, now: datetime, zone: ZoneInfo, rhythm: Rhythm, rng: Random
) -> Job:
    """The plan of one day, as a job that is done with being planned and says what it planned."""
    span = working_span(day, rhythm, zone)
    moments: tuple[datetime, ...] = ()
    if span is None:
        reason = "no prompts: not a working day"
    elif now >= (askable := _askable(span)).until:
        reason = "no prompts: the working hours were over"
    else:
        count = rng.randint(rhythm.prompts.least, rhythm.prompts.most)
        moments = spread(askable, now, count, rng)
        reason = f"{len(moments)} prompt{'' if len(moments) == 1 else 's'}"
    return Job(
        user_id=user_id,
        job_id=job_id(day, "plan"),
        kind=JobKind.PLAN,
        day=day,
        due=now,
        tz=zone.key,
        moments=moments,
        state=JobState.DONE,
        outcome=Outcome.SENT if moments else Outcome.SKIPPED,
        reason=reason,
        finished_at=now,
    )


def _askable(span: Window) -> Window:
    """The hours without their very end, so that a prompt that comes a little late is in them."""
    return replace(span, until=span.until - min(MAX_LATENESS, (span.until - span.since) / 4))


def replanned(plan: Job) -> Job:
    """The same plan, as one besides the day's first: that one was made in another zone.

    One for each zone, so that two machines that disagree on the zone do not plan in turns.
    """
    return replace(plan, job_id=f"{plan.job_id}@{plan.tz}")


def jobs_of(plan: Job, rhythm: Rhythm) -> list[Job]:
    """The jobs that follow from a plan, the same ones each time: its prompts and its summary.

    Each plan of a day has prompts of its own; the summary is the day's.
    """
    _, at, zone_key = plan.job_id.partition("@")

    def job(name: str, kind: JobKind, due: datetime) -> Job:
        return Job(
            user_id=plan.user_id,
            job_id=job_id(plan.day, name),
            kind=kind,
            day=plan.day,
            due=due.astimezone(UTC),
            tz=plan.tz,
        )

    summary_due = _summary_due(plan.day, ZoneInfo(plan.tz), rhythm)
    return [
        *(
            job(f"{_PROMPT}{number}{at}{zone_key}", JobKind.PROMPT, due)
            for number, due in enumerate(plan.moments, start=1)
        ),
        job(_SUMMARY, JobKind.SUMMARY, summary_due),
    ]


def as_of_now(job: Job, zone: ZoneInfo, rhythm: Rhythm) -> Job:
    """The same job, where the person is now: a day's summary comes in the morning of that place."""
    if job.job_id != job_id(job.day, _SUMMARY):
        return job
    return replace(job, due=_summary_due(job.day, zone, rhythm), tz=zone.key)


def _summary_due(day: date, zone: ZoneInfo, rhythm: Rhythm) -> datetime:
    # Before its day begins, there would be no whole yesterday to look back on.
    return max(moment_at(day, rhythm.summary_time, zone), moment_at(day, rhythm.day_start, zone))


def skipped(job: Job, now: datetime, reason: str) -> Job:
    """The same job, as one that is not to be."""
    return replace(
        job, state=JobState.DONE, outcome=Outcome.SKIPPED, reason=reason, finished_at=now
    )


def prompt_veto(
    job: Job, now: datetime, zone: ZoneInfo, rhythm: Rhythm, others: Sequence[Job]
) -> tuple[Outcome, str] | None:
    """What stands against asking now; None when nothing does."""
    if now - job.due > MAX_LATENESS:
        return Outcome.MISSED, f"noticed {_minutes(now - job.due)} late"
    span = working_span(job.day, rhythm, zone)
    if span is None or now not in span:
        return Outcome.SKIPPED, f"outside the working hours in {zone.key}"
    if job.tz != zone.key:
        return Outcome.SKIPPED, f"planned for {job.tz}"
    prompts = [other for other in others if other.kind is JobKind.PROMPT]
    if any(job.due < other.due <= now and other.tz == job.tz for other in prompts):
        return Outcome.MISSED, "the next prompt was due already"
    return _enough(job, now, rhythm, [other for other in prompts if other.message_ts])


def _enough(
    job: Job, now: datetime, rhythm: Rhythm, asked: Sequence[Job]
) -> tuple[Outcome, str] | None:
    """What a plan could not know: other settings since, or another zone's plan of the same day."""
    of_the_day = [other for other in asked if other.job_id.startswith(job_id(job.day, _PROMPT))]
    if len(of_the_day) >= rhythm.prompts.most:
        return Outcome.SKIPPED, f"{len(of_the_day)} were asked, which is enough for a day"
    elsewhere = (other for other in asked if (other.day, other.tz) != (job.day, job.tz))
    if any(other.finished_at and now - MIN_GAP < other.finished_at <= now for other in elsewhere):
        return Outcome.SKIPPED, "another one was asked just before"
    return None


def _minutes(late: timedelta) -> str:
    minutes = late // timedelta(minutes=1)
    return f"{minutes} min" if minutes < 120 else f"{minutes // 60} h"

"""A day's plan: how many prompts and when; and the reasons not to ask when the time has come."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from math import ceil
from random import Random  # noqa: TID251 -- the type only: the generator is an argument
from zoneinfo import ZoneInfo

from companion.domain.calendar import DAY, Rhythm, Window, moment_at, working_span
from companion.domain.jobs.job import Job, JobKind, JobResult, JobState, Outcome, Veto, job_id

MIN_GAP = timedelta(minutes=30)
"""The time between two prompts."""
MAX_LATENESS = timedelta(minutes=10)
"""A prompt asks about the moment it was planned for. A later one is not sent."""
PLAN = "plan"
"""The name in a plan's id; also the kind that it is stored with."""
ASKED_FOR = "ask-"
"""How the name of a job begins that the person asked for."""
MAX_ANSWER_LATENESS = timedelta(hours=12)
"""What the person asked for is sent as soon as their computer wakes up, but not days later."""
SNOOZED = f"{ASKED_FOR}snoozed-"
"""How the name of a prompt begins that comes again after *Snooze*."""
PLANNED_PROMPT = "prompt-"
"""How the name of a prompt begins that comes from a plan."""
_SUMMARY, _WHERE, _REVIEW = "summary", "where", "review"
BEFORE_THE_SUMMARY = timedelta(seconds=1)
"""Where the person left off is due so much before the summary of that day."""


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """When one user is asked on one local day, as planned in one zone.

    `plan_id` begins with the day, as a job's id does. `made_at` and `moments` are in UTC; `reason`
    says in words what was planned, or why nothing was.
    """

    user_id: str
    plan_id: str
    day: date
    made_at: datetime
    tz: str
    moments: tuple[datetime, ...]
    reason: str


def plan_day(
    user_id: str, day: date, now: datetime, zone: ZoneInfo, rhythm: Rhythm, rng: Random
) -> Plan:
    """The plan of one day, made now."""
    span = working_span(day, rhythm, zone)
    moments: tuple[datetime, ...] = ()
    if span is None and (holiday := rhythm.holiday(day)):
        reason = f"no prompts: a public holiday ({holiday})"
    elif span is None:
        reason = "no prompts: not a working day"
    elif now >= (hours := askable(span)).until:
        reason = "no prompts: the working hours were over"
    else:
        count = rng.randint(rhythm.prompts.least, rhythm.prompts.most)
        moments = spread(hours, now, count, rng)
        reason = f"{len(moments)} prompt{'' if len(moments) == 1 else 's'}"
    return Plan(
        user_id=user_id,
        plan_id=job_id(day, PLAN),
        day=day,
        made_at=now,
        tz=zone.key,
        moments=moments,
        reason=reason,
    )


def askable(span: Window) -> Window:
    """The hours without their very end, so that a prompt that comes a little late is in them."""
    return replace(span, until=span.until - min(MAX_LATENESS, (span.until - span.since) / 4))


def replanned(plan: Plan) -> Plan:
    """The same plan, stored beside the day's first one, which was made in another zone.

    Each zone has one plan, so that two machines in different zones do not plan in turns.
    """
    return replace(plan, plan_id=f"{plan.plan_id}@{plan.tz}")


def jobs_of(plan: Plan, rhythm: Rhythm) -> list[Job]:
    """The jobs that follow from a plan, the same ones each time.

    Each plan of a day has its own prompts. They share one summary and one review.
    """
    _, at, zone_key = plan.plan_id.partition("@")

    def job(name: str, kind: JobKind, due: datetime) -> Job:
        return Job(
            user_id=plan.user_id,
            job_id=job_id(plan.day, name),
            kind=kind,
            day=plan.day,
            due=due.astimezone(UTC),
            tz=plan.tz,
        )

    due = summary_due(plan.day, ZoneInfo(plan.tz), rhythm)
    return [
        *(
            job(f"{PLANNED_PROMPT}{number}{at}{zone_key}", JobKind.PROMPT, moment)
            for number, moment in enumerate(plan.moments, start=1)
        ),
        job(_SUMMARY, JobKind.SUMMARY, due),
        *(
            job(_REVIEW, JobKind.REVIEW, moment)
            for moment in (review_due(plan.day, ZoneInfo(plan.tz), rhythm),)
            if moment is not None
        ),
    ]


def where_job(user_id: str, day: date, zone: ZoneInfo, rhythm: Rhythm) -> Job:
    """Where the person left off, right before that day's summary."""
    return Job(
        user_id=user_id,
        job_id=job_id(day, _WHERE),
        kind=JobKind.WHERE,
        day=day,
        due=summary_due(day, zone, rhythm) - BEFORE_THE_SUMMARY,
        tz=zone.key,
    )


def as_of_now(job: Job, zone: ZoneInfo, rhythm: Rhythm) -> Job:
    """The same job where the person is now: what comes in the morning is due in the morning
    there."""
    due = summary_due(job.day, zone, rhythm)
    if job.job_id == job_id(job.day, _SUMMARY):
        return replace(job, due=due, tz=zone.key)
    if job.job_id == job_id(job.day, _WHERE):
        return replace(job, due=due - BEFORE_THE_SUMMARY, tz=zone.key)
    review = review_due(job.day, zone, rhythm)
    if job.job_id == job_id(job.day, _REVIEW) and review is not None:
        return replace(job, due=review, tz=zone.key)
    return job


def summary_due(day: date, zone: ZoneInfo, rhythm: Rhythm) -> datetime:
    """When a day's summary comes. Before the day begins, yesterday is not over."""
    return max(moment_at(day, rhythm.summary_time, zone), moment_at(day, rhythm.day_start, zone))


def review_due(day: date, zone: ZoneInfo, rhythm: Rhythm) -> datetime | None:
    """When a day's weekly review comes; None if the day has none."""
    review = rhythm.review
    if review is None or day.weekday() != review.weekday:
        return None
    # A clock time before the day start is in the night that ends the day.
    return moment_at(day + DAY if review.at < rhythm.day_start else day, review.at, zone)


def skipped(job: Job, now: datetime, reason: str) -> Job:
    """The same job, skipped before anybody claimed it."""
    return replace(job, state=JobState.DONE, result=JobResult(Outcome.SKIPPED, now, reason))


def is_asked_for(job: Job) -> bool:
    """Whether no plan has it: the person asked for it."""
    return job.job_id.startswith(job_id(job.day, ASKED_FOR))


def answer_veto(job: Job, now: datetime) -> Veto | None:
    """The reason not to send any more what the person asked for, if there is one."""
    late = now - job.due
    if late <= MAX_ANSWER_LATENESS:
        return None
    return Veto(Outcome.MISSED, f"noticed {_minutes(late)} late")


def prompt_veto(
    job: Job, now: datetime, zone: ZoneInfo, rhythm: Rhythm, others: Sequence[Job]
) -> Veto | None:
    """The reason not to ask now, if there is one. `others` are all jobs around that day."""
    if now - job.due > MAX_LATENESS:
        return Veto(Outcome.MISSED, f"noticed {_minutes(now - job.due)} late")
    if is_asked_for(job):
        return None  # the person wants it now, whatever the plan says
    span = working_span(job.day, rhythm, zone)
    if span is None or now not in span:
        return Veto(Outcome.SKIPPED, f"outside the working hours in {zone.key}")
    if job.tz != zone.key:
        return Veto(Outcome.SKIPPED, f"planned for {job.tz}")
    prompts = [other for other in others if other.kind is JobKind.PROMPT]
    if any(job.due < other.due <= now and other.tz == job.tz for other in prompts):
        return Veto(Outcome.MISSED, "the next prompt was due already")
    return _too_many(job, now, rhythm, [other for other in prompts if other.message_ts])


def _too_many(job: Job, now: datetime, rhythm: Rhythm, asked: Sequence[Job]) -> Veto | None:
    """What a plan cannot know: settings that changed, or another zone's plan for the same day."""
    of_the_day = [
        other for other in asked if other.job_id.startswith(job_id(job.day, PLANNED_PROMPT))
    ]
    if len(of_the_day) >= rhythm.prompts.most:
        return Veto(Outcome.SKIPPED, f"{len(of_the_day)} were asked, which is enough for a day")
    elsewhere = (other for other in asked if (other.day, other.tz) != (job.day, job.tz))
    if any(other.finished_at and now - MIN_GAP < other.finished_at <= now for other in elsewhere):
        return Veto(Outcome.SKIPPED, "another one was asked just before")
    return None


def _minutes(late: timedelta) -> str:
    minutes = late // timedelta(minutes=1)
    return f"{minutes} min" if minutes < 120 else f"{minutes // 60} h"

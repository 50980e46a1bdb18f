"""How often, when and about what somebody wrote, and how prompts were answered."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from statistics import median
from zoneinfo import ZoneInfo

from companion.domain.calendar import local_day, wall_time
from companion.domain.entry import Entry, message_timestamp
from companion.domain.jobs.job import Job, JobKind, Outcome
from companion.domain.tags import entry_tags
from companion.domain.words import fold

HOURS = 24
DEFAULT_DAYS = 30
"""Statistics are of so many days, today included, if nothing else is asked for."""


@dataclass(frozen=True, slots=True)
class TagCount:
    """A tag as it was typed most often, and how many entries have it, however it is written."""

    tag: str
    entries: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Prompts:
    """What became of the prompts of a period. `answered` of those `asked` have an answer.

    `missed` were not asked because their time went by; `skipped` for another reason.
    `to_answer` is the median of the times from a prompt to its first answer.
    `asked_at` and `answered_at` count prompts by the local hour in which they were asked.
    """

    asked: int
    answered: int
    missed: int
    skipped: int
    to_answer: timedelta | None
    asked_at: Mapping[int, int]
    answered_at: Mapping[int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Statistics:
    """A period in numbers. Days and hours are those of where the person was.

    `by_hour` counts entries by weekday (Monday is 0) and hour; `hours` is the order in which a day
    has its hours, which begins at the day start. `later` entries are dated after now: they are
    not counted anywhere else.
    """

    first_day: date
    last_day: date
    entries: int
    later: int
    by_day: Mapping[date, int]
    by_hour: Mapping[tuple[int, int], int]
    hours: Sequence[int]
    tags: Sequence[TagCount]
    prompts: Prompts


def make_statistics(
    entries: Sequence[Entry],
    jobs: Sequence[Job],
    since: datetime,
    until: datetime,
    now: datetime,
    zone: ZoneInfo,
    day_start: time,
) -> Statistics:
    """Count what is since <= t < until, and not after `now`.

    `entries` may be later than the period, because a prompt of its end can be answered after it.
    """
    of_period = [entry for entry in entries if since <= entry.timestamp < until]
    counted = [entry for entry in of_period if entry.timestamp <= now]
    end = min(until, max(now, since + timedelta.resolution))
    by_day: Counter[date] = Counter()
    by_hour: Counter[tuple[int, int]] = Counter()
    for entry in counted:
        day = entry.local_day(zone, day_start)
        by_day[day] += 1
        by_hour[day.weekday(), entry.local_time(zone).hour] += 1
    return Statistics(
        first_day=local_day(since, zone, day_start),
        last_day=local_day(end - timedelta.resolution, zone, day_start),
        entries=len(counted),
        later=len(of_period) - len(counted),
        by_day=dict(sorted(by_day.items())),
        by_hour=dict(sorted(by_hour.items())),
        hours=[(day_start.hour + step) % HOURS for step in range(HOURS)],
        tags=_count_tags(counted),
        prompts=_count_prompts(
            [job for job in jobs if job.kind is JobKind.PROMPT and since <= job.due < until],
            [entry for entry in entries if entry.timestamp <= now],
        ),
    )


def _count_tags(entries: Iterable[Entry]) -> list[TagCount]:
    """The most frequent first, then by name."""
    written: dict[str, Counter[str]] = {}
    for entry in entries:
        for tag in entry_tags(entry):
            written.setdefault(fold(tag), Counter())[tag] += 1
    counts = [(each.most_common(1)[0][0], each.total()) for each in written.values()]
    return [TagCount(*count) for count in sorted(counts, key=lambda count: (-count[1], count[0]))]


def _count_prompts(jobs: Sequence[Job], entries: Iterable[Entry]) -> Prompts:
    answers: dict[str, datetime] = {}
    for entry in entries:
        if entry.answers:
            earliest = answers.get(entry.answers, entry.timestamp)
            answers[entry.answers] = min(entry.timestamp, earliest)
    asked = {job.job_id: (job, _asked(job)) for job in jobs if job.outcome is Outcome.SENT}
    answered = {key: at for key, at in answers.items() if key in asked}
    times_s = [max((at - asked[key][1]).total_seconds(), 0) for key, at in answered.items()]
    outcomes = Counter(job.outcome for job in jobs)
    return Prompts(
        asked=len(asked),
        answered=len(answered),
        missed=outcomes[Outcome.MISSED],
        skipped=outcomes[Outcome.SKIPPED],
        to_answer=timedelta(seconds=median(times_s)) if times_s else None,
        asked_at=Counter(_hours(asked.values())),
        answered_at=Counter(_hours(asked[key] for key in answered)),
    )


def _asked(job: Job) -> datetime:
    """When a prompt was asked, by Slack's clock if it is known."""
    if job.message_ts:
        return message_timestamp(job.message_ts)
    return job.finished_at or job.due


def _hours(asked: Iterable[tuple[Job, datetime]]) -> Iterator[int]:
    for job, at in asked:
        yield wall_time(at, ZoneInfo(job.tz)).hour


def duration_text(duration: timedelta) -> str:
    """`40 s`, `4 min`, `2 h 5 min`, `3 days`."""
    seconds = round(duration.total_seconds())
    if seconds < 60:
        return f"{seconds} s"
    minutes = seconds // 60
    if minutes < 60:
        return f"{minutes} min"
    hours, minutes = divmod(minutes, 60)
    if hours >= 48:
        return f"{hours // 24} days"
    return f"{hours} h {minutes} min" if minutes else f"{hours} h"

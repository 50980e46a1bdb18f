"""Why somebody was asked or not: what became of each prompt, and what holds prompts back now."""

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from companion.domain.calendar import DAY, Rhythm, local_day, working_span
from companion.domain.jobs.job import Job, JobKind
from companion.domain.jobs.planning import Plan
from companion.ports import Clock, JobStore
from companion.usecases.quiet import Quiet

NOT_A_WORKING_DAY = "today is not a working day"
HOLIDAY = "today is a public holiday ({name})"
NOT_WORKING_HOURS = "outside your working hours ({hours})"
SWITCHED_OFF = "COMPANION_PROMPTS_PER_DAY is 0"


@dataclass(frozen=True, slots=True, kw_only=True)
class DayOfPrompts:
    """One day: how it was planned, what became of its prompts, and how many are still to come.

    Without a plan no daemon ran on that day, so far.
    """

    day: date
    plans: tuple[Plan, ...]
    prompts: tuple[Job, ...]
    to_come: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Why:
    """`holds` are the reasons why no prompt would come at `now`, in words; empty for none.
    `days` are yesterday and today."""

    now: datetime
    holds: tuple[str, ...]
    days: tuple[DayOfPrompts, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ExplainWhy:
    """By the stored jobs, the settings, the pause, and what Slack says."""

    user_id: str
    jobs: JobStore
    quiet: Quiet
    rhythm: Rhythm
    clock: Clock

    async def __call__(self, zone: ZoneInfo) -> Why:
        """As of now. Raises StoreError."""
        now = self.clock.now()
        today = local_day(now, zone, self.rhythm.day_start)
        span = self.user_id, today - DAY, today + DAY
        plans, jobs = await self.jobs.fetch_plans(*span), await self.jobs.fetch_jobs(*span)
        prompts = [job for job in jobs if job.kind is JobKind.PROMPT]
        return Why(
            now=now,
            holds=tuple(await self._holds(now, today, zone)),
            days=tuple(_day(day, plans, prompts, now) for day in (today - DAY, today)),
        )

    async def _holds(self, now: datetime, today: date, zone: ZoneInfo) -> list[str]:
        holds = [hold.reason for hold in await self.quiet.holds(now, zone)]
        if not self.rhythm.prompts.most:
            holds.append(SWITCHED_OFF)
        spans = [working_span(day, self.rhythm, zone) for day in (today - DAY, today, today + DAY)]
        if not any(span and now in span for span in spans):
            holds.append(self._not_now(today, is_day_off=spans[1] is None))
        return holds

    def _not_now(self, today: date, *, is_day_off: bool) -> str:
        if holiday := self.rhythm.holiday(today):
            return HOLIDAY.format(name=holiday)
        hours = NOT_WORKING_HOURS.format(hours=self.rhythm.hours)
        return NOT_A_WORKING_DAY if is_day_off else hours


def _day(day: date, plans: list[Plan], prompts: list[Job], now: datetime) -> DayOfPrompts:
    of_day = [job for job in prompts if job.day == day]
    over = tuple(job for job in of_day if job.due <= now or job.result)
    return DayOfPrompts(
        day=day,
        plans=tuple(plan for plan in plans if plan.day == day),
        prompts=over,
        to_come=len(of_day) - len(over),
    )

"""A day with the assistant: plan it, and do what is due. The wall clock decides, tick by tick."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random  # noqa: TID251 -- the type only: the generator is an argument
from uuid import UUID
from zoneinfo import ZoneInfo

from companion.domain.calendar import Rhythm, local_day, past_week
from companion.domain.job import Job, JobKind, job_id
from companion.domain.planning import jobs_of, plan_day, skipped
from companion.ports import Clock, JobStore, LogStore
from companion.usecases.deliver import Deliver
from companion.usecases.zones import Zones

DAY = timedelta(days=1)
FIRST_DAY = "the first day: there is nothing to look back on yet"


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """The user's day, in the hands of whoever calls `tick` every few seconds."""

    user_id: str
    store: LogStore
    jobs: JobStore
    deliver: Deliver
    zones: Zones
    clock: Clock
    rng: Random
    rhythm: Rhythm
    _planned: set[date] = field(default_factory=set)

    async def tick(self) -> None:
        """Plan the day if nobody has, then do what is due. Safe to call at any time, from any
        number of processes."""
        zone = await self.zones.current()
        today = local_day(self.clock.now(), zone, self.rhythm.day_start)
        await self._plan(today, zone)
        await self.deliver.due(await self.near(today), zone)

    async def near(self, today: date) -> list[Job]:
        """Jobs that may still be due: a night shift's began yesterday, and travel shifts days."""
        return await self.jobs.fetch_jobs(self.user_id, today - DAY, today + 2 * DAY)

    async def ask_now(self, unique: UUID) -> None:
        """A prompt right now, besides the planned ones."""
        await self._at_once(JobKind.PROMPT, f"ask-{unique}")

    async def summarize_now(self, unique: UUID, ahead: timedelta = timedelta()) -> None:
        """A summary right now, besides the planned one; as it will be so many days ahead."""
        await self._at_once(JobKind.SUMMARY, f"summarize-{unique}", ahead)

    async def _plan(self, today: date, zone: ZoneInfo) -> None:
        if today in self._planned:
            return
        plan = await self.jobs.save_job(
            plan_day(self.user_id, today, self.clock.now(), zone, self.rhythm, self.rng)
        )
        # Whoever saved the plan may have died before its jobs: saving them again does no harm.
        for job in jobs_of(plan, self.rhythm):
            if (
                job.kind is JobKind.SUMMARY
                and job.due <= plan.due
                and await self._is_first_day(today, zone)
            ):
                await self.jobs.save_job(skipped(job, plan.due, FIRST_DAY))
            else:
                await self.jobs.save_job(job)
        self._planned.add(today)

    async def _is_first_day(self, today: date, zone: ZoneInfo) -> bool:
        """Whether nothing was planned before, and nothing said that could be summed up."""
        week = past_week(today, zone, self.rhythm.day_start)
        if await self.jobs.fetch_jobs(self.user_id, week.first_day, today):
            return False
        return not await self.store.fetch_logs(self.user_id, week.since, week.until)

    async def _at_once(self, kind: JobKind, name: str, ahead: timedelta = timedelta()) -> None:
        zone, now = await self.zones.current(), self.clock.now()
        day = local_day(now, zone, self.rhythm.day_start) + ahead
        job = Job(
            user_id=self.user_id,
            job_id=job_id(day, name),
            kind=kind,
            day=day,
            due=now,
            tz=zone.key,
        )
        await self.jobs.save_job(job)
        await self.deliver.one(job)

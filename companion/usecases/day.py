"""A day with the assistant: plan it, and do what is due. The wall clock decides, tick by tick."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random  # noqa: TID251 -- the type only: the generator is an argument
from uuid import UUID
from zoneinfo import ZoneInfo

from companion.domain.calendar import Rhythm, local_day
from companion.domain.job import Job, JobKind, job_id
from companion.domain.planning import jobs_of, plan_day
from companion.ports import Clock, JobStore
from companion.usecases.deliver import Deliver
from companion.usecases.zones import Zones

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """The user's day, in the hands of whoever calls `tick` every few seconds."""

    user_id: str
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

    async def summarize_now(self, unique: UUID) -> None:
        """A summary right now, besides the planned one."""
        await self._at_once(JobKind.SUMMARY, f"summarize-{unique}")

    async def _plan(self, today: date, zone: ZoneInfo) -> None:
        if today in self._planned:
            return
        plan = await self.jobs.save_job(
            plan_day(self.user_id, today, self.clock.now(), zone, self.rhythm, self.rng)
        )
        # Whoever saved the plan may have died before its jobs: saving them again does no harm.
        for job in jobs_of(plan, self.rhythm):
            await self.jobs.save_job(job)
        self._planned.add(today)

    async def _at_once(self, kind: JobKind, name: str) -> None:
        zone, now = await self.zones.current(), self.clock.now()
        today = local_day(now, zone, self.rhythm.day_start)
        job = Job(
            user_id=self.user_id,
            job_id=job_id(today, name),
            kind=kind,
            day=today,
            due=now,
            tz=zone.key,
        )
        await self.jobs.save_job(job)
        await self.deliver.one(job)

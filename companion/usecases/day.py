"""The daemon's day: plan it, and do what is due. At each tick the wall clock decides."""

from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from random import Random  # noqa: TID251 -- the type only: the generator is an argument
from uuid import UUID
from zoneinfo import ZoneInfo

from companion.domain.calendar import DAY, Rhythm, local_day, past_week, working_span
from companion.domain.jobs.job import Job, JobKind, JobState, job_id
from companion.domain.jobs.planning import (
    ASKED_FOR,
    as_of_now,
    jobs_of,
    plan_day,
    replanned,
    skipped,
    where_job,
)
from companion.domain.pause import first_day_back
from companion.ports import Clock, JobStore, LogStore
from companion.usecases.deliver import Deliver, is_due
from companion.usecases.known_jobs import KnownJobs
from companion.usecases.pause import Pauses
from companion.usecases.where import needs_where
from companion.usecases.zones import Zones

LONG_AGO = timedelta(days=30)
"""How far back it looks, once a day, for jobs that were due while the machine was off."""
FIRST_DAY = "the first day: there is nothing to look back on yet"


async def _ignore(_: Sequence[Job]) -> None:
    """Nothing wants to see them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """One user's days. Something has to call `tick` every few seconds."""

    user_id: str
    store: LogStore
    jobs: JobStore
    known_jobs: KnownJobs
    deliver: Deliver
    pauses: Pauses
    zones: Zones
    clock: Clock
    rng: Random
    rhythm: Rhythm
    look: Callable[[Sequence[Job]], Awaitable[None]] = _ignore
    """Called at each tick with the jobs around today."""
    _planned: set[tuple[date, str]] = field(default_factory=set)

    async def tick(self) -> None:
        """Plan the day unless that is done, then do what is due. Safe to call at any time, from
        any number of processes."""
        zone, now = await self.zones.current(), self.clock.now()
        today = local_day(now, zone, self.rhythm.day_start)
        days = {(day, zone.key) for day in self._days(today, now, zone)}
        since = today - DAY
        if days != self._planned:
            await self.store.purge_changes(now)
            for day, _ in sorted(days):
                await self._plan(day, zone)
            if await needs_where(self.store, self.jobs, self.user_id, today, zone, self.rhythm):
                await self.jobs.save_job(where_job(self.user_id, today, zone, self.rhythm))
            since = today - LONG_AGO
        # A night shift's jobs are yesterday's, and travel may have made tomorrow's already.
        jobs = await self.known_jobs.fetch(
            since, today + 2 * DAY, now, lambda job: is_due(as_of_now(job, zone, self.rhythm), now)
        )
        if where := await self._where_after_vacation(jobs, today, now, zone):
            jobs = [where, *jobs]
        await self.deliver.due([as_of_now(job, zone, self.rhythm) for job in jobs], zone)
        await self.look(jobs)
        self._planned.clear()
        self._planned.update(days)

    def _days(self, today: date, now: datetime, zone: ZoneInfo) -> Iterator[date]:
        """Today, and the day whose working hours these are. In a night shift that is yesterday;
        and where days begin at three, tomorrow's working hours may begin at two."""
        for day in (today - DAY, today, today + DAY):
            span = working_span(day, self.rhythm, zone)
            if day == today or (span is not None and now in span):
                yield day

    async def _where_after_vacation(
        self, jobs: Sequence[Job], today: date, now: datetime, zone: ZoneInfo
    ) -> Job | None:
        """Where the person left off, on the first working day after a vacation, which may have
        ended since the day was planned. It is looked for when the summary is due."""
        where = where_job(self.user_id, today, zone, self.rhythm)
        known = {job.job_id: job for job in jobs}
        summary = known.get(job_id(today, JobKind.SUMMARY))
        if summary is None or summary.state is JobState.DONE or where.job_id in known:
            return None
        if where.due > now:
            return None
        pause = await self.pauses.latest()
        if pause is None or not pause.vacation:
            return None
        is_back = first_day_back(pause, zone, self.rhythm) == today
        return await self.jobs.save_job(where) if is_back else None

    async def ask_now(self, unique: UUID) -> None:
        """Ask right now, in addition to the planned prompts."""
        await self.deliver.one(await self.ask_soon(unique))

    async def ask_soon(self, unique: UUID) -> Job:
        """Let the next tick ask, of whichever process; the job."""
        return await self._due_now(JobKind.PROMPT, f"{ASKED_FOR}{unique}")

    async def summarize_now(self, unique: UUID, ahead: timedelta = timedelta()) -> None:
        """Send a summary right now, in addition to the planned one; as of `ahead` later."""
        await self.deliver.one(await self._due_now(JobKind.SUMMARY, f"summarize-{unique}", ahead))

    async def _plan(self, today: date, zone: ZoneInfo) -> None:
        fresh = plan_day(self.user_id, today, self.clock.now(), zone, self.rhythm, self.rng)
        plan = await self.jobs.save_plan(fresh)
        if plan.tz != zone.key:  # made in another zone, whose working hours are not those here
            plan = await self.jobs.save_plan(replanned(fresh))
        # Saved again each time: the process that saved the plan may have died before its jobs.
        for job in jobs_of(plan, self.rhythm):
            if (
                job.kind is JobKind.SUMMARY
                and job.due <= plan.made_at
                and await self._is_first_day(today, zone)
            ):
                await self.jobs.save_job(skipped(job, plan.made_at, FIRST_DAY))
            else:
                await self.jobs.save_job(job)

    async def _is_first_day(self, today: date, zone: ZoneInfo) -> bool:
        """Whether nothing was planned in the past week, and nothing logged that could be summed
        up."""
        week = past_week(today, zone, self.rhythm.day_start)
        if await self.jobs.fetch_plans(self.user_id, week.first_day, today):
            return False
        if await self.jobs.fetch_jobs(self.user_id, week.first_day, today):
            return False
        return not await self.store.fetch_logs(self.user_id, week.since, week.until)

    async def _due_now(self, kind: JobKind, name: str, ahead: timedelta = timedelta()) -> Job:
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
        return await self.jobs.save_job(job)

"""Whether something holds a due job back, asked when it is due: nothing here is remembered."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from companion.domain.calendar import DAY, Rhythm
from companion.domain.jobs.job import Job, Veto, Wait
from companion.domain.jobs.moving import wait_or_skip
from companion.domain.quiet import Hold, can_be_held, longest, pause_hold
from companion.ports import JobStore
from companion.usecases.pause import Pauses


@dataclass(frozen=True, slots=True, kw_only=True)
class Quiet:
    """What leaves a person alone at the right time."""

    pauses: Pauses
    jobs: JobStore
    rhythm: Rhythm

    async def __call__(
        self, job: Job, now: datetime, zone: ZoneInfo, others: Sequence[Job]
    ) -> Veto | Wait | None:
        """Why the job is not to be sent now, and whether it may come later. Raises StoreError."""
        if not can_be_held(job):
            return None
        hold = longest(await self._holds(job, now, zone))
        if hold is None:
            return None
        plans = await self.jobs.fetch_plans(job.user_id, job.day, job.day + DAY)
        return wait_or_skip(job, hold.reason, hold.until, now, plans, self.rhythm, others)

    async def _holds(self, job: Job, now: datetime, zone: ZoneInfo) -> list[Hold]:
        pause = await self.pauses.latest()
        held = pause_hold(pause, job.kind, job.day, now, zone, self.rhythm)
        return [held] if held else []

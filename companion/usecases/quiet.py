"""Whether something holds a due job back, asked when it is due: nothing here is remembered."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from companion.domain.calendar import Rhythm
from companion.domain.jobs.job import Job, Outcome, Veto
from companion.domain.quiet import can_be_held, pause_hold
from companion.usecases.pause import Pauses


@dataclass(frozen=True, slots=True, kw_only=True)
class Quiet:
    """What leaves a person alone at the right time."""

    pauses: Pauses
    rhythm: Rhythm

    async def __call__(self, job: Job, now: datetime, zone: ZoneInfo) -> Veto | None:
        """The reason not to send the job now. Raises StoreError."""
        if not can_be_held(job):
            return None
        pause = await self.pauses.latest()
        hold = pause_hold(pause, job.kind, job.day, now, zone, self.rhythm)
        return Veto(Outcome.SKIPPED, hold.reason) if hold else None

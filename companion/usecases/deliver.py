"""Claim, send, record: each planned thing happens at most once, whoever dies in between."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

from companion.domain.job import Job, JobKind, JobState, Outcome
from companion.errors import CompanionError
from companion.ports import Clock, JobStore, Messenger

log = logging.getLogger(__name__)

FAR_OFF = timedelta(days=2)
"""Further than travel moves what is due, and than a clock that was wrong is from Slack's."""


class ClaimLapsedError(CompanionError):
    """Sending was about to come later than the claim holds: somebody else may be at it by now."""

    def __init__(self, job_id: str) -> None:
        super().__init__(f"The claim of {job_id} lapsed before it could be sent.")


def check_claim(job: Job, now: datetime) -> None:
    """To be called right before sending: the machine may have slept since the claim.

    Raises ClaimLapsedError.
    """
    if job.lease_until is not None and now >= job.lease_until:
        raise ClaimLapsedError(job.job_id)


class JobHandler(Protocol):
    """How one kind of job is done."""

    @property
    def lease(self) -> timedelta:
        """Longer than `send` takes: after it, another may take over."""
        ...

    def veto(
        self, job: Job, now: datetime, zone: ZoneInfo, others: Sequence[Job]
    ) -> tuple[Outcome, str] | None:
        """What stands against doing it now; None when nothing does."""
        ...

    async def send(self, job: Job, sent: dict[int, str]) -> str:
        """Send what is not `sent` yet (part → `ts`); the first message's `ts`."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Deliver:
    """`owner` names this process among all that share the store."""

    jobs: JobStore
    messenger: Messenger
    clock: Clock
    owner: str
    handlers: dict[JobKind, JobHandler]

    async def due(self, jobs: Sequence[Job], zone: ZoneInfo) -> None:
        """Everything whose time has come, one after another."""
        for job in jobs:
            now = self.clock.now()  # the machine may have slept over the job before
            if job.state is not JobState.DONE and job.due <= now and _is_free(job, now):
                against = self.handlers[job.kind].veto(job, now, zone, jobs)
                try:
                    await self.one(job, against)
                except CompanionError as error:
                    # The claim lapses, and the next tick after that tries again.
                    log.warning("job.failed job_id=%s error=%r", job.job_id, str(error))

    async def one(self, job: Job, against: tuple[Outcome, str] | None = None) -> Job | None:
        """One job, unless it is somebody else's; None then. Its zone is where the person is now,
        whatever was planned."""
        doing = self.handlers[job.kind]
        if against is None:
            # Known before the claim, so that little comes between it and the post. And where Slack
            # cannot be reached, nothing is claimed that would then have to wait for its lease.
            await self.messenger.channel()
        now = self.clock.now()
        claimed = await self.jobs.claim_job(
            job.user_id, job.job_id, self.owner, now, now + doing.lease
        )
        if claimed is None:
            return None
        sent: dict[int, str] = {}
        if claimed.attempts > 1:
            # Whoever had it before may have sent it without living to record that.
            sent = await self.messenger.find_sent(job.job_id, claimed.due - FAR_OFF)
        if against and not sent:
            outcome, reason, message_ts = against[0], against[1], None
        else:
            check_claim(claimed, self.clock.now())
            message_ts = await doing.send(replace(claimed, tz=job.tz), sent)
            outcome, reason = Outcome.SENT, None
        if await self.jobs.finish_job(
            job.user_id, job.job_id, self.owner, outcome, self.clock.now(), reason, message_ts
        ):
            log.info("job.%s job_id=%s reason=%r", outcome, job.job_id, reason)
        else:
            # Taken over meanwhile; or DynamoDB had it recorded, and its answer was lost.
            log.warning("job.not_recorded job_id=%s", job.job_id)
        return claimed


def _is_free(job: Job, now: datetime) -> bool:
    return job.lease_until is None or job.lease_until <= now

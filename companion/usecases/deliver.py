"""Claim, send, record: each job is done at most once, even if a process dies half-way."""

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

from companion.domain.jobs.job import Job, JobKind, JobResult, JobState, Outcome, Veto, Wait
from companion.errors import ClaimLapsedError, CompanionError
from companion.ports import Clock, JobStore, Messenger
from companion.usecases.quiet import Quiet

log = logging.getLogger(__name__)

FAR_OFF = timedelta(days=2)
"""More than travel moves a due time, and more than a wrong clock differs from Slack's."""


def check_claim(job: Job, now: datetime) -> None:
    """Called right before sending, because the machine may have slept since the claim.

    Raises ClaimLapsedError if another process may have taken the job over.
    """
    if job.lease_until is not None and now >= job.lease_until:
        raise ClaimLapsedError(job.job_id)


class JobHandler(Protocol):
    """How one kind of job is done. A new kind needs a `JobKind`, a handler, and jobs to plan."""

    @property
    def lease(self) -> timedelta:
        """How long a claim holds; longer than `send` takes. After it another may take over."""
        ...

    def veto(self, job: Job, now: datetime, zone: ZoneInfo, others: Sequence[Job]) -> Veto | None:
        """The reason not to do the job now, if there is one."""
        ...

    async def send(self, job: Job, sent: dict[int, str]) -> str:
        """Send the parts that are not in `sent` (part → `ts`); the first part's `ts`."""
        ...


def _ignore() -> None:
    """Nobody has to know."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Deliver:
    """Does jobs. `owner` names this process among all that share the store."""

    jobs: JobStore
    messenger: Messenger
    clock: Clock
    owner: str
    handlers: Mapping[JobKind, JobHandler]
    quiet: Quiet
    finished: Callable[[], None] = _ignore
    """Called when a job was done."""

    async def due(self, jobs: Sequence[Job], zone: ZoneInfo) -> None:
        """Every job whose time has come, one after another."""
        for job in jobs:
            now = self.clock.now()  # the machine may have slept during the job before
            if is_due(job, now):
                veto = self.handlers[job.kind].veto(job, now, zone, jobs)
                try:
                    held = veto or await self.quiet(job, now, zone, jobs)
                    if isinstance(held, Wait):
                        await self._postpone(job, held)
                    else:
                        await self.one(job, held)
                except CompanionError as error:
                    # The claim lapses, and a tick after that tries again.
                    log.warning("job.failed job_id=%s error=%r", job.job_id, str(error))

    async def one(self, job: Job, veto: Veto | None = None) -> Job | None:
        """One job; None if another process has it. `job.tz` is where the person is now, even if
        the job was planned for another zone."""
        handler = self.handlers[job.kind]
        if veto is None:
            # Known before the claim, so that little time passes between the claim and the message.
            # And while Slack cannot be reached, no claim is made that would have to lapse first.
            await self.messenger.channel()
        now = self.clock.now()
        claimed = await self.jobs.claim_job(
            job.user_id, job.job_id, self.owner, now, now + handler.lease
        )
        if claimed is None:
            return None
        sent: dict[int, str] = {}
        if claimed.attempts > 1:
            # The owner before us may have sent it, and stopped before recording that.
            sent = await self.messenger.find_sent(job.job_id, claimed.due - FAR_OFF)
        if veto and not sent:
            result = JobResult(veto.outcome, self.clock.now(), veto.reason)
        else:
            check_claim(claimed, self.clock.now())
            ts = await handler.send(replace(claimed, tz=job.tz), sent)
            result = JobResult(Outcome.SENT, self.clock.now(), message_ts=ts)
        await self._record(job, result)
        return claimed

    async def _postpone(self, job: Job, wait: Wait) -> None:
        later = replace(job, due=wait.until, planned_for=job.first_due, waits_for=wait.reason)
        if await self.jobs.postpone_job(later):
            due = wait.until.isoformat(timespec="seconds")
            log.info("job.waits job_id=%s until=%s reason=%r", job.job_id, due, wait.reason)

    async def _record(self, job: Job, result: JobResult) -> None:
        if await self.jobs.finish_job(job.user_id, job.job_id, self.owner, result):
            reason = f" reason={result.reason!r}" if result.reason else ""
            log.info("job.%s job_id=%s%s", result.outcome, job.job_id, reason)
            self.finished()
        else:
            # Another process took it over; or DynamoDB recorded it, and its answer was lost.
            log.warning("job.not_recorded job_id=%s", job.job_id)


def is_due(job: Job, now: datetime) -> bool:
    """Whether it is time to do the job, and nobody has it."""
    is_free = job.lease_until is None or job.lease_until <= now
    return job.state is not JobState.DONE and job.due <= now and is_free

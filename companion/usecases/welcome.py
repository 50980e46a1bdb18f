"""The welcome: once, at the first connection, the direct message says what will happen."""

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import ClassVar
from zoneinfo import ZoneInfo

from companion.domain.calendar import DAY, Rhythm, days_in_words, local_day
from companion.domain.jobs.job import Job, JobKind, JobState, Veto, job_id
from companion.domain.jobs.planning import skipped
from companion.errors import CompanionError
from companion.ports import Clock, JobStore, LogStore, Messenger
from companion.texts import slack as texts
from companion.usecases.deliver import Deliver
from companion.usecases.zones import Zones

log = logging.getLogger(__name__)

WELCOME_DAY = date(1970, 1, 1)
"""The day in the job's id: always the same one, so that there is one welcome in a lifetime."""
HISTORY = timedelta(days=30)
NOT_NEW = "a daemon was connected before"


@dataclass(frozen=True, slots=True, kw_only=True)
class WelcomeHandler:
    """Sends the welcome to the direct message. `command` is what `/companion` is called; empty
    where that is switched off."""

    messenger: Messenger
    rhythm: Rhythm
    command: str = ""
    lease: ClassVar[timedelta] = timedelta(minutes=2)

    def veto(self, job: Job, now: datetime, zone: ZoneInfo, others: Sequence[Job]) -> Veto | None:
        """Nothing: a welcome is never too late."""
        return None

    async def send(self, job: Job, sent: dict[int, str]) -> str:
        """Say welcome, unless that was `sent` before; the message's `ts`."""
        return sent.get(0) or await self.messenger.send_prompt(
            job.job_id, welcome_text(self.rhythm, self.command)
        )


def welcome_text(rhythm: Rhythm, command: str = "") -> str:
    """What happens from now on, by the person's settings."""
    for_a_while = texts.WELCOME_PAUSE_FOR_A_WHILE.format(command=command) if command else ""
    prompts = texts.WELCOME_PROMPTS.format(
        number=rhythm.prompts.in_words, days=days_in_words(rhythm.days), hours=rhythm.hours
    )
    return texts.WELCOME.format(
        prompts=prompts if rhythm.prompts.most else texts.WELCOME_NO_PROMPTS,
        summary_time=f"{rhythm.summary_time:%H:%M}",
        pause=for_a_while + texts.WELCOME_PAUSE if rhythm.prompts.most else "",
    )


def welcome_job(user_id: str, now: datetime, zone: ZoneInfo) -> Job:
    """The one welcome of a user, due now."""
    return Job(
        user_id=user_id,
        job_id=job_id(WELCOME_DAY, JobKind.WELCOME),
        kind=JobKind.WELCOME,
        day=WELCOME_DAY,
        due=now,
        tz=zone.key,
    )


@dataclass(slots=True, kw_only=True)
class Welcome:
    """Safe to call at any time, from any number of processes. To be called before anything is
    planned or read: after that nobody is new."""

    user_id: str
    store: LogStore
    jobs: JobStore
    deliver: Deliver
    zones: Zones
    clock: Clock
    _one_at_a_time: asyncio.Lock = field(default_factory=asyncio.Lock)
    _is_over: bool = False

    async def __call__(self) -> None:
        """Send the welcome to somebody new. Raises StoreError; when Slack cannot be reached, a
        later call tries again."""
        async with self._one_at_a_time:
            if self._is_over:
                return
            job = await self._job()
            if job.state is not JobState.DONE:
                try:
                    await self.deliver.one(job)
                except CompanionError as error:
                    log.warning("welcome.failed error=%r", str(error))
                return
            self._is_over = True

    async def _job(self) -> Job:
        """The one that is stored; at the first connection it is stored now."""
        known = await self.jobs.fetch_jobs(self.user_id, WELCOME_DAY, WELCOME_DAY + DAY)
        if known:
            return known[0]
        zone, now = await self.zones.current(), self.clock.now()
        job = welcome_job(self.user_id, now, zone)
        if await self._is_known(local_day(now, zone)):
            job = skipped(job, now, NOT_NEW)
        return await self.jobs.save_job(job)

    async def _is_known(self, today: date) -> bool:
        """Whether a daemon planned a day of theirs, or read their direct message, before."""
        if await self.store.fetch_read_cursor(self.user_id):
            return True
        since, until = today - HISTORY, today + 2 * DAY
        return bool(
            await self.jobs.fetch_plans(self.user_id, since, until)
            or await self.jobs.fetch_jobs(self.user_id, since, until)
        )

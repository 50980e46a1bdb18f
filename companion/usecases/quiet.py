"""Whether something holds a due job back, asked when it is due: no answer is remembered."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from zoneinfo import ZoneInfo

from companion.domain.calendar import DAY, Rhythm, local_day
from companion.domain.features import Feature
from companion.domain.jobs.job import Job, JobKind, Veto, Wait
from companion.domain.jobs.moving import wait_or_skip
from companion.domain.meetings import meeting_hold
from companion.domain.presence import presence_holds
from companion.domain.quiet import Hold, can_be_held, is_planned_prompt, longest, pause_hold
from companion.errors import CalendarError, MessengerError
from companion.ports import Calendar, JobStore, Messenger
from companion.usecases.pause import Pauses

OF_SLACK = (Feature.DND, Feature.HUDDLE, Feature.STATUS)

log = logging.getLogger(__name__)


@dataclass(slots=True)
class _CalendarFailure:
    """What the log says of the calendar. Prompts that wait ask every few minutes, so a calendar
    that stays broken is logged once, and again when the reason is another one."""

    reason: str | None = None

    def note(self, reason: str | None) -> None:
        if reason is not None and reason != self.reason:
            log.warning("calendar.failed error=%r see='companion doctor'", reason)
        self.reason = reason


@dataclass(frozen=True, slots=True, kw_only=True)
class Quiet:
    """What leaves a person alone at the right time. Without a `messenger` Slack is not asked."""

    pauses: Pauses
    jobs: JobStore
    messenger: Messenger | None
    calendar: Calendar | None = None
    rhythm: Rhythm
    is_on: Callable[[Feature], bool]
    _failure: _CalendarFailure = field(default_factory=_CalendarFailure)

    async def __call__(
        self, job: Job, now: datetime, zone: ZoneInfo, others: Sequence[Job]
    ) -> Veto | Wait | None:
        """Why the job is not to be sent now, and whether it may come later. Raises StoreError."""
        if not can_be_held(job):
            return None
        hold = await self._paused(job.kind, job.day, now, zone)
        if hold is None and is_planned_prompt(job):
            hold = longest(await self._surroundings(now, zone))
        if hold is None:
            return None
        plans = await self.jobs.fetch_plans(job.user_id, job.day, job.day + DAY)
        return wait_or_skip(job, hold.reason, hold.until, now, plans, self.rhythm, others)

    async def holds(self, now: datetime, zone: ZoneInfo) -> list[Hold]:
        """All that would hold a prompt back now. Raises StoreError."""
        today = local_day(now, zone, self.rhythm.day_start)
        paused = await self._paused(JobKind.PROMPT, today, now, zone)
        return [*([paused] if paused else []), *await self._surroundings(now, zone)]

    async def _paused(self, kind: JobKind, day: date, now: datetime, zone: ZoneInfo) -> Hold | None:
        return pause_hold(await self.pauses.latest(), kind, day, now, zone, self.rhythm)

    async def _surroundings(self, now: datetime, zone: ZoneInfo) -> list[Hold]:
        """What Slack and the calendar say. Where they say nothing, nothing holds."""
        meeting = await self._meeting(now, zone)
        return [*([meeting] if meeting else []), *await self._presence(now, zone)]

    async def _meeting(self, now: datetime, zone: ZoneInfo) -> Hold | None:
        if self.calendar is None:
            return None
        try:
            meetings = await self.calendar.meetings(now, zone)
        except CalendarError as error:
            self._failure.note(error.problem)
            return None
        self._failure.note(None)
        return meeting_hold(meetings, now, zone, self.rhythm.day_start)

    async def _presence(self, now: datetime, zone: ZoneInfo) -> list[Hold]:
        if self.messenger is None or not any(map(self.is_on, OF_SLACK)):
            return []
        try:
            presence = await self.messenger.presence(with_dnd=self.is_on(Feature.DND))
        except MessengerError as error:
            log.warning("presence.unknown error=%r", str(error))
            return []
        return list(presence_holds(presence, now, zone, self.rhythm.day_start, self.is_on))

"""The buttons below a prompt: what was pressed is stored at once, and done once."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import ClassVar
from uuid import UUID
from zoneinfo import ZoneInfo

from companion.domain.calendar import BEGINNING, CLOCK_SKEW, DAY, Rhythm
from companion.domain.entry import FROM_GIT, Entry, Source, message_timestamp, press_log_id
from companion.domain.jobs.job import Job, JobState, Veto
from companion.domain.jobs.presses import (
    Button,
    PressedPrompt,
    is_expired,
    pause_until,
    press_job,
    pressed_by,
    prompt_day,
    snoozed_prompt,
    was_asked_again,
)
from companion.errors import StoreError
from companion.ports import Clock, Messenger, Store
from companion.usecases.deliver import Deliver
from companion.usecases.newest import newest_entries
from companion.usecases.open_prompts import OpenPrompts
from companion.usecases.pause import Pauses
from companion.usecases.zones import Zones


class PressRefusal(StrEnum):
    """Why a press did nothing."""

    TOO_LATE = "too_late"
    """The prompt is expired: *Same as before* would be stored for the wrong moment."""
    NOTHING_BEFORE = "nothing_before"
    """There is no entry that could be repeated."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TakePress:
    """Stores a press as a job, so that it is done once, whatever happens then."""

    user_id: str
    store: Store
    clock: Clock
    zones: Zones
    rhythm: Rhythm
    open_prompts: OpenPrompts
    timeout_s: float = 2.0

    async def __call__(self, pressed: PressedPrompt) -> Job | PressRefusal:
        """The job of the press, the same one for each delivery; or why there is none. Raises
        StoreError, also where the store takes too long: Slack waits for three seconds."""
        now = self.clock.now()
        self.open_prompts.sent(pressed.prompt_ts, pressed.prompt_id)
        try:
            async with asyncio.timeout(self.timeout_s):
                # Its prompt may be of any day; a job's day is at most one from UTC's.
                day = prompt_day(pressed.prompt_id)
                jobs = await self.store.fetch_jobs(self.user_id, day, _day_after(now))
                zone = self.zones.zone or _zone_of(pressed, jobs)
                job = press_job(self.user_id, pressed, now, zone)
                if known := next((each for each in jobs if each.job_id == job.job_id), None):
                    return known
                if refusal := await self._refusal(pressed, jobs, now, zone):
                    return refusal
                return await self.store.save_job(job)
        except TimeoutError as error:
            raise StoreError("The store", "it did not answer in time.") from error

    async def _refusal(
        self, pressed: PressedPrompt, jobs: Sequence[Job], now: datetime, zone: ZoneInfo
    ) -> PressRefusal | None:
        if pressed.button in {Button.SNOOZE, Button.PAUSE}:
            return None  # these are about now
        is_old = is_expired(message_timestamp(pressed.prompt_ts), now, zone, self.rhythm)
        if is_old or was_asked_again(pressed.prompt_ts, jobs):
            return PressRefusal.TOO_LATE
        if pressed.button is Button.SAME and not await last_entry(self.store, self.user_id, now):
            return PressRefusal.NOTHING_BEFORE
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class PressHandler:
    """Does what a button says. Every step can be repeated."""

    store: Store
    messenger: Messenger
    pauses: Pauses
    rhythm: Rhythm
    open_prompts: OpenPrompts
    lease: ClassVar[timedelta] = timedelta(minutes=2)

    def veto(self, job: Job, now: datetime, zone: ZoneInfo, others: Sequence[Job]) -> Veto | None:
        """Nothing: the person pressed it."""
        return None

    async def send(self, job: Job, sent: dict[int, str]) -> str:
        """Do it; the `ts` of the prompt that the button is below."""
        pressed = pressed_by(job)
        if pressed is None:
            raise StoreError("The store", f"the press {job.job_id} cannot be read.")
        match pressed.button:
            case Button.SAME:
                await self._log_the_same(job, pressed)
            case Button.SNOOZE:
                await self.store.save_job(snoozed_prompt(job, pressed, self.rhythm))
            case Button.PAUSE:
                until = pause_until(job.due, ZoneInfo(job.tz), self.rhythm)
                await pause_unless_longer(self.pauses, until)
            case Button.SKIP:
                pass  # that it was pressed is all there is to it
        self.open_prompts.pressed(pressed.prompt_ts, job)
        return pressed.prompt_ts

    async def _log_the_same(self, job: Job, pressed: PressedPrompt) -> None:
        channel = await self.messenger.channel()
        log_id = press_log_id(channel, pressed.prompt_ts, pressed.button)
        last = await last_entry(self.store, job.user_id, job.due, log_id)
        if last is None:  # deleted since
            return
        await self.store.write_log(
            Entry(
                user_id=job.user_id,
                timestamp=job.due,
                text=last.text,
                log_id=log_id,
                source=Source.BUTTON,
                tz=job.tz,
                answers=pressed.prompt_id,
                mentions=last.mentions,
            )
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class FinishPress:
    """Does what was pressed, after the ack, and shows what came of it. If this process ends before
    that, the next tick of any does it."""

    store: Store
    deliver: Deliver
    open_prompts: OpenPrompts
    clock: Clock

    async def __call__(self, pressed: PressedPrompt, taken: Job | PressRefusal) -> None:
        if isinstance(taken, Job) and taken.state is not JobState.DONE:
            await self.deliver.one(taken)
        day = prompt_day(pressed.prompt_id)
        user_id, until = self.open_prompts.user_id, _day_after(self.clock.now())
        await self.open_prompts.close(await self.store.fetch_jobs(user_id, day, until))


async def pause_unless_longer(pauses: Pauses, until: datetime) -> None:
    """Pause until then, if no longer pause holds. Raises StoreError."""
    current = await pauses.current()
    if current is None or (current.until is not None and current.until < until):
        await pauses.pause(until)


async def last_entry(
    store: Store, user_id: str, before: datetime, but_not: UUID | None = None
) -> Entry | None:
    """What somebody said last at that moment; a commit is not said. Raises StoreError."""

    def was_said(entry: Entry) -> bool:
        return entry.source not in FROM_GIT and entry.log_id != but_not

    # Slack's clock may be ahead, and a `/log` is dated to somewhere in its second.
    until = before + CLOCK_SKEW
    found = await newest_entries(store, user_id, BEGINNING, until, 1, before, was_said)
    return found[0] if found else None


def _zone_of(pressed: PressedPrompt, jobs: Sequence[Job]) -> ZoneInfo:
    """Where the person was when the prompt came: right after a start, nothing better is known."""
    zones = (job.tz for job in jobs if job.job_id == pressed.prompt_id)
    return ZoneInfo(next(zones, "UTC"))


def _day_after(now: datetime) -> date:
    return now.date() + 2 * DAY

"""Open prompts: those that show buttons, until they are answered, pressed or expired."""

import asyncio
import logging
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from companion.domain.calendar import DAY, Rhythm
from companion.domain.entry import MAX_TICKS_MOVED, TICK, Entry, message_timestamp, press_log_id
from companion.domain.jobs.job import Job, JobState
from companion.domain.jobs.presses import (
    SNOOZE,
    Button,
    is_expired,
    pause_until,
    pressed_by,
    prompt_day,
    was_asked_again,
)
from companion.domain.until import until_text
from companion.errors import CompanionError
from companion.ports import Clock, Messenger, OpenPrompt, Store
from companion.texts import slack as texts
from companion.usecases.zones import Zones

log = logging.getLogger(__name__)

MAX_ANSWERS = 100
"""So many answers are remembered until their prompts are known."""
MAX_FAILURES = 3
UNPRESSED = 5
"""After so many prompts without a press the log says once what may be wrong."""
MAX_QUOTED = 300
"""So many characters of an entry a prompt repeats; the entry itself has all of them."""


@dataclass(slots=True, kw_only=True)
class OpenPrompts:
    """What this process knows of the prompts with buttons. After a start the read-back tells.

    What a prompt shows is derived from what is stored, so any process can show it, in any order.
    """

    user_id: str
    store: Store
    messenger: Messenger
    clock: Clock
    zones: Zones
    rhythm: Rhythm
    _open: dict[str, str] = field(default_factory=dict)
    """The ids of their jobs, by `ts`."""
    _answers: dict[str, datetime] = field(default_factory=dict)
    """When prompts were answered, by the ids of their jobs, until that is shown."""
    _presses: dict[str, list[Job]] = field(default_factory=dict)
    """What this process did, by the `ts` of the prompts, until that is shown."""
    _failures: dict[str, int] = field(default_factory=dict)
    """How often each could not be closed."""
    _unpressed: int = 0
    """How many prompts in a row were closed without a press, until there was one."""
    _one_at_a_time: asyncio.Lock = field(default_factory=asyncio.Lock)

    def sent(self, ts: str, job_id: str) -> None:
        """A prompt that shows buttons."""
        self._open[ts] = job_id

    def pressed(self, ts: str, press: Job) -> None:
        """A press that is done, below a prompt."""
        self._unpressed = UNPRESSED  # they arrive
        self._presses.setdefault(ts, []).append(press)

    def answered(self, job_id: str, at: datetime) -> None:
        """An entry that answers a prompt. The first one counts."""
        self._answers[job_id] = min(at, self._answers.get(job_id, at))
        if len(self._answers) > MAX_ANSWERS:
            del self._answers[next(iter(self._answers))]

    def read(self, found: Collection[OpenPrompt], entries: Collection[Entry]) -> None:
        """What a reading of the direct message found, and the entries of that time."""
        for prompt in found:
            self._open.setdefault(prompt.ts, prompt.job_id)
        for entry in entries:
            if entry.answers:
                self.answered(entry.answers, entry.timestamp)

    async def close(self, jobs: Sequence[Job] = ()) -> None:
        """Show what became of each open prompt, as far as it is known; `jobs` are those around
        today. What cannot be shown now is tried again with the next call."""
        async with self._one_at_a_time:
            for ts, job_id in list(self._open.items()):
                try:
                    if note := await self._note(ts, job_id, jobs):
                        await self.messenger.close_prompt(ts, job_id, texts.QUESTION, note)
                        self._open.pop(ts)
                        self._failures.pop(ts, None)
                        self._count_unpressed()
                        self._answers.pop(job_id, None)
                        self._presses.pop(ts, None)
                except CompanionError as error:
                    log.warning("prompt.not_closed job_id=%s error=%r", job_id, str(error))
                    self._failed(ts)

    def _failed(self, ts: str) -> None:
        """After some failures the next reading of the direct message has to find it again: what
        Slack never takes is not tried at each tick."""
        self._failures[ts] = self._failures.get(ts, 0) + 1
        if self._failures[ts] >= MAX_FAILURES:
            del self._open[ts], self._failures[ts]

    def _count_unpressed(self) -> None:
        """Slack does not say whether an app may get presses, and does not send them if not."""
        self._unpressed += 1
        if self._unpressed == UNPRESSED:
            log.info("buttons.unused hint=%r", texts.BUTTONS_UNUSED)

    async def _note(self, ts: str, job_id: str, jobs: Sequence[Job]) -> str | None:
        """What became of a prompt; None while it is open."""
        now, zone = self.clock.now(), self.zones.zone or ZoneInfo("UTC")
        if at := self._answers.get(job_id):
            return texts.PROMPT_ANSWERED.format(at=at.astimezone(zone))
        known = [*self._presses.get(ts, ()), *_presses_of(ts, jobs)]
        if known:
            return await self._after(known, ts, now)
        sent_at = message_timestamp(ts)
        if (
            max(self._open) > ts
            or was_asked_again(ts, jobs)
            or is_expired(sent_at, now, zone, self.rhythm)
        ):
            return await self._at_the_end(ts, job_id, now, zone)
        return None

    async def _at_the_end(self, ts: str, job_id: str, now: datetime, zone: ZoneInfo) -> str:
        """What an expired prompt says. Another process may have stored a press or an answer."""
        day, sent_at = prompt_day(job_id), message_timestamp(ts)
        jobs = await self.store.fetch_jobs(self.user_id, day, day + DAY)
        if presses := _presses_of(ts, jobs):
            return await self._after(presses, ts, now)
        entries = await self.store.fetch_logs(self.user_id, sent_at, now + TICK)
        answers = [entry.timestamp for entry in entries if entry.answers == job_id]
        if answers:
            return texts.PROMPT_ANSWERED.format(at=answers[0].astimezone(zone))
        return texts.PROMPT_EXPIRED

    async def _after(self, presses: Sequence[Job], ts: str, now: datetime) -> str:
        """What a prompt says after presses."""
        press = max(presses, key=_weight)
        pressed, zone = pressed_by(press), ZoneInfo(press.tz)
        match pressed and pressed.button:
            case Button.SAME:
                return await self._logged(press, ts, zone)
            case Button.SNOOZE:
                return texts.PROMPT_SNOOZED.format(until=(press.due + SNOOZE).astimezone(zone))
            case Button.PAUSE:
                until = pause_until(press.due, zone, self.rhythm)
                return texts.PROMPT_PAUSED.format(
                    until=until_text(until, now, zone, self.rhythm.day_start)
                )
        return texts.PROMPT_SKIPPED

    async def _logged(self, press: Job, ts: str, zone: ZoneInfo) -> str:
        log_id = press_log_id(await self.messenger.channel(), ts, Button.SAME)
        near = await self.store.fetch_logs(
            self.user_id, press.due, press.due + MAX_TICKS_MOVED * TICK
        )
        at = press.due.astimezone(zone)
        for entry in near:
            if entry.log_id == log_id:
                text = entry.text
                quoted = text if len(text) <= MAX_QUOTED else f"{text[:MAX_QUOTED]}…"
                return texts.PROMPT_LOGGED.format(at=at, text=quoted)
        return texts.PROMPT_DELETED.format(at=at)


def _weight(press: Job) -> tuple[bool, datetime]:
    """What was logged counts most, else what was pressed last."""
    pressed = pressed_by(press)
    return pressed is not None and pressed.button is Button.SAME, press.due


def _presses_of(ts: str, jobs: Sequence[Job]) -> list[Job]:
    """The presses below a prompt that are done."""
    return [
        job
        for job in jobs
        if (pressed := pressed_by(job)) and pressed.prompt_ts == ts and job.state is JobState.DONE
    ]

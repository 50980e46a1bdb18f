"""Presses of the buttons below a prompt: each is stored as a job, so that it is done once."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from companion.domain.calendar import DAY, Rhythm, Window, days_window, local_day, working_span
from companion.domain.jobs.job import Job, JobKind, job_id
from companion.domain.jobs.planning import SNOOZED

SNOOZE = timedelta(minutes=15)
OPEN_FOR = timedelta(hours=3)
"""So long after a prompt *Same as before* still says what one was doing then."""
_PROMPT_ID = re.compile(r"\d{4}-\d\d-\d\d/[\w@./+-]{1,100}", re.ASCII)
_PRESS_ID = re.compile(r"(.+)/press-([a-z]+)-(\d+\.\d+)", re.ASCII)


class Button(StrEnum):
    """The buttons below a prompt."""

    SAME = "same"
    SNOOZE = "snooze"
    SKIP = "skip"
    PAUSE = "pause"


@dataclass(frozen=True, slots=True)
class PressedPrompt:
    """What a press is about: the button, and the prompt's job and message."""

    button: Button
    prompt_id: str
    prompt_ts: str


def is_prompt_id(text: str) -> bool:
    """Whether a text can be the id of a prompt's job."""
    if _PROMPT_ID.fullmatch(text) is None:
        return False
    try:
        prompt_day(text)
    except ValueError:
        return False
    return True


def prompt_day(prompt_id: str) -> date:
    """The day that the id of a prompt's job begins with. ValueError for no such day."""
    return date.fromisoformat(prompt_id[:10])


def press_job(user_id: str, pressed: PressedPrompt, now: datetime, zone: ZoneInfo) -> Job:
    """The job of a press. Its id says all: the same button below the same message is one job."""
    return Job(
        user_id=user_id,
        job_id=f"{pressed.prompt_id}/press-{pressed.button}-{pressed.prompt_ts}",
        kind=JobKind.PRESS,
        day=prompt_day(pressed.prompt_id),
        due=now,
        tz=zone.key,
    )


def pressed_by(job: Job) -> PressedPrompt | None:
    """What the job of a press is about; None for other jobs."""
    match = _PRESS_ID.fullmatch(job.job_id) if job.kind is JobKind.PRESS else None
    if match is None or match[2] not in Button:
        return None
    return PressedPrompt(Button(match[2]), match[1], match[3])


def snoozed_prompt(press: Job, pressed: PressedPrompt, rhythm: Rhythm) -> Job:
    """The one more prompt that *Snooze* asks for, the same one however often that is done."""
    due, zone = press.due + SNOOZE, ZoneInfo(press.tz)
    day = local_day(due, zone, rhythm.day_start)
    return Job(
        user_id=press.user_id,
        job_id=job_id(day, f"{SNOOZED}{pressed.prompt_ts}"),
        kind=JobKind.PROMPT,
        day=day,
        due=due,
        tz=press.tz,
    )


def pause_until(now: datetime, zone: ZoneInfo, rhythm: Rhythm) -> datetime:
    """When *Pause today* ends: with the working hours that begin on a later day."""
    today = local_day(now, zone, rhythm.day_start)
    spans = (working_span(today + number * DAY, rhythm, zone) for number in range(8))
    later = (span.since for span in spans if span is not None and span.first_day > today)
    return next((since for since in later if since > now), _day(today, zone, rhythm).until)


def is_expired(sent_at: datetime, now: datetime, zone: ZoneInfo, rhythm: Rhythm) -> bool:
    """Whether a prompt of that moment is too old to be answered by a button."""
    today = local_day(sent_at, zone, rhythm.day_start)
    return now - sent_at >= OPEN_FOR or now >= _day(today, zone, rhythm).until


def was_asked_again(prompt_ts: str, jobs: Sequence[Job]) -> bool:
    """Whether a later prompt was sent."""
    return any(
        job.kind is JobKind.PROMPT and job.message_ts is not None and job.message_ts > prompt_ts
        for job in jobs
    )


def _day(day: date, zone: ZoneInfo, rhythm: Rhythm) -> Window:
    return days_window(day, day, zone, rhythm.day_start)

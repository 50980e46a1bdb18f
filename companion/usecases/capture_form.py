"""The form of `/log`: one entry, however often it is sent. What is wrong stands at its field."""

import asyncio
import re
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from companion.domain.backdating import past_moment
from companion.domain.entry import (
    MAX_TEXT_BYTES,
    MAX_TICKS_MOVED,
    TICK,
    Entry,
    Source,
    command_timestamp,
    form_log_id,
    is_too_long,
    next_revision,
)
from companion.domain.moment import Extent, MomentError, ZoneUnknownError
from companion.domain.moments import Moments
from companion.domain.person import PersonTime
from companion.domain.tags import has_tag, is_tag
from companion.errors import StoreError
from companion.ports import Clock, Store, Submission
from companion.texts import slack as texts
from companion.usecases.capture import Logged
from companion.usecases.first_time import first_moment, time_of
from companion.usecases.person_times import PersonTimes

_BETWEEN_TAGS = re.compile(r"[\s,;]+")
NOW = "now"


@dataclass(frozen=True, slots=True, kw_only=True)
class FormProblems:
    """What is wrong with a form, in words for its fields; nothing is stored."""

    text: str = ""
    when: str = ""
    tags: str = ""

    def __bool__(self) -> bool:
        return bool(self.text or self.when or self.tags)


@dataclass(frozen=True, slots=True, kw_only=True)
class CaptureForm:
    """Stores what the form says. `timeout_s` is how long the store may take."""

    store: Store
    clock: Clock
    times: PersonTimes
    allowed: frozenset[str] | None = None
    timeout_s: float = 2.0

    async def __call__(self, form: Submission) -> Logged | FormProblems:
        """The stored entry, or what is wrong, also where the store failed."""
        if self.allowed is not None and form.user_id not in self.allowed:
            return FormProblems(text=texts.FORM_NOT_ALLOWED)
        try:
            async with asyncio.timeout(self.timeout_s):
                return await self._capture(form)
        except (StoreError, TimeoutError):
            return FormProblems(text=texts.FORM_NOT_SAVED)

    async def _capture(self, form: Submission) -> Logged | FormProblems:
        here = await time_of(self.times, form.user_id)
        problems = FormProblems(text=_text_problem(form), tags=_tags_problem(form.tags))
        try:
            at, is_noon = _moment(form.when, here, self.clock.now())
        except ZoneUnknownError:
            problems = replace(problems, when=texts.FORM_ZONE_UNKNOWN)
        except MomentError as error:
            problems = replace(problems, when=str(error))
        if problems:
            return problems
        now, name = self.clock.now(), f"form-{form.view_id}"
        sent_at = await first_moment(self.store, form.user_id, name, now, here.zone.key)
        log_id = form_log_id(form.view_id)
        if sent_at != now and (stored := await self._earlier(form, sent_at, log_id)):
            return Logged(stored)
        entry = Entry(
            user_id=form.user_id,
            timestamp=command_timestamp(int(at.timestamp()), log_id) if at else sent_at,
            text=_with_tags(form),
            log_id=log_id,
            source=Source.COMMAND,
            tz=here.zone.key if here.is_known else None,
            logged_at=sent_at if at else None,
        )
        await self.store.write_log(entry)
        return Logged(entry, is_noon)

    async def _earlier(self, form: Submission, sent_at: datetime, log_id: UUID) -> Entry | None:
        """What an earlier delivery stored. If it has other words, because the person got no answer
        and changed them, it gets these."""
        until = sent_at + MAX_TICKS_MOVED * TICK
        near = [
            *await self.store.fetch_logs(form.user_id, sent_at, until),
            *await self.store.fetch_backdated(form.user_id, sent_at),
        ]
        stored = next((entry for entry in near if entry.log_id == log_id), None)
        if stored is None or stored.text == _with_tags(form):
            return stored
        changed = replace(stored, text=_with_tags(form), revision=next_revision(stored.revision))
        await self.store.write_log(changed)
        return changed


def _moment(typed: str, here: PersonTime, now: datetime) -> tuple[datetime | None, bool]:
    """The moment that was typed, and whether it is a day's noon; None for now."""
    if typed.strip().lower() in {"", NOW}:
        return None, False
    zone = here.zone if here.is_known else None
    moment = Moments(now, zone, here.day_start).read(typed.strip().removeprefix("@"))
    return past_moment(moment, now), moment.extent is Extent.DAY


def _text_problem(form: Submission) -> str:
    if not form.text.strip():
        return texts.FORM_NO_TEXT
    if is_too_long(_with_tags(form)):
        return texts.FORM_TOO_LONG.format(limit_kb=MAX_TEXT_BYTES // 1024)
    return ""


def _tags(typed: str) -> list[str]:
    words = (word.removeprefix("#") for word in _BETWEEN_TAGS.split(typed))
    return list(dict.fromkeys(filter(None, words)))


def _tags_problem(typed: str) -> str:
    wrong = next((tag for tag in _tags(typed) if not is_tag(tag)), None)
    return texts.FORM_BAD_TAG.format(tag=f"“{wrong}”") if wrong is not None else ""


def _with_tags(form: Submission) -> str:
    """The text, and the tags behind it that are not in it already."""
    text = form.text.strip()
    more = " ".join(f"#{tag}" for tag in _tags(form.tags) if not has_tag(text, tag))
    return f"{text} {more}" if more else text

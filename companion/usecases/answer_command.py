"""`/companion`: what somebody asks for in Slack, answered at once, without a model.

What only a model can say better is left to the daemon of that person, as a job.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from companion.domain.answers import (
    Answer,
    Edited,
    FormWanted,
    Help,
    LeftOff,
    NotAllowed,
    NothingFound,
    Paused,
    Refused,
    Resumed,
    StandupMade,
    StoreFailed,
    TakenBack,
    Told,
    read_more,
)
from companion.domain.calendar import local_day
from companion.domain.companion_words import Misunderstood, Request, Word, read_request
from companion.domain.entry import command_log_id
from companion.domain.jobs.job import Job, JobKind, job_id
from companion.domain.jobs.planning import ASKED_FOR
from companion.domain.moment import MomentError
from companion.domain.moments import Moments
from companion.domain.pause import parse_pause
from companion.domain.person import PersonTime
from companion.domain.questions.reading import QuestionError
from companion.errors import CompanionError, OwnedBySlackError, StoreError, UndoError
from companion.ports import Clock, Store
from companion.texts import slack as form_texts
from companion.texts import slack_companion as texts
from companion.usecases.ask import Ask, ask_job
from companion.usecases.edit_delete import LAST, EntryEditor
from companion.usecases.home_changes import HomeChanges
from companion.usecases.look_back import DAYS, LookBack
from companion.usecases.next import WhatIsNext
from companion.usecases.pause import Pauses
from companion.usecases.person_times import Known, PersonTimes
from companion.usecases.quiet import Quiet
from companion.usecases.schedule_in_words import coming_text, why_text
from companion.usecases.standup import MakeStandup
from companion.usecases.undo import Undo
from companion.usecases.where import FindWhere
from companion.usecases.why import ExplainWhy

log = logging.getLogger(__name__)

FORM_TIMEOUT_S = 2.0
"""Slack waits three seconds for what becomes of a form."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What somebody typed after `/companion`; `trigger_id` is its identity."""

    user_id: str
    text: str
    trigger_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerCommand:
    """Everybody sees and changes their own entries alone. `find_where` and `make_standup` ask no
    model; with `timeout_s` a store that does not answer is reported as failed."""

    store: Store
    clock: Clock
    times: PersonTimes
    look_back: LookBack
    find_where: FindWhere
    make_standup: MakeStandup
    pauses: Callable[[str], Pauses]
    allowed: frozenset[str] | None = None
    timeout_s: float = 20.0

    async def __call__(self, asked: Asked) -> Answer:
        """The answer. Never raises for what the store or the person does."""
        request = read_request(asked.text)
        if not self._is_allowed(asked.user_id):
            return NotAllowed()
        if isinstance(request, Misunderstood):
            return Help(request)
        return await self._within_time(self._answer(asked, request))

    async def more(self, user_id: str, carried: str) -> Answer:
        """The page that a button carries."""
        if not self._is_allowed(user_id):
            return NotAllowed()

        async def page() -> Answer:
            try:
                wanted = read_more(carried)
            except ValueError:
                return Help()
            here = await self.times.of(user_id)
            return await self.look_back.more(user_id, wanted, here)

        return await self._within_time(page())

    async def change(self, user_id: str, key: str, text: str) -> str:
        """Change the entry that a form shows, as `entry_key` names it; why not, in words for the
        form, or "" where it is done. The same again changes nothing."""
        if not self._is_allowed(user_id):
            return texts.NOT_FOR_YOU
        if not text.strip():
            return form_texts.FORM_NO_TEXT
        changes = HomeChanges(user_id=user_id, store=self.store, clock=self.clock)
        try:
            async with asyncio.timeout(FORM_TIMEOUT_S):
                entry = await changes.edit(key, text)
        except (StoreError, TimeoutError):
            return form_texts.FORM_NOT_SAVED
        except CompanionError as error:
            return str(error)
        log.info("entry.edited log_id=%s", entry.log_id)
        return ""

    def _is_allowed(self, user_id: str) -> bool:
        return self.allowed is None or user_id in self.allowed

    async def _within_time(self, answer: Awaitable[Answer]) -> Answer:
        try:
            async with asyncio.timeout(self.timeout_s):
                return await answer
        except (StoreError, TimeoutError) as error:
            log.warning("answer.store_failed error=%r", str(error))
            return StoreFailed()

    async def _answer(self, asked: Asked, request: Request) -> Answer:
        if request.word is Word.HELP:
            return Help()
        known = await self.times.look(asked.user_id)
        doing = _Doing(asked, request.rest, known)
        if request.word in DAYS:
            return await self.look_back.days(asked.user_id, request.word, known.time)
        return await _WAYS[request.word](self, doing)

    async def _search(self, doing: "_Doing") -> Answer:
        if not doing.rest:
            return Refused(texts.SEARCH_NEEDS_WORDS)
        return await self.look_back.search(doing.user_id, doing.rest, doing.here)

    async def _ask(self, doing: "_Doing") -> Answer:
        """The entries that a plain reading of the question finds; a model may find more."""
        if not doing.rest:
            return Refused(texts.ASK_NEEDS_QUESTION)
        here, now, rhythm = doing.here, self.clock.now(), doing.known.rhythm
        ask = Ask(store=self.store, rhythm=rhythm, max_material=self.find_where.max_material)
        try:
            found = (await ask(doing.user_id, doing.rest, now, here.zone)).found
            unique = command_log_id(doing.asked.trigger_id)
            job = ask_job(doing.user_id, doing.rest, unique, now, here.zone, rhythm)
        except QuestionError as error:
            return Refused(str(error))
        follows = await self._save(job, doing)
        if not found:
            return NothingFound(follows=follows)
        return replace(await self.look_back.shown(found, here), follows=follows)

    async def _where(self, doing: "_Doing") -> Answer:
        now, here = self.clock.now(), doing.here
        find = replace(self.find_where, rhythm=doing.known.rhythm)
        where, *_ = await find(doing.user_id, now, here.zone)
        follows = where is not None and await self._ask_for(JobKind.WHERE, doing)
        return LeftOff(where, here, local_day(now, here.zone, here.day_start), follows)

    async def _standup(self, doing: "_Doing") -> Answer:
        now, here = self.clock.now(), doing.here
        make = replace(self.make_standup, rhythm=doing.known.rhythm)
        standup, _ = await make(doing.user_id, now, here.zone)
        follows = bool(standup.done) and await self._ask_for(JobKind.STANDUP, doing)
        return StandupMade(standup, follows)

    async def _undo(self, doing: "_Doing") -> Answer:
        undo = Undo(user_id=doing.user_id, store=self.store, clock=self.clock)
        try:
            undone = await undo()
        except UndoError as error:
            return Refused(texts.UNDO_REFUSED.get(str(error), str(error)))
        log.info("entry.undone log_id=%s kind=%s", undone.entry.log_id, undone.kind)
        return TakenBack(undone.kind, undone.entry, doing.here)

    async def _edit(self, doing: "_Doing") -> Answer:
        editor = EntryEditor(user_id=doing.user_id, store=self.store, clock=self.clock)
        try:
            entry = await editor.find(LAST, "edit")
            if not doing.rest:
                return FormWanted(entry, doing.here)
            # The same command may come twice: then there is nothing to change, and undo still
            # takes back the first.
            if entry.text != doing.rest:
                await editor.change(entry, doing.rest)
                log.info("entry.edited log_id=%s", entry.log_id)
        except StoreError:
            raise
        except OwnedBySlackError:
            return Refused(texts.EDIT_IN_SLACK)
        except CompanionError as error:  # nothing is logged yet, or it was changed meanwhile
            return Refused(str(error))
        return Edited(entry, doing.rest, doing.here)

    async def _pause(self, doing: "_Doing") -> Answer:
        now, here = self.clock.now(), doing.here
        try:
            wanted = parse_pause(doing.rest, Moments(now, here.zone, here.day_start))
        except MomentError as error:
            return Refused(str(error))
        pause = await self.pauses(doing.user_id).pause(wanted.until, vacation=wanted.vacation)
        return Paused(pause, now, here)

    async def _resume(self, doing: "_Doing") -> Answer:
        return Resumed(await self.pauses(doing.user_id).resume())

    async def _next(self, doing: "_Doing") -> Answer:
        rhythm, zone = doing.known.rhythm, doing.here.zone
        mine = self.pauses(doing.user_id)
        following = await WhatIsNext(pauses=mine, rhythm=rhythm, clock=self.clock)(zone)
        said = coming_text(following, zone, rhythm)
        return Told(said if doing.known.has_daemon else f"{said}\n{texts.NO_DAEMON}".strip())

    async def _why(self, doing: "_Doing") -> Answer:
        rhythm = doing.known.rhythm
        # What Slack and a calendar say now, only the daemon asks; its reasons are stored.
        quiet = Quiet(
            pauses=self.pauses(doing.user_id),
            jobs=self.store,
            messenger=None,
            rhythm=rhythm,
            is_on=lambda _: False,
        )
        explain = ExplainWhy(
            user_id=doing.user_id, jobs=self.store, quiet=quiet, rhythm=rhythm, clock=self.clock
        )
        return Told(why_text(await explain(doing.here.zone), doing.here.zone))

    async def _ask_for(self, kind: JobKind, doing: "_Doing") -> bool:
        """Let the person's daemon do it, if there is one; whether there is. The same command again
        is the same job."""
        now, unique = self.clock.now(), command_log_id(doing.asked.trigger_id)
        return await self._save(asked_for(doing.user_id, kind, unique, now, doing.here), doing)

    async def _save(self, job: Job, doing: "_Doing") -> bool:
        if doing.known.has_daemon:
            await self.store.save_job(job)
        return doing.known.has_daemon


@dataclass(frozen=True, slots=True)
class _Doing:
    """What is being done, for whom."""

    asked: Asked
    rest: str
    known: Known

    @property
    def user_id(self) -> str:
        return self.asked.user_id

    @property
    def here(self) -> PersonTime:
        return self.known.time


_WAYS: dict[Word, Callable[[AnswerCommand, _Doing], Awaitable[Answer]]] = {
    Word.SEARCH: AnswerCommand._search,
    Word.ASK: AnswerCommand._ask,
    Word.WHERE: AnswerCommand._where,
    Word.STANDUP: AnswerCommand._standup,
    Word.UNDO: AnswerCommand._undo,
    Word.EDIT: AnswerCommand._edit,
    Word.PAUSE: AnswerCommand._pause,
    Word.RESUME: AnswerCommand._resume,
    Word.NEXT: AnswerCommand._next,
    Word.WHY: AnswerCommand._why,
}


def asked_for(user_id: str, kind: JobKind, unique: UUID, now: datetime, here: PersonTime) -> Job:
    """A job that the person asked for, due now."""
    day = local_day(now, here.zone, here.day_start)
    return Job(
        user_id=user_id,
        job_id=job_id(day, f"{ASKED_FOR}{kind}-{unique}"),
        kind=kind,
        day=day,
        due=now,
        tz=here.zone.key,
    )

"""The process ends before or after every single call that leaves it, or loses the call's answer.

The calls are those to the store's ports and to Slack's Web API. A run without harm counts them, so
that a call added later is covered by itself. Each point then has a run of its own, and is shown in
a table at the end of pytest's output.
"""

import asyncio
import random
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import (
    AbstractAsyncContextManager,
    AsyncExitStack,
    asynccontextmanager,
    contextmanager,
    suppress,
)
from contextvars import ContextVar, copy_context
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from functools import partial
from inspect import iscoroutinefunction
from pathlib import Path
from textwrap import wrap
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from aiohttp import web

from companion import bootstrap
from companion.adapters.slack import messenger as slack_messenger
from companion.adapters.summarizer import LlmSummarizer
from companion.bootstrap import Store, companion, form_capture, keep_message
from companion.domain.entry import TICK, Entry, Source, message_timestamp
from companion.domain.home import entry_key
from companion.domain.jobs.job import Job, JobKind, JobState, Outcome
from companion.domain.jobs.planning import skipped
from companion.domain.jobs.presses import SNOOZE, Button, PressedPrompt
from companion.domain.pause import read_pause
from companion.domain.person import PersonTime
from companion.errors import CompanionError, StoreError, SummarizerError
from companion.ports import ShortcutUse, Submission
from companion.settings import DaemonAndWebhookSettings
from companion.texts.slack import QUESTION
from companion.usecases.answer_command import asked_for
from companion.usecases.home_changes import HomeChanges
from companion.usecases.presses import PressHandler
from companion.usecases.prompt import PromptHandler
from companion.usecases.review import ReviewHandler
from companion.usecases.standup import StandupHandler
from companion.usecases.summarize import SummaryHandler
from tests import system
from tests.conftest import TABLES
from tests.fakes import FakePainter
from tests.pages import collected, each
from tests.system import BERLIN, Workplace, workplace

MINUTE = timedelta(minutes=1)
WAIT = 5 * MINUTE
"""So long a prompt is held back: it is not too late after it, also if nothing was stored."""
ID = UUID(int=7)


class How(StrEnum):
    ENDED_BEFORE = "ended before the call"
    ENDED_AFTER = "ended after it"
    ANSWER_LOST = "lived on without its answer"


@dataclass
class Fate:
    """Sees each call of one process; the one with number `at` (from 1) is not as the others."""

    at: int = 0
    how: How | None = None
    armed: bool = True
    calls: list[str] = field(default_factory=list)
    under_way: int = 0
    quiet: asyncio.Event = field(default_factory=asyncio.Event)
    reached: asyncio.Event = field(default_factory=asyncio.Event)
    ended: asyncio.Event = field(default_factory=asyncio.Event)
    buried: asyncio.Event = field(default_factory=asyncio.Event)

    def begins(self, name: str) -> bool:
        """A call is about to be made; whether it is the one."""
        if not self.armed:
            return False
        self.calls.append(name)
        if len(self.calls) != self.at:
            return False
        self.reached.set()
        if self.how is How.ENDED_BEFORE:
            self.ended.set()
        return True

    @contextmanager
    def waiting(self) -> Iterator[None]:
        """A call is under way in the block."""
        self.under_way += 1
        self.quiet.clear()
        try:
            yield
        finally:
            self.under_way -= 1
            if not self.under_way:
                self.quiet.set()

    def is_done(self) -> None:
        """The one has done its work."""
        if self.how is How.ENDED_AFTER:
            self.ended.set()


_fate: ContextVar[Fate] = ContextVar("fate")
"""Whose a task is: tasks inherit it from the task that made them."""


class FatefulStore:
    """A store whose every call may be the process's last."""

    def __init__(self, store: Store, fate: Fate) -> None:
        self._store = store
        self._fate = fate

    def __getattr__(self, name: str) -> Callable[..., Any]:
        method, fate = getattr(self._store, name), self._fate
        if name == "read_logs":  # an iterator, read in one piece here: the one call counts
            method = collected(method)
        assert iscoroutinefunction(method), f"{name} is not awaited: count its calls too"

        async def call(*arguments: Any, **more: Any) -> Any:
            if fate.ended.is_set():
                raise asyncio.CancelledError
            is_the_one = fate.begins(name)
            if fate.ended.is_set():
                await fate.buried.wait()
            with fate.waiting():
                result = await method(*arguments, **more)
            if is_the_one:
                fate.is_done()
                if fate.ended.is_set():
                    await fate.buried.wait()
                raise StoreError(name, "the answer was lost.")
            return result

        return each(call) if name == "read_logs" else call


class FatefulSlack:
    """The local Slack's hooks: every call of the Web API may be the process's last."""

    def __init__(self, fate: Fate) -> None:
        self._fate = fate
        self._the_one: object = None

    async def before(self, method: str, params: dict[str, Any]) -> web.StreamResponse | None:
        if not self._fate.ended.is_set():
            if self._fate.begins(method):
                self._the_one = params
            if not self._fate.ended.is_set():
                return None
        await self._fate.buried.wait()
        return web.Response(status=503)  # it never came so far

    async def after(self, method: str, params: dict[str, Any]) -> web.StreamResponse | None:
        if params is not self._the_one:
            return None
        self._fate.is_done()
        if self._fate.ended.is_set():
            await self._fate.buried.wait()
        if method == "chat.postMessage":
            raise ConnectionError  # the only one that is not asked again at once, with pauses
        # Slack says of this error that the work may have been done.
        return web.json_response({"ok": False, "error": "fatal_error"})


def _belongs(task: asyncio.Task[Any], fate: Fate) -> bool:
    """Whether it is the process's own. aiohttp's go with the connections that they are for."""
    code = getattr(task.get_coro(), "cr_code", None)
    is_aiohttps = code is not None and "/aiohttp/" in code.co_filename
    return task.get_context().get(_fate) is fate and not is_aiohttps


async def live(fate: Fate, place: Workplace, life: Awaitable[None]) -> None:
    """One process, to its end or to the end of `life`. Not a line of it runs after that."""

    async def process() -> None:
        await life

    slack = FatefulSlack(fate)
    place.slack.before_api, place.slack.after_api = slack.before, slack.after
    context = copy_context()
    context.run(_fate.set, fate)
    running = asyncio.create_task(process(), context=context)
    ending = asyncio.create_task(fate.ended.wait())
    await asyncio.wait((running, ending), return_when=asyncio.FIRST_COMPLETED)
    ending.cancel()
    if fate.ended.is_set():
        while tasks := {task for task in asyncio.all_tasks() if _belongs(task, fate)}:
            for task in tasks:
                task.cancel()
            await asyncio.wait(tasks)
        await asyncio.gather(running, return_exceptions=True)
    else:
        await running
    fate.buried.set()
    place.slack.before_api = place.slack.after_api = None


@pytest.fixture(autouse=True)
async def every_store_is_fateful(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[None]:
    """What a process with a fate opens; what a test opens to look is as it is."""
    open_store = bootstrap.open_store
    tables: dict[str, Store] = {}

    async with AsyncExitStack() as clients:

        @asynccontextmanager
        async def open_fateful(settings: DaemonAndWebhookSettings) -> AsyncIterator[Any]:
            fate = _fate.get(None)
            async with AsyncExitStack() as stack:
                if table := settings.dynamodb_table:
                    # A client takes long to make, and remembers nothing: one is enough.
                    if table not in tables:
                        tables[table] = await clients.enter_async_context(open_store(settings))
                    store = tables[table]
                else:
                    store = await stack.enter_async_context(open_store(settings))
                yield FatefulStore(store, fate) if fate else store

        monkeypatch.setattr(bootstrap, "open_store", open_fateful)
        monkeypatch.setattr(system, "open_store", open_fateful)
        monkeypatch.setattr(bootstrap, "painter", FakePainter)
        monkeypatch.setattr(LlmSummarizer, "summarize", _no_model)
        monkeypatch.setattr(slack_messenger, "PAGE", 2)  # so that something comes between two pages
        yield


async def _no_model(*_: object) -> str:
    raise SummarizerError("looking for one takes long")


class Soonest(random.Random):
    """Chance that chooses the first moment there is."""

    def random(self) -> float:
        return 0.0


type Round = Callable[[], Awaitable[object]]


class Scenario:
    """Something that is to happen once. The defaults are those of something planned."""

    now: datetime
    lease: timedelta
    has_to_call: str | None = None
    """A call without which the scenario would not be what it says."""

    def __init__(self, place: Workplace) -> None:
        self.place = place

    async def prepare(self) -> None:
        """What there is before the process starts."""
        self.place.clock.set(self.now)

    @asynccontextmanager
    async def process(self, fate: Fate) -> AsyncIterator[Round]:
        """What a process does, round by round."""
        async with companion(self.place.settings, self.place.clock, Soonest(1)) as it:
            yield it.day.tick

    async def check_meanwhile(self) -> None:
        """What has to hold also while the process is dead."""

    async def check(self) -> None:
        """What has to hold in the end."""
        raise NotImplementedError


class Prompt(Scenario):
    now = datetime(2026, 11, 20, 10, 0, tzinfo=UTC)
    lease = PromptHandler.lease

    async def check(self) -> None:
        [prompt] = [job for job in await self.place.jobs() if job.kind is JobKind.PROMPT]
        [sent] = self.place.slack.messages(self.place.slack.dm_channel)
        assert sent["text"] == QUESTION
        assert (prompt.outcome, prompt.message_ts) == (Outcome.SENT, sent["ts"])


class PromptThatWaits(Prompt):
    """Do Not Disturb or a huddle holds it back: it waits, and is asked afterwards."""

    lease = WAIT
    has_to_call = "postpone_job"
    may_be_early = False

    async def prepare(self) -> None:
        await super().prepare()
        self.hold(self.now + WAIT)

    def hold(self, until: datetime) -> None:
        self.place.slack.snooze(until)

    @asynccontextmanager
    async def process(self, fate: Fate) -> AsyncIterator[Round]:
        lost = fate.how is How.ANSWER_LOST
        async with super().process(fate) as one_round:
            yield one_round
        # A Slack that says nothing of the person holds nothing back.
        self.may_be_early |= lost and fate.calls[fate.at - 1] in ("users.info", "dnd.info")

    async def check_meanwhile(self) -> None:
        if self.place.clock.now() < self.now + WAIT:
            assert self.place.slack.messages(self.place.slack.dm_channel) == []

    async def check(self) -> None:
        await super().check()
        [prompt] = [job for job in await self.place.jobs() if job.kind is JobKind.PROMPT]
        assert prompt.finished_at is not None
        assert self.may_be_early or prompt.finished_at >= self.now + WAIT


class PromptInAHuddle(PromptThatWaits):
    def hold(self, until: datetime) -> None:
        self.place.slack.set_huddle(until)


class PromptThatWaited(PromptThatWaits):
    """It waits already, and is asked now."""

    lease = PromptHandler.lease
    has_to_call = "finish_job"

    async def prepare(self) -> None:
        await super().prepare()
        async with companion(self.place.settings, self.place.clock, Soonest(1)) as it:
            await it.day.tick()
        [prompt] = [job for job in await self.place.jobs() if job.kind is JobKind.PROMPT]
        assert (prompt.state, prompt.due) == (JobState.PLANNED, self.now + WAIT)
        self.place.clock.set(prompt.due)


class Summary(Scenario):
    now = datetime(2026, 11, 20, 7, 31, tzinfo=UTC)
    lease = SummaryHandler.lease
    length = 9
    count = 1
    parts = 1

    async def prepare(self) -> None:
        await super().prepare()
        async with self.place.store() as store:
            for number in range(self.count):
                await store.write_log(
                    Entry(
                        user_id=self.place.slack.user_id,
                        timestamp=self.now - timedelta(days=1) + number * TICK,
                        text="x" * self.length,
                        log_id=UUID(int=ID.int + number),
                        source=Source.COMMAND,
                    )
                )

    async def check(self) -> None:
        [summary] = [job for job in await self.place.jobs() if job.kind is JobKind.SUMMARY]
        sent = self.place.slack.messages(self.place.slack.dm_channel)
        assert len(sent) == self.parts
        shown = "".join(message["blocks"][0]["text"] for message in sent)
        assert shown.count("this past week") == shown.count("on yesterday") == 1
        assert shown.count("x" * self.length) == 2 * self.count
        assert (summary.outcome, summary.message_ts) == (Outcome.SENT, sent[0]["ts"])


class Standup(Scenario):
    """Asked for by `/companion standup`, which left a job for the daemon."""

    now = datetime(2026, 11, 20, 5, 0, tzinfo=UTC)
    lease = StandupHandler.lease

    async def prepare(self) -> None:
        await super().prepare()
        user_id, here = self.place.slack.user_id, PersonTime(ZoneInfo(BERLIN))
        asked = asked_for(user_id, JobKind.STANDUP, ID, self.now, here)
        entry = Entry(
            user_id=user_id,
            timestamp=self.now - timedelta(days=1),
            text="fixed it",
            log_id=ID,
            source=Source.COMMAND,
        )
        async with self.place.store() as store:
            await store.write_log(entry)
            for _ in range(2):  # as when Slack delivers the command twice
                await store.save_job(asked)

    async def check(self) -> None:
        [asked] = [job for job in await self.place.jobs() if job.kind is JobKind.STANDUP]
        [sent] = self.place.slack.messages(self.place.slack.dm_channel)
        assert "fixed it" in sent["blocks"][0]["text"]
        assert (asked.outcome, asked.message_ts) == (Outcome.SENT, sent["ts"])


class Review(Scenario):
    """With a picture or, where a call for it failed, without."""

    now = datetime(2026, 11, 20, 15, 1, tzinfo=UTC)
    lease = ReviewHandler.lease

    async def prepare(self) -> None:
        await super().prepare()
        summary = Job(
            user_id=self.place.slack.user_id,
            job_id="2026-11-20/summary",
            kind=JobKind.SUMMARY,
            day=self.now.date(),
            due=self.now - 60 * MINUTE,
            tz="Europe/Berlin",
        )
        async with self.place.store() as store:
            await store.save_job(skipped(summary, self.now, "another scenario has it"))

    async def check(self) -> None:
        [review] = [job for job in await self.place.jobs() if job.kind is JobKind.REVIEW]
        messages = self.place.slack.messages(self.place.slack.dm_channel)
        [sent] = [message for message in messages if message["text"] != QUESTION]
        text, *pictures = sent["blocks"]
        assert text["text"].startswith("## Your week")
        assert len(pictures) <= 1
        assert (review.outcome, review.message_ts) == (Outcome.SENT, sent["ts"])


class PressSame(Scenario):
    """*Same as before*: pressed again by a person who sees the buttons still."""

    now = datetime(2026, 11, 21, 7, 0, tzinfo=UTC)  # a Saturday, before the summary
    lease = PressHandler.lease
    button = Button.SAME

    async def prepare(self) -> None:
        await super().prepare()
        async with companion(self.place.settings, self.place.clock, Soonest(1)) as it:
            await it.store.write_log(
                Entry(
                    user_id=self.place.slack.user_id,
                    timestamp=self.now - MINUTE,
                    text="reviewing",
                    log_id=ID,
                    source=Source.COMMAND,
                )
            )
            await it.day.ask_now(ID)
        [prompt] = self.place.slack.messages(self.place.slack.dm_channel)
        self.pressed = PressedPrompt(self.button, f"2026-11-21/ask-{ID}", prompt["ts"])

    @asynccontextmanager
    async def process(self, fate: Fate) -> AsyncIterator[Round]:
        async with companion(self.place.settings, self.place.clock, Soonest(1)) as it:

            async def press() -> None:
                taken = await it.take_press(self.pressed)
                await it.finish_press(self.pressed, taken)
                await it.open_prompts.close()

            yield press

    async def check(self) -> None:
        jobs = await self.place.jobs()
        [press] = [job for job in jobs if job.kind is JobKind.PRESS]
        assert press.outcome is Outcome.SENT
        [prompt] = self.place.slack.messages(self.place.slack.dm_channel)
        assert [block["type"] for block in prompt["blocks"]] == ["section", "context"]
        await self.check_outcome(jobs)

    async def check_outcome(self, jobs: list[Job]) -> None:
        before, same = await self.place.entries()
        assert before.text == same.text == "reviewing"
        assert same.answers == self.pressed.prompt_id


class PressSnooze(PressSame):
    button = Button.SNOOZE

    async def check_outcome(self, jobs: list[Job]) -> None:
        [snoozed] = [job for job in jobs if "snoozed" in job.job_id]
        [press] = [job for job in jobs if job.kind is JobKind.PRESS]
        assert snoozed.due == press.due + SNOOZE


class PressPause(PressSame):
    button = Button.PAUSE

    async def check_outcome(self, jobs: list[Job]) -> None:
        async with self.place.store() as store:
            stored = await store.fetch_preferences(self.place.slack.user_id)
        assert read_pause(stored["pause"]).until == datetime(2026, 11, 23, 8, 0, tzinfo=UTC)


class Keep(Scenario):
    """*Log this message*, used again by a person who got no answer."""

    now = datetime(2026, 11, 21, 7, 0, tzinfo=UTC)
    lease = MINUTE

    @asynccontextmanager
    async def process(self, fate: Fate) -> AsyncIterator[Round]:
        place = self.place
        use = ShortcutUse(
            user_id=place.slack.user_id,
            channel="C0TEAM",
            ts="1795000000.000100",
            text="the release is out",
            author="Deploys",
            link="",
        )
        async with companion(place.settings, place.clock, Soonest(1)) as it:
            keep = keep_message(place.settings, it.store, place.clock)

            async def use_it() -> None:
                await keep(use)

            yield use_it

    async def check(self) -> None:
        [entry] = await self.place.entries()
        assert entry.text == "the release is out\n— Deploys"


class Form(Scenario):
    """The form of `/log`, sent again by a person who read that it was not saved."""

    now = datetime(2026, 11, 21, 7, 0, tzinfo=UTC)
    lease = MINUTE

    @asynccontextmanager
    async def process(self, fate: Fate) -> AsyncIterator[Round]:
        place = self.place
        form = Submission(
            user_id=place.slack.user_id, view_id="V1", text="planned it", when="-45m", tags="api"
        )
        async with companion(place.settings, place.clock, Soonest(1)) as it:
            capture = form_capture(place.settings, it.store, place.clock)

            async def send() -> None:
                await capture(form)

            yield send

    async def check(self) -> None:
        [entry] = await self.place.entries()
        assert entry.text == "planned it #api"


class EditAtHome(Scenario):
    """An entry is edited in the Home tab, and the form sent again where it says that it failed."""

    now = datetime(2026, 11, 21, 7, 0, tzinfo=UTC)
    lease = MINUTE

    async def prepare(self) -> None:
        await super().prepare()
        self.entry = Entry(
            user_id=self.place.slack.user_id,
            timestamp=self.now - MINUTE,
            text="teh typo",
            log_id=ID,
            source=Source.TERMINAL,
        )
        async with self.place.store() as store:
            await store.write_log(self.entry)

    @asynccontextmanager
    async def process(self, fate: Fate) -> AsyncIterator[Round]:
        async with companion(self.place.settings, self.place.clock, Soonest(1)) as it:
            yield partial(self.change, it.home.changes)

    async def change(self, changes: HomeChanges) -> None:
        await changes.edit(entry_key(self.entry), "the typo")

    async def check(self) -> None:
        assert [entry.text for entry in await self.place.entries()] == ["the typo"]


class DeleteAtHome(EditAtHome):
    """The same for a deletion."""

    async def change(self, changes: HomeChanges) -> None:
        await changes.delete(entry_key(self.entry))

    async def check(self) -> None:
        assert await self.place.entries() == []


class LongSummary(Summary):
    length = 1000
    count = 8
    parts = 2


class Capture(Scenario):
    now = datetime(2026, 11, 20, 7, 0, tzinfo=UTC)
    lease = timedelta()

    @asynccontextmanager
    async def process(self, fate: Fate) -> AsyncIterator[Round]:
        fate.armed = False
        async with self.place.run() as it:
            # What a start brings along is to be over before.
            await it.daemon.connection.connected.wait()
            await it.daemon.connection.finish(timeout_s=5)
            await it.daemon.tick()
            await fate.quiet.wait()

            async def listen() -> None:
                if self.place.slack.messages(self.place.slack.dm_channel):
                    await it.companion.read_back()
                    return
                fate.armed = True
                self.ts = await self.place.slack.say("fixed the flaky test")
                if fate.at:
                    await fate.reached.wait()
                    await it.daemon.finish(timeout_s=5)
                else:
                    await self.place.slack.wait_for(
                        lambda message: message["ts"] == self.ts and message.get("reactions")
                    )

            yield listen

    async def check(self) -> None:
        [entry] = await self.place.entries()
        assert entry.text == "fixed the flaky test"
        assert entry.timestamp == message_timestamp(self.ts)
        async with self.place.store() as store:
            assert await store.fetch_read_cursor(entry.user_id) == self.ts


class ReadBack(Scenario):
    now = datetime(2026, 11, 20, 10, 0, tzinfo=UTC)
    lease = timedelta()

    @asynccontextmanager
    async def process(self, fate: Fate) -> AsyncIterator[Round]:
        async with companion(self.place.settings, self.place.clock, Soonest(1)) as it:
            yield it.read_back

    async def prepare(self) -> None:
        await super().prepare()
        slack = self.place.slack
        async with companion(self.place.settings, self.place.clock, Soonest(1)) as it:
            await it.day.ask_now(ID)
            [prompt] = slack.messages(slack.dm_channel)
            await slack.say("before")
            edited, deleted = await slack.say("edtied"), await slack.say("deleted")
            await it.read_back()
        self.place.clock.advance(60 * MINUTE)
        await slack.edit(edited, "edited")
        await slack.delete(deleted)
        self.said = {
            await slack.say(text, thread_ts=thread): text
            for text, thread in [("plainly", None), ("reply", prompt["ts"]), ("last", None)]
        }

    async def check_meanwhile(self) -> None:
        texts = [entry.text for entry in await self.place.entries()]
        mark = await self._mark()
        assert all(text in texts for ts, text in self.said.items() if ts <= mark)

    async def check(self) -> None:
        texts = [entry.text for entry in await self.place.entries()]
        assert texts == ["before", "edited", "plainly", "reply", "last"]
        assert await self._mark() == max(self.said)

    async def _mark(self) -> str:
        async with self.place.store() as store:
            return await store.fetch_read_cursor(self.place.slack.user_id) or ""


async def play(scenario: Scenario, fate: Fate) -> None:
    """Once through: what was there before, the process, its end, the process again."""
    await scenario.prepare()
    await live(fate, scenario.place, _life(scenario, fate))
    assert fate.reached.is_set() == bool(fate.at)
    if fate.ended.is_set():
        await scenario.check_meanwhile()
        again = Fate()
        await live(again, scenario.place, _life(scenario, again))
    await scenario.check()


async def _life(scenario: Scenario, fate: Fate) -> None:
    """Twice: now, and when a claim that was left would have lapsed."""
    async with scenario.process(fate) as one_round:
        for _ in range(2):
            # As the scheduler and the connection do: it failed, and there is a next time.
            with suppress(CompanionError):
                await one_round()
            fate.armed = False
            scenario.place.clock.advance(scenario.lease)


type Places = Callable[[], AbstractAsyncContextManager[Workplace]]


@pytest.fixture
def places(request: pytest.FixtureRequest, tmp_path: Path) -> Places:
    """Fresh workplaces on one store: each has a user of its own."""
    table = request.getfixturevalue("dynamodb_table") if request.param == "dynamodb" else None
    return lambda: workplace(
        tmp_path, table, companion_prompts_per_day="1", companion_review="fri 16:00"
    )


MATRIX: list[tuple[str, type[Scenario]]] = [
    ("sqlite", Prompt),
    ("sqlite", PromptThatWaits),
    ("sqlite", PromptInAHuddle),
    ("sqlite", PromptThatWaited),
    ("sqlite", Summary),
    ("sqlite", LongSummary),
    ("sqlite", Review),
    ("sqlite", PressSame),
    ("sqlite", PressSnooze),
    ("sqlite", PressPause),
    ("sqlite", Keep),
    ("sqlite", Form),
    ("sqlite", EditAtHome),
    ("sqlite", DeleteAtHome),
    ("sqlite", Standup),
    ("sqlite", Capture),
    ("sqlite", ReadBack),
    ("dynamodb", Prompt),
    ("dynamodb", PromptThatWaits),
    ("dynamodb", PromptThatWaited),
    ("dynamodb", LongSummary),
    ("dynamodb", PressSame),
    ("dynamodb", PressSnooze),
    ("dynamodb", Keep),
    ("dynamodb", Form),
    ("dynamodb", EditAtHome),
    ("dynamodb", DeleteAtHome),
]


@pytest.mark.parametrize(("places", "kind"), MATRIX, indirect=["places"])
async def test_wherever_the_process_ends_each_thing_is_there_once_in_the_end(
    places: Places, kind: type[Scenario], request: pytest.FixtureRequest
) -> None:
    async with places() as place:
        unharmed = Fate()
        await play(kind(place), unharmed)
    assert kind.has_to_call is None or kind.has_to_call in unharmed.calls
    problems: dict[tuple[int, How], str] = {}
    for at in range(1, len(unharmed.calls) + 1):
        for how in How:
            async with places() as place:
                fate = Fate(at, how)
                try:
                    async with asyncio.timeout(60):
                        await play(kind(place), fate)
                    assert fate.calls[:at] == unharmed.calls[:at]
                except Exception as problem:  # whatever it is, the table shows where
                    problems[at, how] = f"{unharmed.calls[at - 1]}, {how}: {problem!r}"
    _report(request, unharmed.calls, problems)
    assert not problems, "\n".join(problems.values())


def _report(
    request: pytest.FixtureRequest, calls: list[str], problems: dict[tuple[int, How], str]
) -> None:
    heading = f"Crash matrix; at each call: {', '.join(How)}; ✓ is once in the end"
    lines = request.config.stash.setdefault(TABLES, {}).setdefault(heading, [])
    cells = [
        f"{name}\N{NO-BREAK SPACE}" + "".join("✗" if (at, how) in problems else "✓" for how in How)
        for at, name in enumerate(calls, start=1)
    ]
    lines.append(f"{request.node.callspec.id}:")
    lines.extend(wrap("  ".join(cells), 100, initial_indent="  ", subsequent_indent="  "))

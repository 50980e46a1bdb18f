"""Whatever happens in between, the entries end up as what the DM says, and nothing is sent twice.

Hypothesis draws sequences of what people, networks, stores and machines do; each runs the real
daemon against the local Slack and a real store. HYPOTHESIS_PROFILE=long looks for longer.
"""

import asyncio
import os
from collections import Counter
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from contextvars import ContextVar
from datetime import timedelta
from enum import Enum
from functools import partial
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any, cast
from unittest import mock
from uuid import UUID

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    initialize,
    rule,
    run_state_machine_as_test,
)

from companion import bootstrap
from companion.adapters.slack.messenger import EVENT_TYPE
from companion.bootstrap import Companion, Store, open_store
from companion.domain.entry import Entry, Source, message_timestamp
from companion.domain.jobs.job import Job, JobKind, Outcome
from companion.domain.jobs.presses import Button, pressed_by
from companion.entrypoints.daemon import Daemon, Intervals, running
from companion.entrypoints.sandbox import settings_for
from companion.errors import CompanionError, StoreError
from companion.sandbox import LocalSlack
from companion.sandbox.api.app_calls import NotAnsweredError
from companion.settings import DaemonAndWebhookSettings
from companion.usecases.capture_message import ANSWER_WINDOW
from tests.conftest import table
from tests.fakes import FakeClock, FakePainter
from tests.memory_store import MemoryLogStore
from tests.pages import collected, each
from tests.system import BERLIN, MORNING

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
CHANGEABLE = 6 * DAY
"""How old a message may be when it is edited, deleted or answered in its thread: changes of older
ones are known from their events alone, because the read-back looks back a week."""
INTERVALS = Intervals(
    tick=timedelta(hours=1),  # of real time: the model says when
    read_back=timedelta(minutes=5),
    asleep_after=timedelta(hours=2),
    ping_interval_s=0.1,
    max_reconnect_wait_s=0.1,
)
TEXTS = st.sampled_from(["tea", "reviewing", "a < b & c", "*", "😀 <@U1>", "x" * 300])
LIFE: ContextVar[int] = ContextVar("LIFE", default=0)
"""Which life of the daemon a task belongs to: a killed process leaves none behind."""


class Trouble(Enum):
    """How the store behaves."""

    RAISES = "raises"
    RAISES_DONE = "raises although it is done"
    HANGS = "hangs"
    HANGS_DONE = "hangs although it is done"


class Unreliable:
    """A real store, and what lies between it and its user."""

    def __init__(self) -> None:
        self.trouble: Trouble | None = None
        self.calls_left = 0
        self.only = ""
        self.stuck = asyncio.Event()
        self._fixed = asyncio.Event()
        self._hanging: set[asyncio.Future[Any]] = set()

    def break_down(self, trouble: Trouble, calls_left: int, only: str = "") -> None:
        """After so many more calls, of that method if it is named."""
        self.trouble, self.calls_left, self.only = trouble, calls_left, only
        self.stuck.clear()
        self._fixed.clear()

    def fix(self) -> None:
        self.trouble = None
        self.stuck.clear()
        self._fixed.set()

    def around(self, store: Store) -> Store:
        outer = self

        class Wrapped:
            def __getattr__(self, name: str) -> Callable[..., Any]:
                method = getattr(store, name)
                if name == "read_logs":
                    return each(partial(outer._call, collected(method)))
                return lambda *args: outer._call(method, *args)

        return cast(Store, Wrapped())

    async def _call(self, method: Callable[..., Any], *args: Any) -> Any:
        counts = not self.only or getattr(method, "__name__", "") == self.only
        if self.trouble and counts:
            self.calls_left -= 1
        trouble = self.trouble if counts and self.calls_left < 0 else None
        if trouble is Trouble.HANGS:
            await self._hang()
        if trouble is Trouble.RAISES:
            raise StoreError("The store", "it is out of order.")
        result = await method(*args)
        if trouble is Trouble.RAISES_DONE:
            raise StoreError("The store", "its answer was lost.")
        if trouble is Trouble.HANGS_DONE:
            await self._hang()
        return result

    def time_out(self) -> None:
        """No adapter waits for ever: calls that hang fail."""
        for call in self._hanging:
            call.cancel()

    async def _hang(self) -> None:
        self.stuck.set()
        wait = asyncio.ensure_future(self._fixed.wait())
        self._hanging.add(wait)
        try:
            await asyncio.wait((wait,))
        finally:
            self._hanging.discard(wait)
            timed_out = wait.cancelled()
            wait.cancel()
        if timed_out:
            raise StoreError("The store", "it did not answer in time.")


class World:
    """A Slack, a store, and the daemon's lives; what happens in them, step by step."""

    def __init__(
        self, slack: LocalSlack, clock: FakeClock, given: DaemonAndWebhookSettings
    ) -> None:
        self.slack, self.clock, self.settings = slack, clock, given
        self.said: dict[str, tuple[str, str | None]] = {}
        """What stands in the DM: `ts` → text, and the thread it is in."""
        self.memory: MemoryLogStore | None = None
        self.store = Unreliable()
        self.seen: list[dict[str, Any]] = []
        """Events that may come again."""
        self.companion: Companion | None = None
        self.daemon: Daemon | None = None
        self._life: asyncio.Task[None] | None = None
        self._lives = 0
        self._asked = 0
        self._at_work: set[asyncio.Task[Any]] = set()

    @asynccontextmanager
    async def open(self, given: DaemonAndWebhookSettings) -> AsyncIterator[Store]:
        if self.memory is not None:
            yield self.memory
        else:
            async with open_store(given) as store:
                yield store

    @asynccontextmanager
    async def open_unreliable(self, given: DaemonAndWebhookSettings) -> AsyncIterator[Store]:
        async with self.open(given) as store:
            yield self.store.around(store)

    # The machine

    async def start(self) -> None:
        if self._life is not None:
            return
        self._lives += 1
        LIFE.set(self._lives)
        ready = asyncio.Event()

        async def live() -> None:
            rng = Random(self._lives)
            async with (
                bootstrap.companion(self.settings, self.clock, rng) as companion,
                running(companion, self.settings, INTERVALS) as daemon,
            ):
                self.companion, self.daemon = companion, daemon
                ready.set()
                await asyncio.Event().wait()

        self._life = asyncio.create_task(live())
        LIFE.set(0)
        await ready.wait()
        await self.greeted()
        # The scheduler's first tick comes by itself.
        for task in asyncio.all_tasks():
            if getattr(task.get_coro(), "__qualname__", "") == "run_coroutine_job":
                await self._until_stuck(task)

    async def greeted(self) -> None:
        """Until the daemon has read back, as far as everything lets it."""
        if self.daemon is None or self.slack.refuse_sockets:
            return
        await self.slack.wait_connected()
        await self.daemon.connection.connected.wait()
        await self._until_stuck(asyncio.create_task(self.daemon.connection.finish(5)))

    async def kill(self) -> None:
        """End the daemon wherever it is, without grace."""
        if self._life is None:
            return
        life, self._life, self.daemon, self.companion = self._life, None, None, None
        # The connection is left to close its socket, as the kernel does for a process.
        spared = ("World.start.", "Connection.run", "SocketModeClient.", "AsyncBaseSocketMode")
        killed = [
            task
            for task in asyncio.all_tasks()
            if task.get_context().get(LIFE) == self._lives
            and not getattr(task.get_coro(), "__qualname__", "").startswith(spared)
        ]
        for task in killed:
            task.cancel()
        await asyncio.wait(killed) if killed else None
        life.cancel()
        with suppress(asyncio.CancelledError):
            await life
        await self.slack.wait_disconnected()

    async def do(self, work: Callable[[], Coroutine[Any, Any, Any]]) -> None:
        """Something that the daemon does, until it is done or hangs on the store."""
        if self.companion is None:
            return
        LIFE.set(self._lives)
        task = asyncio.create_task(_quietly(work()))
        LIFE.set(0)
        await self._until_stuck(task)

    async def _until_stuck(self, task: asyncio.Task[Any]) -> None:
        self._at_work.add(task)
        task.add_done_callback(self._at_work.discard)
        stuck = asyncio.create_task(self.store.stuck.wait())
        await asyncio.wait((task, stuck), return_when=asyncio.FIRST_COMPLETED, timeout=10)
        stuck.cancel()

    async def fix(self) -> None:
        self.store.fix()
        if self._at_work:
            await asyncio.wait(self._at_work, timeout=10)

    async def advance(self, by: timedelta) -> None:
        if by > HOUR:
            self.store.time_out()
            await asyncio.sleep(0)  # for the calls to fail before the clock moves
        self.clock.advance(by)

    async def tick(self) -> None:
        if self.daemon is not None and not self._at_work:  # the scheduler has one at a time
            await self.do(self.daemon.tick)
            await self.do(self.daemon.reading.wait)
            await self.greeted()

    async def read_back(self) -> None:
        if self.companion is not None:
            await self.do(self.companion.read_back)

    async def ask(self) -> None:
        if self.companion is not None:
            self._asked += 1
            self.clock.advance(4 * MINUTE)  # two prompts are never as near as their leases are long
            day, unique = self.companion.day, UUID(int=self._asked)
            await self.do(lambda: day.ask_now(unique))

    async def cut(self) -> None:
        await self.slack.cut_sockets()
        await self.greeted()

    # The person

    def changeable(self, ts: str) -> bool:
        return ts in self.said and self.clock.now() - message_timestamp(ts) < CHANGEABLE

    async def say(self, text: str, thread_ts: str | None = None, *, broadcast: bool = False) -> str:
        ts = await self.slack.say(text, thread_ts, broadcast=broadcast)
        self.said[ts] = (text, thread_ts)
        return ts

    async def edit(self, ts: str, text: str) -> None:
        if self.changeable(ts):
            await self.slack.edit(ts, text)
            self.said[ts] = (text, self.said[ts][1])

    async def delete(self, ts: str) -> None:
        if self.changeable(ts):
            await self.slack.delete(ts)
            del self.said[ts]

    def prompts(self) -> list[str]:
        """The `ts` of those that may still be answered."""
        return [
            message["ts"]
            for message in self.slack.messages(self.slack.dm_channel)
            if _is_of_a_job(message) and _is_prompt(message)
            if self.clock.now() - message_timestamp(message["ts"]) < CHANGEABLE
        ]

    async def press(self, which: int, button: str) -> None:
        """Press a button below a prompt that shows it."""
        messages = self.slack.messages(self.slack.dm_channel)
        shown = [message["ts"] for message in messages if "prompt_same" in str(message)]
        if shown and self.daemon is not None:
            ts = shown[which % len(shown)]
            await self._until_stuck(asyncio.create_task(self._press(ts, button)))

    async def _press(self, ts: str, button: str) -> None:
        with suppress(NotAnsweredError):  # as Slack shows it to the person
            await self.slack.press(ts, f"prompt_{button}")

    # The network

    async def deliver(self, index: int, *, times: int = 1) -> None:
        """An event comes, or comes once more, whenever it was sent."""
        self.seen += self.slack.held
        self.slack.held.clear()
        if self.seen:
            event = self.seen[index % len(self.seen)]
            for _ in range(times):
                await self._until_stuck(asyncio.create_task(self.slack.deliver(event)))

    async def deliver_all(self, order: Random, *, with_read_back: bool) -> None:
        """All that was held, at once and in disorder, and all of it twice."""
        events = self.slack.held * 2
        self.seen += self.slack.held
        self.slack.held.clear()
        order.shuffle(events)
        deliveries = [asyncio.create_task(self.slack.deliver(event)) for event in events]
        if with_read_back:
            await self.read_back()
        for delivery in deliveries:
            await self._until_stuck(delivery)

    # In the end

    async def settle(self) -> None:
        """Everything works again."""
        self.slack.refuse_sockets = False
        await self.fix()
        if self.slack.socket_count == 0:
            await self.kill()  # its next attempt to connect may be a minute away
        await self.start()
        await self.tick()
        self.clock.advance(3 * MINUTE)  # claims of the dead lapse
        await self.tick()
        assert self.companion is not None
        await self.companion.read_back()
        assert self.daemon is not None
        self.daemon.reading.want()
        await self.daemon.reading.start()
        await self.daemon.finish(5)

    async def check(self) -> None:
        channel = self.slack.dm_channel
        messages = self.slack.messages(channel)
        asked = {message["ts"]: _job_id(message) for message in messages if _is_of_a_job(message)}
        async with self.open(self.settings) as store:
            user_id, now = self.slack.user_id, self.clock.now()
            entries = await store.fetch_logs(user_id, now - 400 * DAY, now + 400 * DAY)
            jobs = await store.fetch_jobs(
                user_id, (now - 400 * DAY).date(), (now + 400 * DAY).date()
            )
        signs = [each["name"] for m in messages for each in m.get("reactions") or []]
        assert "warning" not in signs  # all is stored
        pressed = [entry for entry in entries if entry.source is Source.BUTTON]
        _check_presses(pressed, jobs, messages)
        entries = [entry for entry in entries if entry.source is not Source.BUTTON]
        assert [(entry.timestamp, entry.text) for entry in entries] == [
            (message_timestamp(ts), text) for ts, (text, _) in sorted(self.said.items())
        ]
        for entry, (_, (_, thread)) in zip(entries, sorted(self.said.items()), strict=True):
            if thread is not None:
                answers = asked.get(thread)
                source = Source.REPLY if answers else Source.MESSAGE
                assert (entry.source, entry.answers) == (source, answers)
            else:
                _check_plain(entry, asked)
        sent = Counter(
            (_job_id(message), message["metadata"]["event_payload"]["part"])
            for message in messages
            if _is_of_a_job(message)
        )
        assert not [part for part, count in sent.items() if count > 1]
        for job in jobs:
            if job.finished_at and job.kind is not JobKind.PRESS:
                assert ((job.job_id, 0) in sent) == (job.outcome is Outcome.SENT), job


def _check_presses(entries: list[Entry], jobs: list[Job], messages: list[dict[str, Any]]) -> None:
    """*Same as before* is one entry a prompt, and a prompt that was pressed has no buttons."""
    presses = [pressed for job in jobs if (pressed := pressed_by(job))]
    assert all(job.finished_at for job in jobs if job.kind is JobKind.PRESS)
    answered = [entry.answers for entry in entries]
    assert len(set(answered)) == len(answered)
    assert set(answered) <= {each.prompt_id for each in presses if each.button is Button.SAME}
    by_ts = {message["ts"]: str(message) for message in messages}
    assert not [each for each in presses if "prompt_same" in by_ts.get(each.prompt_ts, "")]


def _check_plain(entry: Entry, asked: dict[str, str]) -> None:
    assert entry.source is Source.MESSAGE
    if entry.answers is not None:
        [prompt] = [ts for ts, job_id in asked.items() if job_id == entry.answers]
        assert timedelta() < entry.timestamp - message_timestamp(prompt) <= ANSWER_WINDOW


def _is_of_a_job(message: dict[str, Any]) -> bool:
    """Whether it is what a job sent; a warning in a thread is not."""
    return bool((message.get("metadata") or {}).get("event_type") == EVENT_TYPE)


def _is_prompt(message: dict[str, Any]) -> bool:
    name = _job_id(message).partition("/")[2]
    others = ("summar", JobKind.WELCOME, JobKind.WHERE, JobKind.REVIEW)
    return not name.startswith(others)


def _job_id(message: dict[str, Any]) -> str:
    return str(message["metadata"]["event_payload"]["job_id"])


async def _quietly(work: Coroutine[Any, Any, Any]) -> None:
    with suppress(CompanionError):
        await work


class Model(RuleBasedStateMachine):
    """What can happen. One event loop for each sequence."""

    said = Bundle("said")

    def __init__(self, kind: str, dynamodb: dict[str, str] | None = None) -> None:
        super().__init__()
        self._kind, self._dynamodb = kind, dynamodb
        self._runner = asyncio.Runner()
        self._stack = AsyncExitStack()
        self.world = self._run(self._begin())

    def _run[T](self, work: Coroutine[Any, Any, T]) -> T:
        return self._runner.run(work)

    async def _begin(self) -> World:
        enter = self._stack.enter_async_context
        clock = FakeClock(MORNING)
        ack_s = 0.5 if self._dynamodb else 0.1
        slack = await enter(LocalSlack(now=clock.now, time_zone=BERLIN, ack_timeout_s=ack_s))
        slack.hold_events = True
        given: dict[str, Any] = {
            "llm_model": "no-such-model",
            "env_file": None,
            "companion_review": "fri 16:00",
        }
        if self._dynamodb:
            await enter(table(self._dynamodb))
            given |= {
                "dynamodb_table": self._dynamodb["table"],
                "aws_region": self._dynamodb["region"],
                "aws_endpoint_url_dynamodb": self._dynamodb["endpoint_url"],
                "aws_access_key_id": self._dynamodb["access_key"],
                "aws_secret_access_key": self._dynamodb["secret_key"],
            }
        folder = self._stack.enter_context(TemporaryDirectory())
        world = World(slack, clock, settings_for(slack, Path(folder) / "m.db", **given))
        if self._kind == "memory":
            world.memory = MemoryLogStore()
        # The one place where a store comes in.
        self._stack.enter_context(mock.patch.object(bootstrap, "open_store", world.open_unreliable))
        self._stack.enter_context(mock.patch.object(bootstrap, "painter", FakePainter))
        return world

    def check(self) -> None:
        self._run(self.world.check())

    def sent(self, name: str) -> int:
        """How many messages of jobs of that name are in the DM."""
        messages = self.world.slack.messages(self.world.slack.dm_channel)
        return sum(
            _job_id(message).endswith(f"/{name}") for message in messages if _is_of_a_job(message)
        )

    def tick_and_die_before_recording(self, name: str) -> None:
        """Die when the first job that is due, one of that name, is sent and not recorded."""
        self.world.store.break_down(Trouble.HANGS, 0, only="finish_job")
        self.tick()
        assert self.world.store.stuck.is_set()
        assert self.sent(name) == 1
        self.kill()
        self.fix_store()
        self.start()

    def teardown(self) -> None:
        try:
            self._run(self.world.settle())
            self.check()
        finally:
            self._run(self.world.kill())
            self._run(self._stack.aclose())
            self._runner.close()

    # The person

    @rule(target=said, text=TEXTS)
    def say(self, text: str) -> str:
        return self._run(self.world.say(text))

    @rule(target=said, to=said, text=TEXTS, broadcast=st.booleans())
    def reply(self, to: str, text: str, broadcast: bool) -> str:
        if not self.world.changeable(to):
            return to
        thread_ts = self.world.said[to][1] or to
        if thread_ts not in self.world.said and thread_ts not in self.world.prompts():
            return to
        return self._run(self.world.say(text, thread_ts, broadcast=broadcast))

    @rule(target=said, which=st.integers(0, 4), text=TEXTS)
    def answer(self, which: int, text: str) -> str:
        prompts = self.world.prompts()
        thread_ts = prompts[which % len(prompts)] if prompts else None
        return self._run(self.world.say(text, thread_ts))

    @rule(ts=said, text=TEXTS)
    def edit(self, ts: str, text: str) -> None:
        self._run(self.world.edit(ts, text))

    @rule(ts=consumes(said))
    def delete(self, ts: str) -> None:
        self._run(self.world.delete(ts))

    @rule(which=st.integers(0, 4), button=st.sampled_from(["same", "skip", "pause"]))
    def press(self, which: int, button: str) -> None:
        self._run(self.world.press(which, button))

    # The network

    @rule(index=st.integers(0, 20), times=st.integers(1, 2))
    def deliver(self, index: int, times: int) -> None:
        self._run(self.world.deliver(index, times=times))

    @rule(seed=st.integers(0, 99), with_read_back=st.booleans())
    def deliver_all(self, seed: int, with_read_back: bool) -> None:
        self._run(self.world.deliver_all(Random(seed), with_read_back=with_read_back))

    @rule()
    def drop(self) -> None:
        self.world.seen += self.world.slack.held
        self.world.slack.held.clear()

    @rule(refuse=st.booleans())
    def cut(self, refuse: bool) -> None:
        self.world.slack.refuse_sockets = refuse
        self._run(self.world.cut())

    # The store

    @rule(trouble=st.sampled_from(Trouble), calls_left=st.integers(0, 12))
    def break_store(self, trouble: Trouble, calls_left: int) -> None:
        self._run(self.world.fix())
        self.world.store.break_down(trouble, calls_left)

    @rule()
    def fix_store(self) -> None:
        self._run(self.world.fix())

    @rule(
        during=st.sampled_from(["ask", "tick", "read_back"]),
        hangs=st.sampled_from([Trouble.HANGS, Trouble.HANGS_DONE]),
        calls_left=st.integers(0, 8),
    )
    def crash(self, during: str, hangs: Trouble, calls_left: int) -> None:
        """Die in the middle of something, and start again."""
        self.break_store(hangs, calls_left)
        getattr(self, during)()
        self.kill()
        self.fix_store()
        self.start()

    # The machine

    @initialize()
    def begin(self) -> None:
        self._run(self.world.start())

    @rule()
    def start(self) -> None:
        self._run(self.world.start())

    @rule()
    def kill(self) -> None:
        self._run(self.world.kill())

    @rule(by=st.sampled_from([MINUTE, 6 * MINUTE, 50 * MINUTE, 5 * HOUR, 26 * HOUR, 9 * DAY]))
    def advance(self, by: timedelta) -> None:
        self._run(self.world.advance(by))

    @rule()
    def tick(self) -> None:
        self._run(self.world.tick())

    @rule()
    def read_back(self) -> None:
        self._run(self.world.read_back())

    @rule()
    def ask(self) -> None:
        self._run(self.world.ask())


def test_the_model_waits_for_a_daemon_whose_connection_is_cut_again_and_again() -> None:
    """The daemon connects ever more slowly; `greeted` waits for it all the same."""
    model = Model("memory")
    try:
        model.begin()
        for _ in range(20):
            model.cut(refuse=False)
    finally:
        model.teardown()


EXAMPLES = {"memory": 40, "sqlite": 25, "dynamodb": 5}
"""The daemon is the same on each; what the stores promise alike is in tests/contracts."""
LONGER = 100 if os.environ.get("HYPOTHESIS_PROFILE") == "long" else 1


@pytest.mark.parametrize("kind", EXAMPLES)
def test_whatever_happens_the_entries_are_what_the_dm_says_and_nothing_is_sent_twice(
    kind: str, request: pytest.FixtureRequest
) -> None:
    dynamodb = request.getfixturevalue("dynamodb_settings") if kind == "dynamodb" else None
    run_state_machine_as_test(
        # It takes whatever makes a machine.
        cast(type[Model], partial(Model, kind, dynamodb)),
        settings=settings(
            max_examples=LONGER * EXAMPLES[kind],
            stateful_step_count=25,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )


# Sequences that once went wrong


@pytest.fixture
def model() -> Iterator[Model]:
    model = Model("sqlite")
    model.begin()
    yield model
    model.teardown()


def test_a_deletion_during_a_long_absence_is_found_although_its_replies_were_read(
    model: Model,
) -> None:
    root = model.say("tea")
    model.reply(root, "with milk", broadcast=False)
    model.read_back()
    model.delete(root)
    model.drop()
    model.advance(9 * DAY)


def test_an_answer_to_a_prompt_whose_sender_died_before_recording_it_answers_it(
    model: Model,
) -> None:
    model.crash("ask", Trouble.HANGS, calls_left=2)
    model.answer(0, "tea")
    model.crash("ask", Trouble.HANGS, calls_left=0)


def test_messages_are_stored_even_if_no_socket_can_be_opened(model: Model) -> None:
    model.kill()
    model.cut(refuse=True)
    model.start()
    model.say("tea")
    model.advance(6 * MINUTE)
    model.tick()
    model.check()


def test_a_review_whose_sender_died_before_recording_it_comes_once(model: Model) -> None:
    model.say("tea")
    model.read_back()
    model.advance(8 * HOUR - 6 * MINUTE)  # Friday, six minutes to four
    model.tick()
    model.advance(6 * MINUTE)
    model.tick_and_die_before_recording("review")
    model.advance(HOUR)
    model.tick()
    assert model.sent("review") == 1


def test_where_one_left_off_comes_once_although_its_sender_died_before_recording_it(
    model: Model,
) -> None:
    model.say("tea")
    model.read_back()
    model.advance(9 * DAY)  # a Sunday, eight in the morning
    model.tick()
    model.advance(HOUR)
    model.tick_and_die_before_recording("where")
    model.advance(HOUR)
    model.tick()
    model.advance(26 * HOUR)
    model.tick()
    assert model.sent("where") == 1

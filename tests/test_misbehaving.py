"""Slack and DynamoDB misbehave: bounded retries, each thing once, and no word that is not true."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import repeat
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import aiohttp
import pytest
from aiohttp import web

from companion.adapters.dynamodb import DynamoLogStore
from companion.bootstrap import command_capture, open_store, slack_text
from companion.domain.jobs.job import Outcome
from companion.entrypoints.sandbox import System
from companion.entrypoints.webhook import build_app, serving
from companion.errors import MessengerError, StoreError
from companion.sandbox import LocalSlack
from companion.texts.slack import QUESTION
from tests.system import Workplace, workplace

AT_WORK = datetime(2026, 11, 20, 10, 0, tzinfo=UTC)
AFTER_THE_LEASE = timedelta(minutes=3)
TICKET = "apps.connections.open"
_ID = UUID(int=7)

type Hook = Callable[[str, dict[str, Any]], Awaitable[web.StreamResponse | None]]


async def until(condition: Callable[[], object], timeout: float = 60) -> None:
    async with asyncio.timeout(timeout):
        while not condition():  # noqa: ASYNC110 -- what is waited for is inside the libraries
            await asyncio.sleep(0.005)


async def settled(it: System) -> None:
    """Until the first read-back and the scheduler's first tick are over."""
    await it.daemon.connection.connected.wait()
    await it.daemon.connection.finish(timeout_s=5)
    await until(lambda: it.companion.day._planned)
    await until(lambda: not any(map(is_of_the_scheduler, asyncio.all_tasks())))


def is_of_the_scheduler(task: asyncio.Task[Any]) -> bool:
    return "run_coroutine_job" in repr(task.get_coro())


@pytest.fixture(autouse=True)
def pauses(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """How long the libraries' own handlers waited before they tried again; they do not really."""
    waited: list[float] = []

    async def sleep(seconds: float) -> None:
        waited.append(seconds)

    for module in ("builtin_async_handlers", "async_handler"):
        monkeypatch.setattr(f"slack_sdk.http_retry.{module}.asyncio", SimpleNamespace(sleep=sleep))
    monkeypatch.setattr("botocore.retries.standard.ExponentialBackoff.delay_amount", lambda *_: 0.0)
    return waited


@pytest.fixture
async def place(tmp_path: Path) -> AsyncIterator[Workplace]:
    async with workplace(tmp_path, companion_prompts_per_day="1") as place:
        place.clock.set(AT_WORK)
        yield place


def limited() -> web.Response:
    refusal = {"ok": False, "error": "ratelimited"}
    return web.json_response(refusal, status=429, headers={"Retry-After": "7"})


def on(method: str, times: int, trouble: Hook) -> tuple[Hook, list[str]]:
    """A hook that makes trouble so many times, and how often the method was called."""
    calls: list[str] = []

    async def hook(called: str, arguments: dict[str, Any]) -> web.StreamResponse | None:
        if called != method:
            return None
        calls.append(called)
        return await trouble(called, arguments) if len(calls) <= times else None

    return hook, calls


async def rate_limit(*_: object) -> web.StreamResponse:
    return limited()


async def server_error(*_: object) -> web.StreamResponse:
    return web.Response(status=500, text="oops")


async def page(*_: object) -> web.StreamResponse:
    return web.Response(status=200, text="<html>", content_type="text/html")


async def lose(*_: object) -> web.StreamResponse:
    raise ConnectionResetError


async def never(*_: object) -> web.StreamResponse:
    await asyncio.Event().wait()
    raise AssertionError


@pytest.mark.parametrize(
    ("trouble", "taken"),
    [
        (rate_limit, False),
        (server_error, False),
        (server_error, True),
        (page, False),
        (page, True),
        (lose, True),
        (never, False),
        (never, True),
    ],
)
async def test_a_prompt_is_asked_once_whatever_slack_does_to_the_post(
    place: Workplace, trouble: Hook, taken: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with place.run() as it:
        await settled(it)
        messenger: Any = it.companion.messenger
        monkeypatch.setattr(messenger._poster._web, "timeout", 0.2)
        hook, _ = on("chat.postMessage", 1, trouble)
        if taken:
            place.slack.after_api = hook
        else:
            place.slack.before_api = hook
        with suppress(MessengerError):
            await it.companion.day.ask_now(_ID)
        place.clock.advance(AFTER_THE_LEASE)
        await it.daemon.tick()
        assert place.sent_by_companion().count(QUESTION) == 1
    [job] = [job for job in await place.jobs() if "ask" in job.job_id]
    assert job.outcome is Outcome.SENT
    assert job.message_ts is not None


@pytest.mark.parametrize(
    ("method", "trouble", "calls"),
    [
        ("conversations.history", rate_limit, 3),
        ("conversations.history", server_error, 3),
        ("conversations.history", page, 1),
        ("chat.postMessage", rate_limit, 3),
        ("chat.postMessage", server_error, 1),  # it might be there already
        ("chat.postMessage", page, 1),
    ],
)
async def test_slack_is_asked_again_a_few_times_and_then_no_more(
    place: Workplace, method: str, trouble: Hook, calls: int, pauses: list[float]
) -> None:
    async with place.run() as it:
        await settled(it)
        place.slack.before_api, called = on(method, 99, trouble)
        posting = method == "chat.postMessage"
        with pytest.raises(MessengerError, match=method):
            await (it.companion.day.ask_now(_ID) if posting else it.companion.read_back())
        assert len(called) == calls
        assert len(pauses) == calls - 1
        if trouble is rate_limit:
            assert all(7 <= pause <= 8 for pause in pauses)
        # And when the trouble is over, nothing is left of it.
        place.slack.before_api = None
        place.clock.advance(AFTER_THE_LEASE)
        await it.daemon.tick()
        await it.companion.read_back()
        if posting:
            assert place.sent_by_companion().count(QUESTION) == 1


async def test_an_event_and_a_command_are_answered_without_waiting_for_any_call_to_slack(
    place: Workplace,
) -> None:
    over = asyncio.Event()

    async def hang(method: str, _: dict[str, Any]) -> None:
        if method != TICKET:
            await over.wait()

    async with place.run() as it:
        await settled(it)
        place.slack.before_api = hang
        place.slack.hold_events = True
        ts = await place.slack.say("meanwhile")
        assert await place.slack.deliver(place.slack.held[0]) is True
        place.slack.command_url = None  # through the daemon as well
        answer = await place.slack.run_command("/log", "and this")
        assert "Logged at" in answer["text"]
        over.set()
        await place.slack.wait_for(lambda m: m["ts"] == ts and m.get("reactions"))
    assert sorted(entry.text for entry in await place.entries()) == ["and this", "meanwhile"]


async def test_a_read_back_that_fails_on_its_second_page_loses_nothing(
    place: Workplace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("companion.adapters.slack.messenger.PAGE", 2)
    for n in range(5):
        await place.slack.say(f"thing {n}")
        place.clock.advance(timedelta(seconds=1))

    async def fail_on_a_later_page(method: str, arguments: dict[str, Any]) -> web.Response | None:
        if method == "conversations.history" and arguments.get("cursor"):
            return web.Response(status=500)
        return None

    place.slack.before_api = fail_on_a_later_page
    async with place.run() as it:
        await settled(it)
        with pytest.raises(MessengerError):
            await it.companion.read_back()
        place.slack.before_api = None
        await it.companion.read_back()
    assert [entry.text for entry in await place.entries()] == [f"thing {n}" for n in range(5)]


type Trouble = Callable[["Endpoint", web.Request, bytes], Awaitable[web.StreamResponse]]


class Endpoint:
    """A DynamoDB that does to each request what the script says next; None: what it should."""

    def __init__(self, real_url: str) -> None:
        self.real_url = real_url
        self.calls: list[str] = []
        self.script: Iterator[Trouble | None] = iter(())
        self.released = asyncio.Event()

    def play(self, script: Iterable[Trouble | None]) -> None:
        self.calls.clear()
        self.script = iter(script)

    @asynccontextmanager
    async def serve(self) -> AsyncIterator[str]:
        app = web.Application()
        app.router.add_post("/", self._handle)
        async with aiohttp.ClientSession() as self._client, serving(app, "127.0.0.1", 0) as port:
            yield f"http://127.0.0.1:{port}"
            self.released.set()

    async def _handle(self, request: web.Request) -> web.StreamResponse:
        body = await request.read()
        self.calls.append(request.headers["X-Amz-Target"].rpartition(".")[2])
        trouble = next(self.script, None)
        return await (trouble(self, request, body) if trouble else self.forward(request, body))

    async def forward(self, request: web.Request, body: bytes) -> web.Response:
        names = ("X-Amz-Target", "Content-Type", "Authorization", "X-Amz-Date")
        headers = {name: request.headers[name] for name in names}
        async with self._client.post(self.real_url, data=body, headers=headers) as answer:
            return web.Response(
                status=answer.status,
                body=await answer.read(),
                content_type="application/x-amz-json-1.0",
            )


def refusing(code: str, status: int = 400) -> Trouble:
    async def refuse(*_: object) -> web.Response:
        kind = f"com.amazonaws.dynamodb.v20120810#{code}"
        return web.Response(
            status=status,
            body=json.dumps({"__type": kind, "message": "not for your eyes"}),
            content_type="application/x-amz-json-1.0",
        )

    return refuse


async def fail(*_: object) -> web.Response:
    return web.Response(status=500)


async def reset(_: Endpoint, request: web.Request, __: bytes) -> web.Response:
    assert request.transport is not None
    request.transport.abort()
    return web.Response()


async def lose_answer(endpoint: Endpoint, request: web.Request, body: bytes) -> web.Response:
    """The request is taken, and nobody hears of it."""
    await endpoint.forward(request, body)
    return await reset(endpoint, request, body)


async def lose_first_answer(endpoint: Endpoint, request: web.Request, body: bytes) -> web.Response:
    """Of every request the first attempt; botocore says which one it is."""
    first = "attempt=1" in request.headers["amz-sdk-request"]
    return await (lose_answer if first else Endpoint.forward)(endpoint, request, body)


async def lose_but_claims(endpoint: Endpoint, request: web.Request, body: bytes) -> web.Response:
    claims = b"attempts" in body and request.headers["X-Amz-Target"].endswith("UpdateItem")
    return await (Endpoint.forward if claims else lose_first_answer)(endpoint, request, body)


async def hang(endpoint: Endpoint, *_: object) -> web.Response:
    await endpoint.released.wait()
    return web.Response(status=503)


throttle = refusing("ThrottlingException")
exceed = refusing("ProvisionedThroughputExceededException")


@pytest.fixture
async def endpoint(dynamodb_table: dict[str, str]) -> AsyncIterator[Endpoint]:
    """Stands where the settings of `cloud` point."""
    it = Endpoint(dynamodb_table["endpoint_url"])
    async with it.serve() as url:
        dynamodb_table["endpoint_url"] = url
        yield it


@pytest.fixture
async def cloud(
    tmp_path: Path, endpoint: Endpoint, dynamodb_table: dict[str, str]
) -> AsyncIterator[Workplace]:
    async with workplace(tmp_path, dynamodb_table, companion_prompts_per_day="1") as place:
        place.clock.set(AT_WORK)
        yield place
        endpoint.released.set()


@asynccontextmanager
async def webhook(place: Workplace, timeout_s: float | None = None) -> AsyncIterator[LocalSlack]:
    """The webhook alone, for the workplace's Slack."""
    async with open_store(place.settings) as store:
        capture = command_capture(place.settings, store, place.clock)
        assert capture.timeout_s <= 2.5  # Slack gives three seconds
        if timeout_s is not None:
            capture = replace(capture, timeout_s=timeout_s)
        app = build_app(capture, place.slack.signing_secret, place.clock, slack_text())
        async with serving(app, "127.0.0.1", 0) as port:
            place.slack.command_url = f"http://127.0.0.1:{port}/slack/events"
            yield place.slack


ONCE = {
    "throttled": [throttle],
    "throttled twice": [exceed, throttle],
    "failed": [fail],
    "reset": [reset],
    "answer lost": [lose_answer],
    "answer lost twice": [lose_answer, lose_answer],
    "failed after a lost answer": [lose_answer, fail],
}


@pytest.mark.parametrize("script", ONCE.values(), ids=ONCE.keys())
async def test_a_command_that_meets_passing_trouble_is_one_entry_and_confirmed(
    cloud: Workplace, endpoint: Endpoint, script: list[Trouble]
) -> None:
    async with webhook(cloud) as slack:
        endpoint.play(script)
        answer = await slack.run_command("/log", "once")
        assert "Logged at" in answer["text"]
        assert endpoint.calls == ["PutItem"] * (len(script) + 1)
    assert [entry.text for entry in await cloud.entries()] == ["once"]


LASTING = {
    "throttled": throttle,
    "over its throughput": exceed,
    "failing": fail,
    "unreachable": reset,
    "credentials that have expired": refusing("ExpiredTokenException"),
    "credentials that are wrong": refusing("UnrecognizedClientException"),
    "credentials that may not": refusing("AccessDeniedException"),
    "a missing table": refusing("ResourceNotFoundException"),
}


@pytest.mark.parametrize("trouble", LASTING.values(), ids=LASTING.keys())
async def test_a_command_that_cannot_be_stored_is_given_back_after_three_attempts_at_most(
    cloud: Workplace, endpoint: Endpoint, trouble: Trouble
) -> None:
    async with webhook(cloud) as slack:
        endpoint.play(repeat(trouble))
        answer = await slack.run_command("/log", "precious & rare")
        assert "Nothing saved" in answer["text"]
        assert "precious &amp; rare" in answer["text"]
        assert "Logged" not in answer["text"]
        assert "not for your eyes" not in answer["text"]
        assert len(endpoint.calls) <= 3
        endpoint.play([])
        assert "Logged at" in (await slack.run_command("/log", "later"))["text"]
    assert [entry.text for entry in await cloud.entries()] == ["later"]


async def test_a_command_is_answered_also_while_the_table_hangs(
    cloud: Workplace, endpoint: Endpoint
) -> None:
    async with webhook(cloud, timeout_s=0.1) as slack:
        endpoint.play(repeat(hang))
        answer = await slack.run_command("/log", "precious")
        assert "Nothing saved" in answer["text"]
        assert "precious" in answer["text"]
        assert endpoint.calls == ["PutItem"]


async def test_a_command_whose_answers_are_all_lost_is_not_confirmed(
    cloud: Workplace, endpoint: Endpoint
) -> None:
    async with webhook(cloud) as slack:
        endpoint.play(repeat(lose_answer))
        answer = await slack.run_command("/log", "taken")
        assert "Logged" not in answer["text"]
        endpoint.play([])
    assert [entry.text for entry in await cloud.entries()] == ["taken"]


async def test_a_missing_table_is_told_to_the_user_and_its_remedy_to_the_log(
    cloud: Workplace, caplog: pytest.LogCaptureFixture
) -> None:
    settings = cloud.settings.model_copy(update={"dynamodb_table": "no-such-table"})
    caplog.set_level("WARNING", logger="companion.entrypoints.slack.commands")
    async with webhook(replace(cloud, settings=settings)) as slack:
        answer = await slack.run_command("/log", "precious")
    assert "Nothing saved" in answer["text"]
    assert "companion table create" in caplog.text
    assert "precious" not in caplog.text


@pytest.mark.parametrize("trouble", [throttle, fail, reset, refusing("ExpiredTokenException")])
async def test_a_message_that_cannot_be_stored_is_not_acked_and_one_entry_in_the_end(
    cloud: Workplace,
    endpoint: Endpoint,
    trouble: Trouble,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level("WARNING", logger="companion.entrypoints.connection")
    async with cloud.run() as it:
        await settled(it)
        cloud.slack.hold_events = True
        ts = await cloud.slack.say("said in a bad moment")
        endpoint.play(repeat(trouble))
        delivering = asyncio.create_task(cloud.slack.deliver(cloud.slack.held[0]))
        await until(lambda: "event.not_acked" in caplog.text)
        assert not delivering.done()
        assert "said in a bad moment" not in caplog.text
        with pytest.raises(StoreError):
            await it.companion.read_back()
        with pytest.raises(StoreError):
            await it.daemon.tick()
        endpoint.play([])
        await asyncio.gather(it.companion.read_back(), it.companion.read_back())
        assert await cloud.slack.deliver(cloud.slack.held[0]) is True  # once more
        delivering.cancel()
        [message] = [m for m in cloud.slack.messages() if m["ts"] == ts]
        assert message["text"] == "said in a bad moment"
    assert [entry.text for entry in await cloud.entries()] == ["said in a bad moment"]


async def test_with_the_first_answer_to_every_request_lost_all_happens_once(
    cloud: Workplace, endpoint: Endpoint
) -> None:
    async with cloud.run() as it:
        await settled(it)
        endpoint.play(repeat(lose_first_answer))
        kept = await cloud.slack.say("writing tsets")
        gone = await cloud.slack.say("a secret")
        await it.companion.read_back()
        await cloud.slack.edit(kept, "writing tests")
        await cloud.slack.delete(gone)
        await it.companion.read_back()
        await cloud.slack.run_command("/log", "a command")
        await it.companion.day.ask_now(_ID)
        assert cloud.sent_by_companion() == []  # a claim that nobody heard of ends with its lease
        endpoint.play(repeat(lose_but_claims))
        cloud.clock.advance(AFTER_THE_LEASE)
        await it.daemon.tick()
        cloud.clock.advance(AFTER_THE_LEASE)
        await it.daemon.tick()
        endpoint.play([])
    assert sorted(entry.text for entry in await cloud.entries()) == ["a command", "writing tests"]
    assert cloud.sent_by_companion().count(QUESTION) == 1
    [job] = [job for job in await cloud.jobs() if "ask" in job.job_id]
    assert job.outcome is Outcome.SENT


async def test_a_store_that_was_opened_without_a_network_works_when_there_is_one(
    endpoint: Endpoint, dynamodb_table: dict[str, str]
) -> None:
    async with DynamoLogStore.open(**dynamodb_table) as store:
        endpoint.play(repeat(reset))
        with pytest.raises(StoreError, match="cannot be reached"):
            await store.fetch_read_cursor("U1")
        endpoint.play([])
        assert await store.fetch_read_cursor("U1") is None

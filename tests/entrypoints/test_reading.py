"""Reading back beside the day: nothing waits for it, and it ends with everything captured."""

import asyncio
import logging
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import pytest
from aiohttp import web

from companion.adapters.status import read_status, status_path
from companion.entrypoints.daemon import SHUTDOWN_TIMEOUT_S
from companion.texts.slack import QUESTION
from tests.system import BY_HAND, Workplace, workplace

MINUTE = timedelta(minutes=1)
AT_WORK = datetime(2026, 11, 20, 10, 0, tzinfo=UTC)
READS = replace(BY_HAND, read_back=5 * MINUTE, tick=MINUTE / 2)
HISTORY, REPLIES = "conversations.history", "conversations.replies"


class SlowSlack:
    """Makes the methods that read hang until `go_on`, and counts their calls."""

    def __init__(self, place: Workplace, *methods: str) -> None:
        self.calls = 0
        self.hangs, self.go_on = asyncio.Event(), asyncio.Event()
        self._methods = methods
        place.slack.before_api = self._before

    async def _before(self, method: str, _: dict[str, Any]) -> web.StreamResponse | None:
        if method in self._methods:
            self.calls += 1
            self.hangs.set()
            await self.go_on.wait()
        return None


@pytest.fixture
async def place(tmp_path: Path) -> AsyncIterator[Workplace]:
    """At work; in the direct message is a thread that no daemon has read."""
    async with workplace(tmp_path, companion_prompts_per_day="0") as place:
        place.clock.set(AT_WORK)
        parent = await place.slack.say("first")
        place.clock.advance(MINUTE)
        await place.slack.say("in its thread", thread_ts=parent)
        yield place


async def until(condition: Any, timeout: float = 60) -> None:
    async with asyncio.timeout(timeout):
        while not condition():  # noqa: ASYNC110 -- it is inside the daemon
            await asyncio.sleep(0.005)


async def confirmed(place: Workplace, ts: str) -> None:
    await place.slack.wait_for(lambda m: m["ts"] == ts and m.get("reactions"))


@pytest.mark.parametrize("method", [HISTORY, REPLIES])
async def test_a_prompt_is_sent_by_the_next_tick_however_long_a_reading_takes(
    place: Workplace, method: str
) -> None:
    both = [message["ts"] for message in place.slack.messages()]
    slow = SlowSlack(place, method)
    async with place.run(READS) as it:
        await slow.hangs.wait()
        for n in range(3):  # also when the next reading would be due
            place.clock.advance(READS.read_back)
            await it.companion.day.ask_soon(UUID(int=n))
            async with asyncio.timeout(60):
                await it.daemon.tick()
            assert place.sent_by_companion().count(QUESTION) == n + 1
        assert slow.calls == 1  # it is not started a second time
        slow.go_on.set()
        for ts in both:
            await confirmed(place, ts)
    assert [entry.text for entry in await place.entries()] == ["first", "in its thread"]


async def test_a_prompt_is_sent_while_a_reading_waits_for_a_rate_limit(
    place: Workplace, monkeypatch: pytest.MonkeyPatch
) -> None:
    waiting, over = asyncio.Event(), asyncio.Event()
    limited = True

    async def sleep(seconds: float) -> None:
        assert seconds >= 3600
        waiting.set()
        await over.wait()

    async def limit(method: str, _: dict[str, Any]) -> web.StreamResponse | None:
        if method == REPLIES and limited:
            return web.json_response(
                {"ok": False, "error": "ratelimited"}, status=429, headers={"Retry-After": "3600"}
            )
        return None

    monkeypatch.setattr(
        "slack_sdk.http_retry.builtin_async_handlers.asyncio", SimpleNamespace(sleep=sleep)
    )
    place.slack.before_api = limit
    async with place.run(READS) as it:
        await waiting.wait()
        await it.companion.day.ask_soon(UUID(int=7))
        await it.daemon.tick()
        assert place.sent_by_companion() == [QUESTION]
        limited = False
        over.set()
        await place.slack.wait_for(lambda m: m["text"] == "in its thread" and m.get("reactions"))


async def test_a_reading_that_failed_is_tried_again_ever_more_slowly_and_is_in_the_status(
    place: Workplace, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING, logger="companion.entrypoints.reading")
    refusal = place.slack.refuse(HISTORY, "internal_error")
    async with place.run(READS) as it:
        await it.daemon.connection.connected.wait()
        await it.daemon.connection.finish(5)
        for wait in (0.5, 1, 2, 4, 5, 5):
            before = refusal.refused
            place.clock.advance(wait * MINUTE - timedelta(seconds=1))
            await it.daemon.tick()
            assert refusal.refused == before
            place.clock.advance(timedelta(seconds=1))
            await it.daemon.tick()
            await until(lambda before=before: refusal.refused == before + 1)
            await it.daemon.tick()
        assert _problem(place) == f"Slack's {HISTORY} failed: internal_error."
        place.slack.accept(refusal)
        place.clock.advance(5 * MINUTE)
        await it.daemon.tick()
        await place.slack.wait_for(lambda m: m["text"] == "in its thread" and m.get("reactions"))
        await it.daemon.tick()
        assert _problem(place) is None
    assert "readback.failed retry_s=30 " in caplog.messages[0]


async def test_a_reconnect_during_a_reading_is_read_once_more_after_it(place: Workplace) -> None:
    slow = SlowSlack(place, REPLIES)
    async with place.run(replace(READS, ping_interval_s=0.1)) as it:
        await slow.hangs.wait()
        place.slack.hold_events = True
        await place.slack.say("while it was not connected")  # its page was read before
        await place.slack.cut_sockets()
        await until(lambda: not it.daemon.connection.connected.is_set())
        await until(it.daemon.connection.connected.is_set)
        slow.go_on.set()
        await place.slack.wait_for(lambda m: "not connected" in m["text"] and m.get("reactions"))


async def test_a_reading_that_hangs_does_not_keep_the_daemon(place: Workplace) -> None:
    before = asyncio.all_tasks()
    slow = SlowSlack(place, HISTORY)
    loop = asyncio.get_running_loop()
    async with place.run(READS):
        await slow.hangs.wait()
        began = loop.time()
    assert loop.time() - began < SHUTDOWN_TIMEOUT_S + 2
    left = {getattr(task.get_coro(), "__qualname__", "") for task in asyncio.all_tasks() - before}
    assert "Reading._run" not in left
    slow.go_on.set()


async def test_what_was_stored_just_before_the_end_is_still_confirmed(
    place: Workplace, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, logger="companion.entrypoints")
    confirming, go_on = asyncio.Event(), asyncio.Event()

    async def hold(method: str, _: dict[str, Any]) -> web.StreamResponse | None:
        if method == "reactions.add":
            confirming.set()
            await go_on.wait()
        return None

    async def end() -> None:
        async with place.run(READS) as it:
            await it.daemon.connection.connected.wait()
            await it.daemon.connection.finish(5)
            place.slack.before_api = hold
            for n in range(5):
                await place.slack.say(f"last words {n}")
            await confirming.wait()

    ending = asyncio.create_task(end())
    await confirming.wait()
    await until(lambda: "daemon.stopping" in caplog.text)
    go_on.set()
    await ending
    last = [m for m in place.slack.messages() if m["text"].startswith("last words")]
    assert len([m for m in last if m.get("reactions")]) == 5


def _problem(place: Workplace) -> str | None:
    status = read_status(status_path(place.settings.companion_db))
    assert status is not None
    return status.problem

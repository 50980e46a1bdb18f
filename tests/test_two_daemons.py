"""Two daemons on one store and in one Slack: each thing happens once between them."""

import asyncio
import random
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from aiohttp import web

from companion.bootstrap import companion
from companion.domain.jobs.job import Job, JobKind, JobState, Outcome
from companion.entrypoints.daemon import Intervals
from companion.texts.slack import QUESTION
from companion.usecases.day import Day
from companion.usecases.prompt import PromptHandler
from companion.usecases.summarize import SummaryHandler
from tests.system import BY_HAND, Workplace, is_prompt, workplace

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
STEP = 9 * MINUTE  # a prompt may be ten minutes late
MIDNIGHT = datetime(2026, 11, 19, 23, 0, tzinfo=UTC)  # in Berlin, before a Friday
AT_WORK = datetime(2026, 11, 20, 10, 0, tzinfo=UTC)
INTERVALS = Intervals(tick=BY_HAND.tick, read_back=3 * HOUR, asleep_after=BY_HAND.asleep_after)
ID = UUID(int=7)
BOTH = pytest.mark.parametrize("kind", [JobKind.PROMPT, JobKind.SUMMARY])


class Latest(random.Random):
    """Chance that chooses the last moment there is."""

    def random(self) -> float:
        return 0.99


@pytest.fixture(params=["sqlite", "dynamodb"])
def table(request: pytest.FixtureRequest) -> dict[str, str] | None:
    """A table of DynamoDB's; None for SQLite."""
    if request.param == "sqlite":
        return None
    it: dict[str, str] = request.getfixturevalue("dynamodb_table")
    return it


@pytest.fixture
async def place(tmp_path: Path, table: dict[str, str] | None) -> AsyncIterator[Workplace]:
    async with workplace(tmp_path, table) as place:
        yield place


@pytest.fixture
async def days(tmp_path: Path) -> AsyncIterator[tuple[Workplace, Day, Day]]:
    """What two daemons tick, where nothing is planned for hours."""
    async with workplace(tmp_path, companion_prompts_per_day="1") as place:
        place.clock.set(AT_WORK)
        async with (
            companion(place.settings, place.clock, Latest(1)) as one,
            companion(place.settings, place.clock, Latest(2)) as other,
        ):
            for day in (one.day, other.day):
                await day.tick()
            yield place, one.day, other.day


async def test_through_a_whole_day_each_thing_is_asked_sent_and_stored_once(
    place: Workplace,
) -> None:
    place.clock.set(MIDNIGHT)
    said: list[str] = []
    async with place.run(INTERVALS) as one, place.run(INTERVALS) as other:
        await place.slack.wait_connected(2)
        while place.clock.now() < MIDNIGHT + DAY:
            if place.clock.now() >= MIDNIGHT + len(said) * 3 * HOUR:
                said.append(f"at {place.clock.now():%H:%M}")
                await place.slack.say(said[-1])
            await asyncio.gather(one.daemon.tick(), other.daemon.tick())
            place.clock.advance(STEP if 6 <= place.clock.now().hour < 17 else HOUR)
    jobs = [job for job in await place.jobs() if f"{job.day}" == "2026-11-20"]
    by_kind = {kind: [job for job in jobs if job.kind is kind] for kind in JobKind}
    [summary] = by_kind[JobKind.SUMMARY]
    [plan] = [plan for plan in await place.plans() if f"{plan.day}" == "2026-11-20"]
    asked = by_kind[JobKind.PROMPT]
    assert len(asked) == len(plan.moments) in {3, 4, 5}
    assert {job.outcome for job in [*asked, summary]} == {Outcome.SENT}
    sent = {
        message["ts"]: is_prompt(message)
        for message in place.slack.messages(place.slack.dm_channel)
        if message.get("bot_id")
    }
    assert sent == {job.message_ts: job.kind is JobKind.PROMPT for job in [*asked, summary]}
    assert {job.attempts for job in [*asked, summary]} == {1}
    assert [entry.text for entry in await place.entries()] == said


@BOTH
async def test_what_a_dead_daemon_had_claimed_is_taken_over_after_its_lease_and_not_before(
    days: tuple[Workplace, Day, Day], kind: JobKind
) -> None:
    place, dying, other = days
    posting = asyncio.Event()
    buried = asyncio.Event()

    async def hang(method: str, params: dict[str, Any]) -> web.StreamResponse | None:
        if method != "chat.postMessage":
            return None
        posting.set()
        await buried.wait()
        return web.Response(status=503)  # it never came so far

    place.slack.before_api = hang
    doing = asyncio.create_task(_at_once(dying, kind))
    await posting.wait()
    doing.cancel()
    await asyncio.gather(doing, return_exceptions=True)
    place.slack.before_api = None
    buried.set()
    lease = PromptHandler.lease if kind is JobKind.PROMPT else SummaryHandler.lease

    await other.tick()
    place.clock.advance(lease - timedelta(seconds=1))
    await other.tick()
    assert place.sent_by_companion() == []
    assert (await _job(place)).state is JobState.CLAIMED

    place.clock.advance(timedelta(seconds=1))
    await other.tick()
    [sent] = place.slack.messages(place.slack.dm_channel)
    job = await _job(place)
    assert (job.outcome, job.attempts, job.message_ts) == (Outcome.SENT, 2, sent["ts"])


@BOTH
async def test_a_daemon_that_slept_after_its_claim_sends_nothing(
    days: tuple[Workplace, Day, Day], kind: JobKind, monkeypatch: pytest.MonkeyPatch
) -> None:
    place, sleepy, other = days
    claim = sleepy.jobs.claim_job
    asleep, awake = asyncio.Event(), asyncio.Event()

    async def claim_and_sleep(*arguments: Any) -> Job | None:
        job = await claim(*arguments)
        asleep.set()
        await awake.wait()
        return job

    monkeypatch.setattr(sleepy.jobs, "claim_job", claim_and_sleep)
    doing = asyncio.create_task(_at_once(sleepy, kind))
    await asleep.wait()
    place.clock.advance(PromptHandler.lease if kind is JobKind.PROMPT else SummaryHandler.lease)
    await other.tick()
    assert len(place.sent_by_companion()) == 1
    awake.set()
    await asyncio.gather(doing, return_exceptions=True)
    await sleepy.tick()

    [sent] = place.slack.messages(place.slack.dm_channel)
    job = await _job(place)
    assert (job.outcome, job.attempts, job.message_ts) == (Outcome.SENT, 2, sent["ts"])


async def test_nothing_is_claimed_while_slack_cannot_be_reached(
    days: tuple[Workplace, Day, Day],
) -> None:
    place, one, other = days

    async def unavailable(method: str, params: dict[str, Any]) -> web.StreamResponse | None:
        return web.json_response({"ok": False, "error": "fatal_error"})

    place.slack.before_api = unavailable
    await asyncio.gather(_at_once(one, JobKind.PROMPT), return_exceptions=True)
    assert (await _job(place)).attempts == 0
    place.slack.before_api = None
    await other.tick()
    assert place.sent_by_companion() == [QUESTION]


async def _at_once(day: Day, kind: JobKind) -> None:
    await (day.ask_now(ID) if kind is JobKind.PROMPT else day.summarize_now(ID))


async def _job(place: Workplace) -> Job:
    [job] = [job for job in await place.jobs() if f"{ID}" in job.job_id]
    return job

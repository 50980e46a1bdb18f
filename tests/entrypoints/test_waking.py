"""Waking: the clock has jumped, the monotonic clock stood still, the socket may be dead."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from aiohttp import web

from companion.domain.jobs.job import JobKind, Outcome
from companion.texts.slack import QUESTION
from tests.system import BY_HAND, Workplace, workplace

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
INTERVALS = replace(BY_HAND, asleep_after=MINUTE, ping_interval_s=1)
THURSDAY_EVENING = datetime(2026, 11, 19, 20, 0, tzinfo=UTC)


@pytest.fixture
async def place(tmp_path: Path) -> AsyncIterator[Workplace]:
    async with workplace(tmp_path) as it:
        it.intervals = INTERVALS
        it.clock.set(THURSDAY_EVENING)
        yield it


def tickets(place: Workplace) -> int:
    return place.slack.api_calls.count("apps.connections.open")


async def sleep(place: Workplace, span: timedelta) -> str:
    """The lid is closed for so long; meanwhile something is said that no socket brings."""
    place.slack.hold_events = True
    place.clock.advance(span)
    said = await place.slack.say("meanwhile, from the phone")
    place.slack.hold_events = False
    return said


async def read(place: Workplace, said: str) -> None:
    await place.slack.wait_for(lambda m: m["ts"] == said and m.get("reactions"))


async def test_a_night_of_sleep_ends_with_a_new_socket_a_read_back_and_one_summary(
    place: Workplace,
) -> None:
    async with place.run() as it:
        await it.daemon.tick()
        before = tickets(place)
        said = await sleep(place, 13 * HOUR)  # it is ten, in Berlin
        await it.daemon.tick()
        await read(place, said)
        assert tickets(place) == before + 1
        for _ in range(5):
            place.clock.advance(MINUTE / 2)
            await it.daemon.tick()
        assert tickets(place) == before + 1
    summaries = [text for text in place.sent_by_companion() if "past week" in text]
    assert len(summaries) == 1
    assert [entry.text for entry in await place.entries()] == ["meanwhile, from the phone"]


async def test_a_working_day_that_was_slept_through_is_missed_and_not_made_up_for(
    place: Workplace,
) -> None:
    place.clock.set(datetime(2026, 11, 20, 7, 0, tzinfo=UTC))
    async with place.run() as it:
        await it.daemon.tick()
        said = await sleep(place, 10 * HOUR)
        await it.daemon.tick()
        await read(place, said)
    assert QUESTION not in place.sent_by_companion()
    prompts = [job for job in await place.jobs() if job.kind is JobKind.PROMPT]
    assert 3 <= len(prompts) <= 5
    assert {job.outcome for job in prompts} == {Outcome.MISSED}
    assert all("late" in (job.reason or "") for job in prompts)
    summaries = [text for text in place.sent_by_companion() if "past week" in text]
    assert len(summaries) == 1


async def test_a_clock_that_was_set_back_means_a_new_socket_and_nothing_said_again(
    place: Workplace,
) -> None:
    place.clock.set(datetime(2026, 11, 20, 7, 29, tzinfo=UTC))
    async with place.run() as it:
        await it.daemon.tick()
        place.clock.advance(MINUTE / 2)
        await it.daemon.tick()
        place.clock.advance(MINUTE / 2)
        await it.daemon.tick()  # the summary
        before = tickets(place)
        said = await sleep(place, -2 * HOUR)
        await it.daemon.tick()
        await read(place, said)
        assert tickets(place) == before + 1
        while place.clock.now() < datetime(2026, 11, 20, 7, 45, tzinfo=UTC):
            place.clock.advance(MINUTE / 2)
            await it.daemon.tick()
        assert tickets(place) == before + 1
    summaries = [text for text in place.sent_by_companion() if "past week" in text]
    assert len(summaries) == 1


async def test_waking_before_the_network_is_there_tells_and_reads_when_it_is(
    place: Workplace,
) -> None:
    async with place.run() as it:
        await it.daemon.tick()
        said = await sleep(place, 13 * HOUR)

        async def no_network(*_: object) -> web.StreamResponse:
            return web.json_response({"ok": False, "error": "internal_error"})

        place.slack.before_api = no_network
        await it.daemon.tick()
        place.slack.before_api = None
        for _ in range(40):  # a claim of before may have to run out
            place.clock.advance(MINUTE / 2)
            await it.daemon.tick()
        await read(place, said)
    summaries = [text for text in place.sent_by_companion() if "past week" in text]
    assert len(summaries) == 1


async def test_each_time_the_lid_is_opened_it_is_connected_at_once(
    place: Workplace,
) -> None:
    # Sessions that do not last are renewed ever more slowly, but these were ended by us.
    async with place.run(replace(INTERVALS, ping_interval_s=30)) as it:
        await it.daemon.tick()
        for _ in range(4):
            said = await sleep(place, HOUR)
            await it.daemon.tick()
            await read(place, said)
            await it.daemon.connection.connected.wait()

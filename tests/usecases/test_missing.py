"""Messages that go away together: nothing is deleted until the person decides."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from aiohttp import web

from companion.domain.entry import Entry, Source, message_log_id
from companion.domain.missing import HANDFUL, is_suspicious
from companion.sandbox import Body, LocalSlack
from companion.usecases.read_back import FULL_LOOKBACK, SHORT_LOOKBACK
from tests.fakes import FakeClock
from tests.system import BERLIN, MORNING
from tests.usecases.test_read_back import Desk

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)


@pytest.fixture
async def desk() -> AsyncIterator[Desk]:
    clock = FakeClock(MORNING)
    async with LocalSlack(now=clock.now, time_zone=BERLIN) as slack:
        yield Desk(slack=slack, clock=clock)


async def a_week(desk: Desk, a_day: int = 2) -> list[str]:
    """A week of messages, some in threads, all read; their `ts`."""
    said = list[str]()
    for day in range(6):
        for number in range(a_day):
            thread = said[-1] if number % 2 else None
            said.append(await desk.slack.say(f"{day}.{number}", thread))
        desk.clock.advance(DAY)
    await desk.read_back()
    return said


def empty(desk: Desk) -> None:
    """From now on Slack shows nothing of the direct message."""

    async def nothing(method: str, params: Body) -> web.Response | None:
        match method:
            case "conversations.history":
                return web.json_response({"ok": True, "messages": []})
            case "conversations.replies":
                return web.json_response({"ok": False, "error": "thread_not_found"})
        return None

    desk.slack.before_api = nothing


async def test_an_empty_history_deletes_nothing_and_is_reported_also_after_a_restart(
    desk: Desk,
) -> None:
    await a_week(desk)
    before = await desk.texts()
    empty(desk)
    await desk.read_back()
    desk.restart()
    await desk.read_back()

    assert await desk.texts() == before
    held = await desk.missing.held()
    assert held is not None
    assert not held.other_channel
    assert len(held.entries) == len(before)
    assert held.found_at == desk.clock.now()


async def test_a_short_reading_that_finds_nothing_looks_at_the_week(desk: Desk) -> None:
    await a_week(desk)
    await desk.slack.say("one")
    await desk.slack.say("two")
    desk.clock.advance(2 * MINUTE)
    await desk.read_back()
    before = await desk.texts()
    empty(desk)
    await desk.read_back(SHORT_LOOKBACK)
    assert await desk.texts() == before
    assert await desk.missing.held() is not None


async def test_while_it_waits_nobody_asks_slack_for_each_again(desk: Desk) -> None:
    await a_week(desk)
    empty(desk)
    await desk.read_back()
    desk.calls()
    await desk.read_back()
    assert desk.calls() == {"conversations.history": 1}


async def test_when_slack_shows_them_again_nothing_is_held(desk: Desk) -> None:
    said = await a_week(desk)
    before = await desk.texts()
    empty(desk)
    await desk.read_back()
    desk.slack.before_api = None
    await desk.slack.delete(said[-1])
    await desk.read_back()
    assert await desk.missing.held() is None
    await desk.read_back()
    assert await desk.texts() == before[:-1]


async def test_what_is_kept_is_not_asked_about_again(desk: Desk) -> None:
    await a_week(desk)
    before = await desk.texts()
    empty(desk)
    await desk.read_back()
    assert await desk.missing.keep() == len(before)
    desk.calls()
    desk.restart()
    for _ in range(2):
        await desk.read_back()
    assert desk.calls() == {"conversations.history": 2}
    assert await desk.missing.held() is None
    assert await desk.texts() == before
    assert await desk.missing.keep() == 0


async def test_what_is_given_up_is_deleted_for_good(desk: Desk) -> None:
    await a_week(desk)
    empty(desk)
    await desk.read_back()
    assert await desk.missing.delete() == 12
    desk.slack.before_api = None
    await desk.read_back()
    assert await desk.texts() == []
    assert await desk.missing.held() is None
    assert await desk.missing.delete() == 0


async def test_a_few_deletions_among_many_are_followed(desk: Desk) -> None:
    said = await a_week(desk, a_day=4)
    for ts in reversed(said[-8:]):
        await desk.slack.delete(ts)
    await desk.read_back(FULL_LOOKBACK)
    assert await desk.missing.held() is None
    assert len(await desk.texts()) == len(said) - 8


async def test_entries_of_another_direct_message_are_reported(desk: Desk) -> None:
    for number in range(HANDFUL + 1):
        await desk.store.write_log(
            Entry(
                user_id=desk.slack.user_id,
                timestamp=MORNING - number * MINUTE,
                text="said to another app",
                log_id=message_log_id("D0OTHER", f"1.{number:06}"),
                source=Source.MESSAGE,
            )
        )
    before = await desk.texts()
    desk.clock.advance(5 * MINUTE)
    await desk.slack.say("here")
    await desk.read_back()
    held = await desk.missing.held()
    assert held is not None
    assert held.other_channel
    assert len(held.entries) == len(before)
    assert await desk.texts() == [*before, "here"]


@pytest.mark.parametrize(
    ("missing", "expected", "suspicious"),
    [(5, 5, False), (6, 6, True), (6, 12, True), (6, 13, False), (0, 0, False)],
)
def test_more_than_a_handful_and_half_of_all_is_suspicious(
    missing: int, expected: int, suspicious: bool
) -> None:
    assert is_suspicious(missing, expected) is suspicious

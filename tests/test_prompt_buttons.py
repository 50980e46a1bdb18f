"""The buttons below a prompt, through the daemon's real socket."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from companion.domain.entry import Source, message_timestamp
from companion.domain.jobs.job import JobKind, JobState, Outcome
from companion.domain.pause import read_pause
from companion.entrypoints.sandbox import System
from companion.errors import StoreError
from companion.ports import Press
from companion.texts import slack as texts
from tests.system import Workplace, is_prompt, workplace

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
NOW = datetime(2026, 11, 20, 10, 0, tzinfo=UTC)  # 11:00 in Berlin, a Friday


@pytest.fixture(params=["sqlite", "dynamodb"])
def table(request: pytest.FixtureRequest) -> dict[str, str] | None:
    """A table of DynamoDB's; None for SQLite."""
    return request.getfixturevalue("dynamodb_table") if request.param == "dynamodb" else None


@pytest.fixture
async def place(tmp_path: Path, table: dict[str, str] | None) -> AsyncIterator[Workplace]:
    async with workplace(tmp_path, table, companion_prompts_per_day="0") as place:
        place.clock.set(NOW)
        yield place


@pytest.fixture
async def one(tmp_path: Path) -> AsyncIterator[Workplace]:
    """On SQLite, where the store makes no difference."""
    async with workplace(tmp_path, companion_prompts_per_day="0") as place:
        place.clock.set(NOW)
        yield place


async def ask(place: Workplace, system: System, number: int = 1) -> str:
    """A prompt that shows its buttons; its `ts`."""
    before = {m["ts"] for m in dm(place)}
    await system.companion.day.ask_now(UUID(int=number))
    # The first tick may have taken it up.
    asked = await place.slack.wait_for(lambda m: m["ts"] not in before and is_prompt(m), timeout=60)
    return str(asked["ts"])


def dm(place: Workplace) -> list[dict[str, Any]]:
    return place.slack.messages(place.slack.dm_channel)


def shown(place: Workplace, ts: str) -> dict[str, Any]:
    [message] = [m for m in dm(place) if m["ts"] == ts]
    return message


def buttons(place: Workplace, ts: str) -> list[str]:
    return _buttons(shown(place, ts))


def _buttons(message: dict[str, Any]) -> list[str]:
    return [
        element["text"]["text"]
        for block in message.get("blocks") or []
        if block["type"] == "actions"
        for element in block["elements"]
    ]


def note(place: Workplace, ts: str) -> str:
    """What a prompt says in the place of its buttons."""
    return "".join(
        element["text"]
        for block in shown(place, ts)["blocks"]
        if block["type"] == "context"
        for element in block["elements"]
    )


async def press(
    place: Workplace, system: System, ts: str, button: str, *, closes: bool = True
) -> None:
    """Press a button, until all is done, and the buttons are gone where they are to go."""
    await place.slack.press(ts, f"prompt_{button}")
    await system.daemon.finish(timeout_s=10)
    if closes:  # the first tick may have taken it up
        await place.slack.wait_for(lambda m: m["ts"] == ts and not _buttons(m), timeout=60)


async def say(place: Workplace, system: System, text: str, thread_ts: str | None = None) -> str:
    """Say something, until it is confirmed and shown everywhere."""
    ts = await place.slack.say(text, thread_ts)
    await place.slack.wait_for(lambda m: m["ts"] == ts and m.get("reactions"))
    await system.daemon.finish(timeout_s=10)
    return ts


def whispers(place: Workplace) -> list[str]:
    """What only the person sees."""
    return [m["text"] for m in place.slack.ephemerals()]


async def test_a_prompt_has_four_buttons_and_plain_text_for_notifications(one: Workplace) -> None:
    async with one.run() as it:
        ts = await ask(one, it)
    assert buttons(one, ts) == ["Same as before", "Snooze 15 min", "Skip", "Pause today"]
    assert shown(one, ts)["text"] == texts.QUESTION


async def test_same_as_before_logs_the_last_entry_again_as_the_answer(place: Workplace) -> None:
    async with place.run() as it:
        said = await say(place, it, "fixing <the> *flaky* test & more")
        place.clock.advance(5 * MINUTE)
        ts = await ask(place, it)
        place.clock.advance(3 * MINUTE)
        await press(place, it, ts, "same")
        [first, same] = await place.entries()
    assert same.text == first.text == "fixing <the> *flaky* test & more"
    assert first.timestamp == message_timestamp(said)
    assert (same.source, same.answers) == (Source.BUTTON, f"2026-11-20/ask-{UUID(int=1)}")
    assert same.timestamp == NOW + 8 * MINUTE  # how long the answer took can be told
    assert buttons(place, ts) == []
    assert note(place, ts) == "Logged 11:08: fixing <the> *flaky* test & more"


async def test_a_command_of_the_same_second_is_the_last_entry(one: Workplace) -> None:
    async with one.run() as it:
        await one.slack.run_command("/log", "typed just now")
        ts = await ask(one, it)
        await press(one, it, ts, "same")
    [first, second] = [entry.text for entry in await one.entries()]
    assert first == second == "typed just now"


async def test_without_an_entry_same_as_before_says_so_and_the_buttons_stay(one: Workplace) -> None:
    async with one.run() as it:
        ts = await ask(one, it)
        await press(one, it, ts, "same", closes=False)
        assert await one.entries() == []
        assert whispers(one) == [texts.NOTHING_BEFORE]
        assert buttons(one, ts)
        await say(one, it, "now there is one")


async def test_snooze_asks_once_more_in_a_quarter_of_an_hour_also_after_hours(
    place: Workplace,
) -> None:
    place.clock.set(datetime(2026, 11, 20, 15, 55, tzinfo=UTC))  # 16:55 in Berlin
    async with place.run() as it:
        ts = await ask(place, it)
        await press(place, it, ts, "snooze")
        assert note(place, ts) == "Snoozed until 17:10."
        for _ in range(6):
            place.clock.advance(5 * MINUTE)
            await it.daemon.tick()
    asked = [job for job in await place.jobs() if job.kind is JobKind.PROMPT]
    assert [(job.due, job.outcome) for job in asked] == [
        (datetime(2026, 11, 20, 15, 55, tzinfo=UTC), Outcome.SENT),
        (datetime(2026, 11, 20, 16, 10, tzinfo=UTC), Outcome.SENT),
    ]
    assert sum(map(is_prompt, dm(place))) == 2


async def test_skip_is_recorded_and_said(place: Workplace) -> None:
    async with place.run() as it:
        ts = await ask(place, it)
        await press(place, it, ts, "skip")
    [skip] = [job for job in await place.jobs() if job.kind is JobKind.PRESS]
    assert (skip.outcome, skip.message_ts) == (Outcome.SENT, ts)
    assert (buttons(place, ts), note(place, ts)) == ([], "Skipped.")
    assert await place.entries() == []


async def test_pause_today_lasts_until_the_next_working_hours_begin(place: Workplace) -> None:
    async with place.run() as it:
        ts = await ask(place, it)
        await press(place, it, ts, "pause")
        assert note(place, ts) == "Paused until Mon 23 Nov 9:00."
        stored = await it.companion.store.fetch_preferences(place.slack.user_id)
    pause = read_pause(stored["pause"])
    assert (pause.until, pause.vacation) == (datetime(2026, 11, 23, 8, 0, tzinfo=UTC), False)


async def test_a_longer_pause_is_not_shortened(one: Workplace) -> None:
    async with one.run() as it:
        ts = await ask(one, it)
        vacation = '{"until": null, "vacation": true}'
        await it.companion.store.save_preference(one.slack.user_id, "pause", vacation)
        await press(one, it, ts, "pause")
        stored = await it.companion.store.fetch_preferences(one.slack.user_id)
        assert stored["pause"] == vacation


@pytest.mark.parametrize("button", ["same", "snooze", "skip", "pause"])
async def test_a_press_that_comes_twice_does_once_whichever_daemon_gets_it(
    place: Workplace, button: str
) -> None:
    async with AsyncExitStack() as stack:
        systems = [await stack.enter_async_context(place.run()) for _ in range(2)]
        await place.slack.wait_connected(2)
        await say(place, systems[0], "reviewing")
        place.clock.advance(MINUTE)
        ts = await ask(place, systems[0])
        await asyncio.gather(*(place.slack.press(ts, f"prompt_{button}") for _ in range(2)))
        for system in systems:
            await system.daemon.finish(timeout_s=10)
        await place.slack.wait_for(lambda m: m["ts"] == ts and not _buttons(m), timeout=60)
        for system in systems:
            place.clock.advance(3 * MINUTE)
            await system.daemon.tick()
    jobs = await place.jobs()
    assert len([job for job in jobs if job.kind is JobKind.PRESS]) == 1
    assert len(await place.entries()) == (2 if button == "same" else 1)
    assert len([job for job in jobs if job.kind is JobKind.PROMPT]) == 1 + (button == "snooze")
    assert buttons(place, ts) == []


async def test_an_answer_takes_the_buttons_away_whatever_way_it_comes(one: Workplace) -> None:
    async with one.run() as it:
        first = await ask(one, it, 1)
        one.clock.advance(4 * MINUTE)
        await say(one, it, "in its thread", first)
        assert (buttons(one, first), note(one, first)) == ([], "Answered at 11:04.")
        second = await ask(one, it, 2)
        one.clock.advance(2 * MINUTE)
        await say(one, it, "plainly")
        assert note(one, second) == "Answered at 11:06."
        third = await ask(one, it, 3)
    await one.slack.say("while nobody listens", thread_ts=third)
    one.clock.advance(MINUTE)
    async with one.run() as it:
        await it.daemon.connection.connected.wait()
        await it.daemon.connection.finish(timeout_s=10)
        await it.daemon.tick()
    assert (buttons(one, third), note(one, third)) == ([], "Answered at 11:06.")


async def test_the_next_prompt_lets_the_one_before_expire(one: Workplace) -> None:
    async with one.run() as it:
        first = await ask(one, it, 1)
        one.clock.advance(40 * MINUTE)
        second = await ask(one, it, 2)
        await it.daemon.tick()
    assert (buttons(one, first), note(one, first)) == ([], texts.PROMPT_EXPIRED)
    assert buttons(one, second)


async def test_a_prompt_expires_after_three_hours_and_with_its_day(one: Workplace) -> None:
    async with one.run() as it:
        first = await ask(one, it, 1)
        one.clock.advance(3 * HOUR - MINUTE)
        await it.daemon.tick()
        assert buttons(one, first)
        one.clock.advance(MINUTE)
        await it.daemon.tick()
        assert note(one, first) == texts.PROMPT_EXPIRED
        one.clock.set(datetime(2026, 11, 20, 22, 30, tzinfo=UTC))  # 23:30 in Berlin
        late = await ask(one, it, 2)
        one.clock.advance(30 * MINUTE)
        await it.daemon.tick()
        assert note(one, late) == texts.PROMPT_EXPIRED


async def test_a_press_below_an_old_prompt_stores_nothing_for_the_wrong_moment(
    place: Workplace,
) -> None:
    async with place.run() as it:
        await say(place, it, "long ago")
        place.clock.advance(MINUTE)
        ts = await ask(place, it)
    place.clock.advance(8 * DAY)
    async with place.run() as it:
        await press(place, it, ts, "same")
        assert whispers(place) == [texts.TOO_LATE]
        assert note(place, ts) == texts.PROMPT_EXPIRED
    assert [entry.text for entry in await place.entries()] == ["long ago"]


async def test_a_press_whose_process_ends_is_done_by_the_next_tick(place: Workplace) -> None:
    async with place.run() as it:
        await say(place, it, "reviewing")
        place.clock.advance(MINUTE)
        ts = await ask(place, it)
        pressed = it.companion.interactions.pressed_prompt(_press(place, ts, "same"))
        assert pressed
        await it.companion.take_press(pressed)  # and no more
    place.clock.advance(MINUTE)
    async with place.run() as it:
        await it.daemon.connection.connected.wait()
        await it.daemon.connection.finish(timeout_s=10)
        await it.daemon.tick()  # does it
        await it.daemon.tick()  # shows it
    assert [entry.text for entry in await place.entries()] == ["reviewing", "reviewing"]
    assert note(place, ts) == "Logged 11:01: reviewing"


async def test_a_message_that_slack_did_not_change_is_changed_by_the_next_tick(
    one: Workplace,
) -> None:
    async with one.run() as it:
        ts = await ask(one, it)
        refusal = one.slack.refuse("chat.update", "cannot_update_now")
        await press(one, it, ts, "skip", closes=False)
        one.slack.accept(refusal)
        assert buttons(one, ts)
        await it.daemon.tick()
        assert (buttons(one, ts), note(one, ts)) == ([], "Skipped.")


async def test_a_message_that_slack_never_changes_is_left_to_the_readings(one: Workplace) -> None:
    async with one.run() as it:
        ts = await ask(one, it)
        refusal = one.slack.refuse("chat.update", "cannot_update_now")
        await press(one, it, ts, "skip", closes=False)
        for _ in range(10):
            await it.daemon.tick()
        assert refusal.refused == 3
        one.slack.accept(refusal)
        await it.companion.read_back()
        await it.daemon.tick()
        assert (buttons(one, ts), note(one, ts)) == ([], "Skipped.")


async def test_where_the_store_fails_the_person_is_told(
    one: Workplace, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(*_: object) -> None:
        raise StoreError("The store", "it is away.")

    async with one.run() as it:
        ts = await ask(one, it)
        with monkeypatch.context() as patched:
            patched.setattr(type(it.companion.store), "fetch_jobs", fail)
            await press(one, it, ts, "skip", closes=False)
        assert whispers(one) == [texts.PRESS_NOT_SAVED]
        assert buttons(one, ts)


async def test_a_press_of_somebody_else_does_nothing(one: Workplace) -> None:
    async with one.run() as it:
        ts = await ask(one, it)
        await one.slack.press(ts, "prompt_skip", user_id=one.slack.add_user("Mallory"))
        await it.daemon.finish(timeout_s=10)
        assert buttons(one, ts)
    assert not [job for job in await one.jobs() if job.kind is JobKind.PRESS]


async def test_where_slack_refuses_the_buttons_the_plain_question_is_asked(one: Workplace) -> None:
    async with one.run() as it:
        one.slack.refuse_blocks()
        ts = await ask(one, it)
        assert "blocks" not in shown(one, ts)
    [asked] = [job for job in await one.jobs() if job.kind is JobKind.PROMPT]
    assert (asked.state, asked.message_ts) == (JobState.DONE, ts)


async def test_the_buttons_can_be_switched_off(tmp_path: Path) -> None:
    async with workplace(tmp_path, companion_off="buttons") as place:
        place.clock.set(NOW)
        async with place.run() as it:
            ts = await ask(place, it)
            assert "blocks" not in shown(place, ts)


def _press(place: Workplace, ts: str, button: str) -> Press:
    value = f"2026-11-20/ask-{UUID(int=1)}"
    return Press(
        user_id=place.slack.user_id,
        action=f"prompt_{button}",
        value=value,
        channel=place.slack.dm_channel,
        ts=ts,
    )

"""The warning sign on a message that could not be kept, through the daemon's real socket."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from companion.errors import StoreError
from companion.texts.slack import MESSAGE_NOT_STORED, MESSAGE_TOO_LONG
from tests.system import Workplace, workplace

TOO_LONG = {"text": "x" * (300 * 1024 + 1)}


@pytest.fixture
async def place(tmp_path: Path) -> AsyncIterator[Workplace]:
    async with workplace(tmp_path, companion_prompts_per_day="0") as place:
        yield place


def signs(place: Workplace, ts: str) -> list[str]:
    """The reactions on a message."""
    [message] = [m for m in place.slack.messages() if m["ts"] == ts]
    return [reaction["name"] for reaction in message.get("reactions") or []]


def lines(place: Workplace, ts: str) -> list[str]:
    """What the companion says in the thread of a message."""
    return [
        m["text"] for m in place.slack.messages() if m.get("thread_ts") == ts and m.get("bot_id")
    ]


async def fail(*_: object) -> bool:
    raise StoreError("The store", "it is away.")


async def test_what_the_store_did_not_take_has_a_sign_until_it_is_stored(
    place: Workplace, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with place.run() as it:
        store = type(it.companion.store)
        with monkeypatch.context() as patched:
            patched.setattr(store, "write_log", fail)
            ts = await place.slack.say("said while the store is away")
            await place.slack.wait_for(lambda m: m.get("thread_ts") == ts, timeout=60)
            await it.daemon.finish(timeout_s=10)
            assert signs(place, ts) == ["warning"]
            # Slack sends it again, and this process and the next one fail again.
            await place.slack.wait_for(lambda m: m["ts"] == ts and m.get("reactions"))
            with pytest.raises(StoreError):
                await it.companion.read_back()
        _react(place, ts, "warning")  # the person's own stays
    async with place.run() as it:
        await it.daemon.connection.connected.wait()
        await it.daemon.connection.finish(timeout_s=10)
        await it.daemon.finish(timeout_s=10)
        assert [entry.text for entry in await place.entries()] == ["said while the store is away"]
        [sign, confirmed] = _reactions(place, ts)
        assert (sign["name"], sign["users"]) == ("warning", [place.slack.user_id])
        assert confirmed["name"] == "white_check_mark"
    assert lines(place, ts) == [MESSAGE_NOT_STORED]


async def test_the_sign_goes_in_the_same_process_too(
    place: Workplace, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with place.run() as it:
        with monkeypatch.context() as patched:
            patched.setattr(type(it.companion.store), "write_log", fail)
            ts = await place.slack.say("said while the store is away")
            await place.slack.wait_for(lambda m: m.get("thread_ts") == ts, timeout=60)
        it.daemon.reading.want()
        await it.daemon.reading.start()
        await it.daemon.finish(timeout_s=10)
        assert signs(place, ts) == ["white_check_mark"]


async def test_what_is_too_long_says_what_to_do_once_and_an_edit_fixes_it(
    place: Workplace,
) -> None:
    async with place.run():
        ts = await place.slack.post_payload(TOO_LONG)
        await place.slack.wait_for(lambda m: m.get("thread_ts") == ts, timeout=60)
    for _ in range(2):  # after restarts too
        async with place.run() as it:
            await it.companion.read_back()
    assert signs(place, ts) == ["warning"]
    assert lines(place, ts) == [MESSAGE_TOO_LONG.format(limit_kb=300)]
    async with place.run() as it:
        await place.slack.edit(ts, "shorter")
        await place.slack.wait_for(lambda m: m["ts"] == ts and "white_check_mark" in str(m))
        it.daemon.reading.want()
        await it.daemon.reading.start()
        await it.daemon.finish(timeout_s=10)
    assert signs(place, ts) == ["white_check_mark"]


async def test_what_is_too_long_and_said_while_nobody_listens_has_a_sign_too(
    place: Workplace,
) -> None:
    ts = await place.slack.post_payload(TOO_LONG)
    async with place.run() as it:
        await it.companion.read_back()
    assert (signs(place, ts), len(lines(place, ts))) == (["warning"], 1)


async def test_a_process_that_ends_after_the_sign_leaves_the_line_to_the_next(
    place: Workplace,
) -> None:
    async with place.run() as it:
        await it.daemon.connection.connected.wait()
        await it.daemon.connection.finish(timeout_s=10)  # a reading would take the sign back
        ts = await place.slack.say("hello")
        await place.slack.wait_for(lambda m: m["ts"] == ts and m.get("reactions"))
        refusal = place.slack.refuse("chat.postMessage", "fatal_error")
        said = await it.companion.messenger.look_up(ts)
        assert said
        await it.companion.warnings.not_stored(said)
        place.slack.accept(refusal)
        assert (len(signs(place, ts)), lines(place, ts)) == (2, [])
        await it.companion.warnings.not_stored(said)
        await it.companion.messenger.warn(ts, MESSAGE_NOT_STORED)
        assert lines(place, ts) == [MESSAGE_NOT_STORED]


async def test_the_sign_can_be_switched_off(tmp_path: Path) -> None:
    async with workplace(tmp_path, companion_off="warnings") as place, place.run() as it:
        ts = await place.slack.post_payload(TOO_LONG)
        await it.companion.read_back()
        await it.daemon.finish(timeout_s=10)
        assert (signs(place, ts), lines(place, ts)) == ([], [])


def _reactions(place: Workplace, ts: str) -> list[dict[str, Any]]:
    [message] = [m for m in place.slack.messages() if m["ts"] == ts]
    return list(message.get("reactions") or [])


def _react(place: Workplace, ts: str, name: str) -> None:
    """As the person does it."""
    slack = place.slack
    slack._workspace.react(slack.dm_channel, ts, name, slack.user_id, add=True)


async def test_a_sign_that_comes_when_the_message_is_stored_goes_at_once(place: Workplace) -> None:
    async with place.run() as it:
        await it.daemon.connection.connected.wait()
        await it.daemon.connection.finish(timeout_s=10)
        ts = await place.slack.say("hello")
        await place.slack.wait_for(lambda m: m["ts"] == ts and m.get("reactions"))
        said = await it.companion.messenger.look_up(ts)
        assert said
        warnings, entered, go = it.companion.warnings, asyncio.Event(), asyncio.Event()

        async def slowly(method: str, _: dict[str, Any]) -> None:
            if method == "reactions.add":
                entered.set()
                await go.wait()

        place.slack.before_api = slowly
        warning = asyncio.create_task(warnings.not_stored(said))
        await entered.wait()
        await warnings.take_back(said)  # it was stored while Slack was slow
        go.set()
        await warning
        assert signs(place, ts) == ["white_check_mark"]

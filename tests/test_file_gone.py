"""The database is deleted, moved or replaced under a running webhook and daemon."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from companion.errors import StoreError
from tests.system import Workplace, workplace
from tests.test_misbehaving import settled, until


@pytest.fixture
async def place(tmp_path: Path) -> AsyncIterator[Workplace]:
    async with workplace(tmp_path) as place:
        yield place


def move(path: Path) -> None:
    path.rename(path.with_name("elsewhere.db"))


def replace(path: Path) -> None:
    path.rename(path.with_name("elsewhere.db"))
    path.touch()


async def texts(place: Workplace) -> list[str]:
    return sorted(entry.text for entry in await place.entries())


async def stored(place: Workplace, *expected: str) -> None:
    """Until exactly these are stored."""
    async with asyncio.timeout(60):
        while await texts(place) != sorted(expected):  # noqa: ASYNC110
            await asyncio.sleep(0.01)


async def test_what_is_said_after_the_file_was_deleted_is_stored_with_all_before_it(
    place: Workplace, caplog: pytest.LogCaptureFixture
) -> None:
    path = place.settings.companion_db
    async with place.run() as it:
        await settled(it)
        await place.slack.run_command("/log", "a command before")
        await place.slack.say("a message before")
        await stored(place, "a command before", "a message before")
        path.unlink()
        answer = await place.slack.run_command("/log", "a command after")
        assert "Logged" in answer["text"]
        await place.slack.say("a message after")
        await stored(
            place, "a command after", "a command before", "a message after", "a message before"
        )
    assert any(message.startswith("store.restored") for message in caplog.messages)


@pytest.mark.parametrize("displace", [move, replace])
async def test_a_command_is_not_confirmed_when_the_file_is_not_at_its_path(
    place: Workplace, displace: Callable[[Path], None], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING)
    async with place.run() as it:
        await settled(it)
        displace(place.settings.companion_db)
        answer = await place.slack.run_command("/log", "precious")
        assert "Nothing saved" in answer["text"]
        assert "precious" in answer["text"]
        with pytest.raises(StoreError, match="nothing is stored now"):
            await it.daemon.tick()
    assert "precious" not in caplog.text
    assert "while it was open" in caplog.text
    assert "precious" not in await texts(place)


async def test_a_message_is_acked_only_when_the_file_is_back(
    place: Workplace, caplog: pytest.LogCaptureFixture
) -> None:
    path = place.settings.companion_db
    async with place.run() as it:
        await settled(it)
        place.slack.hold_events = True
        await place.slack.say("said in a bad moment")
        move(path)
        delivering = asyncio.create_task(place.slack.deliver(place.slack.held[0]))
        await until(lambda: "event.not_acked" in caplog.text)
        assert not delivering.done()
        path.with_name("elsewhere.db").rename(path)
        assert await place.slack.deliver(place.slack.held[0]) is True
        delivering.cancel()
    assert await texts(place) == ["said in a bad moment"]

"""A workplace for `/companion`: with two apps or one, on SQLite and on DynamoDB."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from companion.domain.entry import Entry, Source
from companion.domain.manifest import SHOW_MORE
from companion.entrypoints.sandbox import System
from companion.texts.slack_companion import LOOKING
from tests.system import Workplace, workplace

type Body = dict[str, Any]


@dataclass(kw_only=True)
class Place:
    """A running system, and what a person does in its Slack."""

    work: Workplace
    it: System

    async def ask(self, text: str, *, user_id: str | None = None) -> str:
        """What `/companion text` shows."""
        return words(await self.ask_for(text, user_id=user_id))

    async def ask_for(self, text: str, *, user_id: str | None = None) -> Body:
        """The message that `/companion text` shows: on a busy machine it follows."""
        slack = self.work.slack
        message = await slack.run_command("/companion", text, user_id=user_id)
        if message["text"] != LOOKING:
            return message
        return await slack.wait_for(lambda m: m["ts"] == message["ts"] and m["text"] != LOOKING)

    async def log(self, text: str) -> None:
        answer = await self.work.slack.run_command("/log", text)
        assert "Logged" in answer["text"], answer
        self.work.clock.advance(timedelta(seconds=1))

    async def write(self, *texts: str, user_id: str | None = None, **back: float) -> None:
        """Store entries of so long ago, a minute after each other."""
        at = self.work.clock.now() - timedelta(**back)
        async with self.work.store() as store:
            await store.write_logs(
                [
                    Entry(
                        user_id=user_id or self.work.slack.user_id,
                        timestamp=at + number * timedelta(minutes=1),
                        text=text,
                        log_id=uuid4(),
                        source=Source.TERMINAL,
                    )
                    for number, text in enumerate(texts)
                ]
            )

    async def press(self, message: Body) -> Body:
        """What the button of a message shows."""
        slack = self.work.slack
        known = {shown["ts"] for shown in (*slack.messages(), *slack.ephemerals())}
        await slack.press(message["ts"], SHOW_MORE)
        return await slack.wait_for(lambda m: m["ts"] not in known, timeout=60)

    async def texts(self, user_id: str | None = None) -> list[str]:
        """All entries, by the daemon's own store: another one would purge old changes."""
        user_id, now = user_id or self.work.slack.user_id, self.work.clock.now()
        around = now - timedelta(days=99), now + timedelta(days=99)
        entries = await self.it.companion.store.fetch_logs(user_id, *around)
        return [entry.text for entry in entries]


def words(message: Body) -> str:
    """All that a message says, without its blocks."""
    said = []
    for block in message.get("blocks", []):
        said += [text["text"] for text in (block.get("text"), *block.get("elements", [])) if text
                 and isinstance(text.get("text"), str)]  # fmt: skip
    return "\n".join(said) or str(message["text"])


@pytest.fixture(params=["two apps", "one app"])
def apps(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(params=["sqlite", "dynamodb"])
def store_settings(request: pytest.FixtureRequest) -> dict[str, str] | None:
    if request.param == "sqlite":
        return None
    found: dict[str, str] = request.getfixturevalue("dynamodb_table")
    return found


@asynccontextmanager
async def opened(
    tmp_path: Path, apps: str = "two apps", dynamodb: dict[str, str] | None = None, **given: object
) -> AsyncIterator[Place]:
    """A place whose daemon has ticked once."""
    given.setdefault("companion_prompts_per_day", "0")
    async with workplace(tmp_path, dynamodb, is_new=False, **given) as work, work.run() as it:
        if apps == "one app":
            work.slack.command_url = work.slack.interactivity_url = None
        await it.daemon.tick()
        yield Place(work=work, it=it)


@pytest.fixture
async def place(
    tmp_path: Path, apps: str, store_settings: dict[str, str] | None
) -> AsyncIterator[Place]:
    async with opened(tmp_path, apps, store_settings) as place:
        yield place

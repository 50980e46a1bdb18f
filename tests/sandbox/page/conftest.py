"""The page of a local Slack in a browser, and somebody at the other end who answers."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any, Protocol

import pytest
import pytest_asyncio
from aiohttp import web
from playwright.async_api import Browser, Page, expect
from slack_sdk.web.async_client import AsyncWebClient

from companion.sandbox import LocalSlack, Shortcut
from tests.browser import browser
from tests.sandbox.apps import ScriptedApp, daemon_app

__all__ = ["browser"]  # pytest finds a fixture by its name here


class BotSays(Protocol):
    async def __call__(self, text: str, blocks: Sequence[dict[str, Any]] = ()) -> str:
        """Post as Companion in the direct message; the message's `ts`."""
        ...


expect.set_options(timeout=10_000)


@pytest.fixture
def moment() -> datetime:
    return datetime(2026, 3, 5, 17, 30, tzinfo=UTC)


@pytest_asyncio.fixture
async def command_url() -> AsyncIterator[str]:
    """An app that answers every command with what it got."""

    async def answer(request: web.Request) -> web.Response:
        form = await request.post()
        return web.json_response({"text": f"Kept: {form['text']!s}"})

    app = web.Application()
    app.router.add_post("/", answer)
    runner = web.AppRunner(app, shutdown_timeout=0.2)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield f"http://127.0.0.1:{runner.addresses[0][1]}/"
    await runner.cleanup()


@pytest_asyncio.fixture
async def slack(moment: datetime, command_url: str) -> AsyncIterator[LocalSlack]:
    async with LocalSlack(
        now=lambda: moment,
        user_name="Ada",
        command_url=command_url,
        shortcuts=(Shortcut("log_this", "Log this message"), Shortcut("ask", "Ask me", "global")),
        note="Kept in memory only. To clear it, run `companion sandbox --reset`.",
    ) as slack:
        yield slack


@pytest_asyncio.fixture
async def bot(slack: LocalSlack) -> AsyncWebClient:
    return AsyncWebClient(token=slack.bot_token, base_url=slack.api_url)


@pytest_asyncio.fixture
async def bot_says(slack: LocalSlack, bot: AsyncWebClient) -> BotSays:
    async def say(text: str, blocks: Sequence[dict[str, Any]] = ()) -> str:
        answer = await bot.chat_postMessage(channel=slack.dm_channel, text=text, blocks=blocks)
        return str(answer["ts"])

    return say


@pytest_asyncio.fixture
async def app(slack: LocalSlack) -> AsyncIterator[ScriptedApp]:
    """The daemon app, which acks everything unless a test gives it another `answer`."""
    async with daemon_app(slack) as app:
        yield app


@pytest_asyncio.fixture
async def page(browser: Browser, slack: LocalSlack, moment: datetime) -> AsyncIterator[Page]:
    """The page, opened by someone in Berlin on the day of the messages, ready to type."""
    async with opened(browser, slack, moment) as page:
        await expect(page.get_by_role("textbox", name="Message Companion")).to_be_focused()
        yield page


@pytest_asyncio.fixture
async def phone(browser: Browser, slack: LocalSlack, moment: datetime) -> AsyncIterator[Page]:
    """The same page on a phone, which has fingers instead of a mouse."""
    small = {"width": 375, "height": 740}
    async with opened(browser, slack, moment, viewport=small, has_touch=True) as page:
        await expect(page.get_by_role("textbox", name="Message Companion")).to_be_visible()
        yield page


@asynccontextmanager
async def opened(
    browser: Browser, slack: LocalSlack, moment: datetime, **more: Any
) -> AsyncIterator[Page]:
    """The page in a browser that reports errors and whatever is loaded from elsewhere."""
    context = await browser.new_context(timezone_id="Europe/Berlin", locale="en-GB", **more)
    context.set_default_timeout(10_000)
    page = await context.new_page()
    await page.clock.set_fixed_time(moment)
    problems: list[str] = []
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.on("console", lambda line: problems.append(line.text) if "Policy" in line.text else None)
    outside: list[str] = []
    page.on("request", lambda request: outside.append(request.url))
    await page.goto(slack.url)
    yield page
    await context.close()
    assert problems == []
    assert [url for url in outside if not url.startswith((f"{slack.url}/", "data:"))] == []

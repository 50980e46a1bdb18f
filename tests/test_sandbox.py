"""The sandbox as a newcomer meets it: `companion sandbox`, a browser, and a day in a minute."""

import asyncio
import re
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
import pytest
from playwright.async_api import Browser, Page, expect

from companion.entrypoints.sandbox import SandboxInUseError, run
from companion.errors import StoreError
from companion.sandbox.local_slack import PortError
from tests.browser import browser

__all__ = ["browser"]  # pytest finds a fixture by its name here

FRESH = "Without a model"


@pytest.fixture(autouse=True)
def elsewhere(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Nobody's own data, settings or model keys."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("LLM_USER_PATH", str(tmp_path / "llm"))
    monkeypatch.setenv("LLM_MODEL", "no-such-model")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@asynccontextmanager
async def sandbox(reset: bool = False, port: int = 0) -> AsyncIterator[str]:
    """`companion sandbox --no-browser`; its address."""
    said: asyncio.Queue[str] = asyncio.Queue()
    stop = asyncio.Event()
    running = asyncio.create_task(run(port, False, reset, said.put_nowait, None, stop))
    address = asyncio.create_task(said.get())
    try:
        await asyncio.wait({running, address}, return_when=asyncio.FIRST_COMPLETED)
        if running.done():
            await running
        match = re.search(r"http://127\.0\.0\.1:\d+", await address)
        assert match is not None
        yield match[0]
    finally:
        address.cancel()
        stop.set()
        if not running.done():
            await running


async def state(url: str) -> dict[str, object]:
    async with aiohttp.ClientSession() as client, client.get(f"{url}/sandbox/state") as answer:
        return dict(await answer.json())


async def visit(browser: Browser, url: str) -> Page:
    page = await browser.new_page()
    page.set_default_timeout(10_000)
    await page.goto(url)
    await expect(page.get_by_text("Connected", exact=True).first).to_be_visible()
    return page


async def type_in(page: Page, name: str, text: str) -> None:
    box = page.get_by_role("textbox", name=re.compile(name))
    await box.fill(text)
    await box.press("Enter")


@pytest.mark.browser
async def test_a_newcomer_logs_answers_and_reads_the_summary_and_finds_it_again(
    browser: Browser,
) -> None:
    async with sandbox() as url:
        page = await visit(browser, url)
        conversation = page.get_by_role("main").get_by_role("log")

        await type_in(page, "^Message", "/log fixed the flaky test")
        await expect(conversation.get_by_text("Logged at")).to_be_visible()
        await expect(conversation.get_by_text("Only visible to you")).to_be_visible()

        await page.get_by_role("button", name="Ask me now").click()
        prompt = conversation.get_by_role("article").filter(
            has_text="What are you doing right now?"
        )
        await expect(prompt).to_be_visible()
        await prompt.hover()
        await prompt.get_by_role("button", name="Reply in thread").click()
        await type_in(page, "^Reply", "reviewing the retry code")
        thread = page.get_by_role("complementary", name="Thread")
        reply = thread.get_by_role("article").filter(has_text="reviewing the retry code")
        await expect(reply.get_by_text("✅")).to_be_visible()

        await page.get_by_role("button", name="Ask me now").click()
        await expect(prompt).to_have_count(2)
        await type_in(page, "^Message", "answering mail")
        plain = conversation.get_by_role("article").filter(has_text="answering")
        await expect(plain.get_by_text("✅")).to_be_visible()

        await page.get_by_role("button", name="Summarize now").click()
        summary = conversation.get_by_role("article").filter(has_text=FRESH)
        await expect(
            summary.get_by_role("heading", name="Here’s what you’ve been up to this past week:")
        ).to_be_visible()
        await expect(
            summary.get_by_role("heading", name="Here’s what you were focused on yesterday:")
        ).to_be_visible()
        await expect(summary.get_by_text("This is tomorrow’s summary")).to_be_visible()
        for said in ("fixed the flaky test", "reviewing the retry code", "answering mail"):
            await expect(summary.get_by_text(said)).to_have_count(2)
        await page.close()

    async with sandbox() as url:
        page = await visit(browser, url)
        conversation = page.get_by_role("main").get_by_role("log")
        await expect(conversation.get_by_text("Logged at")).to_be_visible()
        await expect(
            conversation.get_by_role("article").filter(has_text="answering").first
        ).to_be_visible()
        await page.close()

    async with sandbox(reset=True) as url:
        page = await visit(browser, url)
        conversation = page.get_by_role("main").get_by_role("log")
        await expect(conversation.get_by_text("I'm here to remember")).to_be_visible()
        await expect(conversation.get_by_role("article")).to_have_count(1)
        await page.close()


async def test_a_taken_port_is_named() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(PortError, match=f"port {port} .*choose another"):
            async with sandbox(port=port):
                pass


@pytest.mark.parametrize("reset", [True, False])
async def test_a_second_sandbox_does_not_touch_what_the_first_one_has(reset: bool) -> None:
    async with sandbox() as url:
        with pytest.raises(StoreError, match="another sandbox"):
            async with sandbox(reset=reset):
                pass
        assert await state(url)
    async with sandbox() as url:
        assert await state(url)


async def test_what_is_broken_can_be_started_over(elsewhere: Path) -> None:
    async with sandbox():
        pass
    broken = elsewhere / "companion-memory" / "sandbox" / "slack.db"
    broken.write_bytes(b"this is no database, and never was one" * 100)
    with pytest.raises(StoreError):
        async with sandbox():
            pass
    async with sandbox(reset=True) as url:
        assert await state(url)


async def test_a_folder_that_cannot_be_made_is_named(elsewhere: Path) -> None:
    (elsewhere / "companion-memory").write_text("a file where a folder should be")
    with pytest.raises(SandboxInUseError, match="companion-memory"):
        async with sandbox():
            pass

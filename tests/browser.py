"""A browser for tests that look at a page: whichever Chromium or Chrome the machine has."""

import os
import shutil
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Browser, async_playwright

NAMES = (
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "chrome",
    "msedge",
)
MAC_APPS = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
)
MISSING = "no Chromium or Chrome on this machine; the variable CHROMIUM can name one"


def find_browser() -> str | None:
    """The path of a browser that Playwright can drive; `CHROMIUM` goes before all others."""
    if wanted := os.environ.get("CHROMIUM"):
        return shutil.which(wanted)
    return next(filter(None, map(shutil.which, (*NAMES, *MAC_APPS))), None)


@pytest_asyncio.fixture
async def browser() -> AsyncIterator[Browser]:
    """A headless browser without a profile. Skips where there is none, but not in CI."""
    executable = find_browser()
    if executable is None:
        if os.environ.get("CI") == "true":
            pytest.fail(MISSING)
        pytest.skip(MISSING)
    args = ["--disable-gpu", "--disable-background-networking", "--no-first-run"]
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        args.append("--no-sandbox")  # Chromium refuses to start as root with it
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=executable, args=args)
        yield browser
        await browser.close()

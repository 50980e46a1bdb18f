"""Takes the pictures of docs/slack.md: `uv run --group dev python -m tests.pictures_of_surfaces`.

Like `tests.pictures`, with the real sandbox and a clock that is set by hand.
"""

import asyncio
import os
import re
from datetime import timedelta
from io import BytesIO

from PIL import Image
from playwright.async_api import FloatRect, Locator, async_playwright, expect

from companion.settings import SETTINGS
from companion.texts.slack import QUESTION
from tests.browser import MISSING, find_browser
from tests.documents import ROOT
from tests.pictures import (
    DAY_LINES,
    GREEN,
    MONDAY,
    STUCK,
    WIDTH,
    HandSetClock,
    Sandbox,
    opened,
    scripted,
)

DOCS = ROOT / "docs"
HEIGHT = 640
DAY = timedelta(days=1)
COLOURS = 64
"""Few enough for small files; the page has no photos."""


async def around(parts: Locator) -> FloatRect:
    """The rectangle that holds all of them."""
    boxes = [box for part in await parts.all() if (box := await part.bounding_box())]
    left, top = min(box["x"] for box in boxes), min(box["y"] for box in boxes)
    right = max(box["x"] + box["width"] for box in boxes)
    bottom = max(box["y"] + box["height"] for box in boxes)
    return {"x": left, "y": top, "width": right - left, "height": bottom - top}


async def photograph(box: Sandbox, name: str, *, clip: FloatRect | None = None) -> None:
    """The page, or a part of it, as `docs/NAME.png`."""
    await box.page.mouse.move(500, 5)
    png = await box.page.screenshot(clip=clip)
    picture = Image.open(BytesIO(png)).convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE)
    picture.save(DOCS / f"{name}.png", optimize=True)


async def take(box: Sandbox) -> None:
    """Each surface at the time of a working day when one meets it."""
    page = box.page
    await box.say("/log planned the move to the new queue with Mira. Next: the retry loop")
    await box.at(MONDAY + DAY + timedelta(hours=9, minutes=2))
    await page.reload()
    await box.say(f"/log {STUCK}")

    await box.at(MONDAY + DAY + timedelta(hours=10, minutes=12))
    await box.ask()
    await box.at(MONDAY + DAY + timedelta(hours=10, minutes=13))
    prompt = box.messages.filter(has_text=QUESTION).last
    await prompt.get_by_role("button", name="Same as before").click()
    await expect(prompt).to_contain_text("Logged 10:13")
    await box.at(MONDAY + DAY + timedelta(hours=11, minutes=40))
    await box.ask()
    await photograph(box, "prompt", clip=await around(box.messages.filter(has_text=QUESTION)))

    await box.at(MONDAY + DAY + timedelta(hours=13, minutes=5))
    await box.box("Message").fill("/log")
    await box.box("Message").press("Enter")
    form = page.get_by_role("dialog")
    await form.get_by_role("textbox", name="What are you doing?").fill("reviewed the retry loop")
    await form.get_by_role("textbox", name="When").fill("-45m")
    await form.get_by_role("textbox", name="Tags").fill("billing")
    await photograph(box, "modal")
    await form.get_by_role("button", name="Log", exact=True).click()
    await expect(form).to_be_hidden()

    await box.box("Message").fill("/companion today")
    await box.box("Message").press("Enter")
    answer = box.messages.filter(has_text="you typed /companion today")
    await expect(answer).to_contain_text("#billing")
    await answer.scroll_into_view_if_needed()
    await photograph(box, "companion-command", clip=await around(answer))

    await page.get_by_role("link", name="billing").click()
    message = box.messages.filter(has_text="Could somebody look").first
    await message.hover()
    await message.get_by_role("button", name="More actions").click()
    item = page.get_by_role("menuitem", name="Log this message")
    await item.hover()
    await page.screenshot()  # the menu is where it stays
    await photograph(box, "shortcut")
    await item.click()
    await expect(box.messages.filter(has_text="Logged at")).to_be_visible()

    await page.get_by_role("link", name=re.compile("^Companion")).click()
    await box.at(MONDAY + DAY + timedelta(hours=15, minutes=40))
    await box.say(f"/log {GREEN}")
    await page.get_by_role("tab", name="Home").click()
    view = page.get_by_role("tabpanel", name="Home")
    await expect(view.get_by_role("heading", name="What comes next")).to_be_visible()
    await page.set_viewport_size({"width": WIDTH, "height": 1040})
    await photograph(box, "home", clip=await around(view))


async def main() -> None:
    executable = find_browser()
    if executable is None:
        raise SystemExit(MISSING)
    for name in SETTINGS:
        os.environ.pop(name.upper(), None)
    # No prompt comes by chance.
    os.environ |= {"COMPANION_PROMPTS_PER_DAY": "0", "COMPANION_SUMMARY_TIME": "08:30"}
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=executable, args=["--no-sandbox", "--disable-gpu"]
        )
        clock = HandSetClock()
        clock.set(MONDAY + timedelta(hours=9, minutes=2))
        with scripted(clock, week=DAY_LINES, day=DAY_LINES):
            async with opened(browser, clock, HEIGHT) as box:
                await expect(box.messages).to_have_count(1)
                await take(box)
        await browser.close()


if __name__ == "__main__":
    asyncio.run(main())

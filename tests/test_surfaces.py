"""Buttons, forms, the shortcut and the Home tab, as somebody uses them in the sandbox's page."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from playwright.async_api import Browser, Locator, Page, expect

from companion.texts.slack import PROMPT_SKIPPED, QUESTION
from tests.browser import browser
from tests.test_sandbox import elsewhere, sandbox, type_in

__all__ = ["browser", "elsewhere"]  # pytest finds fixtures by their names here

pytestmark = pytest.mark.browser

PHONE = {"width": 375, "height": 740}


@asynccontextmanager
async def visited(browser: Browser, *, phone: bool = False) -> AsyncIterator[Page]:
    """The page of a fresh sandbox, connected; on a phone with fingers."""
    more = {"viewport": PHONE, "has_touch": True} if phone else {}
    async with sandbox() as url:
        context = await browser.new_context(**more)  # type: ignore[arg-type]
        context.set_default_timeout(20_000)
        page = await context.new_page()
        await page.goto(url)
        await expect(page.get_by_text("I'm here to remember").first).to_be_visible(timeout=20_000)
        yield page
        await context.close()


def messages(page: Page) -> Locator:
    return page.get_by_role("main").get_by_role("log").get_by_role("article")


async def log(page: Page, text: str) -> None:
    await type_in(page, "^Message", f"/log {text}")
    await expect(messages(page).filter(has_text="Logged at").filter(has_text=text)).to_be_visible()


async def ask(page: Page) -> Locator:
    """A prompt that shows its buttons."""
    asked = messages(page).filter(has_text=QUESTION)
    before = await asked.count()
    await page.get_by_role("button", name="Ask me now").first.click()
    await expect(asked).to_have_count(before + 1)
    await expect(asked.last.get_by_role("button", name="Skip")).to_be_visible()
    return asked.last


async def home(page: Page) -> Locator:
    await page.get_by_role("tab", name="Home").click()
    view = page.get_by_role("tabpanel", name="Home")
    await expect(view.get_by_role("heading", name="Today")).to_be_visible()
    return view


async def test_a_prompt_is_answered_with_one_tap_by_mouse_and_by_keyboard(
    browser: Browser, tmp_path: Path
) -> None:
    async with visited(browser) as page:
        await log(page, "fixing the retry loop")
        prompt = await ask(page)
        await prompt.get_by_role("button", name="Same as before").click()
        await expect(prompt).to_contain_text(re.compile(r"Logged \d\d:\d\d: fixing the retry loop"))
        await expect(prompt.get_by_role("button", name="Skip")).to_have_count(0)

        prompt = await ask(page)
        await prompt.get_by_role("button", name="Snooze 15 min").press("Enter")
        await expect(prompt).to_contain_text(re.compile(r"Snoozed until \d\d:\d\d"))

        prompt = await ask(page)
        await prompt.get_by_role("button", name="Pause today").press("Space")
        await expect(prompt).to_contain_text("Paused until")

        prompt = await ask(page)
        await prompt.hover()
        await prompt.get_by_role("button", name="Reply in thread").click()
        await type_in(page, "^Reply", "reading mail")
        await expect(prompt).to_contain_text(re.compile(r"Answered at \d\d:\d\d"))


async def test_a_finger_answers_a_prompt_and_the_form_on_a_phone(browser: Browser) -> None:
    async with visited(browser, phone=True) as page:
        await page.get_by_role("button", name="Ask me now").first.tap()
        prompt = messages(page).filter(has_text=QUESTION).last
        await prompt.get_by_role("button", name="Skip").tap()
        await expect(prompt).to_contain_text(PROMPT_SKIPPED)

        await type_in(page, "^Message", "/log")
        form = page.get_by_role("dialog")
        await form.get_by_role("textbox", name="What are you doing?").fill("on the train")
        await form.get_by_role("button", name="Log", exact=True).tap()
        await expect(form).to_be_hidden()
        await expect(messages(page).filter(has_text="on the train")).to_be_visible()
        width = await page.evaluate("document.documentElement.scrollWidth")
        assert width <= PHONE["width"]


async def test_log_alone_opens_a_form_that_says_what_is_wrong(browser: Browser) -> None:
    async with visited(browser) as page:
        await type_in(page, "^Message", "/log")
        form = page.get_by_role("dialog")
        what = form.get_by_role("textbox", name="What are you doing?")
        await expect(what).to_be_focused()
        await page.keyboard.type("planned the release")
        when = form.get_by_role("textbox", name="When")
        await when.fill("tomorrow 9:00")
        await when.press("Enter")
        await expect(when).to_have_accessible_description(re.compile("I don't understand the date"))
        await expect(what).to_have_value("planned the release")

        await when.fill("-45m")
        await form.get_by_role("textbox", name="Tags").fill("release, api")
        await form.get_by_role("button", name="Log", exact=True).click()
        await expect(form).to_be_hidden()
        await expect(messages(page).filter(has_text="Logged for")).to_contain_text(
            "planned the release #release #api"
        )


async def test_a_message_of_a_colleague_is_kept_by_mouse_and_by_keyboard(browser: Browser) -> None:
    async with visited(browser) as page:
        await page.get_by_role("link", name="billing").click()
        message = messages(page).filter(has_text="Could somebody look before noon?").first
        await message.hover()
        await message.get_by_role("button", name="More actions").click()
        await page.get_by_role("menuitem", name="Log this message").click()
        kept = messages(page).filter(has_text="Logged at")
        await expect(kept).to_contain_text("failed twice tonight")
        await expect(kept).to_contain_text("Only visible to you")

        await message.focus()
        await message.get_by_role("button", name="More actions").press("Enter")
        await page.get_by_role("menuitem", name="Log this message").press("Enter")
        await expect(messages(page).filter(has_text="an entry already")).to_be_visible()


async def test_the_home_tab_edits_deletes_and_brings_back_and_sums_up(browser: Browser) -> None:
    async with visited(browser) as page:
        await log(page, "teh retry loop")
        await type_in(page, "^Message", "reading mail")
        view = await home(page)
        await expect(view).to_contain_text("teh retry loop")
        await expect(view.get_by_role("button", name="Open")).to_be_visible()

        await view.get_by_role("button", name="More", exact=True).click()
        await page.get_by_role("menuitem", name="Edit").click()
        form = page.get_by_role("dialog")
        text = form.get_by_role("textbox")
        await expect(text).to_have_value("teh retry loop")
        await text.fill("the retry loop")
        await form.get_by_role("button", name="Save").click()
        await expect(view).to_contain_text("Changed: the retry loop")

        await view.get_by_role("button", name="More", exact=True).press("Enter")
        await page.keyboard.press("ArrowDown")
        await page.keyboard.press("Enter")
        await expect(form).to_contain_text("Delete this entry?")
        await form.get_by_role("button", name="Delete").press("Enter")
        await expect(view).to_contain_text("Deleted: the retry loop")
        await view.get_by_role("button", name="Undo").click()
        await expect(view).to_contain_text("It is back: the retry loop")

        await view.get_by_role("button", name="Summarize now").click()
        await expect(view.get_by_role("button", name="Hide")).to_be_visible(timeout=60_000)
        await view.get_by_role("button", name="Hide").click()
        await view.get_by_role("button", name="Pause today").click()
        await expect(view).to_contain_text("Paused until")
        await view.get_by_role("button", name="Resume").click()
        await expect(view.get_by_role("button", name="Pause today")).to_be_visible()


async def test_the_home_tab_fits_a_phone(browser: Browser) -> None:
    async with visited(browser, phone=True) as page:
        await log(page, "reviewing " + "x" * 300)
        view = await home(page)
        await expect(view.get_by_role("heading", name="Your week")).to_be_visible()
        width = await page.evaluate("document.documentElement.scrollWidth")
        assert width <= PHONE["width"]

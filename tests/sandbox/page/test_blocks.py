"""Blocks in messages: how they look, and what happens when one presses, chooses and types."""

import json
from typing import Any

import pytest
from playwright.async_api import Locator, Page, Route, expect
from slack_sdk.web.async_client import AsyncWebClient

from companion.sandbox import LocalSlack
from tests.sandbox.apps import Payload, ScriptedApp, keep_silent
from tests.sandbox.page.blocks import EVERYTHING, PROMPT, option
from tests.sandbox.page.conftest import BotSays
from tests.sandbox.page.test_looks import COLOURS, contrast, overflow

pytestmark = pytest.mark.browser


def last(page: Page) -> Locator:
    return page.get_by_role("main").get_by_role("log").get_by_role("article").last


async def pressed(app: ScriptedApp, count: int = 1) -> Payload:
    """The last of so many presses that the app got: what was pressed, and the state."""
    return await app.wait_for("block_actions", count)


async def test_blocks_look_like_what_they_are(page: Page, bot_says: BotSays) -> None:
    await bot_says("Your week", EVERYTHING)
    message = last(page)

    await expect(message.get_by_role("heading", name="Your week 🎉")).to_be_visible()
    await expect(message.locator("strong", has_text="retry loop")).to_be_visible()
    await expect(message.locator(".fields > div")).to_have_count(2)
    await expect(message.get_by_role("separator")).to_have_count(1)
    await expect(message.get_by_role("columnheader", name="entries")).to_be_visible()
    await expect(message.get_by_role("cell", name="Mon")).to_be_visible()
    await expect(message.get_by_role("listitem")).to_contain_text("first")
    await expect(message.locator(".context em")).to_have_text("09:41")
    await expect(message.locator("strong", has_text="Rich")).to_be_visible()


async def test_a_button_is_pressed_with_the_mouse_and_with_the_keyboard(
    page: Page, app: ScriptedApp, bot_says: BotSays
) -> None:
    ts = await bot_says("What now?", PROMPT)

    await last(page).get_by_role("button", name="Same as before").click()
    got = await pressed(app)
    assert (got["actions"][0]["action_id"], got["actions"][0]["value"]) == ("same", "job-1")
    assert got["container"]["message_ts"] == ts

    await last(page).get_by_role("button", name="Skip").press("Enter")
    got = await pressed(app, 2)
    assert got["actions"][0]["action_id"] == "skip"


@pytest.mark.parametrize("sure", [True, False])
async def test_a_button_asks_first_where_the_app_wants_it(
    page: Page, app: ScriptedApp, bot_says: BotSays, sure: bool
) -> None:
    await bot_says("What now?", PROMPT)
    pause = last(page).get_by_role("button", name="Pause today")
    await pause.press("Enter")
    question = page.get_by_role("dialog", name="Pause today?")
    await expect(question.locator("strong")).to_have_text("today")
    await expect(question.get_by_role("button", name="Keep asking")).to_be_focused()

    if sure:
        await question.get_by_role("button", name="Pause", exact=True).click()
        assert (await pressed(app))["actions"][0]["action_id"] == "pause"
    else:
        await page.keyboard.press("Escape")
        await expect(pause).to_be_focused()
        await expect(question).to_be_hidden()
        assert app.all_of("block_actions") == []


async def test_the_page_says_it_when_the_app_does_not_answer(
    page: Page, app: ScriptedApp, bot_says: BotSays
) -> None:
    await bot_says("What now?", PROMPT)
    app.answer = keep_silent
    skip = last(page).get_by_role("button", name="Skip")
    await skip.click()
    await expect(skip).to_have_attribute("aria-busy", "true")
    await expect(page.get_by_role("alert")).to_contain_text("Companion did not answer")
    await expect(skip).to_have_attribute("aria-busy", "false")


async def test_an_answered_message_loses_its_buttons_where_one_looks(
    page: Page, app: ScriptedApp, bot: AsyncWebClient, slack: LocalSlack, bot_says: BotSays
) -> None:
    ts = await bot_says("What now?", PROMPT)

    async def answer(kind: str, payload: Payload) -> Payload:
        text = "Logged: the same as before."
        await bot.chat_update(channel=slack.dm_channel, ts=ts, text=text, blocks=[])
        return {}

    app.answer = answer
    await last(page).get_by_role("button", name="Same as before").click()
    await expect(last(page)).to_contain_text("Logged: the same as before.")
    await expect(last(page).get_by_role("button", name="Skip")).to_have_count(0)


async def test_menus_pickers_and_boxes_say_what_was_chosen(
    page: Page, app: ScriptedApp, bot_says: BotSays
) -> None:
    await bot_says("Your week", EVERYTHING)
    message = last(page)

    await message.get_by_role("combobox", name="Choose").select_option("1 hour")
    got = await pressed(app)
    assert got["actions"][0]["selected_option"]["value"] == "1-hour"
    await message.locator("input[type=date]").fill("2026-03-06")
    assert (await pressed(app, 2))["actions"][0]["selected_date"] == "2026-03-06"
    await message.locator("input[type=time]").fill("17:30")
    assert (await pressed(app, 3))["actions"][0]["selected_time"] == "17:30"
    await message.get_by_role("radio", name="15 minutes").check()
    assert (await pressed(app, 4))["actions"][0]["selected_option"]["value"] == "15-minutes"
    await message.get_by_role("checkbox", name="15 minutes").check()
    await pressed(app, 5)
    await message.get_by_role("checkbox", name="1 hour").press("Space")
    got = await pressed(app, 6)
    chosen = [each["value"] for each in got["actions"][0]["selected_options"]]
    assert chosen == ["15-minutes", "1-hour"]
    state = got["state"]["values"]["actions"]
    assert state["how_long"]["selected_option"]["value"] == "1-hour"
    assert (state["day"]["selected_date"], state["time"]["selected_time"]) == (
        "2026-03-06",
        "17:30",
    )


async def test_an_overflow_menu_is_worked_by_the_keyboard_alone(
    page: Page, app: ScriptedApp, bot_says: BotSays
) -> None:
    await bot_says("Your week", EVERYTHING)
    more = last(page).get_by_role("button", name="More", exact=True)
    await more.press("Enter")
    await expect(page.get_by_role("menuitem", name="Edit")).to_be_focused()
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("menu")).to_have_count(0)
    await expect(more).to_be_focused()

    await more.press("Enter")
    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("Enter")
    assert (await pressed(app))["actions"][0]["selected_option"]["value"] == "delete"
    await expect(more).to_be_focused()


async def test_the_app_suggests_while_one_types(
    page: Page, app: ScriptedApp, bot_says: BotSays
) -> None:
    await bot_says("Your week", EVERYTHING)

    async def suggest(kind: str, payload: Payload) -> Payload:
        found = payload["type"] == "block_suggestion" and payload["value"] == "bi"
        return {"options": [option("billing-212")]} if found else {}

    app.answer = suggest
    box = last(page).get_by_role("combobox", name="Ticket")
    await box.fill("b")
    await box.fill("bi")
    await expect(last(page).locator("datalist option")).to_have_attribute("value", "billing-212")
    assert [got["value"] for got in app.all_of("block_suggestion")] == ["bi"]
    await box.fill("billing-212")
    await box.blur()
    assert (await pressed(app))["actions"][0]["selected_option"]["value"] == "billing-212"


async def test_everything_fits_a_phone_and_is_pressed_with_a_finger(
    phone: Page, app: ScriptedApp, bot_says: BotSays
) -> None:
    await bot_says("Your week", EVERYTHING)
    await bot_says("What now?", PROMPT)
    await expect(last(phone).get_by_role("button", name="Pause today")).to_be_visible()
    assert await overflow(phone) <= 0

    await last(phone).get_by_role("button", name="Skip").tap()
    assert (await pressed(app))["actions"][0]["action_id"] == "skip"
    await last(phone).get_by_role("button", name="Pause today").tap()
    question = phone.get_by_role("dialog", name="Pause today?")
    await question.get_by_role("button", name="Pause", exact=True).tap()
    assert (await pressed(app, 2))["actions"][0]["action_id"] == "pause"


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_blocks_have_the_contrast_of_aa_too(
    page: Page, bot_says: BotSays, scheme: str
) -> None:
    await page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    await bot_says("Your week", EVERYTHING)
    await bot_says("What now?", PROMPT)
    await expect(last(page).get_by_role("button", name="Skip")).to_be_visible()
    found = await page.evaluate(COLOURS)
    weak = [(text, contrast(ink, ground)) for text, ink, ground in found]
    assert [each for each in weak if each[1] < 4.5] == []


async def test_a_press_sends_the_page_s_own_values_and_nothing_else(
    page: Page, bot_says: BotSays
) -> None:
    sent: list[Any] = []

    async def note(route: Route) -> None:
        sent.append(json.loads(route.request.post_data or "{}"))
        await route.fulfill(json={"ok": True})

    await page.route("**/sandbox/press", note)
    ts = await bot_says("What now?", PROMPT)
    await last(page).get_by_role("button", name="Skip").click()
    await expect(last(page).get_by_role("button", name="Skip")).to_have_attribute(
        "aria-busy", "false"
    )
    assert sent == [
        {"target": ts, "block_id": "actions", "action_id": "skip", "value": None, "values": {}}
    ]

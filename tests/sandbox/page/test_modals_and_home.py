"""Modals, the Home tab, shortcuts and the person's own status, as someone uses them."""

import re
from base64 import b64decode
from datetime import datetime

import pytest
from playwright.async_api import Locator, Page, expect
from slack_sdk.web.async_client import AsyncWebClient

from companion.sandbox import LocalSlack
from tests.sandbox.apps import Payload, ScriptedApp, keep_silent
from tests.sandbox.page.blocks import (
    OPTIONS,
    actions,
    button,
    field,
    home,
    modal,
    plain,
    section,
)
from tests.sandbox.page.conftest import BotSays
from tests.sandbox.page.test_looks import COLOURS, contrast, overflow

pytestmark = pytest.mark.browser

LOG = modal(
    field(
        "What did you do?",
        "what",
        {"multiline": True, "focus_on_load": True},
        hint=plain("As you would tell a colleague."),
    ),
    field("When", "when", {"type": "datepicker", "initial_date": "2026-03-05"}, optional=True),
    field("Tags", "tags", {"max_length": 20}, optional=True),
    field("Kind", "kind", {"type": "radio_buttons", "options": OPTIONS}, optional=True),
    notify_on_close=True,
)

PIXEL = b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNkYAAAAAYAAjCB0C8AAAAASUVORK5CYII="
)


def last(page: Page) -> Locator:
    return page.get_by_role("main").get_by_role("log").get_by_role("article").last


def dialog(page: Page, name: str = "Log") -> Locator:
    return page.get_by_role("dialog", name=name, exact=True)


class Opener:
    """Answers each press with a modal, and each submission with what `submitted` says."""

    def __init__(self, bot: AsyncWebClient, *views: Payload) -> None:
        self.bot, self.views = bot, list(views)
        self.submitted: list[Payload] = []

    async def __call__(self, kind: str, payload: Payload) -> Payload:
        if payload["type"] in ("block_actions", "message_action", "shortcut"):
            view, trigger_id = self.views.pop(0), payload["trigger_id"]
            if "view" in payload:
                await self.bot.views_push(trigger_id=trigger_id, view=view)
            else:
                await self.bot.views_open(trigger_id=trigger_id, view=view)
        if payload["type"] == "view_submission" and self.submitted:
            return self.submitted.pop(0)
        return {}


async def open_modal(
    page: Page, app: ScriptedApp, bot: AsyncWebClient, bot_says: BotSays, *views: Payload
) -> Opener:
    opener = Opener(bot, *(views or (LOG,)))
    app.answer = opener
    await bot_says("x", [actions(button("Log", "log"))])
    await last(page).get_by_role("button", name="Log").press("Enter")
    await expect(page.locator("#modal")).to_be_visible()
    return opener


async def test_a_modal_is_filled_in_and_sent_by_the_keyboard(
    page: Page, app: ScriptedApp, bot: AsyncWebClient, bot_says: BotSays
) -> None:
    await open_modal(page, app, bot, bot_says)
    what = dialog(page).get_by_role("textbox", name="What did you do?")
    await expect(what).to_be_focused()
    await expect(what).to_have_accessible_description("As you would tell a colleague.")

    await page.keyboard.type("wrote the report\nand sent it")
    await dialog(page).get_by_role("radio", name="15 minutes").press("Space")
    await what.press("Control+Enter")

    sent = await app.wait_for("view_submission")
    values = sent["view"]["state"]["values"]
    assert values["what"]["it"]["value"] == "wrote the report\nand sent it"
    assert values["when"]["it"]["selected_date"] == "2026-03-05"
    assert values["tags"]["it"]["value"] is None
    assert values["kind"]["it"]["selected_option"]["value"] == "15-minutes"
    await expect(dialog(page)).to_be_hidden()
    await expect(last(page).get_by_role("button", name="Log")).to_be_focused()


async def test_enter_sends_from_a_field_of_one_line(
    page: Page, app: ScriptedApp, bot: AsyncWebClient, bot_says: BotSays
) -> None:
    await open_modal(page, app, bot, bot_says)
    await dialog(page).get_by_role("textbox", name="What did you do?").fill("wrote it")
    await dialog(page).get_by_role("textbox", name="Tags").press("Enter")
    await app.wait_for("view_submission")
    await expect(dialog(page)).to_be_hidden()


async def test_what_is_missing_or_wrong_is_said_below_its_field(
    page: Page, app: ScriptedApp, bot: AsyncWebClient, bot_says: BotSays
) -> None:
    opener = await open_modal(page, app, bot, bot_says)
    opener.submitted = [{"response_action": "errors", "errors": {"tags": "Begin it with #."}}]
    what = dialog(page).get_by_role("textbox", name="What did you do?")
    tags = dialog(page).get_by_role("textbox", name="Tags")
    save = dialog(page).get_by_role("button", name="Save")

    await save.click()
    await expect(what).to_be_focused()
    await expect(what).to_have_accessible_description(re.compile("complete this required field"))
    assert app.all_of("view_submission") == []

    await what.fill("wrote it")
    await tags.fill("billing")
    await save.click()
    await expect(tags).to_be_focused()
    await expect(tags).to_have_accessible_description("Begin it with #.")
    await expect(tags).to_have_attribute("aria-invalid", "true")
    await expect(dialog(page).get_by_text("complete this required field")).to_have_count(0)
    await expect(what).to_have_value("wrote it")

    await save.click()
    await expect(dialog(page)).to_be_hidden()


@pytest.mark.parametrize("way", ["Escape", "Cancel", "Close"])
async def test_a_modal_is_left_in_three_ways(
    page: Page, app: ScriptedApp, bot: AsyncWebClient, bot_says: BotSays, way: str
) -> None:
    await open_modal(page, app, bot, bot_says)
    if way == "Escape":
        await page.keyboard.press("Escape")
    else:
        await dialog(page).get_by_role("button", name=way).click()
    await expect(dialog(page)).to_be_hidden()
    assert (await app.wait_for("view_closed"))["is_cleared"] is (way == "Close")
    await expect(last(page).get_by_role("button", name="Log")).to_be_focused()


async def test_the_focus_stays_in_the_modal(
    page: Page, app: ScriptedApp, bot: AsyncWebClient, bot_says: BotSays
) -> None:
    await open_modal(page, app, bot, bot_says)
    inside = (
        "document.activeElement === document.body || !!document.activeElement.closest('dialog')"
    )
    for _ in range(12):
        await page.keyboard.press("Tab")
        assert await page.evaluate(inside)


async def test_a_modal_shows_that_it_is_sending_and_that_nobody_answers(
    page: Page, app: ScriptedApp, bot: AsyncWebClient, bot_says: BotSays
) -> None:
    await open_modal(page, app, bot, bot_says)
    app.answer = keep_silent
    await dialog(page).get_by_role("textbox", name="What did you do?").fill("keep this")
    save = dialog(page).get_by_role("button", name="Save")
    await save.click()
    await expect(save).to_have_attribute("aria-busy", "true")
    await expect(dialog(page).get_by_role("alert").last).to_contain_text("did not answer")
    await expect(dialog(page).get_by_role("textbox", name="What did you do?")).to_have_value(
        "keep this"
    )


async def test_a_modal_on_top_of_another_goes_back_to_it(
    page: Page, app: ScriptedApp, bot: AsyncWebClient, bot_says: BotSays
) -> None:
    first = modal(actions(button("More", "more")), title="First")
    second = modal(section("Details"), title="Second", close=plain("Back"))
    await open_modal(page, app, bot, bot_says, first, second)
    await dialog(page, "First").get_by_role("button", name="More").click()
    await expect(dialog(page, "Second")).to_contain_text("Details")
    await dialog(page, "Second").get_by_role("button", name="Back").click()
    await expect(dialog(page, "First")).to_be_visible()


async def test_an_update_leaves_alone_what_was_typed(
    page: Page, app: ScriptedApp, bot: AsyncWebClient, bot_says: BotSays, slack: LocalSlack
) -> None:
    await open_modal(page, app, bot, bot_says)
    await dialog(page).get_by_role("textbox", name="What did you do?").fill("half a thought")
    changed = {**LOG, "blocks": [section("One more thing"), *LOG["blocks"]]}
    await bot.views_update(view=changed, view_id=slack.views[0]["id"])
    await expect(dialog(page)).to_contain_text("One more thing")
    await expect(dialog(page).get_by_role("textbox", name="What did you do?")).to_have_value(
        "half a thought"
    )


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_a_modal_can_be_read(
    page: Page, app: ScriptedApp, bot: AsyncWebClient, bot_says: BotSays, scheme: str
) -> None:
    await page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    await open_modal(page, app, bot, bot_says)
    await dialog(page).get_by_role("button", name="Save").click()
    await expect(dialog(page).get_by_text("complete this required field")).to_be_visible()
    found = await page.locator("#modal").evaluate(
        COLOURS.replace("() =>", "root =>").replace("document.body", "root")
    )
    assert len(found) > 8
    assert [each for each in found if contrast(each[1], each[2]) < 4.5] == []


async def test_a_modal_fits_a_phone(
    phone: Page, app: ScriptedApp, bot: AsyncWebClient, bot_says: BotSays
) -> None:
    app.answer = Opener(bot, LOG)
    await bot_says("x", [actions(button("Log", "log"))])
    await last(phone).get_by_role("button", name="Log").tap()
    await expect(dialog(phone).get_by_role("button", name="Save")).to_be_in_viewport(ratio=0.99)
    assert await overflow(phone) <= 0
    await dialog(phone).get_by_role("textbox", name="What did you do?").fill("on my way")
    await dialog(phone).get_by_role("button", name="Save").tap()
    await expect(dialog(phone)).to_be_hidden()


HOME = home(
    {"type": "header", "text": plain("Today")},
    section("*10:13* on the retry loop"),
    actions(button("Ask me now", "ask_me", style="primary")),
)


async def test_the_home_tab_is_published_when_somebody_looks_at_it(
    page: Page, app: ScriptedApp, bot: AsyncWebClient, slack: LocalSlack
) -> None:
    async def publish(kind: str, payload: Payload) -> Payload:
        event = payload.get("event", {})
        if event.get("type") == "app_home_opened" and event["tab"] == "home":
            await bot.views_publish(user_id=event["user"], view=HOME)
        return {}

    app.answer = publish
    tabs = page.get_by_role("tablist")
    await expect(tabs.get_by_role("tab", name="Messages")).to_have_attribute(
        "aria-selected", "true"
    )
    await tabs.get_by_role("tab", name="Home").click()
    view = page.get_by_role("tabpanel", name="Home")
    await expect(view.get_by_role("heading", name="Today")).to_be_visible()
    assert page.url.endswith("/home")

    await view.get_by_role("button", name="Ask me now").click()
    pressed = await app.wait_for("block_actions")
    assert slack.home is not None
    assert pressed["container"] == {"type": "view", "view_id": slack.home["id"]}
    await bot.views_publish(user_id=slack.user_id, view=home(section("Asked.")))
    await expect(view).to_contain_text("Asked.")

    await page.reload()
    await expect(page.get_by_role("tabpanel", name="Home")).to_be_visible()
    await page.go_back()
    await expect(page.get_by_role("textbox", name="Message Companion")).to_be_visible()


async def test_tabs_are_walked_by_arrows_and_about_tells_what_there_is(page: Page) -> None:
    await page.get_by_role("tab", name="Messages").focus()
    await page.keyboard.press("ArrowRight")
    await expect(page.get_by_role("tab", name="About")).to_be_focused()
    about = page.get_by_role("tabpanel", name="About")
    await expect(about).to_contain_text("/log")
    await expect(about).to_contain_text("Log this message")
    await page.keyboard.press("Home")
    await expect(page.get_by_role("tab", name="Home")).to_be_focused()
    await expect(page.get_by_role("tabpanel", name="Home")).to_contain_text("Nothing to show here")


async def test_a_shortcut_logs_what_somebody_else_said(
    page: Page, app: ScriptedApp, bot: AsyncWebClient, slack: LocalSlack
) -> None:
    mira, channel = slack.add_user("Mira"), slack.add_channel("billing")
    ts = await slack.post_payload({"text": "the deploy failed"}, user_id=mira, channel=channel)
    app.answer = Opener(bot, LOG, LOG)
    await page.get_by_role("link", name="billing").click()
    message = last(page)
    await message.hover()
    await message.get_by_role("button", name="More actions").click()
    await page.get_by_role("menuitem", name="Log this message").click()
    await expect(dialog(page)).to_be_visible()
    used = await app.wait_for("message_action")
    assert (used["message_ts"], used["message"]["user"]) == (ts, mira)
    await page.keyboard.press("Escape")

    await message.focus()
    await message.get_by_role("button", name="More actions").press("Enter")
    await page.keyboard.press("Enter")
    await expect(dialog(page)).to_be_visible()


async def test_a_finger_reaches_the_shortcuts_too(
    phone: Page, app: ScriptedApp, slack: LocalSlack, bot_says: BotSays
) -> None:
    await bot_says("the deploy failed")
    await last(phone).locator(".text").tap()
    await last(phone).get_by_role("button", name="More actions").tap()
    await phone.get_by_role("menuitem", name="Log this message").tap()
    assert (await app.wait_for("message_action"))["message"]["text"] == "the deploy failed"


async def test_one_reacts_and_takes_it_back(page: Page, bot_says: BotSays) -> None:
    await bot_says("the deploy is through")
    await last(page).hover()
    await last(page).get_by_role("button", name="Add reaction").click()
    await page.get_by_role("menuitem", name="tada").click()
    mine = last(page).get_by_role("button", name="tada, 1")
    await expect(mine).to_have_attribute("aria-pressed", "true")
    await mine.click()
    await expect(mine).to_have_count(0)


async def test_one_is_in_a_meeting_in_a_huddle_and_not_to_be_disturbed(
    page: Page, bot: AsyncWebClient, slack: LocalSlack, moment: datetime
) -> None:
    you = page.locator("#you")
    await you.press("Enter")
    await page.keyboard.press("Enter")
    status = page.get_by_role("dialog", name="Set a status")
    await status.get_by_role("button", name="In a meeting").click()
    await expect(status.get_by_role("combobox")).to_have_value("60")
    await status.get_by_role("button", name="Save").click()
    await expect(status).to_be_hidden()
    await expect(you).to_have_accessible_name("Ada, In a meeting until 19:30")

    for choice in ("Start a huddle (30 minutes)", "Pause notifications for 1 hour"):
        await you.click()
        await page.get_by_role("menuitem", name=choice).click()
    await expect(you).to_have_accessible_name(
        "Ada, In a meeting until 19:30, In a huddle until 19:00, Notifications paused until 19:30"
    )
    profile = (await bot.users_info(user=slack.user_id))["user"]["profile"]
    assert (profile["status_text"], profile["status_emoji"], profile["huddle_state"]) == (
        "In a meeting",
        ":spiral_calendar_pad:",
        "in_a_huddle",
    )
    assert (await bot.dnd_info(user=slack.user_id))["snooze_enabled"]

    for choice in ("Leave the huddle", "Resume notifications"):
        await you.click()
        await page.get_by_role("menuitem", name=choice).click()
    await you.click()
    await page.get_by_role("menuitem", name="Change your status").click()
    await expect(status.get_by_role("textbox")).to_have_value("In a meeting")
    await status.get_by_role("button", name="Clear status").click()
    await expect(you).to_have_accessible_name("Ada")


async def test_a_global_shortcut_is_in_the_menu_of_the_person(page: Page, app: ScriptedApp) -> None:
    await page.locator("#you").click()
    await page.get_by_role("menuitem", name="Ask me").click()
    assert (await app.wait_for("shortcut"))["callback_id"] == "ask"


async def test_files_are_shown_by_what_they_are(page: Page, slack: LocalSlack) -> None:
    await slack.post_payload(
        {
            "text": "",
            "subtype": "file_share",
            "files": [
                {"id": "F1", "mode": "snippet", "title": "plan.md", "preview": "1. <b>test</b>"},
                {"id": "F2", "name": "invoice.pdf", "pretty_type": "PDF"},
                {"id": "F3", "mode": "tombstone"},
            ],
        }
    )
    await expect(last(page).locator("pre")).to_have_text("1. <b>test</b>")
    await expect(last(page)).to_contain_text("invoice.pdf PDF")
    await expect(last(page)).to_contain_text("This file was deleted.")


async def test_a_second_command_is_offered_and_chosen_by_the_keyboard(page: Page) -> None:
    await page.keyboard.type("/")
    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("Tab")
    await expect(page.get_by_role("textbox", name="Message Companion")).to_have_value("/companion ")


async def test_a_file_goes_out_with_a_message(page: Page, slack: LocalSlack) -> None:
    box = page.get_by_role("textbox", name="Message Companion")
    choosing = page.locator("main input[type=file]")
    plan = {"name": "plan.md", "mimeType": "text/markdown", "buffer": b"1. <b>test</b>"}
    await choosing.set_input_files(plan)  # type: ignore[arg-type]
    await page.get_by_role("button", name="Remove the file").click()
    await expect(page.get_by_text("plan.md")).to_be_hidden()

    await choosing.set_input_files(plan)  # type: ignore[arg-type]
    await box.fill("the plan")
    await box.press("Enter")
    await expect(last(page).locator("pre")).to_have_text("1. <b>test</b>")
    await expect(page.locator("main .attached")).to_be_hidden()
    [message] = slack.messages()
    assert (message["subtype"], message["text"]) == ("file_share", "the plan")
    assert message["files"][0]["mode"] == "snippet"

    picture = {"name": "desk.png", "mimeType": "image/png", "buffer": PIXEL}
    await choosing.set_input_files(picture)  # type: ignore[arg-type]
    await page.get_by_role("button", name="Send", exact=True).click()
    await expect(last(page).get_by_role("img", name="desk.png")).to_be_visible()
    large = {"name": "film.bin", "mimeType": "video/mp4", "buffer": b"x" * (1024**2 + 1)}
    await choosing.set_input_files(large)  # type: ignore[arg-type]
    await expect(page.get_by_role("alert")).to_contain_text("A file may have 1 MB here")

"""What someone does at the sandbox's page, in a real browser."""

import asyncio
import re
from datetime import datetime, timedelta
from pathlib import Path

import aiohttp
import pytest
from playwright.async_api import Browser, Locator, Page, Route, expect
from slack_sdk.web.async_client import AsyncWebClient

from companion.errors import CompanionError
from companion.sandbox import LocalSlack
from tests.sandbox.page.conftest import BotSays

pytestmark = pytest.mark.browser


def composer(page: Page) -> Locator:
    return page.get_by_role("main").get_by_role("textbox", name=re.compile("^Message "))


def messages(page: Page) -> Locator:
    return page.get_by_role("main").get_by_role("log").get_by_role("article")


def thread(page: Page) -> Locator:
    return page.get_by_role("complementary", name="Thread")


async def say(page: Page, text: str) -> Locator:
    """Type a message, send it, and wait until it is there."""
    await composer(page).fill(text)
    await composer(page).press("Enter")
    message = messages(page).filter(has_text=text.splitlines()[-1]).last
    await expect(message).to_be_visible()
    return message


async def test_a_newcomer_is_told_what_to_type_and_it_works(page: Page) -> None:
    await expect(
        page.get_by_role("heading", name="Tell Companion what you are doing")
    ).to_be_visible()

    await page.keyboard.type("/log fixed the flaky test")
    await page.keyboard.press("Enter")

    answer = messages(page).last
    await expect(answer).to_contain_text("fixed the flaky test")
    await expect(answer).to_contain_text("Only visible to you")
    await expect(page.locator("#empty")).to_be_hidden()
    await expect(composer(page)).to_have_value("")


async def test_the_example_fills_the_message_box(page: Page) -> None:
    await page.get_by_role("button", name="/log fixed the flaky test").click()

    await expect(composer(page)).to_have_value("/log fixed the flaky test")
    await expect(composer(page)).to_be_focused()


async def test_a_slash_offers_the_command_and_tab_completes_it(page: Page) -> None:
    await page.keyboard.type("/")
    await expect(page.get_by_text("Write down what you are doing")).to_be_visible()

    await page.keyboard.press("Tab")
    await expect(composer(page)).to_have_value("/log ")

    await page.keyboard.type("wrote the report")
    await expect(page.get_by_text("Write down what you are doing")).to_be_hidden()
    await page.keyboard.press("Enter")
    await expect(messages(page).last).to_contain_text("wrote the report")


async def test_an_unknown_command_stays_in_the_box_and_is_put_right(page: Page) -> None:
    await page.keyboard.type("/lgo wrote the report")
    await page.keyboard.press("Enter")

    await expect(page.get_by_role("alert")).to_contain_text("Did you mean /log?")
    await expect(composer(page)).to_have_value("/lgo wrote the report")
    await expect(messages(page)).to_have_count(0)

    await page.get_by_role("button", name="Use /log").click()
    await expect(composer(page)).to_have_value("/log wrote the report")
    await page.keyboard.press("Enter")
    await expect(messages(page).last).to_contain_text("wrote the report")
    await expect(page.get_by_role("alert")).to_have_count(0)


async def test_each_answer_stands_below_its_own_command(page: Page) -> None:
    for typed in ("/log wrote the report", "/log"):
        await page.keyboard.type(typed)
        await page.keyboard.press("Enter")
        answer = messages(page).last
        await expect(answer.get_by_text(typed, exact=True)).to_be_visible()
        await expect(answer.get_by_text("Companion Log", exact=True)).to_be_visible()
        await expect(answer.get_by_text("Only visible to you")).to_be_visible()

    await expect(messages(page)).to_have_count(2)


async def test_what_follows_a_thread_has_its_own_author(
    page: Page, slack: LocalSlack, bot_says: BotSays
) -> None:
    prompt = await bot_says("What now?")
    await slack.say("testing", thread_ts=prompt)
    await bot_says("Your summary")

    await expect(messages(page).last.get_by_text("Companion", exact=True)).to_be_visible()


async def test_shift_enter_starts_a_new_line(page: Page) -> None:
    await page.keyboard.type("one")
    await page.keyboard.press("Shift+Enter")
    await page.keyboard.type("two")
    await expect(composer(page)).to_have_value("one\ntwo")

    await page.keyboard.press("Enter")
    await expect(messages(page)).to_have_count(1)


async def test_what_is_typed_is_shown_as_text_and_not_as_html(page: Page) -> None:
    message = await say(page, "the <b>tag</b> & <script>alert(1)</script>")

    await expect(message.locator(".text")).to_have_text(
        "the <b>tag</b> & <script>alert(1)</script>"
    )


async def test_the_keyboard_alone_reaches_everything_of_a_thread(page: Page) -> None:
    await page.keyboard.type("an older message")
    await page.keyboard.press("Enter")
    await page.keyboard.type("looking at the exporter")
    await page.keyboard.press("Enter")
    await expect(messages(page)).to_have_count(2)

    # The list is one Tab stop: the message and its five buttons; arrows go between messages.
    for _ in range(6):
        await page.keyboard.press("Shift+Tab")
    await expect(messages(page).last).to_be_focused()
    await page.keyboard.press("ArrowUp")
    await expect(messages(page).first).to_be_focused()
    await page.keyboard.press("Tab")
    await page.keyboard.press("Tab")
    await expect(messages(page).first.get_by_role("button", name="Reply in thread")).to_be_focused()

    await page.keyboard.press("Enter")
    await expect(thread(page).get_by_role("textbox", name="Reply")).to_be_focused()
    await page.keyboard.type("it was the clock")
    await page.keyboard.press("Enter")
    await expect(thread(page).get_by_role("article").last).to_contain_text("it was the clock")

    await page.keyboard.press("Escape")
    await expect(thread(page)).to_be_hidden()
    await expect(messages(page).first).to_be_focused()
    await expect(messages(page)).to_have_count(2)
    await messages(page).first.get_by_role("button", name="1 reply").press("Enter")
    await expect(thread(page).get_by_role("article")).to_have_count(2)


async def test_a_command_in_a_thread_is_refused_and_stays_in_the_box(page: Page) -> None:
    message = await say(page, "looking at the exporter")
    await message.hover()
    await message.get_by_role("button", name="Reply in thread").click()

    reply = thread(page).get_by_role("textbox", name="Reply")
    await reply.fill("/log fixed it")
    await reply.press("Enter")

    await expect(thread(page).get_by_role("alert")).to_contain_text("no commands in threads")
    await expect(reply).to_have_value("/log fixed it")


async def test_arrow_up_edits_the_last_message_of_ones_own(page: Page, bot_says: BotSays) -> None:
    await say(page, "fixed teh test")
    await bot_says("What are you working on?")
    await expect(messages(page)).to_have_count(2)

    await composer(page).press("ArrowUp")
    editor = page.get_by_role("textbox", name="Edit message")
    await expect(editor).to_be_focused()
    await expect(editor).to_have_value("fixed teh test")
    await editor.fill("fixed the test")
    await editor.press("Enter")

    await expect(messages(page).first).to_contain_text("fixed the test (edited)")
    await expect(composer(page)).to_be_focused()


async def test_escape_leaves_a_message_as_it_was(page: Page) -> None:
    message = await say(page, "fixed the test")
    await composer(page).press("ArrowUp")
    await page.keyboard.type(" and more")
    await page.keyboard.press("Escape")

    await expect(page.get_by_role("textbox", name="Edit message")).to_have_count(0)
    await expect(message.locator(".text")).to_have_text("fixed the test")
    await expect(composer(page)).to_be_focused()


async def test_what_comes_in_does_not_disturb_an_edit(page: Page, bot_says: BotSays) -> None:
    await say(page, "fixed the test")
    await composer(page).press("ArrowUp")
    await page.keyboard.type(" at last")

    await bot_says("What are you working on?")
    await expect(messages(page)).to_have_count(2)

    editor = page.get_by_role("textbox", name="Edit message")
    await expect(editor).to_have_value("fixed the test at last")
    await expect(editor).to_be_focused()


async def test_deleting_asks_first(page: Page) -> None:
    message = await say(page, "not meant for here")
    delete = message.get_by_role("button", name="Delete")
    dialog = page.get_by_role("dialog", name="Delete this message?")

    await delete.press("Enter")
    await expect(dialog).to_contain_text("not meant for here")
    await page.keyboard.press("Escape")
    await expect(dialog).to_be_hidden()
    await expect(message).to_be_visible()
    await expect(delete).to_be_focused()

    await delete.press("Enter")
    await dialog.get_by_role("button", name="Delete").click()
    await expect(messages(page)).to_have_count(0)
    await expect(composer(page)).to_be_focused()


async def test_only_ones_own_messages_can_be_edited(page: Page, bot_says: BotSays) -> None:
    await bot_says("What are you working on?")

    question = messages(page).first
    await expect(question.get_by_role("button", name="Reply in thread")).to_be_attached()
    await expect(question.get_by_role("button", name="Edit")).to_have_count(0)
    await expect(question.get_by_role("button", name="Delete")).to_have_count(0)


async def test_another_place_counts_what_is_unread(page: Page, bot_says: BotSays) -> None:
    places = page.get_by_role("navigation", name="Channels")
    await places.get_by_role("link", name="general").click()
    await expect(page.get_by_role("heading", name="#general")).to_be_visible()
    assert "#C" in page.url

    await bot_says("What are you working on?")
    await bot_says("And now?")
    await expect(
        places.get_by_role("link", name="Companion (not connected) 2 unread")
    ).to_be_visible()
    await expect(page).to_have_title(re.compile(r"^\(2\) general"))

    await page.reload()
    await expect(page.get_by_role("heading", name="#general")).to_be_visible()
    await places.get_by_role("link", name="2 unread").click()
    await expect(messages(page)).to_have_count(2)
    await expect(places.get_by_text("unread")).to_have_count(0)


async def test_a_draft_waits_in_its_place(page: Page) -> None:
    await page.keyboard.type("half a thought")
    await page.get_by_role("link", name="general").click()
    await expect(composer(page)).to_have_value("")

    await page.get_by_role("link", name="Companion").click()
    await expect(composer(page)).to_have_value("half a thought")


async def test_drafts_survive_a_reload_until_they_are_sent(page: Page, bot_says: BotSays) -> None:
    await bot_says("What now?")
    await page.keyboard.type("half a thought")
    await messages(page).first.hover()
    await messages(page).first.get_by_role("button", name="Reply in thread").click()
    reply = thread(page).get_by_role("textbox", name="Reply")
    await reply.fill("half an answer")
    await page.get_by_role("link", name="general").click()
    await composer(page).fill("for everybody")

    await page.reload()
    await expect(composer(page)).to_have_value("for everybody")
    await page.get_by_role("link", name="Companion").click()
    await expect(composer(page)).to_have_value("half a thought")
    await composer(page).press("Enter")
    await expect(messages(page)).to_have_count(2)
    await messages(page).first.hover()
    await messages(page).first.get_by_role("button", name="Reply in thread").click()
    await expect(reply).to_have_value("half an answer")

    await page.reload()
    await expect(reply).to_have_value("half an answer")
    await expect(composer(page)).to_have_value("")


async def test_what_could_not_be_sent_stays_in_the_box(page: Page) -> None:
    async def cut(route: Route) -> None:
        await route.abort()

    await page.route("**/sandbox/messages", cut)
    await page.keyboard.type("please keep this")
    await page.keyboard.press("Enter")

    await expect(page.get_by_role("alert")).to_contain_text("Not sent. The sandbox does not answer")
    await expect(composer(page)).to_have_value("please keep this")

    await page.unroute("**/sandbox/messages")
    await composer(page).press("Enter")
    await expect(messages(page)).to_have_count(1)
    await expect(page.get_by_role("alert")).to_have_count(0)


async def test_new_messages_do_not_scroll_someone_who_reads_above(
    page: Page, bot_says: BotSays
) -> None:
    for number in range(4):
        await bot_says("\n".join(f"line {number}.{line}" for line in range(15)))
    await expect(messages(page)).to_have_count(4)
    await expect(messages(page).last.get_by_text("line 3.14")).to_be_in_viewport()

    scroll = page.get_by_role("main").locator(".scroll")
    await scroll.evaluate("element => { element.scrollTop = 0 }")
    await bot_says("the newest")
    await expect(messages(page)).to_have_count(5)
    assert await scroll.evaluate("element => element.scrollTop") == 0

    await page.get_by_role("button", name="New messages").click()
    await expect(messages(page).last).to_be_in_viewport()
    await expect(page.get_by_role("button", name="New messages")).to_be_hidden()


async def test_times_are_those_of_the_one_who_reads(
    browser: Browser, slack: LocalSlack, bot_says: BotSays, moment: datetime
) -> None:
    await bot_says(f"The summary comes at <!date^{int(moment.timestamp())}^{{time}}|17:30 UTC>.")
    context = await browser.new_context(timezone_id="Asia/Tokyo", locale="en-GB")
    page = await context.new_page()
    await page.clock.set_fixed_time(moment + timedelta(days=1))
    await page.goto(slack.url)

    await expect(messages(page).first).to_contain_text("The summary comes at 02:30.")
    await expect(messages(page).first.locator(".when")).to_have_text("02:30")
    await expect(page.get_by_role("heading", name="Yesterday")).to_be_visible()
    await context.close()


async def test_a_summary_is_shown_as_the_markdown_that_it_is(page: Page, bot_says: BotSays) -> None:
    markdown = (
        "## Yesterday\n\n- the **exporter**\n- see [this](https://example.com)\n\n"
        "> a quote\n\n`code` <img src=x onerror=alert(1)>"
    )
    await bot_says("Yesterday", blocks=[{"type": "markdown", "text": markdown}])

    summary = messages(page).first
    await expect(summary.get_by_role("heading", name="Yesterday")).to_be_visible()
    await expect(summary.get_by_role("listitem")).to_have_count(2)
    link = summary.get_by_role("link", name="this")
    await expect(link).to_have_attribute("target", "_blank")
    await expect(link).to_have_attribute("rel", re.compile("noopener"))
    await expect(summary).to_contain_text("<img src=x onerror=alert(1)>")


async def test_a_reaction_appears_on_the_message(
    page: Page, slack: LocalSlack, bot: AsyncWebClient
) -> None:
    message = await say(page, "fixed the test")
    ts = slack.messages()[0]["ts"]
    await bot.reactions_add(channel=slack.dm_channel, timestamp=ts, name="white_check_mark")

    await expect(message.get_by_role("button", name="white check mark, 1")).to_be_visible()


async def test_the_replies_of_a_deleted_message_stay_reachable(
    page: Page, slack: LocalSlack
) -> None:
    ts = await slack.say("a question")
    await slack.say("an answer", thread_ts=ts)
    await expect(messages(page).first.get_by_role("button", name="1 reply")).to_be_visible()
    await slack.delete(ts)

    await expect(messages(page).first).to_contain_text("This message was deleted.")
    await expect(messages(page).first.get_by_role("button", name="Edit")).to_have_count(0)
    await messages(page).first.get_by_role("button", name="1 reply").click()
    await expect(thread(page).get_by_role("article").last).to_contain_text("an answer")


async def test_the_dot_says_whether_companion_is_connected(
    page: Page, slack: LocalSlack, bot: AsyncWebClient
) -> None:
    await expect(page.locator("#presence")).to_have_text("Not connected")

    opened = await bot.apps_connections_open(app_token=slack.app_token)
    async with aiohttp.ClientSession() as session:
        async with session.ws_connect(opened["url"]):
            await expect(page.locator("#presence")).to_have_text("Connected")
            place = page.get_by_role("link", name="Companion (connected)")
            await expect(place).to_be_visible()
        await expect(page.locator("#presence")).to_have_text("Not connected")


async def test_a_button_waits_for_its_work_and_says_what_went_wrong(
    page: Page, slack: LocalSlack
) -> None:
    started, finish = asyncio.Event(), asyncio.Event()

    async def summarize() -> None:
        started.set()
        await finish.wait()
        raise CompanionError("The model did not answer. Try again later.")

    slack.actions["summarize"] = summarize
    await page.reload()
    await expect(page.get_by_role("button", name="Ask me now")).to_have_count(0)
    button = page.get_by_role("button", name="Summarize now")
    await expect(button).to_have_accessible_description(
        "Shows what tomorrow morning’s summary would say"
    )
    await button.click()
    await started.wait()
    running = page.get_by_role("button", name="Summarizing…")
    await expect(running).to_be_disabled()
    await running.press("Enter")  # starts nothing, and keeps the focus

    finish.set()
    await expect(page.get_by_role("alert")).to_have_text(
        "The model did not answer. Try again later."
    )
    await expect(page.get_by_role("button", name="Summarize now")).to_be_enabled()
    await expect(page.get_by_role("button", name="Summarize now")).to_be_focused()


async def test_the_page_says_where_things_are_kept(page: Page) -> None:
    await expect(page.get_by_text("Kept in memory only.")).to_be_visible()


async def test_the_page_comes_back_when_the_sandbox_does(
    browser: Browser, moment: datetime, tmp_path: Path
) -> None:
    context = await browser.new_context()
    page = await context.new_page()
    kept = tmp_path / "slack.db"
    async with LocalSlack(now=lambda: moment, storage=kept) as slack:
        port = int(slack.url.rpartition(":")[2])
        await page.goto(slack.url)
        await say(page, "before")
    await expect(page.get_by_text("The sandbox does not answer.")).to_be_visible()
    await page.keyboard.type("written meanwhile")

    async with LocalSlack(now=lambda: moment, storage=kept, port=port) as slack:
        await slack.say("after")
        await expect(messages(page).last).to_contain_text("after")
        await expect(page.get_by_text("The sandbox does not answer.")).to_have_count(0)
        await expect(composer(page)).to_have_value("written meanwhile")
    await context.close()


async def test_a_workspace_that_was_reset_has_no_drafts(browser: Browser, moment: datetime) -> None:
    context = await browser.new_context()
    page = await context.new_page()
    async with LocalSlack(now=lambda: moment) as slack:
        port = int(slack.url.rpartition(":")[2])
        await page.goto(slack.url)
        await composer(page).fill("half a thought")
        drafts = "Object.keys(localStorage).filter(key => key.includes('draft')).length"
        assert await page.evaluate(drafts) == 1

    async with LocalSlack(now=lambda: moment, port=port):
        await page.goto(f"http://127.0.0.1:{port}")
        await expect(composer(page)).to_be_visible()
        await expect(page.get_by_role("link", name="Companion")).to_be_visible()
        await expect(composer(page)).to_have_value("")
        assert await page.evaluate(drafts) == 0
    await context.close()

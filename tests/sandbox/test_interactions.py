"""Buttons, menus, shortcuts and response_urls, as the apps get them."""

from datetime import timedelta
from typing import Any

import aiohttp
import pytest
from slack_sdk.web.async_client import AsyncWebClient

from companion.sandbox import LocalSlack, NotAnsweredError, RefusedError, Shortcut
from tests.sandbox.apps import daemon_app, keep_silent, web_app
from tests.sandbox.conftest import StandingClock

LOG_THIS = Shortcut("log_this", "Log this message")
OPTIONS = [
    {"text": {"type": "plain_text", "text": name}, "value": name.lower()} for name in ("One", "Two")
]
BUTTON = {
    "type": "button",
    "action_id": "same",
    "text": {"type": "plain_text", "text": "Same as before"},
    "value": "job-1",
}
MENU = {"type": "static_select", "action_id": "how_long", "options": OPTIONS}
BLOCKS: list[dict[str, Any]] = [
    {"type": "section", "text": {"type": "mrkdwn", "text": "What now?"}},
    {"type": "actions", "block_id": "answers", "elements": [BUTTON, MENU]},
]


async def post(web: AsyncWebClient, slack: LocalSlack, blocks: Any = BLOCKS) -> str:
    answer = await web.chat_postMessage(channel=slack.user_id, text="What now?", blocks=blocks)
    return str(answer["ts"])


async def respond(url: str, **answer: Any) -> int:
    async with aiohttp.ClientSession() as session, session.post(url, json=answer) as response:
        return response.status


async def test_a_press_reaches_the_app_that_posted_the_message(
    slack: LocalSlack, web: AsyncWebClient
) -> None:
    ts = await post(web, slack)
    async with daemon_app(slack) as app:
        await slack.press(ts, "same")

    [pressed] = app.got
    assert pressed["type"] == "block_actions"
    assert pressed["user"]["id"] == slack.user_id
    assert pressed["api_app_id"] == slack.messages()[0]["app_id"]
    assert pressed["container"] == {
        "type": "message",
        "message_ts": ts,
        "channel_id": slack.dm_channel,
        "is_ephemeral": False,
    }
    assert pressed["channel"] == {"id": slack.dm_channel, "name": "directmessage"}
    assert pressed["message"]["blocks"] == BLOCKS
    [action] = pressed["actions"]
    assert (action["type"], action["block_id"], action["value"]) == ("button", "answers", "job-1")
    assert float(action["action_ts"]) == slack.now().timestamp()
    unchosen = {"type": "static_select", "selected_option": None}
    assert pressed["state"]["values"] == {"answers": {"how_long": unchosen}}
    assert pressed["response_url"].startswith(slack.url)


async def test_what_stands_in_the_other_elements_comes_along(
    slack: LocalSlack, web: AsyncWebClient
) -> None:
    ts = await post(web, slack)
    async with daemon_app(slack) as app:
        await slack.press(ts, "same", values={"answers": {"how_long": "two"}})
        await slack.press(ts, "how_long", "one")

    chosen = [got["state"]["values"]["answers"]["how_long"]["selected_option"] for got in app.got]
    assert [option["value"] for option in chosen] == ["two", "one"]
    assert app.got[1]["actions"][0]["selected_option"]["text"]["text"] == "One"


async def test_the_web_app_gets_signed_forms_for_what_is_its_own(slack: LocalSlack) -> None:
    async def answer(kind: str, payload: dict[str, Any]) -> dict[str, Any]:
        return {"text": "More?", "blocks": BLOCKS} if kind == "slash_commands" else {}

    async with web_app(slack, answer) as app:
        shown = await slack.run_command("/log", "", channel=slack.dm_channel)
        await slack.press(shown["ts"], "same")

    command, pressed = app.got
    assert command["api_app_id"] == pressed["api_app_id"] != slack.user_id
    assert pressed["container"]["is_ephemeral"]
    assert "message" not in pressed  # Slack keeps no ephemeral message
    assert slack.ephemerals()[0]["app_id"] == command["api_app_id"]


async def test_two_apps_see_their_own_direct_messages_alone(
    slack: LocalSlack, web: AsyncWebClient
) -> None:
    slack.web_scopes.update({"chat:write", "im:write", "im:history"})
    other = AsyncWebClient(slack.web_bot_token, base_url=slack.api_url)
    assert (await other.auth_test())["user_id"] != (await web.auth_test())["user_id"]
    sent = await other.chat_postMessage(channel=slack.user_id, text="from the web app")
    assert sent["channel"] != slack.dm_channel
    for call in (
        other.conversations_history(channel=slack.dm_channel),
        web.chat_update(channel=sent["channel"], ts=sent["ts"], text="not mine"),
    ):
        with pytest.raises(Exception, match="channel_not_found"):
            await call


async def test_each_token_has_its_own_scopes(slack: LocalSlack, web: AsyncWebClient) -> None:
    other = AsyncWebClient(slack.web_bot_token, base_url=slack.api_url)
    slack.web_scopes.discard("users:read")
    with pytest.raises(Exception, match="missing_scope"):
        await other.users_info(user=slack.user_id)
    assert (await web.users_info(user=slack.user_id))["ok"]


@pytest.mark.parametrize("silent", [True, False])
async def test_a_press_that_nobody_acks_is_said_so(
    slack: LocalSlack, web: AsyncWebClient, silent: bool
) -> None:
    ts = await post(web, slack)
    if not silent:
        with pytest.raises(NotAnsweredError, match="dispatch_failed"):
            await slack.press(ts, "same")
        return
    async with daemon_app(slack, keep_silent):
        with pytest.raises(NotAnsweredError, match="operation_timeout"):
            await slack.press(ts, "same")


async def test_a_button_that_is_not_there_cannot_be_pressed(
    slack: LocalSlack, web: AsyncWebClient
) -> None:
    ts = await post(web, slack)
    with pytest.raises(RefusedError, match="no_such_action"):
        await slack.press(ts, "skip")
    said = await slack.say("mine")
    with pytest.raises(RefusedError, match="no_such_action"):
        await slack.press(said, "same")


async def test_a_response_url_replaces_and_deletes_the_message_of_the_button(
    slack: LocalSlack, web: AsyncWebClient
) -> None:
    ts = await post(web, slack)
    async with daemon_app(slack) as app:
        await slack.press(ts, "same")
    url = app.got[0]["response_url"]

    assert await respond(url, text="Logged.", replace_original=True) == 200
    [message] = slack.messages()
    assert (message["text"], message["ts"]) == ("Logged.", ts)
    assert "blocks" not in message
    assert await respond(url, text="Only for you") == 200
    assert [shown["text"] for shown in slack.ephemerals()] == ["Only for you"]
    assert await respond(url, delete_original="true") == 200
    assert slack.messages() == []


async def test_an_ephemeral_message_is_replaced_too(slack: LocalSlack) -> None:
    async def answer(kind: str, payload: dict[str, Any]) -> dict[str, Any]:
        return {"text": "Page 1", "blocks": BLOCKS} if kind == "slash_commands" else {}

    async with web_app(slack, answer) as app:
        shown = await slack.run_command("/log", "", channel=slack.channel)
        await slack.press(shown["ts"], "same")
        await respond(app.got[1]["response_url"], text="Page 2", replace_original=True)
        assert [message["text"] for message in slack.ephemerals()] == ["Page 2"]
        await respond(app.got[1]["response_url"], delete_original=True)
    assert slack.ephemerals() == []


async def test_a_shortcut_brings_the_message_of_somebody_else(clock: StandingClock) -> None:
    async with LocalSlack(now=clock, shortcuts=(LOG_THIS,)) as slack:
        grace = slack.add_user("grace")
        ts = await slack.post_payload(
            {"text": "the deploy failed"}, user_id=grace, channel=slack.channel
        )
        async with web_app(slack) as app:
            await slack.use_shortcut("log_this", ts)

    [used] = app.got
    assert (used["type"], used["callback_id"]) == ("message_action", "log_this")
    assert (used["message"]["user"], used["message"]["text"]) == (grace, "the deploy failed")
    assert used["message_ts"] == ts
    assert used["channel"] == {"id": slack.channel, "name": "general"}
    assert used["user"]["id"] == slack.user_id
    assert used["team"]["domain"] == "sandbox"
    assert used["trigger_id"]
    assert used["response_url"]


async def test_a_global_shortcut_has_no_message(clock: StandingClock) -> None:
    shortcut = Shortcut("ask_me", "Ask me now", "global")
    async with LocalSlack(now=clock, shortcuts=(shortcut,)) as slack, daemon_app(slack) as app:
        await slack.use_shortcut("ask_me")
        with pytest.raises(RefusedError, match="shortcut_not_found"):
            await slack.use_shortcut("log_this")
    [used] = app.got
    assert (used["type"], used["callback_id"]) == ("shortcut", "ask_me")
    assert "message" not in used


async def test_a_response_url_of_a_shortcut_leaves_other_peoples_messages_alone(
    clock: StandingClock,
) -> None:
    async with LocalSlack(now=clock, shortcuts=(LOG_THIS,)) as slack:
        ts = await slack.post_payload({"text": "theirs"}, channel=slack.channel)
        async with web_app(slack) as app:
            await slack.use_shortcut("log_this", ts)
            await respond(app.got[0]["response_url"], text="Logged.", replace_original=True)
        assert [message["text"] for message in slack.messages()] == ["theirs"]
        assert [message["text"] for message in slack.ephemerals()] == ["Logged."]


async def test_a_response_url_ends(
    slack: LocalSlack, web: AsyncWebClient, clock: StandingClock
) -> None:
    ts = await post(web, slack)
    async with daemon_app(slack) as app:
        await slack.press(ts, "same")
    url = app.got[0]["response_url"]
    assert await respond(url, text="x", blocks=[{"type": "nonsense"}]) == 400
    assert [await respond(url, text="again") for _ in range(5)] == [200] * 4 + [404]
    async with daemon_app(slack) as app:
        await slack.press(ts, "same")
    clock.move(timedelta(minutes=30))
    assert await respond(app.got[0]["response_url"], text="late") == 404


async def test_an_update_keeps_the_blocks_that_it_does_not_name(
    slack: LocalSlack, web: AsyncWebClient
) -> None:
    channel, ts = slack.dm_channel, await post(web, slack)
    await web.chat_update(channel=channel, ts=ts, text="Logged.")
    assert slack.messages()[0]["blocks"] == BLOCKS
    await web.chat_update(channel=channel, ts=ts, text="Logged.", blocks=[])
    assert slack.messages()[0]["blocks"] == []

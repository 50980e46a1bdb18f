"""The Web API, asked by the real client."""

import asyncio
from datetime import timedelta
from typing import Any

import aiohttp
import pytest
from aiohttp import web as http
from slack_sdk.errors import SlackApiError
from slack_sdk.models.blocks import MarkdownBlock
from slack_sdk.models.metadata import Metadata
from slack_sdk.web.async_client import AsyncWebClient

from companion.sandbox import LocalSlack
from tests.sandbox.conftest import StandingClock


async def refusal(call: Any) -> str:
    with pytest.raises(SlackApiError) as caught:
        await call
    return str(caught.value.response["error"])


async def test_a_token_says_whose_it_is_and_what_it_may(
    slack: LocalSlack, web: AsyncWebClient
) -> None:
    answer = await web.auth_test()
    assert answer["user_id"] == slack.bot_user_id
    assert "chat:write" in answer.headers["x-oauth-scopes"]


async def test_calls_without_the_right_token_are_refused(slack: LocalSlack) -> None:
    def client(token: str | None) -> AsyncWebClient:
        return AsyncWebClient(token, base_url=slack.api_url)

    assert await refusal(client(None).auth_test()) == "not_authed"
    assert await refusal(client("xoxb-wrong").auth_test()) == "invalid_auth"
    assert await refusal(client(slack.app_token).auth_test()) == "not_allowed_token_type"
    wrong = client(slack.bot_token).apps_connections_open(app_token=slack.bot_token)
    assert await refusal(wrong) == "not_allowed_token_type"
    assert (await client(None).api_test())["ok"]


async def test_a_method_that_slack_does_not_have_is_unknown(web: AsyncWebClient) -> None:
    assert await refusal(web.api_call("chat.sing")) == "unknown_method"


async def test_a_body_may_be_a_form_with_the_token_in_it(slack: LocalSlack) -> None:
    form = {
        "token": slack.bot_token,
        "channel": slack.dm_channel,
        "text": "hello",
        "blocks": '[{"type": "markdown", "text": "## hello"}]',
    }
    url = f"{slack.api_url}chat.postMessage"
    async with aiohttp.ClientSession() as session, session.post(url, data=form) as response:
        answer = await response.json()
    assert answer["ok"]
    assert slack.messages()[0]["blocks"] == [{"type": "markdown", "text": "## hello"}]


async def test_a_message_to_a_user_arrives_in_the_direct_message(
    slack: LocalSlack, web: AsyncWebClient
) -> None:
    answer = await web.chat_postMessage(channel=slack.user_id, text="hello")
    assert answer["channel"] == slack.dm_channel
    assert (await web.conversations_open(users=slack.user_id))["channel"]["id"] == answer["channel"]


async def test_metadata_comes_back_when_it_is_asked_for(
    slack: LocalSlack, web: AsyncWebClient
) -> None:
    await web.chat_postMessage(
        channel=slack.user_id,
        text="hello",
        metadata=Metadata("companion_job", {"job_id": "2026-11-20/prompt-1"}),
    )
    plain = await web.conversations_history(channel=slack.dm_channel)
    full = await web.conversations_history(channel=slack.dm_channel, include_all_metadata=True)
    assert "metadata" not in plain["messages"][0]
    payload = full["messages"][0]["metadata"]["event_payload"]
    assert payload == {"job_id": "2026-11-20/prompt-1"}


@pytest.mark.parametrize(
    ("content", "error"),
    [
        ({"text": "x" * 40_001}, "msg_too_long"),
        ({"text": "x", "blocks": [{"type": "nonsense"}]}, "invalid_blocks"),
        ({"text": "x", "blocks": [MarkdownBlock(text="x" * 6_001)] * 2}, "invalid_blocks"),
        ({"text": "x", "thread_ts": "1.000000"}, "thread_not_found"),
        ({"text": "x", "metadata": {"event_payload": {}}}, "invalid_metadata_format"),
    ],
)
async def test_a_message_that_slack_would_not_take_is_refused(
    slack: LocalSlack, web: AsyncWebClient, content: dict[str, Any], error: str
) -> None:
    assert await refusal(web.chat_postMessage(channel=slack.user_id, **content)) == error
    assert slack.messages() == []


async def test_markdown_of_the_full_length_is_taken(slack: LocalSlack, web: AsyncWebClient) -> None:
    blocks = [MarkdownBlock(text="x" * 6_000)] * 2
    assert (await web.chat_postMessage(channel=slack.user_id, text="x", blocks=blocks))["ok"]


async def test_what_is_not_there_is_named_as_slack_names_it(
    slack: LocalSlack, web: AsyncWebClient
) -> None:
    dm = slack.dm_channel
    assert await refusal(web.chat_postMessage(channel="C0", text="x")) == "channel_not_found"
    assert await refusal(web.conversations_history(channel="C0")) == "channel_not_found"
    missing = web.conversations_replies(channel=dm, ts="1.000000")
    assert await refusal(missing) == "thread_not_found"
    assert await refusal(web.users_info(user="U0")) == "user_not_found"
    assert await refusal(web.chat_update(channel=dm, ts="1.0", text="x")) == "message_not_found"
    assert await refusal(web.chat_delete(channel=dm, ts="1.0")) == "message_not_found"
    no_message = web.reactions_add(channel=dm, timestamp="1.0", name="eyes")
    assert await refusal(no_message) == "message_not_found"


async def test_the_bot_may_change_its_own_messages_only(
    slack: LocalSlack, web: AsyncWebClient
) -> None:
    dm, theirs = slack.dm_channel, await slack.say("mine")
    assert await refusal(web.chat_update(channel=dm, ts=theirs, text="x")) == "cant_update_message"
    assert await refusal(web.chat_delete(channel=dm, ts=theirs)) == "cant_delete_message"
    own = (await web.chat_postMessage(channel=dm, text="one"))["ts"]
    assert (await web.chat_update(channel=dm, ts=own, text="two"))["text"] == "two"
    await web.chat_delete(channel=dm, ts=own)
    assert [message["text"] for message in slack.messages()] == ["mine"]


async def test_every_message_has_its_own_ts_even_while_the_clock_stands(slack: LocalSlack) -> None:
    stamps = [await slack.say(f"message {number}") for number in range(20)]
    assert stamps == sorted(set(stamps))


async def test_history_is_complete_and_newest_first_over_pages(
    slack: LocalSlack, web: AsyncWebClient
) -> None:
    said = [await slack.say(f"message {number}") for number in range(25)]
    found: list[str] = []
    async for page in await web.conversations_history(channel=slack.dm_channel, limit=10):
        assert len(page["messages"]) <= 10
        found += [message["ts"] for message in page["messages"]]
    assert found == said[::-1]


async def test_a_message_said_between_two_pages_shifts_nothing(
    slack: LocalSlack, web: AsyncWebClient
) -> None:
    said = [await slack.say(f"message {number}") for number in range(6)]
    first = await web.conversations_history(channel=slack.dm_channel, limit=3)
    await slack.say("one more")
    await slack.delete(said[5])
    cursor = first["response_metadata"]["next_cursor"]
    second = await web.conversations_history(channel=slack.dm_channel, limit=3, cursor=cursor)
    assert [message["ts"] for message in second["messages"]] == said[2::-1]
    assert not second["has_more"]


async def test_limits_in_time_are_exclusive_unless_asked_otherwise(
    slack: LocalSlack, web: AsyncWebClient
) -> None:
    one, two, three = [await slack.say(text) for text in ("one", "two", "three")]

    async def found(**limits: Any) -> list[str]:
        answer = await web.conversations_history(channel=slack.dm_channel, **limits)
        return [message["ts"] for message in answer["messages"]]

    assert await found(oldest=one, latest=three) == [two]
    assert await found(oldest=one, latest=three, inclusive=True) == [three, two, one]
    assert await found(oldest="0") == [three, two, one]
    assert await found(oldest=three) == []


async def test_a_cursor_that_slack_did_not_give_is_refused(
    slack: LocalSlack, web: AsyncWebClient
) -> None:
    call = web.conversations_history(channel=slack.dm_channel, cursor="nonsense!")
    assert await refusal(call) == "invalid_cursor"


async def test_a_message_needs_something_in_it(slack: LocalSlack, web: AsyncWebClient) -> None:
    call = web.api_call("chat.postMessage", json={"channel": slack.user_id})
    assert await refusal(call) == "no_text"


async def test_replies_are_in_the_thread_and_not_in_the_history(
    slack: LocalSlack, web: AsyncWebClient
) -> None:
    question = (await web.chat_postMessage(channel=slack.user_id, text="What now?"))["ts"]
    replies = [await slack.say(f"reply {number}", thread_ts=question) for number in range(5)]
    shown = await slack.say("for all", thread_ts=question, broadcast=True)

    history = await web.conversations_history(channel=slack.dm_channel)
    assert [message["ts"] for message in history["messages"]] == [shown, question]
    parent = history["messages"][1]
    assert (parent["reply_count"], parent["latest_reply"]) == (6, shown)

    found: list[str] = []
    thread = await web.conversations_replies(channel=slack.dm_channel, ts=question, limit=3)
    async for page in thread:
        found += [message["ts"] for message in page["messages"]]
    assert found == [question, *replies, shown]


async def test_what_is_typed_is_stored_as_slack_stores_it(slack: LocalSlack) -> None:
    await slack.say("if a < b && c > d: see https://example.org/?x=1&y=2, <@U1>")
    assert slack.messages()[0]["text"] == (
        "if a &lt; b &amp;&amp; c &gt; d: see <https://example.org/?x=1&amp;y=2>, &lt;@U1&gt;"
    )


async def test_an_edit_is_marked_with_its_second(slack: LocalSlack, clock: StandingClock) -> None:
    ts = await slack.say("one")
    clock.move(timedelta(seconds=90))
    await slack.edit(ts, "two")
    edited = slack.messages()[0]
    assert (edited["text"], edited["ts"]) == ("two", ts)
    assert edited["edited"] == {"user": slack.user_id, "ts": "1795165290.000000"}


async def test_a_deleted_message_with_replies_leaves_a_tombstone(
    slack: LocalSlack, web: AsyncWebClient
) -> None:
    ts = await slack.say("one")
    reply = await slack.say("two", thread_ts=ts)
    await slack.delete(ts)
    history = await web.conversations_history(channel=slack.dm_channel)
    assert history["messages"][0]["subtype"] == "tombstone"
    assert history["messages"][0]["text"] == "This message was deleted."
    await slack.delete(reply)
    assert slack.messages() == []


async def test_a_reaction_is_there_once(slack: LocalSlack, web: AsyncWebClient) -> None:
    ts = await slack.say("done")
    of = {"channel": slack.dm_channel, "timestamp": ts, "name": "white_check_mark"}
    await web.reactions_add(**of)
    assert await refusal(web.reactions_add(**of)) == "already_reacted"
    message = (await web.reactions_get(channel=of["channel"], timestamp=ts))["message"]
    assert message["reactions"] == [
        {"name": "white_check_mark", "users": [slack.bot_user_id], "count": 1}
    ]
    await web.reactions_remove(**of)
    assert await refusal(web.reactions_remove(**of)) == "no_reaction"


async def test_people_have_a_zone_that_can_change(slack: LocalSlack, web: AsyncWebClient) -> None:
    slack.time_zone = "Europe/Berlin"
    user = (await web.users_info(user=slack.user_id))["user"]
    assert (user["tz"], user["tz_offset"], user["name"]) == ("Europe/Berlin", 3600, "ada")
    other = slack.add_user("grace", "Asia/Tokyo")
    found = await web.users_lookupByEmail(email=f"{other.lower()}@sandbox.invalid")
    assert found["user"]["tz"] == "Asia/Tokyo"
    assert other in [user["id"] for user in (await web.users_list())["members"]]


async def test_places_can_be_listed(slack: LocalSlack, web: AsyncWebClient) -> None:
    ims = (await web.conversations_list(types="im"))["channels"]
    assert [(im["id"], im["user"]) for im in ims] == [(slack.dm_channel, slack.user_id)]
    public = (await web.conversations_list())["channels"]
    assert [channel["name"] for channel in public] == ["general"]
    assert (await web.conversations_info(channel=slack.dm_channel))["channel"]["is_im"]


async def test_do_not_disturb_can_be_set(slack: LocalSlack, web: AsyncWebClient) -> None:
    slack.dnd["snooze_enabled"] = True
    assert (await web.dnd_info(user=slack.user_id))["snooze_enabled"]


async def test_a_hook_may_answer_in_slacks_place(slack: LocalSlack, web: AsyncWebClient) -> None:
    async def too_many(method: str, params: dict[str, Any]) -> http.StreamResponse | None:
        if method != "chat.postMessage":
            return None
        answer = {"ok": False, "error": "ratelimited"}
        return http.json_response(answer, status=429, headers={"Retry-After": "1"})

    slack.before_api = too_many
    post = web.chat_postMessage(channel=slack.user_id, text="x")
    assert await refusal(post) == "ratelimited"
    assert (await web.auth_test())["ok"]
    assert slack.messages() == []
    assert slack.api_calls == ["chat.postMessage", "auth.test"]


async def test_an_answer_can_be_lost_after_the_work_is_done(
    slack: LocalSlack, web: AsyncWebClient
) -> None:
    async def lose(method: str, params: dict[str, Any]) -> None:
        raise ConnectionResetError

    slack.after_api = lose
    with pytest.raises(aiohttp.ClientConnectionError):
        await web.chat_postMessage(channel=slack.user_id, text="sent all the same")
    assert [message["text"] for message in slack.messages()] == ["sent all the same"]


async def test_stopping_does_not_wait_for_a_call_that_hangs(clock: StandingClock) -> None:
    called = asyncio.Event()

    async def hang(method: str, params: dict[str, Any]) -> None:
        called.set()
        await asyncio.Event().wait()

    async with LocalSlack(now=clock) as slack:
        slack.before_api = hang
        web = AsyncWebClient(slack.bot_token, base_url=slack.api_url, retry_handlers=[])
        call = asyncio.create_task(web.auth_test())
        await called.wait()
    with pytest.raises(aiohttp.ClientConnectionError):
        await call


MARKDOWN = [{"type": "markdown", "text": "# A table"}]
DIVIDER = [{"type": "divider"}]


@pytest.mark.parametrize("error", ["invalid_blocks", "msg_blocks_too_long"])
async def test_blocks_can_be_refused_while_plain_text_is_taken(
    slack: LocalSlack, web: AsyncWebClient, error: str
) -> None:
    refused = slack.refuse_blocks(error, kind="markdown")
    post = web.chat_postMessage(channel=slack.user_id, text="x", blocks=MARKDOWN)
    assert await refusal(post) == error
    assert (await web.chat_postMessage(channel=slack.user_id, text="plain"))["ok"]
    assert (await web.chat_postMessage(channel=slack.user_id, text="x", blocks=DIVIDER))["ok"]
    assert refused.refused == 1

    slack.accept(refused)
    assert (await web.chat_postMessage(channel=slack.user_id, text="x", blocks=MARKDOWN))["ok"]


async def test_a_method_can_be_refused_so_many_times(
    slack: LocalSlack, web: AsyncWebClient
) -> None:
    slack.refuse("auth.test", "invalid_auth", times=2)
    assert await refusal(web.auth_test()) == "invalid_auth"
    assert await refusal(web.auth_test()) == "invalid_auth"
    assert (await web.auth_test())["ok"]


async def test_a_scope_that_was_taken_away_is_named(slack: LocalSlack, web: AsyncWebClient) -> None:
    slack.scopes.remove("channels:read")
    with pytest.raises(SlackApiError) as problem:
        await web.conversations_info(channel=slack.channel)
    assert problem.value.response["error"] == "missing_scope"
    assert problem.value.response["needed"] == "channels:read"
    assert "channels:read" not in (await web.auth_test()).headers["x-oauth-scopes"]


async def test_people_channels_and_groups_have_names(
    slack: LocalSlack, web: AsyncWebClient
) -> None:
    grace = slack.add_user("grace", display_name="Grace H.")
    team = slack.add_channel("team-billing")
    group = slack.add_user_group("Billing on-call", "billing-oncall")

    user = (await web.users_info(user=grace))["user"]
    assert (user["name"], user["profile"]["display_name"]) == ("grace", "Grace H.")
    assert (await web.conversations_info(channel=team))["channel"]["name"] == "team-billing"
    [found] = (await web.usergroups_list())["usergroups"]
    assert (found["id"], found["name"], found["handle"]) == (
        group,
        "Billing on-call",
        "billing-oncall",
    )

"""Messages of any shape: what the app, the history and the replies get of them."""

from typing import Any

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from companion.sandbox import LocalSlack

ME = {"subtype": "me_message", "text": "is pairing on the parser"}
FORWARD = {"text": "", "attachments": [{"is_share": True, "text": "the deploy failed"}]}
BLOCKS = {"text": "", "blocks": [{"type": "rich_text", "elements": []}]}
SNIPPET = {"subtype": "file_share", "files": [{"id": "F1", "mode": "snippet", "preview": "plan"}]}
THROUGH_AN_APP = {"text": "logged from my editor", "bot_id": "B0OTHERAPP", "app_id": "A0OTHERAPP"}


@pytest.fixture
def slack(slack: LocalSlack) -> LocalSlack:
    slack.hold_events = True
    return slack


async def history(slack: LocalSlack, web: AsyncWebClient) -> list[dict[str, Any]]:
    return list((await web.conversations_history(channel=slack.dm_channel))["messages"])


@pytest.mark.parametrize("payload", [ME, FORWARD, BLOCKS, SNIPPET, THROUGH_AN_APP])
async def test_every_field_is_in_the_event_and_in_the_history(
    slack: LocalSlack, web: AsyncWebClient, payload: dict[str, Any]
) -> None:
    ts = await slack.post_payload(payload)

    event = slack.held[0]["event"]
    assert event["channel_type"] == "im"
    [message] = await history(slack, web)
    for shown in (event, message):
        assert (shown["user"], shown["ts"]) == (slack.user_id, ts)
        assert payload.items() <= shown.items()


async def test_a_reply_of_any_shape_is_in_its_thread(
    slack: LocalSlack, web: AsyncWebClient
) -> None:
    parent = await slack.say("what now?")
    ts = await slack.post_payload(FORWARD, thread_ts=parent)

    assert slack.held[-1]["event"]["thread_ts"] == parent
    thread = await web.conversations_replies(channel=slack.dm_channel, ts=parent)
    assert thread["messages"][-1]["ts"] == ts
    assert thread["messages"][-1]["attachments"] == FORWARD["attachments"]


async def test_a_payload_recorded_elsewhere_belongs_to_this_workspace(slack: LocalSlack) -> None:
    recorded = {"channel": "D1", "channel_type": "im", "user": "U1", "ts": "1.000001", "text": "x"}
    ts = await slack.post_payload({**recorded, "event_ts": "1.000001", "type": "message"})

    event = slack.held[0]["event"]
    assert event["ts"] == event["event_ts"] == ts != "1.000001"
    assert (event["channel"], event["user"]) == (slack.dm_channel, slack.user_id)


async def test_none_leaves_a_field_out(slack: LocalSlack, web: AsyncWebClient) -> None:
    await slack.post_payload({**BLOCKS, "text": None})
    assert "text" not in (await history(slack, web))[0]


async def test_a_change_is_announced_with_what_was_before(
    slack: LocalSlack, web: AsyncWebClient
) -> None:
    clip = {"id": "F2", "subtype": "slack_audio", "transcription": {"status": "processing"}}
    ts = await slack.post_payload({"subtype": "file_share", "files": [clip]})
    done = {**clip, "transcription": {"status": "complete", "preview": {"content": "a leak"}}}
    await slack.change_payload(ts, {"files": [done]})

    event = slack.held[-1]["event"]
    assert event["subtype"] == "message_changed"
    assert (event["previous_message"]["files"], event["message"]["files"]) == ([clip], [done])
    assert "edited" not in event["message"]
    assert (await history(slack, web))[0]["files"] == [done]


@pytest.mark.parametrize("mode", ["tombstone", "hidden_by_limit"])
async def test_a_file_can_be_hidden_without_an_event(
    slack: LocalSlack, web: AsyncWebClient, mode: str
) -> None:
    ts = await slack.post_payload(SNIPPET)
    await slack.hide_files(ts, mode)

    assert len(slack.held) == 1
    assert (await history(slack, web))[0]["files"] == [{"id": "F1", "mode": mode}]

"""Modals and the Home tab."""

from collections.abc import Awaitable
from datetime import timedelta
from typing import Any

import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from companion.sandbox import LocalSlack, NotAnsweredError
from tests.sandbox.apps import Payload, ScriptedApp, daemon_app, keep_silent
from tests.sandbox.conftest import StandingClock

PLAIN = "plain_text"
TEXT = {
    "type": "input",
    "block_id": "what",
    "label": {"type": PLAIN, "text": "What did you do?"},
    "element": {"type": "plain_text_input", "action_id": "text", "min_length": 3},
}
WHEN = {
    "type": "input",
    "block_id": "when",
    "optional": True,
    "label": {"type": PLAIN, "text": "When"},
    "element": {"type": "datepicker", "action_id": "day", "initial_date": "2026-11-20"},
}
MODAL: dict[str, Any] = {
    "type": "modal",
    "callback_id": "log",
    "private_metadata": "C1",
    "title": {"type": PLAIN, "text": "Log"},
    "submit": {"type": PLAIN, "text": "Save"},
    "notify_on_close": True,
    "blocks": [TEXT, WHEN],
}
BUTTON = {"type": "button", "action_id": "ask", "text": {"type": PLAIN, "text": "Ask me now"}}
HOME = {"type": "home", "blocks": [{"type": "actions", "elements": [BUTTON]}]}


async def refusal(call: Awaitable[Any]) -> str:
    with pytest.raises(SlackApiError) as caught:
        await call
    return str(caught.value.response["error"])


async def opened(slack: LocalSlack, web: AsyncWebClient, app: ScriptedApp) -> Payload:
    """The modal that a press opened."""
    await slack.press(await with_button(slack, web), "ask")
    await web.views_open(trigger_id=app.got[-1]["trigger_id"], view=MODAL)
    return slack.views[-1]


async def with_button(slack: LocalSlack, web: AsyncWebClient) -> str:
    blocks = [{"type": "actions", "elements": [BUTTON]}]
    answer = await web.chat_postMessage(channel=slack.user_id, text="x", blocks=blocks)
    return str(answer["ts"])


async def test_a_modal_opens_and_is_submitted(slack: LocalSlack, web: AsyncWebClient) -> None:
    async with daemon_app(slack) as app:
        view = await opened(slack, web, app)
        assert (view["title"]["text"], view["private_metadata"]) == ("Log", "C1")
        assert await slack.submit(view["id"], {"text": "wrote the report"}) == {}

    submitted = app.got[-1]
    assert submitted["type"] == "view_submission"
    assert submitted["view"]["callback_id"] == "log"
    assert submitted["view"]["state"]["values"] == {
        "what": {"text": {"type": "plain_text_input", "value": "wrote the report"}},
        "when": {"day": {"type": "datepicker", "selected_date": "2026-11-20"}},
    }
    assert submitted["user"]["id"] == slack.user_id
    assert slack.views == []


@pytest.mark.parametrize("text", ["", "ab"])
async def test_what_is_required_has_to_be_filled_in(
    slack: LocalSlack, web: AsyncWebClient, text: str
) -> None:
    async with daemon_app(slack) as app:
        view = await opened(slack, web, app)
        answer = await slack.submit(view["id"], {"text": text})
    assert list(answer["errors"]) == ["what"]
    assert app.got[-1]["type"] == "block_actions"
    assert slack.views == [view]


async def test_an_app_answers_a_submission_with_errors_views_and_an_end(
    slack: LocalSlack, web: AsyncWebClient
) -> None:
    second = {**MODAL, "title": {"type": PLAIN, "text": "Second"}}
    answers: list[Payload] = [
        {"response_action": "errors", "errors": {"what": "That was too short."}},
        {"response_action": "update", "view": {**MODAL, "private_metadata": "C2"}},
        {"response_action": "push", "view": second},
        {},
        {"response_action": "clear"},
    ]

    async def answer(kind: str, payload: Payload) -> Payload:
        return answers.pop(0) if payload["type"] == "view_submission" else {}

    shown = []
    async with daemon_app(slack, answer) as app:
        await opened(slack, web, app)
        for _ in range(5):
            await slack.submit(slack.views[-1]["id"], {"text": "wrote it"})
            shown.append([(v["title"]["text"], v["private_metadata"]) for v in slack.views])
    updated = ("Log", "C2")
    assert shown == [[("Log", "C1")], [updated], [updated, ("Second", "C1")], [updated], []]


@pytest.mark.parametrize(
    "answer",
    [
        {"response_action": "errors", "errors": {"elsewhere": "no"}},
        {"response_action": "update", "view": {"type": "modal"}},
    ],
)
async def test_an_answer_that_slack_cannot_use_leaves_the_modal_open(
    slack: LocalSlack, web: AsyncWebClient, answer: Payload
) -> None:
    async def wrong(kind: str, payload: Payload) -> Payload:
        return answer if payload["type"] == "view_submission" else {}

    async with daemon_app(slack, wrong) as app:
        view = await opened(slack, web, app)
        with pytest.raises(NotAnsweredError):
            await slack.submit(view["id"], {"text": "wrote it"})
    assert slack.views == [view]


async def test_a_submission_that_nobody_acks_leaves_the_modal_open(
    slack: LocalSlack, web: AsyncWebClient
) -> None:
    async with daemon_app(slack) as app:
        view = await opened(slack, web, app)
        app.answer = keep_silent
        with pytest.raises(NotAnsweredError, match="operation_timeout"):
            await slack.submit(view["id"], {"text": "wrote it"})
    assert slack.views == [view]


async def test_a_modal_that_is_closed_says_so_if_it_should(
    slack: LocalSlack, web: AsyncWebClient
) -> None:
    async with daemon_app(slack) as app:
        view = await opened(slack, web, app)
        await slack.close_modal()
    assert (app.got[-1]["type"], app.got[-1]["view"]["id"]) == ("view_closed", view["id"])
    assert not app.got[-1]["is_cleared"]
    assert slack.views == []


async def test_a_trigger_is_good_once_and_for_three_seconds(
    slack: LocalSlack, web: AsyncWebClient, clock: StandingClock
) -> None:
    async with daemon_app(slack) as app:
        ts = await with_button(slack, web)
        await slack.press(ts, "ask")
        trigger_id = app.got[-1]["trigger_id"]
        other = AsyncWebClient(slack.web_bot_token, base_url=slack.api_url)
        wrong = other.views_open(trigger_id=trigger_id, view=MODAL)
        assert await refusal(wrong) == "invalid_trigger_id"
        clock.move(timedelta(seconds=3))
        await web.views_open(trigger_id=trigger_id, view=MODAL)
        again = web.views_open(trigger_id=trigger_id, view=MODAL)
        assert await refusal(again) == "exchanged_trigger_id"
        await slack.press(ts, "ask")
        clock.move(timedelta(seconds=4))
        late = web.views_open(trigger_id=app.got[-1]["trigger_id"], view=MODAL)
        assert await refusal(late) == "expired_trigger_id"


async def test_a_modal_is_updated_by_who_knows_its_newest_hash(
    slack: LocalSlack, web: AsyncWebClient
) -> None:
    async with daemon_app(slack) as app:
        view = await opened(slack, web, app)
    old = view["hash"]
    changed = {**MODAL, "title": {"type": PLAIN, "text": "Changed"}}
    new = (await web.views_update(view=changed, view_id=view["id"], hash=old))["view"]
    assert new["hash"] != old
    assert slack.views[0]["title"]["text"] == "Changed"
    late = web.views_update(view=MODAL, view_id=view["id"], hash=old)
    assert await refusal(late) == "hash_conflict"
    assert await refusal(web.views_update(view=MODAL, view_id="VNONE")) == "not_found"


async def test_no_more_than_three_modals_are_stacked(
    slack: LocalSlack, web: AsyncWebClient
) -> None:
    pusher = {**MODAL, "blocks": [{"type": "actions", "elements": [BUTTON]}]}
    async with daemon_app(slack) as app:
        await slack.press(await with_button(slack, web), "ask")
        await web.views_open(trigger_id=app.got[-1]["trigger_id"], view=pusher)
        for _ in range(2):
            await slack.press(slack.views[-1]["id"], "ask")
            await web.views_push(trigger_id=app.got[-1]["trigger_id"], view=pusher)
        await slack.press(slack.views[-1]["id"], "ask")
        more = web.views_push(trigger_id=app.got[-1]["trigger_id"], view=pusher)
        assert await refusal(more) == "push_limit_reached"
        await slack.close_modal(all_of_them=True)
    first, *_ = app.got[-4:]
    assert first["container"]["type"] == "view"
    assert [got["is_cleared"] for got in app.got[-3:]] == [True] * 3


async def test_the_home_tab_is_published_looked_at_and_pressed(
    slack: LocalSlack, web: AsyncWebClient
) -> None:
    async def publish(kind: str, payload: Payload) -> Payload:
        if payload.get("event", {}).get("type") == "app_home_opened":
            await web.views_publish(user_id=payload["event"]["user"], view=HOME)
        return {}

    async with daemon_app(slack, publish) as app:
        home = await slack.open_home()
        assert home is not None
        await slack.press(home["id"], "ask")
        await slack.open_home("messages")

    first, pressed, second = app.got
    assert first["event"] | {"event_ts": ""} == {
        "type": "app_home_opened",
        "user": slack.user_id,
        "channel": slack.dm_channel,
        "tab": "home",
        "event_ts": "",
    }
    assert pressed["container"] == {"type": "view", "view_id": home["id"]}
    assert pressed["view"]["type"] == "home"
    assert "response_url" not in pressed
    assert (second["event"]["tab"], second["event"]["view"]["id"]) == ("messages", home["id"])


async def test_an_old_picture_of_the_home_tab_replaces_no_newer_one(
    slack: LocalSlack, web: AsyncWebClient
) -> None:
    old = (await web.views_publish(user_id=slack.user_id, view=HOME))["view"]["hash"]
    await web.views_publish(user_id=slack.user_id, view=HOME, hash=old)
    late = web.views_publish(user_id=slack.user_id, view=HOME, hash=old)
    assert await refusal(late) == "hash_conflict"
    assert await refusal(web.views_publish(user_id="UNONE", view=HOME)) == "user_not_found"

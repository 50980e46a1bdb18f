"""Which blocks and views Slack takes, and which it refuses."""

from typing import Any

import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from companion.sandbox import LocalSlack

type Block = dict[str, Any]


def plain(text: str) -> Block:
    return {"type": "plain_text", "text": text}


def section(text: str = "x", **more: Any) -> Block:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text}, **more}


def button(text: str = "x", **more: Any) -> Block:
    return {"type": "button", "text": plain(text), **more}


def actions(*elements: Block) -> Block:
    return {"type": "actions", "elements": list(elements)}


def menu(options: int = 1, value: str = "v", kind: str = "static_select") -> Block:
    each = {"text": plain("x"), "value": value}
    return {"type": kind, "options": [each] * options}


def field(label: str = "x", **element: Any) -> Block:
    return {
        "type": "input",
        "label": plain(label),
        "element": {"type": "plain_text_input", **element},
    }


TAKEN: list[list[Block]] = [
    [section()] * 50,
    [section("x" * 3000)],
    [section(fields=[plain("x")] * 10)],
    [{"type": "header", "text": plain("x" * 150)}],
    [actions(button("x" * 75, value="x" * 2000, action_id="x" * 255, style="danger"))],
    [actions(*[button()] * 25)],
    [section(accessory=menu(100))],
    [actions({"type": "datepicker", "initial_date": "2026-11-20"})],
    [actions({"type": "timepicker", "initial_time": "23:59"})],
    [actions(menu(5, kind="overflow"), menu(10, kind="checkboxes"))],
    [actions({"type": "external_select", "placeholder": plain("Pick one")})],
    [{"type": "context", "elements": [plain("x")] * 10}],
    [{"type": "divider"}],
    [{"type": "rich_text", "elements": []}],
    [{"type": "table", "rows": [[]]}],
    [{"type": "markdown", "text": "x" * 12_000}],
    [field(min_length=0, max_length=3000, initial_value="x")],
]
REFUSED: list[list[Block]] = [
    [section()] * 51,
    [section("")],
    [section("x" * 3001)],
    [section(fields=[plain("x")] * 11)],
    [section(fields=[plain("x" * 2001)])],
    [{"type": "section"}],
    [{"type": "header", "text": plain("x" * 151)}],
    [{"type": "header", "text": {"type": "mrkdwn", "text": "x"}}],
    [actions(button("x" * 76))],
    [actions(button(value="x" * 2001))],
    [actions(button(action_id="x" * 256))],
    [actions(button(style="primry"))],
    [actions(button(confirm={"title": plain("x"), "text": plain("x" * 301)}))],
    [actions(button(action_id="a"), button(action_id="a"))],
    [actions(*[button()] * 26)],
    [actions({"type": "plain_text_input"})],
    [actions()],
    [section(accessory=menu(101))],
    [section(accessory=menu(0))],
    [section(accessory=menu(1, value="x" * 151))],
    [actions(menu(6, kind="overflow"))],
    [actions(menu(11, kind="radio_buttons"))],
    [actions({"type": "datepicker", "initial_date": "20.11.2026"})],
    [actions({"type": "timepicker", "initial_time": "24:00"})],
    [{"type": "context", "elements": [plain("x")] * 11}],
    [{"type": "markdown", "text": "x" * 6001}] * 2,
    [{"type": "markdown", "text": ""}],
    [{"type": "image", "alt_text": "x"}],
    [field(min_length=10, max_length=5)],
    [field(max_length=3001)],
    [{"type": "input", "label": plain("x"), "element": button()}],
    [section(block_id="same"), section(block_id="same")],
    [{"type": "nonsense"}],
]


@pytest.mark.parametrize("blocks", TAKEN)
async def test_what_slack_takes_is_taken(
    slack: LocalSlack, web: AsyncWebClient, blocks: list[Block]
) -> None:
    assert (await web.chat_postMessage(channel=slack.user_id, text="x", blocks=blocks))["ok"]


@pytest.mark.parametrize("blocks", REFUSED)
async def test_what_slack_refuses_is_refused_with_its_place(
    slack: LocalSlack, web: AsyncWebClient, blocks: list[Block]
) -> None:
    with pytest.raises(SlackApiError) as caught:
        await web.chat_postMessage(channel=slack.user_id, text="x", blocks=blocks)
    answer = caught.value.response
    assert answer["error"] == "invalid_blocks"
    assert "[json-pointer:/blocks" in answer["response_metadata"]["messages"][0]
    assert slack.messages() == []


def home(*blocks: Block) -> Block:
    return {"type": "home", "blocks": list(blocks)}


@pytest.mark.parametrize(
    "view",
    [
        home(*[section()] * 101),
        home({"type": "markdown", "text": "in messages only"}),
        home(section("")),
        {**home(section()), "private_metadata": "x" * 3001},
        {**home(section()), "type": "modal"},
        {"type": "home"},
    ],
)
async def test_a_home_tab_has_limits_too(
    slack: LocalSlack, web: AsyncWebClient, view: Block
) -> None:
    assert (await web.views_publish(user_id=slack.user_id, view=home(*[section()] * 100)))["ok"]
    with pytest.raises(SlackApiError) as caught:
        await web.views_publish(user_id=slack.user_id, view=view)
    assert caught.value.response["error"] == "invalid_arguments"


@pytest.mark.parametrize(
    "changes",
    [
        {"title": plain("x" * 25)},
        {"title": None},
        {"submit": plain("x" * 25)},
        {"close": plain("")},
        {"submit": None},
        {"blocks": [field("x" * 2001)]},
    ],
)
async def test_a_modal_has_limits_too(web: AsyncWebClient, changes: Block) -> None:
    view = {"type": "modal", "title": plain("x" * 24), "submit": plain("x"), "blocks": [field()]}
    for given, error in ((view, "invalid_trigger_id"), ({**view, **changes}, "invalid_arguments")):
        with pytest.raises(SlackApiError) as caught:
            await web.views_open(trigger_id="1.a", view=given)
        assert caught.value.response["error"] == error

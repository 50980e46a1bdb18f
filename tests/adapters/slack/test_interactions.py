"""Payloads of interactions: what Slack sends is understood, and nothing else does harm."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from companion.adapters.slack.interactions import (
    pressed_prompt,
    read_press,
    read_shortcut,
    read_submission,
)
from companion.domain.jobs.presses import Button, PressedPrompt
from tests.slack_requests import interaction

NAMES = (
    "id text ts user message channel blocks attachments files values state view team domain"
    " bot_profile thread_ts type elements value"
)
FIELDS = st.sampled_from(NAMES.split())
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(FIELDS, inner, max_size=6),
    max_leaves=12,
)


def action(**given: Any) -> dict[str, Any]:
    return {"action_id": "prompt_same", "value": "2026-11-20/prompt-1", "type": "button", **given}


def test_a_press_names_its_button_its_prompt_and_where_to_answer() -> None:
    press = read_press(interaction("block_actions"), action())
    assert (press.user_id, press.ts, press.channel) == ("U0AAAAAA", "1.2", "D0AAAAAA")
    assert press.response_url.startswith("http")
    assert pressed_prompt(press) == PressedPrompt(Button.SAME, "2026-11-20/prompt-1", "1.2")


def test_an_item_of_a_menu_is_a_press_with_its_value() -> None:
    chosen = action(value=None, selected_option={"value": "edit 1"})
    assert read_press(interaction("block_actions"), chosen).value == "edit 1"


@pytest.mark.parametrize(
    "wrong",
    [
        action(action_id="prompt_other"),
        action(value="2026-11-20"),
        action(value="2026-13-40/prompt-1"),
        action(value="x" * 200),
        action(value=None),
    ],
)
def test_a_press_of_anything_else_is_of_no_prompt(wrong: dict[str, Any]) -> None:
    assert pressed_prompt(read_press(interaction("block_actions"), wrong)) is None


def test_the_author_is_a_person_by_id_or_an_app_by_name() -> None:
    use = read_shortcut(interaction("message_action"))
    assert (use.author, use.mentions) == ("@U0BBBBBB", {"U0BBBBBB": ""})
    assert use.link == "https://example.slack.com/archives/C0AAAAAA/p12"
    app = {"type": "message", "ts": "1.2", "text": "deployed", "bot_profile": {"name": "Deploys"}}
    use = read_shortcut(interaction("message_action", message=app))
    assert (use.author, use.mentions) == ("Deploys", {})


@given(message=JSON, channel=JSON, team=JSON, chosen=JSON)
def test_no_payload_makes_reading_fail(message: Any, channel: Any, team: Any, chosen: Any) -> None:
    strange = {"message": message, "channel": channel, "team": team, "view": message}
    read_shortcut(interaction("message_action", **strange))
    read_submission(interaction("view_submission", **strange))
    given_action = chosen if isinstance(chosen, dict) else {}
    pressed_prompt(read_press(interaction("block_actions", **strange), given_action))

"""What people press, send and use in Slack, as its payloads say it, in plain values.

https://docs.slack.dev/reference/interaction-payloads
"""

from typing import Any

from companion.adapters.slack.views.prompt import ACTION
from companion.domain.jobs.presses import Button, PressedPrompt, is_prompt_id
from companion.ports import Press


def read_press(payload: dict[str, Any], action: dict[str, Any]) -> Press:
    """A press of a button, or of an item in a menu."""
    container = _dict(payload.get("container"))
    selected = _dict(action.get("selected_option"))
    return Press(
        user_id=_text(_dict(payload.get("user")).get("id")),
        action=_text(action.get("action_id")),
        value=_text(action.get("value") or selected.get("value")),
        channel=_text(_dict(payload.get("channel")).get("id") or container.get("channel_id")),
        ts=_text(_dict(payload.get("message")).get("ts") or container.get("message_ts")),
        response_url=_text(payload.get("response_url")),
        trigger_id=_text(payload.get("trigger_id")),
    )


def pressed_prompt(press: Press) -> PressedPrompt | None:
    """The prompt whose button was pressed; None for a press of anything else."""
    name = press.action.removeprefix(ACTION)
    if name not in Button or not is_prompt_id(press.value) or not press.ts:
        return None
    return PressedPrompt(Button(name), press.value, press.ts)


def _dict(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""

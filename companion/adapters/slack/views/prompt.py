"""A prompt: the question with its buttons, and later with what became of it."""

from typing import Any

from companion.adapters.slack.text import escape
from companion.domain.jobs.presses import Button, is_prompt_id
from companion.texts.slack import BUTTONS

BLOCK = "prompt"
"""The id of the block of buttons, by which a prompt is known that still has them."""
ACTION = "prompt_"
"""How the ids of these buttons begin."""


def open_prompt(job_id: str, question: str) -> list[dict[str, Any]]:
    """The question, and the buttons below it; each has the id of the prompt's job as its value."""
    buttons = [
        {
            "type": "button",
            "action_id": f"{ACTION}{button}",
            "text": {"type": "plain_text", "text": BUTTONS[button]},
            "value": job_id,
        }
        for button in Button
    ]
    return [_section(question), {"type": "actions", "block_id": BLOCK, "elements": buttons}]


def closed_prompt(question: str, note: str) -> list[dict[str, Any]]:
    """The question, and what became of it in small letters."""
    # As plain text, no character of what somebody wrote becomes a mark, a link or a mention.
    shown = {"type": "plain_text", "text": note}
    return [_section(question), {"type": "context", "elements": [shown]}]


def open_prompt_of(message: dict[str, Any]) -> str | None:
    """The id of the job of a prompt that still has its buttons; None for other messages."""
    for block in message.get("blocks") or []:
        if isinstance(block, dict) and block.get("block_id") == BLOCK and message.get("bot_id"):
            values = [str(button.get("value") or "") for button in block.get("elements") or []]
            return next(filter(is_prompt_id, values), None)
    return None


def _section(text: str) -> dict[str, Any]:
    return {"type": "section", "text": {"type": "mrkdwn", "text": escape(text)}}

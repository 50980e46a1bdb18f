"""The form of `/log`: what, when, and its tags."""

from typing import Any

from companion.domain.manifest import LOG_FORM
from companion.texts import slack as texts

TEXT, WHEN, TAGS = "text", "when", "tags"
"""The ids of the fields' blocks, below which errors are shown, and of the fields in them."""
MAX_TYPED = 3000
"""https://docs.slack.dev/reference/block-kit/block-elements/plain-text-input-element"""


def log_form(response_url: str) -> dict[str, Any]:
    """The form. It carries where its answer goes."""
    return {
        "type": "modal",
        "callback_id": LOG_FORM,
        "private_metadata": response_url,
        "title": _plain(texts.FORM_TITLE),
        "submit": _plain(texts.FORM_SUBMIT),
        "close": _plain(texts.FORM_CLOSE),
        "blocks": [
            _field(TEXT, texts.FORM_TEXT, multiline=True, max_length=MAX_TYPED, focus_on_load=True),
            _field(WHEN, texts.FORM_WHEN, texts.FORM_WHEN_HINT, max_length=100),
            _field(TAGS, texts.FORM_TAGS, texts.FORM_TAGS_HINT, max_length=300),
        ],
    }


def _field(name: str, label: str, placeholder: str = "", **more: Any) -> dict[str, Any]:
    shown = {"placeholder": _plain(placeholder)} if placeholder else {}
    return {
        "type": "input",
        "block_id": name,
        "label": _plain(label),
        "optional": name != TEXT,
        "element": {"type": "plain_text_input", "action_id": name, **shown, **more},
    }


def _plain(text: str) -> dict[str, Any]:
    return {"type": "plain_text", "text": text}

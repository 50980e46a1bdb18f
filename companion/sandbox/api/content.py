"""What an app posts or shows, checked against Slack's limits: text, blocks, metadata, views."""

import json
from typing import Any

from companion.sandbox.blockkit.elements import with_ids
from companion.sandbox.blockkit.limits import Surface, problems_of
from companion.sandbox.workspace.message import Body, RefusedError
from companion.sandbox.workspace.message_text import as_sent

_TEXT_LIMIT = 40_000
_ALL_BLOCKS_LIMIT = 13_200
_VIEW_LIMIT = 250 * 1024
_TITLE_LIMIT = 24
"""Also of the words on a modal's buttons: https://docs.slack.dev/reference/views/modal-views"""
_VIEW_TEXTS = {"private_metadata": 3000, "callback_id": 255, "external_id": 255}


class BadContentError(RefusedError):
    """Slack would name what is wrong in `response_metadata`."""

    def __init__(self, code: str, problems: list[str]) -> None:
        super().__init__(code)
        self.problems = [f"[ERROR] {problem}" for problem in problems]


def read_content(params: Body) -> tuple[str, Body]:
    """Check a call's arguments; returns the text as Slack stores it, and blocks and metadata."""
    text = str(params.get("text") or "")
    more: Body = {}
    if (blocks := parsed(params.get("blocks"), "invalid_blocks_format")) is not None:
        more["blocks"] = _checked_blocks(blocks)
    if (metadata := parsed(params.get("metadata"), "invalid_metadata_format")) is not None:
        if not (isinstance(metadata, dict) and metadata.get("event_type")):
            raise RefusedError("invalid_metadata_format")
        more["metadata"] = {"event_payload": {}, **metadata}
    if not text and not more.get("blocks"):
        raise RefusedError("no_text")
    if len(text) > _TEXT_LIMIT:
        raise RefusedError("msg_too_long")
    return as_sent(text), more


def parsed(value: Any, error: str) -> Any:
    """A list or object: in a form it arrives as JSON text, in a JSON body as it is."""
    if isinstance(value, str):
        try:
            return json.loads(value) if value else None
        except ValueError as problem:
            raise RefusedError(error) from problem
    return value


def _checked_blocks(blocks: Any) -> list[Body]:
    if problems := problems_of(blocks, Surface.MESSAGE):
        raise BadContentError("invalid_blocks", problems)
    if sum(map(_length, blocks)) > _ALL_BLOCKS_LIMIT:
        raise RefusedError("msg_blocks_too_long")
    return with_ids(blocks)


def _length(block: Body) -> int:
    text = block.get("text", "")
    return len(text.get("text", "") if isinstance(text, dict) else str(text))


def read_view(view: Any, surface: Surface) -> Body:
    """Check a view; returns it with the ids of its blocks."""
    view = parsed(view, "invalid_arguments")
    if not isinstance(view, dict):
        raise BadContentError("invalid_arguments", ["missing required field: view"])
    if len(json.dumps(view)) > _VIEW_LIMIT:
        raise RefusedError("view_too_large")
    if view.get("type") != surface:
        raise BadContentError("invalid_arguments", [f"must be {surface} [json-pointer:/view/type]"])
    problems = [p.replace(":/blocks", ":/view/blocks") for p in _view_problems(view, surface)]
    if problems:
        raise BadContentError("invalid_arguments", problems)
    return {**view, "blocks": with_ids(view["blocks"])}


def _view_problems(view: Body, surface: Surface) -> list[str]:
    problems = problems_of(view.get("blocks"), surface)
    for name, most in _VIEW_TEXTS.items():
        if len(str(view.get(name) or "")) > most:
            problems.append(f"must be less than {most + 1} characters [json-pointer:/view/{name}]")
    if surface is Surface.HOME:
        return problems
    for name in ("title", "submit", "close"):
        text = view.get(name)
        if text is None and name != "title":
            continue
        text = text if isinstance(text, dict) else {}
        shown = str(text.get("text") or "")
        if text.get("type") != "plain_text" or not 0 < len(shown) <= _TITLE_LIMIT:
            problems.append(
                f"must be plain text of 1 to {_TITLE_LIMIT} characters [json-pointer:/view/{name}]"
            )
    inputs = any(b.get("type") == "input" for b in view.get("blocks") or [] if isinstance(b, dict))
    if inputs and not view.get("submit"):
        problems.append("missing required field: submit [json-pointer:/view]")
    return problems

"""Slack's limits for what an app posts: text, blocks and metadata."""

import json
from typing import Any

from companion.sandbox.workspace.message import Body, RefusedError
from companion.sandbox.workspace.message_text import as_sent

_TEXT_LIMIT = 40_000
_BLOCKS_LIMIT = 50
# https://docs.slack.dev/reference/block-kit/blocks/markdown-block
_MARKDOWN_LIMIT = 12_000
_ALL_BLOCKS_LIMIT = 13_200
_BLOCK_TEXT_LIMITS = {"section": 3_000, "header": 150}
_BLOCK_TYPES = {"actions", "context", "divider", "header", "image", "markdown", "rich_text"}
_BLOCK_TYPES |= {"section"}


def read_content(params: Body) -> tuple[str, Body]:
    """Check a call's arguments; returns the text as Slack stores it, and blocks and metadata."""
    text = str(params.get("text") or "")
    more: Body = {}
    if (blocks := _parsed(params.get("blocks"), "invalid_blocks_format")) is not None:
        more["blocks"] = _checked_blocks(blocks)
    if (metadata := _parsed(params.get("metadata"), "invalid_metadata_format")) is not None:
        if not (isinstance(metadata, dict) and metadata.get("event_type")):
            raise RefusedError("invalid_metadata_format")
        more["metadata"] = {"event_payload": {}, **metadata}
    if not text and not more.get("blocks"):
        raise RefusedError("no_text")
    if len(text) > _TEXT_LIMIT:
        raise RefusedError("msg_too_long")
    return as_sent(text), more


def _parsed(value: Any, error: str) -> Any:
    """A list or object: in a form it arrives as JSON text, in a JSON body as it is."""
    if isinstance(value, str):
        try:
            return json.loads(value) if value else None
        except ValueError as problem:
            raise RefusedError(error) from problem
    return value


def _checked_blocks(blocks: Any) -> list[Body]:
    if not isinstance(blocks, list) or len(blocks) > _BLOCKS_LIMIT:
        raise RefusedError("invalid_blocks")
    markdown = total = 0
    for block in blocks:
        kind = block.get("type") if isinstance(block, dict) else None
        if kind not in _BLOCK_TYPES:
            raise RefusedError("invalid_blocks")
        text = block.get("text", "")
        length = len(text.get("text", "") if isinstance(text, dict) else str(text))
        if length > _BLOCK_TEXT_LIMITS.get(kind, length) or (kind == "markdown" and not length):
            raise RefusedError("invalid_blocks")
        markdown += length if kind == "markdown" else 0
        total += length
    if markdown > _MARKDOWN_LIMIT:
        raise RefusedError("invalid_blocks")
    if total > _ALL_BLOCKS_LIMIT:
        raise RefusedError("msg_blocks_too_long")
    return blocks

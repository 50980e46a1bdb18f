"""The words of a message's blocks.

https://docs.slack.dev/reference/block-kit/blocks
"""

from collections.abc import Iterable, Iterator
from typing import Any

from companion.adapters.slack.text import Mentions, command_text, date, link, mention, unescape

type Element = dict[str, Any]

INDENT = "    "
_MARKS = (("code", "`"), ("strike", "~"), ("italic", "_"), ("bold", "*"))
"""The marks that Slack's message text has for these styles."""


def block_words(blocks: Any, mentions: Mentions) -> str:
    """All that the blocks say; adds to `mentions` whom they mention."""
    said = (_block(block, mentions) for block in _elements(blocks))
    return "\n".join(words for words in said if words.strip())


def _block(block: Element, mentions: Mentions) -> str:
    match block.get("type"):
        case "rich_text":
            return _lines(_rich(element, mentions) for element in _elements(block.get("elements")))
        case "table":
            rows = block.get("rows") or []
            return _lines(
                " | ".join(_cell(cell, mentions) for cell in _elements(row)) for row in rows
            )
        case "markdown":
            return str(block.get("text") or "")
    # Sections, headers, contexts, pictures, videos, and what may come: their texts, in order.
    parts = [block.get(name) for name in ("title", "text", "description")]
    parts += [*_elements(block.get("fields")), *_elements(block.get("elements"))]
    said = [_text_object(part, mentions) for part in parts if part]
    return _lines([*said, str(block.get("alt_text") or "")])


def _cell(cell: Element, mentions: Mentions) -> str:
    return _text_object(cell, mentions) if "text" in cell else _block(cell, mentions)


def _text_object(part: Any, mentions: Mentions) -> str:
    """`{"type": "mrkdwn", "text": …}`, a plain text, or a picture beside texts."""
    if isinstance(part, str):
        return part
    if not isinstance(part, dict):
        return ""
    text = part.get("text")
    if isinstance(text, dict):  # a button's
        return _text_object(text, mentions)
    if part.get("type") == "mrkdwn":
        return unescape(str(text or ""), mentions)
    return str(text or part.get("alt_text") or "")


def _rich(element: Element, mentions: Mentions) -> str:
    match element.get("type"):
        case "rich_text_list":
            return _list(element, mentions)
        case "rich_text_quote":
            return "\n".join(f"> {line}" for line in _section(element, mentions).split("\n"))
        case "rich_text_preformatted":
            return f"```\n{_section(element, mentions)}\n```"
    return _section(element, mentions)


def _list(element: Element, mentions: Mentions) -> str:
    indent = INDENT * int(element.get("indent") or 0)
    first = 1 + int(element.get("offset") or 0)
    ordered = element.get("style") == "ordered"
    return _lines(
        f"{indent}{f'{number}.' if ordered else '•'} {_rich(item, mentions)}"
        for number, item in enumerate(_elements(element.get("elements")), start=first)
    )


def _section(element: Element, mentions: Mentions) -> str:
    inline = (_inline(part, mentions) for part in _elements(element.get("elements")))
    return "".join(inline).removesuffix("\n")


def _inline(part: Element, mentions: Mentions) -> str:
    """https://docs.slack.dev/reference/block-kit/blocks/rich-text-block"""
    match part.get("type"):
        case "text":
            # As with commands, Slack does not say whether this text is escaped.
            return _styled(command_text(str(part.get("text") or "")), part)
        case "link":
            return _styled(link(str(part.get("url") or ""), str(part.get("text") or "")), part)
        case "user":
            return mention("@", str(part.get("user_id")), "", mentions)
        case "usergroup":
            return mention("@", str(part.get("usergroup_id")), "", mentions)
        case "channel":
            return mention("#", str(part.get("channel_id")), "", mentions)
        case "emoji":
            tone = part.get("skin_tone")
            return f":{part.get('name')}:" + (f":skin-tone-{tone}:" if tone else "")
        case "broadcast":
            return f"@{part.get('range')}"
        case "date":
            return date(part.get("timestamp") or 0, str(part.get("fallback") or ""))
        case "color":
            return str(part.get("value") or "")
    nested = "".join(_inline(each, mentions) for each in _elements(part.get("elements")))
    return str(part.get("text") or nested)


def _styled(text: str, part: Element) -> str:
    style = part.get("style")
    inner = text.strip()
    if not isinstance(style, dict) or not inner:
        return text
    before, after = text.split(inner, 1)
    for name, mark in _MARKS:
        if style.get(name):
            inner = f"{mark}{inner}{mark}"
    return f"{before}{inner}{after}"


def _lines(parts: Iterable[str]) -> str:
    return "\n".join(part for part in parts if part)


def _elements(elements: Any) -> Iterator[Element]:
    """The elements that are what Slack's reference says they are."""
    if isinstance(elements, list):
        yield from (element for element in elements if isinstance(element, dict))

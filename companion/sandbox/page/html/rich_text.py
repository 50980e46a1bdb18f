"""`rich_text` blocks and tables as HTML: https://docs.slack.dev/reference/block-kit/blocks"""

from collections.abc import Mapping
from typing import Any

from companion.sandbox.page.html.context import Context, literal
from companion.sandbox.page.html.emoji import picture
from companion.sandbox.page.html.mrkdwn import date, link

_STYLES = {"bold": "strong", "italic": "em", "strike": "s", "code": "code"}


def render_rich_text(block: Mapping[str, Any], here: Context) -> str:
    """The parts of a `rich_text` block."""
    return "".join(_part(part, here) for part in _dicts(block.get("elements")))


def render_table(block: Mapping[str, Any], here: Context) -> str:
    """A `table` block; its first row is the head."""
    head, *body = [_row(row, here) for row in block.get("rows") or [[]]]
    rows = "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in body)
    cells = "".join(f"<th>{cell}</th>" for cell in head)
    return f"<table><thead><tr>{cells}</tr></thead><tbody>{rows}</tbody></table>"


def _row(row: Any, here: Context) -> list[str]:
    return [
        render_rich_text(cell, here) if cell.get("type") == "rich_text" else literal(cell["text"])
        for cell in _dicts(row)
    ]


def _part(part: Mapping[str, Any], here: Context) -> str:
    inner = "".join(_inline(element, here) for element in _dicts(part.get("elements")))
    match part.get("type"):
        case "rich_text_section":
            return f"<div>{inner}</div>"
        case "rich_text_quote":
            return f"<blockquote>{inner}</blockquote>"
        case "rich_text_preformatted":
            return f"<pre><code>{inner}</code></pre>"
        case "rich_text_list":
            items = "".join(f"<li>{_part(item, here)}</li>" for item in _dicts(part["elements"]))
            tag = "ol" if part.get("style") == "ordered" else "ul"
            indent = min(int(part.get("indent") or 0), 4)
            return f'<{tag} class="indent-{indent}">{items}</{tag}>'
    return ""


def _inline(element: Mapping[str, Any], here: Context) -> str:
    match element:
        case {"type": "text", "text": str(text)}:
            shown = literal(text).replace("\n", "<br>")
        case {"type": "link", "url": str(url)}:
            shown = link(url, element.get("text") or url)
        case {"type": "emoji", "name": str(name)}:
            shown = literal(picture(name))
        case {"type": "date", "timestamp": int(epoch)}:
            shown = date(epoch, str(element.get("format", "")), str(element.get("fallback", "")))
        case _:
            shown = _mention(element, here)
    for style, tag in _STYLES.items():
        if (element.get("style") or {}).get(style):
            shown = f"<{tag}>{shown}</{tag}>"
    return shown


def _mention(element: Mapping[str, Any], here: Context) -> str:
    match element:
        case {"type": "user", "user_id": str(user)}:
            name = f"@{here.name_of(user)}"
        case {"type": "channel", "channel_id": str(channel)}:
            name = f"#{here.name_of(channel)}"
        case {"type": "usergroup", "usergroup_id": str(group)}:
            name = f"@{here.name_of(group)}"
        case {"type": "broadcast", "range": str(whom)}:
            name = f"@{whom}"
        case _:
            return ""
    return f'<span class="mention">{literal(name)}</span>'


def _dicts(items: Any) -> list[Mapping[str, Any]]:
    return [item for item in items or [] if isinstance(item, Mapping)]

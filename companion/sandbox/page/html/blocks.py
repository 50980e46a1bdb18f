"""Blocks as HTML, as they look in a message, a modal or a Home tab."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from companion.sandbox.page.html.context import Context, literal
from companion.sandbox.page.html.elements import render_element, render_plain, render_text
from companion.sandbox.page.html.mrkdwn import link, render_markdown
from companion.sandbox.page.html.rich_text import render_rich_text, render_table

type Block = Mapping[str, Any]


def render_blocks(blocks: Sequence[Block], here: Context) -> str:
    """All of them, one below the other; what cannot be shown leaves no trace."""
    return "".join(_block(block, number, here) for number, block in enumerate(blocks))


def _block(block: Block, number: int, here: Context) -> str:
    if block.get("type") == "input":
        return _field(block, number, here)
    render = _RENDERERS.get(str(block.get("type")))
    return render(block, here) if render else ""


def _markdown(block: Block, here: Context) -> str:
    return f'<div class="markdown">{render_markdown(str(block.get("text", "")))}</div>'


def _header(block: Block, here: Context) -> str:
    return f'<h3 class="header">{render_plain(block.get("text"))}</h3>'


def _context(block: Block, here: Context) -> str:
    elements = [each for each in block.get("elements") or [] if isinstance(each, Mapping)]
    return f'<div class="context">{"".join(_in_context(each, here) for each in elements)}</div>'


def _actions(block: Block, here: Context) -> str:
    shown = [render_element(each, block["block_id"], here) for each in block["elements"]]
    return f'<div class="actions">{"".join(shown)}</div>'


def _section(block: Block, here: Context) -> str:
    text, fields = block.get("text"), block.get("fields") or []
    parts = []
    if isinstance(text, Mapping) and isinstance(text.get("text"), str):
        parts.append(f"<div>{render_text(text, here)}</div>")
    if fields:
        shown = "".join(f"<div>{render_text(field, here)}</div>" for field in fields)
        parts.append(f'<div class="fields">{shown}</div>')
    accessory = block.get("accessory")
    if not parts or not isinstance(accessory, Mapping):
        return "".join(parts)
    beside = (
        _picture(accessory, "thumbnail")
        if accessory.get("type") == "image"
        else render_element(accessory, block.get("block_id", ""), here)
    )
    return f'<div class="section"><div>{"".join(parts)}</div><div>{beside}</div></div>'


def _in_context(element: Mapping[str, Any], here: Context) -> str:
    if element.get("type") == "image":
        return _picture(element, "icon")
    if isinstance(element.get("text"), str):
        return f"<span>{render_text(element, here)}</span>"
    return ""


def _field(block: Block, number: int, here: Context) -> str:
    element, optional = block["element"], bool(block.get("optional"))
    field = literal(f"{here.root}-{number}")
    is_group = element["type"] in ("checkboxes", "radio_buttons", "multi_static_select")
    control = render_element(element, block["block_id"], here, field=field, required=not optional)
    if is_group:
        control = control.replace("<div ", f'<div aria-labelledby="{field}-label" ', 1)
    label = f'id="{field}-label"' + ("" if is_group else f' for="{field}"')
    tag = "span" if is_group else "label"
    extra = ' <small class="optional">(optional)</small>' if optional else ""
    acts = " data-dispatch" if block.get("dispatch_action") else ""
    return (
        f'<div class="field" data-field="{literal(block["block_id"])}"{acts}>'
        f'<{tag} class="label" {label}>{render_plain(block.get("label"))}{extra}</{tag}>'
        f'{control}<p class="hint" id="{field}-hint">{render_plain(block.get("hint"))}</p>'
        f'<p class="error" id="{field}-error" role="alert"></p></div>'
    )


def _figure(block: Block, here: Context) -> str:
    picture = _picture(block, "picture")
    if not picture:
        return ""
    title = f"<figcaption>{render_plain(block['title'])}</figcaption>" if block.get("title") else ""
    return f"<figure>{title}{picture}</figure>"


def _picture(image: Mapping[str, Any], kind: str) -> str:
    """A picture that was uploaded here; of one on another site only a link: the page loads none."""
    alt_text = str(image.get("alt_text", ""))
    match image:
        case {"slack_file": {"id": str(file_id)}}:
            address = f"/sandbox/files/{literal(file_id)}"
            return f'<img class="{kind}" src="{address}" alt="{literal(alt_text)}">'
        case {"image_url": str(url)}:
            return f'<span class="{kind} elsewhere">{link(url, alt_text or url)}</span>'
    return ""


_RENDERERS: Mapping[str, Callable[[Block, Context], str]] = {
    "actions": _actions,
    "context": _context,
    "divider": lambda block, here: "<hr>",
    "header": _header,
    "image": _figure,
    "markdown": _markdown,
    "rich_text": render_rich_text,
    "section": _section,
    "table": render_table,
}

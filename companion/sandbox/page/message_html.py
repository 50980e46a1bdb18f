"""Turns messages into safe HTML: Slack's mrkdwn and its `markdown` block.

Every character of a message passes through `_literal` or markdown-it's own escaping; all tags
come from this file or from markdown-it, never from the message.
"""

import html
import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import cache
from typing import Any

from markdown_it import MarkdownIt

from companion.sandbox.workspace.message_text import unescape

EMOJI: Mapping[str, str] = {
    "+1": "👍",
    "bulb": "💡",
    "calendar": "📅",
    "coffee": "☕",
    "eyes": "👀",
    "floppy_disk": "💾",
    "heart": "❤️",
    "heavy_check_mark": "✔️",
    "hourglass_flowing_sand": "⏳",
    "memo": "📝",
    "rocket": "🚀",
    "seedling": "🌱",
    "smile": "😄",
    "sunrise": "🌅",
    "tada": "🎉",
    "thumbsup": "👍",
    "warning": "⚠️",
    "wave": "👋",
    "white_check_mark": "✅",
    "x": "❌",
}

_SAFE_SCHEMES = ("http://", "https://", "mailto:")
_FENCE = re.compile(r"```\n?(.+?)\n?```", re.DOTALL)
_QUOTE = re.compile(r"^&gt; ?")
_INLINE = re.compile(
    r"`(?P<code>[^`\n]+)`"
    r"|<(?P<control>[^<>\n]+)>"
    r"|(?<![\w*])\*(?=[^\s*])(?P<bold>[^*\n]*[^\s*])\*(?![\w*])"
    r"|(?<![\w_])_(?=[^\s_])(?P<italic>[^_\n]*[^\s_])_(?![\w_])"
    r"|(?<![\w~])~(?=[^\s~])(?P<strike>[^~\n]*[^\s~])~(?![\w~])"
    r"|:(?P<emoji>[a-z0-9_+-]+):"
)
_TAGS = {"bold": "strong", "italic": "em", "strike": "s"}
_DATE = re.compile(r"!date\^(?P<epoch>-?\d{1,11})\^(?P<format>[^|]*)")

type Names = Callable[[str], str]
"""The name of a user or channel, by id."""


def render_message(body: Mapping[str, Any], name_of: Names) -> str:
    """A message as HTML: its blocks where it has any that can be shown, else its text."""
    blocks = [_render_block(block, name_of) for block in body.get("blocks") or []]
    return "".join(blocks) or render_mrkdwn(str(body.get("text", "")), name_of)


def render_mrkdwn(text: str, name_of: Names) -> str:
    """Stored mrkdwn as HTML."""
    pieces = _FENCE.split(text)
    # A split by one group alternates between what is outside and what is inside.
    return "".join(
        f"<pre><code>{_literal(_plain(piece))}</code></pre>" if odd else _lines(piece, name_of)
        for odd, piece in ((place % 2, piece) for place, piece in enumerate(pieces))
    )


def render_markdown(text: str) -> str:
    """The text of a `markdown` block as HTML; HTML in it stays text."""
    return str(_markdown().render(text))


def _render_block(block: Mapping[str, Any], name_of: Names) -> str:
    match block:
        case {"type": "markdown", "text": str(text)}:
            return render_markdown(text)
        case {"type": "header", "text": {"text": str(text)}}:
            return f"<h3>{_literal(text)}</h3>"
        case {"type": "section", "text": {"text": str()} as text}:
            return f"<div>{_render_text(text, name_of)}</div>"
        case {"type": "context", "elements": [*elements]}:
            texts = [e for e in elements if isinstance(e, dict) and isinstance(e.get("text"), str)]
            shown = " ".join(_render_text(text, name_of) for text in texts)
            return f"<small>{shown}</small>"
        case {"type": "image", "slack_file": {"id": str(file_id)}, "alt_text": str(alt_text)}:
            address = f"/sandbox/files/{_literal(file_id)}"
            return f'<img class="picture" src="{address}" alt="{_literal(alt_text)}">'
        case {"type": "divider"}:
            return "<hr>"
    return ""


def _render_text(text: Mapping[str, Any], name_of: Names) -> str:
    if text.get("type") == "mrkdwn":
        return render_mrkdwn(text["text"], name_of)
    return _literal(text["text"]).replace("\n", "<br>")


def _lines(text: str, name_of: Names) -> str:
    """Lines outside code blocks; neighbouring lines of a quote are one quote."""
    parts: list[str] = []
    quote: list[str] = []
    plain: list[str] = []

    def flush() -> None:
        if quote:
            parts.append(f"<blockquote>{'<br>'.join(quote)}</blockquote>")
        if plain:
            parts.append("<br>".join(plain))
        quote.clear()
        plain.clear()

    for line in text.split("\n"):
        quoted = _QUOTE.match(line)
        if (quoted and plain) or (not quoted and quote):
            flush()
        (quote if quoted else plain).append(_inline(_QUOTE.sub("", line), name_of))
    flush()
    return "".join(parts)


def _inline(text: str, name_of: Names) -> str:
    pieces, end = [], 0
    for match in _INLINE.finditer(text):
        pieces += [_literal(unescape(text[end : match.start()])), _piece(match, name_of)]
        end = match.end()
    return "".join([*pieces, _literal(unescape(text[end:]))])


def _piece(match: re.Match[str], name_of: Names) -> str:
    kind, inner = str(match.lastgroup), match[str(match.lastgroup)]
    if kind == "code":
        return f"<code>{_literal(_plain(inner))}</code>"
    if kind == "control":
        return _control(inner, name_of)
    if kind == "emoji":
        return EMOJI.get(inner, _literal(match[0]))
    return f"<{_TAGS[kind]}>{_inline(inner, name_of)}</{_TAGS[kind]}>"


def _control(inner: str, name_of: Names) -> str:
    """A mention, a date or a link: what stands between angle brackets."""
    target, _, label = (unescape(part) for part in inner.partition("|"))
    if target.startswith("@"):
        return f'<span class="mention">@{_literal(label or name_of(target[1:]))}</span>'
    if target.startswith("#"):
        return f'<span class="mention">#{_literal(label or name_of(target[1:]))}</span>'
    if date := _DATE.fullmatch(target):
        return _date(int(date["epoch"]), date["format"].partition("^")[0], label)
    if target.startswith("!"):
        return f'<span class="mention">{_literal(label or "@" + target[1:])}</span>'
    if target.startswith(_SAFE_SCHEMES):
        return (
            f'<a href="{_literal(target)}" target="_blank" rel="noopener noreferrer">'
            f"{_literal(label or target)}</a>"
        )
    return _literal(label or target)


def _date(epoch: int, form: str, fallback: str) -> str:
    try:
        moment = datetime.fromtimestamp(epoch, UTC).isoformat()
    except (OverflowError, OSError, ValueError):
        return _literal(fallback)
    return f'<time datetime="{moment}" data-format="{_literal(form)}">{_literal(fallback)}</time>'


def _plain(text: str) -> str:
    """Text in code: links become their address, everything else stays as it is."""
    return unescape(re.sub(r"<(https?:[^<>|\n]+)(?:\|[^<>\n]*)?>", r"\1", text))


def _literal(text: str) -> str:
    return html.escape(text)


@cache
def _markdown() -> MarkdownIt:
    markdown = MarkdownIt("commonmark", {"html": False}).enable("strikethrough").disable("image")
    markdown.validateLink = lambda url: url.lower().startswith(_SAFE_SCHEMES)  # type: ignore[method-assign]
    markdown.add_render_rule("link_open", _open_link)
    return markdown


def _open_link(self: Any, tokens: Any, index: int, options: Any, env: Any) -> str:
    tokens[index].attrSet("target", "_blank")
    tokens[index].attrSet("rel", "noopener noreferrer")
    return str(self.renderToken(tokens, index, options, env))

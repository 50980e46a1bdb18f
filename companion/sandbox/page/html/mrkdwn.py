"""Slack's mrkdwn and the text of `markdown` blocks as HTML."""

import re
from datetime import UTC, datetime
from functools import cache
from typing import Any

from markdown_it import MarkdownIt

from companion.sandbox.page.html.context import Names, literal
from companion.sandbox.page.html.emoji import EMOJI
from companion.sandbox.workspace.message_text import unescape

SAFE_SCHEMES = ("http://", "https://", "mailto:")
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


def render_mrkdwn(text: str, name_of: Names) -> str:
    """Stored mrkdwn as HTML."""
    pieces = _FENCE.split(text)
    # A split by one group alternates between what is outside and what is inside.
    return "".join(
        f"<pre><code>{literal(_plain(piece))}</code></pre>" if odd else _lines(piece, name_of)
        for odd, piece in ((place % 2, piece) for place, piece in enumerate(pieces))
    )


def render_markdown(text: str) -> str:
    """The text of a `markdown` block as HTML; HTML in it stays text."""
    return str(_markdown().render(text))


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
        pieces += [literal(unescape(text[end : match.start()])), _piece(match, name_of)]
        end = match.end()
    return "".join([*pieces, literal(unescape(text[end:]))])


def _piece(match: re.Match[str], name_of: Names) -> str:
    kind, inner = str(match.lastgroup), match[str(match.lastgroup)]
    if kind == "code":
        return f"<code>{literal(_plain(inner))}</code>"
    if kind == "control":
        return _control(inner, name_of)
    if kind == "emoji":
        return EMOJI.get(inner, literal(match[0]))
    return f"<{_TAGS[kind]}>{_inline(inner, name_of)}</{_TAGS[kind]}>"


def _control(inner: str, name_of: Names) -> str:
    """A mention, a date or a link: what stands between angle brackets."""
    target, _, label = (unescape(part) for part in inner.partition("|"))
    if target.startswith("@"):
        return f'<span class="mention">@{literal(label or name_of(target[1:]))}</span>'
    if target.startswith("#"):
        return f'<span class="mention">#{literal(label or name_of(target[1:]))}</span>'
    if found := _DATE.fullmatch(target):
        return date(int(found["epoch"]), found["format"].partition("^")[0], label)
    if target.startswith("!"):
        return f'<span class="mention">{literal(label or "@" + target[1:])}</span>'
    if target.startswith(SAFE_SCHEMES):
        return link(target, label or target)
    return literal(label or target)


def link(target: str, label: str) -> str:
    """A link that opens in a tab of its own; text where the address is not one for a browser."""
    if not target.startswith(SAFE_SCHEMES):
        return literal(label)
    return (
        f'<a href="{literal(target)}" target="_blank" rel="noopener noreferrer">'
        f"{literal(label)}</a>"
    )


def date(epoch: int, form: str, fallback: str) -> str:
    """A moment that the page shows in the reader's zone."""
    try:
        moment = datetime.fromtimestamp(epoch, UTC).isoformat()
    except (OverflowError, OSError, ValueError):
        return literal(fallback)
    return f'<time datetime="{moment}" data-format="{literal(form)}">{literal(fallback)}</time>'


def _plain(text: str) -> str:
    """Text in code: links become their address, everything else stays as it is."""
    return unescape(re.sub(r"<(https?:[^<>|\n]+)(?:\|[^<>\n]*)?>", r"\1", text))


@cache
def _markdown() -> MarkdownIt:
    markdown = MarkdownIt("commonmark", {"html": False})
    markdown.enable(["strikethrough", "table"]).disable("image")
    markdown.validateLink = lambda url: url.lower().startswith(SAFE_SCHEMES)  # type: ignore[method-assign]
    markdown.add_render_rule("link_open", _open_link)
    return markdown


def _open_link(self: Any, tokens: Any, index: int, options: Any, env: Any) -> str:
    tokens[index].attrSet("target", "_blank")
    tokens[index].attrSet("rel", "noopener noreferrer")
    return str(self.renderToken(tokens, index, options, env))

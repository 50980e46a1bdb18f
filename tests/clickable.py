"""What somebody could click in a text, or what would be fetched, once the text is rendered."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from markdown_it import MarkdownIt
from markdown_it.token import Token

_BARE = re.compile(r"(?:\b[a-z][a-z0-9+.-]*://|\bwww\.|\bmailto:)[^\s<>|)\]]+", re.IGNORECASE)
"""What clients make a link of by themselves."""
_CONTROL = re.compile(r"<([^<>\n|]+)(?:\|([^<>\n]*))?>")
"""https://docs.slack.dev/messaging/formatting-message-text"""


@dataclass(frozen=True, slots=True)
class Clickable:
    """An address and the words that are shown for it; a picture and HTML show no words."""

    address: str
    shown: str

    @property
    def is_honest(self) -> bool:
        return self.address == self.shown


def in_markdown(text: str) -> list[Clickable]:
    """As any reader of CommonMark shows it, HTML included."""
    tokens = MarkdownIt("commonmark", {"html": True}).parse(text)
    return list(_in_tokens(tokens))


def _in_tokens(tokens: list[Token]) -> Iterator[Clickable]:
    links: list[tuple[str, list[str]]] = []
    for token in tokens:
        if token.children:
            yield from _in_tokens(token.children)
        match token.type:
            case "link_open":
                links.append((str(token.attrs["href"]), []))
            case "link_close":
                address, words = links.pop()
                yield Clickable(address, "".join(words))
            case "image":
                yield Clickable(str(token.attrs["src"]), "")
            case "html_inline" | "html_block":
                yield Clickable(token.content, "")
            case "text" | "code_inline" if links:
                links[-1][1].append(token.content)
            case "text":
                yield from (Clickable(found, found) for found in _BARE.findall(token.content))


def in_mrkdwn(text: str) -> list[Clickable]:
    """As Slack shows it; mentions count, because they call somebody."""
    found = [Clickable(target, label or target) for target, label in _CONTROL.findall(text)]
    rest = _CONTROL.sub(" ", text)
    return [*found, *(Clickable(bare, bare) for bare in _BARE.findall(rest))]

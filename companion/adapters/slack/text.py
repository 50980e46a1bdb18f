"""Slack's message text: back to what a person typed, and safely into a message.

https://docs.slack.dev/messaging/formatting-message-text
"""

import re
from collections.abc import Mapping
from datetime import UTC, datetime

type Mentions = dict[str, str]
"""The ids of people, channels and groups in a text → how the message itself names them, with `@`
or `#`; empty where it does not. In the text they stand as `@U123` and `#C123`."""

_REFERENCE = re.compile(r"<([^<>]+)>")
_BARE = re.compile(r"[<>]|&(?!(?:amp|lt|gt);)")
_SCHEME = re.compile(r"(?<![a-z0-9+.-])[a-z][a-z0-9+.-]*:(?://)?", re.IGNORECASE | re.ASCII)


def unescape(text: str, mentions: Mentions) -> str:
    """What was typed: references first, then the three entities, `&amp;` last.

    Adds to `mentions` who and what the text mentions.
    """
    plain = _REFERENCE.sub(lambda match: _reference(match[1], mentions), text)
    return _entities(plain)


def command_text(text: str) -> str:
    """What was typed after a slash command.

    Slack does not say whether `should_escape: false` also turns off the three entities. Both are
    read: an escaped text has no bare `&`, `<` or `>`; one that has is as it was typed.
    """
    return text if _BARE.search(text) else _entities(text)


def _entities(text: str) -> str:
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def escape(text: str) -> str:
    """A text that Slack shows as it is, `&` first."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def live_mentions(escaped: str, mentions: Mapping[str, str]) -> str:
    """An escaped text in which Slack shows people by name whom nobody else could name."""
    for target, name in mentions.items():
        if not name and target[:1] in "UW":
            escaped = escaped.replace(f"@{target}", f"<@{target}>")
    return escaped


def mention(sign: str, target: str, label: str, mentions: Mentions) -> str:
    """Who or what has the id `target`, as it stands in the text."""
    name = label.removeprefix(sign)
    mentions[target] = f"{sign}{name}" if name else mentions.get(target, "")
    return f"{sign}{target}"


def link(address: str, label: str) -> str:
    """A link as it was typed, or its label with the address."""
    address = address.removeprefix("mailto:").removeprefix("tel:")
    bare = _SCHEME.sub("", address, count=1).rstrip("/")
    typed = "".join(label.split()).rstrip("/")
    if not label or typed in {bare, address.rstrip("/")}:
        return label or address  # typed as a bare address, which Slack made a link
    return f"{label} ({address})"


def date(seconds: str | int, fallback: str) -> str:
    """A date as people without Slack's client read it."""
    if fallback:
        return fallback
    try:
        return f"{datetime.fromtimestamp(int(seconds), UTC):%Y-%m-%d %H:%M} UTC"
    except (ValueError, OverflowError, OSError):
        return str(seconds)


def _reference(reference: str, mentions: Mentions) -> str:
    target, _, label = reference.partition("|")
    match target[:1]:
        case "@":
            return mention("@", target[1:], label, mentions)
        case "#":
            return mention("#", target[1:], label, mentions)
        case "!":
            return _special(target[1:], label, mentions)
    return link(target, label)


def _special(target: str, label: str, mentions: Mentions) -> str:
    """<!here>, <!subteam^S1|@team>, <!date^…|tomorrow>"""
    kind, _, rest = target.partition("^")
    match kind:
        case "subteam" if rest:
            return mention("@", rest, label, mentions)
        case "date":
            return date(rest.partition("^")[0], label)
    return f"@{label.removeprefix('@') or kind}"

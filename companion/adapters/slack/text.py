"""Slack's message text: back to what a person typed, and safely into a message.

https://docs.slack.dev/messaging/formatting-message-text
"""

import re
from collections.abc import Sequence

_REFERENCE = re.compile(r"<([^<>]+)>")
_BARE = re.compile(r"[<>]|&(?!(?:amp|lt|gt);)")


def unescape(text: str) -> str:
    """What was typed: references first, then the three entities, `&amp;` last."""
    plain = _REFERENCE.sub(lambda match: _reference(match[1]), text)
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


def message_text(text: str, file_names: Sequence[str]) -> str:
    """What a message says; a file without words says its name."""
    said = unescape(text) or ", ".join(f"[file: {name}]" for name in file_names)
    # JSON can carry half an emoji, which is no text that anything could store.
    return said.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _reference(reference: str) -> str:
    target, _, label = reference.partition("|")
    match target[:1]:
        case "@":
            return f"@{label.removeprefix('@') or target[1:]}"
        case "#":
            return f"#{label.removeprefix('#') or target[1:]}"
        case "!":
            # <!here>, <!subteam^S1|@team>, <!date^…|tomorrow>
            return label or f"@{target[1:].split('^')[0]}"
    address = target.removeprefix("mailto:").removeprefix("tel:")
    if not label or address.rstrip("/").endswith(label.rstrip("/")):
        return label or address  # typed as a bare address, which Slack made a link
    return f"{label} ({address})"

"""Everything that a message's payload says: text, blocks, forwarded messages and files."""

import re
from typing import Any

from companion.adapters.slack.blocks import block_words
from companion.adapters.slack.text import Mentions, unescape
from companion.domain.entry import storable
from companion.domain.wording import covers, says_more

HIDDEN = frozenset({"tombstone", "hidden_by_limit"})
"""The modes of files that were deleted, or that the workspace's plan hides."""
_PREVIEWS = (
    "from_url",
    "original_url",
    "app_unfurl_url",
    "is_app_unfurl",
    "is_msg_unfurl",
    "service_name",
)
"""What an attachment has that Slack or an app made of a link: not the person's words."""
_WORD = re.compile(r"\w+")


def message_words(message: dict[str, Any], mentions: Mentions) -> str:
    """The words of a message; adds to `mentions` whom they mention."""
    said = [_typed(message, mentions)]
    for attachment in _dicts(message.get("attachments")):
        words = _attachment(attachment, mentions, through_app=bool(message.get("bot_id")))
        if not covers(said[0], words):
            said.append(words)
    said += _files(message, has_words=any(each.strip() for each in said))
    return storable("\n".join(each for each in said if each.strip()))


def hides_files(message: dict[str, Any]) -> bool:
    """Whether the message has files that Slack does not show any more."""
    return any(file.get("mode") in HIDDEN for file in _dicts(message.get("files")))


def _typed(message: dict[str, Any], mentions: Mentions) -> str:
    """The text, or the blocks where they say more. A client sends both, with the same words."""
    of_blocks: Mentions = {}
    text = unescape(str(message.get("text") or ""), mentions)
    words = block_words(message.get("blocks"), of_blocks)
    if not words.strip() or _same_letters(text, words) or covers(text, words):
        return text
    for target, name in of_blocks.items():
        mentions[target] = mentions.get(target) or name
    if says_more(words, text) or _letters(words).startswith(_letters(text)):
        return words
    # An app may send a short text for notifications, and something else in blocks.
    return f"{text}\n{words}"


def _attachment(attachment: dict[str, Any], mentions: Mentions, *, through_app: bool) -> str:
    """A forwarded message, or what an app attached to the words that it posts for the person."""
    shared = attachment.get("is_share")
    is_preview = any(attachment.get(name) for name in _PREVIEWS)
    if not shared and (is_preview or not through_app):
        return ""
    words = _typed({**attachment, "blocks": _attached_blocks(attachment)}, mentions)
    if shared:
        files = _files(attachment, has_words=bool(words.strip()))
        words = "\n".join(each for each in (words, *files) if each) or _fallback(
            attachment, mentions
        )
        author = attachment.get("author_name") or attachment.get("author_subname")
        return f"{author}: {words}" if author and words.strip() else words
    named = [unescape(str(attachment.get(name) or ""), mentions) for name in ("pretext", "title")]
    fields = [
        unescape(f"{field.get('title') or ''}: {field.get('value') or ''}", mentions)
        for field in _dicts(attachment.get("fields"))
    ]
    parts = [each for each in (*named, words, *fields) if each.strip()]
    return "\n".join(parts) or _fallback(attachment, mentions)


def _attached_blocks(attachment: dict[str, Any]) -> list[Any]:
    """An attachment's own blocks, and those of a message that was forwarded."""
    blocks = list(attachment.get("blocks") or attachment.get("message_blocks") or [])
    return [
        inner
        for block in blocks
        for inner in (
            (block["message"].get("blocks") or [])
            if isinstance(block, dict) and isinstance(block.get("message"), dict)
            else [block]
        )
    ]


def _fallback(attachment: dict[str, Any], mentions: Mentions) -> str:
    return unescape(str(attachment.get("fallback") or ""), mentions)


def _files(message: dict[str, Any], *, has_words: bool) -> list[str]:
    """What is said and written in the files, then what they are called."""
    contents, names = [], []
    for file in _dicts(message.get("files")):
        content = _content(file)
        if content:
            contents.append(content)
        if name := _name(file, has_words=has_words or bool(content)):
            names.append(f"[file: {name}]")
    return [*contents, ", ".join(names)]


def _content(file: dict[str, Any]) -> str:
    """What Slack heard in a clip, or the beginning of a text."""
    transcription = file.get("transcription") or {}
    preview = transcription.get("preview") or {}
    if heard := str(preview.get("content") or ""):
        return f"{heard} …" if preview.get("has_more") else heard
    is_text = file.get("mode") == "snippet" or str(file.get("mimetype") or "").startswith("text/")
    if is_text and (shown := str(file.get("preview") or "")):
        return f"{shown}\n…" if file.get("preview_is_truncated") else shown
    return ""


def _name(file: dict[str, Any], *, has_words: bool) -> str:
    """What a file is called; nothing for one without a name beside other words."""
    name, title = str(file.get("name") or ""), str(file.get("title") or "")
    if _letters(name) in {"", "untitled", "untitledtxt"}:
        name, title = title, ""
    if _letters(name) in {"", "untitled"}:
        return "" if has_words else name or "unnamed"
    if _letters(title) and not _letters(name).startswith(_letters(title)):
        name = f"{name} “{title}”"
    description = str(file.get("alt_txt") or "")
    return f"{name}: {description}" if description else name


def _same_letters(one: str, other: str) -> bool:
    return _letters(one) == _letters(other)


def _letters(text: str) -> str:
    return "".join(_WORD.findall(text.casefold())).replace("_", "")


def _dicts(value: Any) -> list[dict[str, Any]]:
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []

"""A whole message as HTML: its text or blocks, what it forwards, and its files."""

from collections.abc import Callable, Mapping
from typing import Any

from companion.sandbox.page.html.blocks import render_blocks
from companion.sandbox.page.html.context import Context, literal
from companion.sandbox.page.html.mrkdwn import render_mrkdwn

type HasFile = Callable[[str], bool]
_GONE = {
    "tombstone": "This file was deleted.",
    "hidden_by_limit": "This file is hidden because of the plan of this workspace.",
}


def render_message(
    body: Mapping[str, Any], here: Context, has_file: HasFile = lambda file_id: False
) -> str:
    """A message: its blocks where it has any that can be shown, else its text.

    `has_file` says whether a file's content is here.
    """
    shown = render_blocks(body.get("blocks") or [], here)
    shown = shown or render_mrkdwn(str(body.get("text", "")), here.name_of)
    quoted = [_attachment(each, here) for each in body.get("attachments") or []]
    return "".join([shown, *quoted, *(_file(each, has_file) for each in body.get("files") or [])])


def _attachment(attachment: Mapping[str, Any], here: Context) -> str:
    """A message that was forwarded, or the preview of a link."""
    title = attachment.get("author_name") or attachment.get("title") or ""
    text = str(attachment.get("text") or attachment.get("fallback") or "")
    head = f"<strong>{literal(title)}</strong><br>" if title else ""
    return f"<blockquote>{head}{render_mrkdwn(text, here.name_of)}</blockquote>"


def _file(file: Mapping[str, Any], has_file: HasFile) -> str:
    if gone := _GONE.get(str(file.get("mode"))):
        return f'<p class="file gone">{gone}</p>'
    name = literal(file.get("title") or file.get("name") or "File")
    kind = literal(file.get("pretty_type") or file.get("filetype") or "")
    head = f"<strong>{name}</strong> <small>{kind}</small>"
    file_id = str(file.get("id", ""))
    if str(file.get("mimetype", "")).startswith("image/") and has_file(file_id):
        picture = f'<img class="picture" src="/sandbox/files/{literal(file_id)}" alt="{name}">'
        return f'<figure class="file"><figcaption>{head}</figcaption>{picture}</figure>'
    said = (file.get("transcription") or {}).get("preview", {}).get("content")
    if said:
        return f'<div class="file">{head}<p>{literal(said)}</p></div>'
    if file.get("mode") == "snippet" or file.get("preview"):
        code = literal(file.get("preview") or "")
        return f'<div class="file">{head}<pre><code>{code}</code></pre></div>'
    return f'<p class="file">{head}</p>'

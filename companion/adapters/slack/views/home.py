"""The Home tab, and the forms that it opens.

https://docs.slack.dev/surfaces/app-home; at most 100 blocks, and 3,000 characters in a section.
"""

from typing import Any

from companion.adapters.slack.text import escape, live_mentions
from companion.domain.home import HomeEntry, HomePage
from companion.domain.manifest import (
    DELETE_FORM,
    EDIT_FORM,
    HOME_ACTION,
    CommandNames,
)
from companion.texts import slack as texts

type Block = dict[str, Any]

SECTION_LIMIT = 3000


def home_view(page: HomePage, names: CommandNames) -> dict[str, Any]:
    """The tab."""
    return {"type": "home", "blocks": list(_blocks(page, names))}


def _blocks(page: HomePage, names: CommandNames) -> list[Block]:
    blocks = [_header(f"{texts.HOME_TODAY}, {page.heading}"), _actions(page)]
    if page.notice:
        undo = _button("undo", texts.HOME_UNDO, page.undo) if page.undo else None
        blocks.append(_section(page.notice, undo))
    if page.summary:
        hide = None if page.is_writing else _button("hide", texts.HOME_HIDE)
        blocks.append(_section(page.summary, hide))
    blocks += [_entry(entry) for entry in page.entries]
    if not page.entries:
        blocks.append(_marked(texts.HOME_NOTHING.format(log=names.log)))
    if page.shows_more:
        earlier = texts.HOME_EARLIER.format(count=page.earlier)
        blocks.append(_section(earlier, _button("more", texts.HOME_MORE)))
    elif page.earlier:
        rest = texts.HOME_REST.format(count=page.earlier, companion=names.companion)
        blocks.append(_marked(rest))
    blocks += [
        {"type": "divider"},
        _header(texts.HOME_WEEK),
        _marked(f"```\n{page.week}\n```"),
        _header(texts.HOME_LEFT_OFF),
        _section(page.left_off),
        _header(texts.HOME_COMING),
        _section(page.coming),
    ]
    return blocks


def _actions(page: HomePage) -> Block:
    pause = (
        _button("resume", texts.HOME_RESUME_BUTTON)
        if page.is_paused
        else _button("pause", texts.HOME_PAUSE)
    )
    summarize = [] if page.is_writing else [_button("summarize", texts.HOME_SUMMARIZE)]
    return {
        "type": "actions",
        "block_id": "home",
        "elements": [_button("ask", texts.HOME_ASK), *summarize, pause],
    }


def _entry(entry: HomeEntry) -> Block:
    """What only Slack can change has a link to it in the place of a menu."""
    menu: Block
    if entry.link:
        menu = {**_button("open", texts.HOME_OPEN, entry.key), "url": entry.link}
    else:
        menu = {
            "type": "overflow",
            "action_id": f"{HOME_ACTION}entry",
            "options": [
                {"text": _plain(texts.HOME_EDIT), "value": f"edit {entry.key}"},
                {"text": _plain(texts.HOME_DELETE), "value": f"delete {entry.key}"},
            ],
        }
    text = f"*{entry.clock}*  {live_mentions(escape(entry.text), entry.mentions)}"
    return {**_marked(text), "block_id": f"entry {entry.key}", "accessory": menu}


def edit_form(key: str, clock: str, text: str, callback: str = EDIT_FORM) -> dict[str, Any]:
    """The form that changes an entry's words."""
    return {
        **_form(callback, key, texts.EDIT_TITLE, texts.EDIT_SUBMIT),
        "blocks": [
            {
                "type": "input",
                "block_id": "text",
                "label": _plain(texts.EDIT_TEXT.format(clock=clock)),
                "element": {
                    "type": "plain_text_input",
                    "action_id": "text",
                    "multiline": True,
                    "initial_value": text,
                    "max_length": SECTION_LIMIT,
                    "focus_on_load": True,
                },
            }
        ],
    }


def delete_form(key: str, clock: str, text: str) -> dict[str, Any]:
    """The form that asks whether to delete an entry."""
    shown = _marked(f"*{clock}*  {escape(text)}"[:SECTION_LIMIT])
    hint = {"type": "context", "elements": [_plain(texts.DELETE_HINT)]}
    return {
        **_form(DELETE_FORM, key, texts.DELETE_TITLE, texts.HOME_DELETE),
        "blocks": [shown, hint],
    }


def _form(callback: str, key: str, title: str, submit: str) -> dict[str, Any]:
    return {
        "type": "modal",
        "callback_id": callback,
        "private_metadata": key,
        "title": _plain(title),
        "submit": _plain(submit),
        "close": _plain(texts.FORM_CLOSE),
    }


def _button(name: str, text: str, value: str = "") -> Block:
    button = {"type": "button", "action_id": f"{HOME_ACTION}{name}", "text": _plain(text)}
    return {**button, "value": value} if value else button


def _header(text: str) -> Block:
    return {"type": "header", "text": _plain(text[:150])}


def _section(text: str, accessory: Block | None = None) -> Block:
    # As plain text, no character of what somebody wrote becomes a mark or a mention.
    section: Block = {"type": "section", "text": _plain(text[:SECTION_LIMIT] or " ")}
    return {**section, "accessory": accessory} if accessory else section


def _marked(text: str) -> Block:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text[:SECTION_LIMIT]}}


def _plain(text: str) -> Block:
    return {"type": "plain_text", "text": text}

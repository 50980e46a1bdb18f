"""What people press, send and use in Slack, as its payloads say it, in plain values.

https://docs.slack.dev/reference/interaction-payloads
"""

from typing import Any

from companion.adapters.slack.text import Mentions, mention
from companion.adapters.slack.views.log_form import TAGS, TEXT, WHEN
from companion.adapters.slack.views.prompt import ACTION
from companion.adapters.slack.words import message_words
from companion.domain.jobs.presses import Button, PressedPrompt, is_prompt_id
from companion.ports import Press, ShortcutUse, Submission


def read_press(payload: dict[str, Any], action: dict[str, Any]) -> Press:
    """A press of a button, or of an item in a menu."""
    container = _dict(payload.get("container"))
    selected = _dict(action.get("selected_option"))
    return Press(
        user_id=_text(_dict(payload.get("user")).get("id")),
        action=_text(action.get("action_id")),
        value=_text(action.get("value") or selected.get("value")),
        channel=_text(_dict(payload.get("channel")).get("id") or container.get("channel_id")),
        ts=_text(_dict(payload.get("message")).get("ts") or container.get("message_ts")),
        response_url=_text(payload.get("response_url")),
        trigger_id=_text(payload.get("trigger_id")),
    )


def pressed_prompt(press: Press) -> PressedPrompt | None:
    """The prompt whose button was pressed; None for a press of anything else."""
    name = press.action.removeprefix(ACTION)
    if name not in Button or not is_prompt_id(press.value) or not press.ts:
        return None
    return PressedPrompt(Button(name), press.value, press.ts)


def read_shortcut(payload: dict[str, Any]) -> ShortcutUse:
    """A use of *Log this message*. The payload has the message itself, so the app need not be in
    its channel: https://docs.slack.dev/interactivity/implementing-shortcuts"""
    message = _dict(payload.get("message"))
    mentions: Mentions = {}
    channel = _text(_dict(payload.get("channel")).get("id"))
    ts = _text(message.get("ts") or payload.get("message_ts"))
    thread_ts = _text(message.get("thread_ts"))
    text = message_words(message, mentions)
    return ShortcutUse(
        user_id=_text(_dict(payload.get("user")).get("id")),
        channel=channel,
        ts=ts,
        text=text,
        author=_author(message, mentions),
        link=_link(_text(_dict(payload.get("team")).get("domain")), channel, ts, thread_ts),
        mentions=mentions,
        response_url=_text(payload.get("response_url")),
    )


def read_submission(payload: dict[str, Any]) -> Submission:
    """A form that was sent."""
    view = _dict(payload.get("view"))
    values = _dict(_dict(view.get("state")).get("values"))

    def value(name: str) -> str:
        return _text(_dict(_dict(values.get(name)).get(name)).get("value"))

    return Submission(
        user_id=_text(_dict(payload.get("user")).get("id")),
        view_id=_text(view.get("id")),
        text=value(TEXT),
        when=value(WHEN),
        tags=value(TAGS),
        carried=_text(view.get("private_metadata")),
    )


def _author(message: dict[str, Any], mentions: Mentions) -> str:
    """Who wrote a message: a person by id, for whom a name may be known; an app by its name."""
    profile = _dict(message.get("user_profile"))
    name = _text(profile.get("display_name") or profile.get("real_name"))
    if user_id := _text(message.get("user")):
        return mention("@", user_id, name, mentions)
    bot = _dict(message.get("bot_profile"))
    return _text(message.get("username") or bot.get("name"))


def _link(domain: str, channel: str, ts: str, thread_ts: str) -> str:
    """What Slack's *Copy link* gives."""
    if not domain:
        return ""
    link = f"https://{domain}.slack.com/archives/{channel}/p{ts.replace('.', '')}"
    is_reply = thread_ts and thread_ts != ts
    return f"{link}?thread_ts={thread_ts}&cid={channel}" if is_reply else link


def _dict(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""

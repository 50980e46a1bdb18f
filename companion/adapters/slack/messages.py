"""Slack's message payloads, as events and history show them, in plain values."""

from dataclasses import replace
from typing import Any

from companion.adapters.slack.text import Mentions
from companion.adapters.slack.words import hides_files, message_words
from companion.domain.entry import message_timestamp
from companion.domain.wording import edited_s
from companion.ports import Said

OWN_WORDS = {None, "bot_message", "file_share", "me_message", "reply_broadcast", "thread_broadcast"}
"""The subtypes of messages that a person wrote, also through another app; all others are Slack's
own notes. https://docs.slack.dev/reference/events/message#subtypes"""
WARNING = "warning"
"""The reaction that says: this is not stored."""
LAST_MICROSECOND = 999_998
"""A history's revision ends with 999999, which is later."""


def wrote(message: dict[str, Any], user_id: str) -> bool:
    """Whether a message is that user's own words.

    Another app's `bot_id` does not count: with the user's permission it posts the user's words.
    Our own messages carry our bot's user.
    """
    return message.get("user") == user_id and message.get("subtype") in OWN_WORDS


def said_from(message: dict[str, Any], channel: str) -> Said:
    """A message that the user wrote."""
    thread_ts = message.get("thread_ts")
    # A reply that was also sent to the channel carries its root instead.
    parent = message.get("parent_user_id") or (message.get("root") or {}).get("user")
    mentions: Mentions = {}
    return Said(
        channel=channel,
        ts=message["ts"],
        text=message_words(message, mentions),
        mentions=mentions,
        hides_files=hides_files(message),
        thread_ts=thread_ts if thread_ts != message["ts"] else None,
        to_oneself=parent == message["user"],
        revision=_edited_ts(message),
        warned=_is_warned(message),
    )


def _is_warned(message: dict[str, Any]) -> bool:
    """Whether somebody else's warning sign is on a message: in the DM, that is ours."""
    return any(
        reaction.get("name") == WARNING and set(reaction.get("users") or ()) - {message["user"]}
        for reaction in message.get("reactions") or []
    )


def read_event(event: dict[str, Any], user_id: str) -> Said | None:
    """The user's own message in the DM as a `message` event reports it; None for any other.

    https://docs.slack.dev/reference/events/message
    """
    if not _is_dm(event):
        return None
    channel = event["channel"]
    match event.get("subtype"):
        case "message_changed":
            return _changed(event, channel, user_id)
        case "message_deleted":
            return _deleted(channel, event["deleted_ts"], event.get("previous_message"), user_id)
    return said_from(event, channel) if wrote(event, user_id) else None


def mention_of_user(user: dict[str, Any]) -> str | None:
    """`@Bo`, as Slack's clients show a mention: https://docs.slack.dev/reference/objects/user-object"""
    profile = user.get("profile") or {}
    names = (profile.get("display_name"), profile.get("real_name"), user.get("real_name"))
    name = next((each for each in (*names, user.get("name")) if each), None)
    return f"@{name}" if name else None


def mention_of_group(groups: list[dict[str, Any]], group_id: str) -> str | None:
    """`@backend`, for one of `usergroups.list`."""
    names = (
        group.get("handle") or group.get("name") for group in groups if group.get("id") == group_id
    )
    name = next(names, None)
    return f"@{name}" if name else None


def _is_dm(event: dict[str, Any]) -> bool:
    """By the type, or by the id: those of direct messages begin with D."""
    kind = event.get("channel_type")
    return bool(kind == "im" or (not kind and str(event.get("channel", "")).startswith("D")))


def _changed(event: dict[str, Any], channel: str, user_id: str) -> Said | None:
    message, previous = event["message"], event.get("previous_message")
    # Slack reports the deletion of a message that has replies as a change to a tombstone.
    if message.get("subtype") == "tombstone":
        return _deleted(channel, message["ts"], previous, user_id)
    if not wrote(message, user_id):
        return None
    said = said_from(message, channel)
    if not said.revision or not _was_edited(message, previous):
        return said  # a link's preview came, a transcription was finished, a file was hidden
    return replace(said, revision=_edit_revision(said.revision, event["event_ts"]))


def _was_edited(message: dict[str, Any], previous: dict[str, Any] | None) -> bool:
    """Whether the person changed the message just now: an earlier edit stays in the payload."""
    return previous is None or any(
        message.get(field) != previous.get(field) for field in ("edited", "text", "blocks")
    )


def _edit_revision(edited_ts: str, event_ts: str) -> str:
    """`edited.ts` has whole seconds; the event's own time tells two quick edits apart."""
    after = message_timestamp(event_ts) - message_timestamp(edited_ts)
    micros = round(after.total_seconds() * 1_000_000)
    return f"{edited_s(edited_ts)}.{min(max(micros, 1), LAST_MICROSECOND):06d}"


def _edited_ts(message: dict[str, Any]) -> str:
    return str((message.get("edited") or {}).get("ts") or "")


def _deleted(channel: str, ts: str, previous: dict[str, Any] | None, user_id: str) -> Said | None:
    if previous and not wrote(previous, user_id):
        return None
    return Said(channel=channel, ts=ts, text="", deleted=True)

"""Slack's message payloads, as events and history show them, in plain values."""

from dataclasses import replace
from typing import Any

from companion.adapters.slack.text import message_text
from companion.ports import Said

OWN_WORDS = {None, "file_share", "thread_broadcast"}
"""The subtypes of messages that a person wrote; all others are Slack's own notes."""


def wrote(message: dict[str, Any], user_id: str) -> bool:
    """Whether a message is that user's own words."""
    return (
        message.get("user") == user_id
        and not message.get("bot_id")
        and message.get("subtype") in OWN_WORDS
    )


def said_from(message: dict[str, Any], channel: str) -> Said:
    """A message that the user wrote."""
    thread_ts = message.get("thread_ts")
    # A reply that was also sent to the channel carries its root instead.
    parent = message.get("parent_user_id") or (message.get("root") or {}).get("user")
    return Said(
        channel=channel,
        ts=message["ts"],
        text=message_text(
            message.get("text") or "",
            [file.get("name") or "unnamed" for file in message.get("files") or []],
        ),
        thread_ts=thread_ts if thread_ts != message["ts"] else None,
        to_oneself=parent == message["user"],
        revision=(message.get("edited") or {}).get("ts") or "",
    )


def read_event(event: dict[str, Any], user_id: str) -> Said | None:
    """The user's own message in the DM as a `message` event reports it; None for any other.

    https://docs.slack.dev/reference/events/message
    """
    if event.get("channel_type") != "im":
        return None
    channel = event["channel"]
    match event.get("subtype"):
        case "message_changed":
            return _changed(event, channel, user_id)
        case "message_deleted":
            return _deleted(channel, event["deleted_ts"], event.get("previous_message"), user_id)
    return said_from(event, channel) if wrote(event, user_id) else None


def _changed(event: dict[str, Any], channel: str, user_id: str) -> Said | None:
    message = event["message"]
    # Slack reports the deletion of a message that has replies as a change to a tombstone.
    if message.get("subtype") == "tombstone":
        return _deleted(channel, message["ts"], event.get("previous_message"), user_id)
    if not wrote(message, user_id):
        return None
    said = said_from(message, channel)
    # `edited.ts` has whole seconds; the event's own time tells two quick edits apart.
    # Without `edited` the person changed nothing: a link was unfurled.
    return replace(said, revision=event["event_ts"]) if said.revision else said


def _deleted(channel: str, ts: str, previous: dict[str, Any] | None, user_id: str) -> Said | None:
    if previous and not wrote(previous, user_id):
        return None
    return Said(channel=channel, ts=ts, text="", deleted=True)

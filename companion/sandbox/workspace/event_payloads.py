"""The payloads of the events that Slack sends an app about messages in its direct message."""

from uuid import uuid4

from companion.sandbox.workspace.message import Body, Message


def message_changed(shown: Body, previous: Body, event_ts: str) -> Body:
    """The event about a message that was changed."""
    return {
        "type": "message",
        "subtype": "message_changed",
        "message": shown,
        "previous_message": previous,
        "hidden": True,
        "ts": event_ts,
        "event_ts": event_ts,
    }


def message_deleted(message: Message, previous: Body, event_ts: str) -> Body:
    """The event about a message that was deleted."""
    return {
        "type": "message",
        "subtype": "message_deleted",
        "deleted_ts": message.ts,
        "previous_message": previous,
        "hidden": True,
        "ts": event_ts,
        "event_ts": event_ts,
    }


def event_callback(event: Body, channel: str, identity: dict[str, str]) -> Body:
    """An event in the envelope that Slack puts around every event (`message.im` here)."""
    return {
        "token": "sandbox",
        "team_id": identity["team_id"],
        "api_app_id": identity["app_id"],
        "event": {**event, "channel": channel, "channel_type": "im"},
        "type": "event_callback",
        "event_id": f"Ev{uuid4().hex[:10].upper()}",
        "event_time": int(event["event_ts"].partition(".")[0]),
        "authorizations": [
            {
                "enterprise_id": None,
                "team_id": identity["team_id"],
                "user_id": identity["bot_user_id"],
                "is_bot": True,
                "is_enterprise_install": False,
            }
        ],
        "is_ext_shared_channel": False,
    }

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


def app_home_opened(user: str, channel: str, tab: str, view: Body | None, event_ts: str) -> Body:
    """The event about a person who looks at the app's Home or Messages tab."""
    event: Body = {"type": "app_home_opened", "user": user, "channel": channel, "tab": tab}
    # The view is there once the app has published one: https://docs.slack.dev/reference/events/app_home_opened
    return {**event, **({"view": view} if view else {}), "event_ts": event_ts}


def event_callback(event: Body, identity: dict[str, str]) -> Body:
    """An event in the envelope that Slack puts around every event."""
    return {
        "token": "sandbox",
        "team_id": identity["team_id"],
        "api_app_id": identity["app_id"],
        "event": event,
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

"""Slash commands and interactions as Slack sends them: forms, signed."""

import json
from typing import Any
from urllib.parse import urlencode

from slack_sdk.signature import SignatureVerifier

SECRET = "8f742231b10e8888abcd99yyyzzz85a5"


def command_form(text: str, trigger_id: str = "1.2.abc", user_id: str = "U0AAAAAA") -> bytes:
    """The body of `/log text`."""
    return urlencode(
        {
            "token": "deprecated",
            "team_id": "T0AAAAAA",
            "team_domain": "example",
            "channel_id": "C0AAAAAA",
            "channel_name": "general",
            "user_id": user_id,
            "user_name": "ada",
            "command": "/log",
            "text": text,
            "api_app_id": "A0AAAAAA",
            "response_url": "http://127.0.0.1:9/never-called",
            "trigger_id": trigger_id,
        }
    ).encode()


def signed(body: bytes, at: float, secret: str = SECRET) -> dict[str, str]:
    """The headers that make it a request of Slack's."""
    timestamp = str(int(at))
    signature = SignatureVerifier(secret).generate_signature(timestamp=timestamp, body=body)
    assert signature is not None
    return {
        "Content-Type": "application/x-www-form-urlencoded",
        "X-Slack-Request-Timestamp": timestamp,
        "X-Slack-Signature": signature,
    }


def interaction(kind: str, **changes: Any) -> dict[str, Any]:
    """What Slack says when somebody presses a button, sends or closes a form, or uses a shortcut.

    https://docs.slack.dev/reference/interaction-payloads
    """
    payload: dict[str, Any] = {
        "type": kind,
        "team": {"id": "T0AAAAAA", "domain": "example"},
        "enterprise": None,
        "is_enterprise_install": False,
        "user": {"id": "U0AAAAAA", "username": "ada", "team_id": "T0AAAAAA"},
        "api_app_id": "A0AAAAAA",
        "token": "deprecated",
    }
    view = {"id": "V1", "type": "modal", "callback_id": "form", "state": {"values": {}}}
    message = {"type": "message", "user": "U0BBBBBB", "ts": "1.2", "text": "a message"}
    match kind:
        case "block_actions":
            payload |= {
                "container": {"type": "message", "message_ts": "1.2", "channel_id": "D0AAAAAA"},
                "trigger_id": "1.2.abc",
                "channel": {"id": "D0AAAAAA", "name": "directmessage"},
                "message": message,
                "state": {"values": {}},
                "response_url": "http://127.0.0.1:9/never-called",
                "actions": [
                    {"action_id": "more", "block_id": "b1", "value": "1", "type": "button",
                     "action_ts": "3.4"}
                ],
            }  # fmt: skip
        case "view_submission":
            payload |= {"trigger_id": "1.2.abc", "view": view, "response_urls": []}
        case "view_closed":
            payload |= {"view": view, "is_cleared": False}
        case "message_action":
            payload |= {
                "callback_id": "keep",
                "trigger_id": "1.2.abc",
                "response_url": "http://127.0.0.1:9/never-called",
                "action_ts": "3.4",
                "message_ts": "1.2",
                "channel": {"id": "C0AAAAAA", "name": "general"},
                "message": message,
            }
        case "shortcut":
            payload |= {"callback_id": "ask", "trigger_id": "1.2.abc", "action_ts": "3.4"}
    return payload | changes


INTERACTIONS = ("block_actions", "view_submission", "view_closed", "message_action", "shortcut")


def interaction_form(payload: object) -> bytes:
    """The body in which Slack sends an interaction."""
    return urlencode({"payload": json.dumps(payload)}).encode()

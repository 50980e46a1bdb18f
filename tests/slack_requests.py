"""Slash commands as Slack sends them: forms, signed."""

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

"""The two Slack apps of the local workspace, and the ids and tokens that Slack gives them."""

import secrets
from dataclasses import dataclass

from companion.domain.manifest import NAMES, App

type Identity = dict[str, str]


@dataclass(frozen=True, slots=True)
class SlackApp:
    """An app that is installed here: the web app over HTTP, or the daemon app in Socket Mode."""

    name: str
    app_id: str
    bot_id: str
    bot_user_id: str
    bot_token: str


def identifier(kind: str) -> str:
    """A new id as Slack makes them, such as `U0…` for the kind `U`."""
    return kind + secrets.token_hex(5).upper()


def new_identity() -> Identity:
    """Ids, tokens and the signing secret of a new workspace with its person and both apps."""
    app_id = identifier("A")
    return {
        "team_id": identifier("T"),
        "app_id": app_id,
        "bot_id": identifier("B"),
        "user_id": identifier("U"),
        "bot_user_id": identifier("U"),
        "channel": identifier("C"),
        "bot_token": f"xoxb-{secrets.token_hex(16)}",
        "app_token": f"xapp-1-{app_id}-{secrets.randbelow(10**13)}-{secrets.token_hex(16)}",
        "signing_secret": secrets.token_hex(16),
        "web_app_id": identifier("A"),
        "web_bot_id": identifier("B"),
        "web_bot_user_id": identifier("U"),
        "web_bot_token": f"xoxb-{secrets.token_hex(16)}",
    }


def daemon_app(identity: Identity) -> SlackApp:
    """The app in Socket Mode: it has the direct message and the Home tab."""
    return _app(identity, "", NAMES[App.DAEMON])


def web_app(identity: Identity) -> SlackApp:
    """The app over HTTP: it has the commands and shortcuts, where they go over HTTP."""
    return _app(identity, "web_", NAMES[App.WEB])


def _app(identity: Identity, prefix: str, name: str) -> SlackApp:
    kinds = ("app_id", "bot_id", "bot_user_id", "bot_token")
    return SlackApp(name, *(identity[prefix + kind] for kind in kinds))

"""The Slack apps, as the manifests that Slack makes them from.

The fields are those of https://docs.slack.dev/reference/app-manifest
"""

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from companion.texts.slack import (
    APP_DESCRIPTION,
    COMMAND_DESCRIPTION,
    COMMAND_HINT,
    COMPANION_DESCRIPTION,
    COMPANION_HINT,
    SHORTCUT_DESCRIPTION,
    SHORTCUT_NAME,
)

COMMAND, COMPANION_COMMAND = "/log", "/companion"
EVENTS_PATH = "/slack/events"
"""Where the webhook takes slash commands and interactions."""
HEALTH_PATH = "/healthz"
"""Where the webhook says that it is up."""
VERSION_HEADER = "X-Companion-Memory"
"""By this header of an answer our webhook is recognized; its value is the version."""
MEMBER_ID = re.compile(r"[UW][A-Z0-9]{2,40}", re.ASCII)
"""What Slack's member IDs look like."""
EVENTS = ("app_home_opened", "message.im")
"""The events that the app of the direct message gets."""
LOG_MESSAGE = "log_message"
"""By this id Slack says that somebody used *Log this message*."""
LOG_FORM = "log_form"
"""By this id Slack says that somebody sent the form of `/log`."""
EDIT_FORM, DELETE_FORM = "edit_form", "delete_form"
"""By these ids Slack says that somebody sent a form that the Home tab opened."""
EDIT_LAST_FORM = "edit_last_form"
"""By this id Slack says that somebody sent the form of `/companion edit`."""
HOME_ACTION = "home_"
"""How the ids of the buttons in the Home tab begin."""
SHOW_MORE = "companion_more"
"""The action of the button that shows the next page of an answer to `/companion`."""
NAME_LIMIT = 35
"""The longest name that Slack allows for an app, in characters."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandNames:
    """What the slash commands are called in a workspace: another app may have the usual names."""

    log: str = COMMAND
    companion: str = COMPANION_COMMAND


class App(StrEnum):
    """Which app: two where commands come over HTTP, one where the daemon answers them."""

    WEB = "web"
    DAEMON = "daemon"
    SINGLE = "single"


NAMES = {App.WEB: "Companion Log", App.DAEMON: "Companion", App.SINGLE: "Companion"}

COMMAND_SCOPES = frozenset({"commands"})
DM_SCOPES = frozenset({"chat:write", "im:history", "im:write", "reactions:write", "users:read"})

NAME_SCOPES = frozenset({"channels:read", "usergroups:read"})
"""For the names of channels and groups that people mention. Apps from before may not have them."""

PICTURE_SCOPES = frozenset({"files:write"})
"""For the picture of the weekly review. Apps from before may not have it."""
QUIET_SCOPES = frozenset({"dnd:read"})
"""For Slack's Do Not Disturb. Apps from before may not have it."""
OPTIONAL_SCOPES = NAME_SCOPES | PICTURE_SCOPES | QUIET_SCOPES
"""Without these an app does all else."""

SCOPES = {
    App.WEB: COMMAND_SCOPES,
    App.DAEMON: DM_SCOPES | OPTIONAL_SCOPES,
    App.SINGLE: COMMAND_SCOPES | DM_SCOPES | OPTIONAL_SCOPES,
}
"""What each app's bot may do: only what the methods that we call need."""

APP_TOKEN_SCOPE = "connections:write"  # noqa: S105 -- a scope's name
"""What the app-level token may do. No manifest field creates that token."""


def manifest(
    app: App, *, name: str = "", commands: CommandNames | None = None, url: str = ""
) -> dict[str, Any]:
    """The manifest as plain data, in the order that people read it in.

    `url` is where the webhook is reached, such as `https://companion.fly.dev`; only the web app
    has one. An empty `name` means the usual one.
    """
    name, commands = name or NAMES[app], commands or CommandNames()
    in_socket_mode = app is not App.WEB
    settings: dict[str, Any] = {
        "org_deploy_enabled": False,
        "socket_mode_enabled": in_socket_mode,
        # A token that rotates expires after twelve hours.
        "token_rotation_enabled": False,
    }
    if in_socket_mode:
        settings = {
            "event_subscriptions": {"bot_events": list(EVENTS)},
            # Over the socket too: buttons, forms and shortcuts.
            "interactivity": {"is_enabled": True},
            **settings,
        }
    else:
        settings = {
            "interactivity": {"is_enabled": True, "request_url": _events_url(url)},
            **settings,
        }
    features: dict[str, Any] = {
        "app_home": {
            "home_tab_enabled": in_socket_mode,
            # Without this tab Slack refuses our posts; if it is read-only, nobody can answer.
            "messages_tab_enabled": in_socket_mode,
            "messages_tab_read_only_enabled": False,
        },
        "bot_user": {"display_name": name, "always_online": in_socket_mode},
    }
    if app is not App.DAEMON:
        where = {"url": _events_url(url)} if app is App.WEB else {}
        features["slash_commands"] = [
            _slash_command(commands.log, where, COMMAND_DESCRIPTION, COMMAND_HINT),
            _slash_command(commands.companion, where, COMPANION_DESCRIPTION, COMPANION_HINT),
        ]
        features["shortcuts"] = [
            {
                "name": SHORTCUT_NAME,
                "type": "message",
                "callback_id": LOG_MESSAGE,
                "description": SHORTCUT_DESCRIPTION,
            }
        ]
    return {
        "display_information": {
            "name": name,
            "description": APP_DESCRIPTION,
        },
        "features": features,
        "oauth_config": {"scopes": {"bot": sorted(SCOPES[app])}},
        "settings": settings,
    }


def _events_url(url: str) -> str:
    return url.rstrip("/") + EVENTS_PATH


def _slash_command(name: str, where: dict[str, str], what: str, hint: str) -> dict[str, Any]:
    return {
        "command": name,
        **where,
        "description": what,
        "usage_hint": hint,
        "should_escape": False,  # people's words are kept as they wrote them
    }


NEW_APP = "https://api.slack.com/apps?new_app=1&manifest_yaml="
"""https://docs.slack.dev/app-manifests/configuring-apps-with-app-manifests, “Sharing manifests”."""


def web_url_problem(url: str | None) -> str | None:
    """What is wrong with the address of the webhook; None if nothing is."""
    if not url:
        return "The web app needs --url, such as https://companion.fly.dev."
    if not re.fullmatch(r"https://[A-Za-z0-9.-]+(:\d{1,5})?/?", url, re.ASCII):
        return f"{url!r} is not a webhook's address. Write it like https://companion.fly.dev."
    return None


def command_problem(command: str) -> str | None:
    """What is wrong with the name of the slash command; None if nothing is."""
    if re.fullmatch(r"/[a-z0-9_-]{1,31}", command, re.ASCII):
        return None
    return f"{command!r} is not a slash command. Write / and up to 31 of a-z, 0-9, _ and -."


def name_problem(name: str) -> str | None:
    """What is wrong with an app's name; None if nothing is. An empty name means the usual one."""
    if len(name) <= NAME_LIMIT and name.isprintable():
        return None
    return f"An app's name has at most {NAME_LIMIT} characters."


def as_yaml(data: dict[str, Any]) -> str:
    """YAML in the order in which the data is."""
    import yaml

    return yaml.safe_dump(data, sort_keys=False, allow_unicode=True, width=100)


def creation_link(data: dict[str, Any]) -> str:
    """Opens Slack's form for a new app, filled in."""
    from urllib.parse import quote

    return NEW_APP + quote(as_yaml(data), safe=":/,")  # these need no escape in a query

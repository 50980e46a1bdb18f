"""A local Slack workspace: the Web API, Socket Mode, signed commands, and a page in the browser."""

from companion.sandbox.api.app_calls import NotAnsweredError
from companion.sandbox.api.interactivity import Shortcut
from companion.sandbox.api.slash_commands import SlashCommand
from companion.sandbox.api.web_api import Hook
from companion.sandbox.colleagues import invite_colleagues
from companion.sandbox.installation import commands_of
from companion.sandbox.local_slack import LocalSlack
from companion.sandbox.workspace.message import Body, RefusedError

__all__ = [
    "Body",
    "Hook",
    "LocalSlack",
    "NotAnsweredError",
    "RefusedError",
    "Shortcut",
    "SlashCommand",
    "commands_of",
    "invite_colleagues",
]

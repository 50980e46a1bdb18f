"""A local Slack workspace: the Web API, Socket Mode, signed commands, and a page in the browser."""

from companion.sandbox.api.web_api import Hook
from companion.sandbox.local_slack import LocalSlack
from companion.sandbox.workspace.message import Body, RefusedError

__all__ = ["Body", "Hook", "LocalSlack", "RefusedError"]

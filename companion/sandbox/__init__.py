"""A local Slack workspace: the Web API, Socket Mode, signed commands, and a page for people."""

from companion.sandbox.local_slack import LocalSlack
from companion.sandbox.message import Body, RefusedError
from companion.sandbox.web_api import Hook

__all__ = ["Body", "Hook", "LocalSlack", "RefusedError"]

"""A local Slack workspace: the Web API, Socket Mode, signed commands, and a page for people."""

from companion.sandbox.server import LocalSlack
from companion.sandbox.web_api import Hook
from companion.sandbox.workspace import Body, RefusedError

__all__ = ["Body", "Hook", "LocalSlack", "RefusedError"]

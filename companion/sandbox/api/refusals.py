"""Calls that the Web API refuses: for a missing scope, or because a test asked for it."""

import json
from collections.abc import Callable
from dataclasses import dataclass

from companion.domain.manifest import SCOPES, App
from companion.sandbox.workspace.message import Body, RefusedError

DAEMON_SCOPES = SCOPES[App.SINGLE] | {
    "channels:read",
    "dnd:read",
    "groups:read",
    "im:read",
    "usergroups:read",
    "users.profile:read",
}
"""What the daemon app's token may do here, unless a test takes something away."""
WEB_SCOPES = SCOPES[App.WEB]
"""And the web app's."""

# Each method's own page names its scope: https://docs.slack.dev/reference/methods
_NEEDED = {
    "chat.delete": "chat:write",
    "chat.postEphemeral": "chat:write",
    "chat.postMessage": "chat:write",
    "chat.update": "chat:write",
    "conversations.info": "channels:read",
    "conversations.list": "channels:read",
    "conversations.open": "im:write",
    "dnd.info": "dnd:read",
    "files.completeUploadExternal": "files:write",
    "files.getUploadURLExternal": "files:write",
    "reactions.add": "reactions:write",
    "reactions.remove": "reactions:write",
    "usergroups.list": "usergroups:read",
    "users.info": "users:read",
    "users.list": "users:read",
    "users.profile.get": "users.profile:read",
}
# What is read in a direct message needs another scope than what is read in a channel.
_READING = ("conversations.history", "conversations.replies")


class MissingScopeError(RefusedError):
    """The token may not do this; the answer names what it needs and what it has."""

    def __init__(self, needed: str, scopes: set[str]) -> None:
        super().__init__("missing_scope")
        self.needed = needed
        self.provided = ",".join(sorted(scopes))


def check_scope(method: str, params: Body, scopes: set[str]) -> None:
    """MissingScopeError where a method needs a scope that is not among them."""
    needed = _NEEDED.get(method)
    if method in _READING and str(params.get("channel", "")).startswith("D"):
        needed = "im:history"
    if needed is not None and needed not in scopes:
        raise MissingScopeError(needed, scopes)


@dataclass(eq=False, slots=True)
class Refusal:
    """Slack's `error` as the answer to calls of a method, for those that `when` holds for.

    With `times`, only so many calls are refused; `refused` counts them.
    """

    method: str
    error: str
    times: int | None = None
    when: Callable[[Body], bool] = lambda params: True
    refused: int = 0

    def check(self, method: str, params: Body) -> None:
        """RefusedError where this refuses the call."""
        if self.times is not None and self.refused >= self.times:
            return
        if method == self.method and self.when(params):
            self.refused += 1
            raise RefusedError(self.error)


def has_block(params: Body, kind: str | None) -> bool:
    """Whether a call carries a block, of this kind where one is named."""
    blocks = params.get("blocks") or []
    blocks = json.loads(blocks) if isinstance(blocks, str) else blocks
    return any(kind in (None, block.get("type")) for block in blocks)

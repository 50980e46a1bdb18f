"""The trigger_ids of commands and interactions: an app may open one modal with each, and soon."""

import secrets
from collections.abc import Callable
from datetime import datetime, timedelta

from companion.sandbox.workspace.apps import SlackApp
from companion.sandbox.workspace.message import RefusedError

_LIFE = timedelta(seconds=3)
"""https://docs.slack.dev/interactivity/handling-user-interaction#modal_responses"""


class Triggers:
    """Each is for one app and one person."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._issued: dict[str, tuple[SlackApp, str, datetime]] = {}
        self._used: set[str] = set()

    def issue(self, app: SlackApp, user_id: str) -> str:
        """A new one."""
        trigger_id = f"{secrets.randbelow(10**13)}.{secrets.token_hex(16)}"
        self._issued[trigger_id] = (app, user_id, self._now())
        return trigger_id

    def exchange(self, trigger_id: str, app: SlackApp) -> str:
        """The person who caused it; from now on it is used up."""
        owner, user_id, issued = self._issued.get(trigger_id, (None, "", self._now()))
        if owner != app:
            raise RefusedError("invalid_trigger_id")
        if trigger_id in self._used:
            raise RefusedError("exchanged_trigger_id")
        if self._now() - issued > _LIFE:
            raise RefusedError("expired_trigger_id")
        self._used.add(trigger_id)
        return user_id

"""A token that Slack refuses: tried again for some minutes, because the refusal may pass."""

import asyncio
import logging

from companion.errors import TokenRefusedError
from companion.texts import daemon as texts

log = logging.getLogger(__name__)

MAX_REFUSAL_S = 600.0
"""So long a refused token is tried again. Slack refuses good tokens during its own incidents, and
from addresses that a workspace does not allow (`invalid_auth`), such as before the VPN is up.
https://docs.slack.dev/reference/methods/auth.test"""


class WatchedToken:
    """One of the daemon's tokens; `name` is BOT_TOKEN or APP_TOKEN.

    With `first_refusal_ends`, a token that Slack has never taken is not tried again: somebody sits
    in front of it, and has probably mistyped it. `problem` says that Slack refuses it; None while
    it does not.
    """

    def __init__(
        self, name: str, max_refusal_s: float = MAX_REFUSAL_S, *, first_refusal_ends: bool = False
    ) -> None:
        self._name = name
        self._max_refusal_s = max_refusal_s
        self._first_refusal_ends = first_refusal_ends
        self._refused_at: float | None = None
        self.problem: str | None = None

    def taken(self) -> None:
        """Slack took it."""
        if self._refused_at is not None:
            log.info("token.taken_again token=%r", self._name)
        self._first_refusal_ends = False
        self.no_answer()

    def no_answer(self) -> None:
        """Slack said nothing about it: only refusals in a row count."""
        self._refused_at = self.problem = None

    def refused(self, code: str) -> None:
        """Slack refused it. TokenRefusedError if it has done nothing else for too long."""
        # This clock stands still while the machine sleeps.
        now = asyncio.get_running_loop().time()
        if self._refused_at is None:
            self._refused_at = now
        left_s = self._refused_at + self._max_refusal_s - now
        if left_s <= 0 or self._first_refusal_ends:
            raise TokenRefusedError(self._name, code)
        log.warning("token.refused token=%r code=%s stops_in_s=%d", self._name, code, left_s)
        self.problem = texts.REJECTED_NOW.format(
            token=self._name, code=code, minutes=round(self._max_refusal_s / 60)
        )

"""One message in the local workspace, and the error with which Slack refuses a call."""

from dataclasses import dataclass
from typing import Any

from companion.errors import CompanionError

type Body = dict[str, Any]
"""JSON as Slack writes it."""


class RefusedError(CompanionError):
    """Slack would refuse this; `code` is the error that it gives."""

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(f"Slack refuses: {code}.")


@dataclass(slots=True)
class Message:
    """A message.

    `seen_by` is set where only one person sees it (it is ephemeral); `answers` is the command that
    it answers, as typed, for the page alone.
    """

    channel: str
    body: Body
    seen_by: str | None = None
    answers: str | None = None

    @property
    def ts(self) -> str:
        return str(self.body["ts"])

    @property
    def root(self) -> str | None:
        """The `ts` of the message that this is a reply to."""
        thread_ts = self.body.get("thread_ts")
        return thread_ts if thread_ts != self.ts else None

    @property
    def is_tombstone(self) -> bool:
        return self.body.get("subtype") == "tombstone"

    @property
    def in_timeline(self) -> bool:
        """Whether the channel shows it to everybody; a reply is in its thread only."""
        return not self.seen_by and (
            self.root is None or self.body.get("subtype") == "thread_broadcast"
        )

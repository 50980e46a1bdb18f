"""What the user says in the direct message, as Slack's events report it."""

import logging
import re
from collections.abc import Callable
from typing import Any

from slack_bolt.async_app import AsyncApp

from companion.errors import StoreError
from companion.ports import Said
from companion.usecases.capture_message import Captured, CaptureMessage

log = logging.getLogger(__name__)

type ReadEvent = Callable[[dict[str, Any]], Said | None]
"""What the user said, as an event of Slack's reports it; None where it reports something else."""
type Tell = Callable[[Said], None]
"""Called with a message; must not wait."""


def listen_for_messages(
    app: AsyncApp,
    capture: CaptureMessage,
    read_event: ReadEvent,
    *,
    confirm: Tell,
    not_stored: Tell,
    too_long: Tell,
) -> None:
    """What the user says in the DM. The event is acked after this returns, and only then.

    `confirm` gets each message that is stored, `not_stored` one for which the store failed.
    """

    @app.event("message")
    async def on_message(event: dict[str, Any]) -> None:
        said = read_event(event)
        if said is None:
            return
        try:
            captured = await capture(said)
        except StoreError:
            not_stored(said)
            raise  # no ack: Slack sends it again
        level = logging.WARNING if captured is Captured.TOO_LONG else logging.INFO
        log.log(level, "message.%s ts=%s", captured, said.ts)
        # Also where it was known: the process that stored it may have died before confirming it.
        if captured is Captured.STORED or (captured is Captured.KNOWN and not said.revision):
            confirm(said)
        if captured is Captured.TOO_LONG:
            too_long(said)

    @app.event(re.compile(r".*"))
    async def on_other_event() -> None:
        """Acked, so that Slack does not send it again."""

"""What Slack sends → plain values → a use case. The same listeners serve both Bolt apps."""

import logging
import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any
from zoneinfo import ZoneInfo

from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncBoltRequest
from slack_bolt.authorization import AuthorizeResult

from companion.adapters.slack import said_from, wrote
from companion.domain.entry import MAX_TEXT_BYTES, Entry
from companion.domain.mrkdwn import command_text, escape
from companion.errors import StoreError
from companion.ports import Said
from companion.usecases.capture import CaptureCommand, CaptureMessage, Command, Refusal

log = logging.getLogger(__name__)

type Confirm = Callable[[str], None]
"""Told the `ts` of each message that was stored; must not wait."""

# Slack's clients show lines that begin with &gt; as a quote.
_QUOTE = "&gt; "


async def authorize(enterprise_id: str | None, team_id: str | None) -> AuthorizeResult:
    """Who the app is, without asking Slack inside the three seconds that a command has.

    Requests are known to be Slack's by their signature or their socket.
    """
    return AuthorizeResult(enterprise_id=enterprise_id, team_id=team_id)


def bolt_app() -> AsyncApp:
    """Bolt as both programs have it; who sends is known before a request comes here."""
    return AsyncApp(
        # Not our name: Bolt sets the level of the logger that is called so.
        name="bolt",
        logger=quiet_logger(),
        authorize=authorize,
        # Bolt would answer, and ack, before anything is stored.
        process_before_response=True,
        request_verification_enabled=False,
        ssl_check_enabled=False,
        ignoring_self_events_enabled=False,  # only one person's words count anyway
        url_verification_enabled=False,
        attaching_function_token_enabled=False,
        attaching_conversation_kwargs_enabled=False,
    )


def quiet_logger() -> logging.Logger:
    """Bolt writes whole requests into its log; ours says what happened to which id instead."""
    logger = logging.getLogger("companion.bolt")
    logger.setLevel(logging.CRITICAL)
    return logger


def listen_for_commands(app: AsyncApp, capture: CaptureCommand) -> None:
    """`/log`, by whatever name the workspace gave it: another app may own that one."""

    @app.command(re.compile(r"^/"))
    async def on_command(ack: AsyncAck, command: dict[str, Any], request: AsyncBoltRequest) -> None:
        name, text = command["command"], command_text(command.get("text", ""))
        signed = (
            request.headers.get("x-slack-request-timestamp") if request.mode == "http" else None
        )
        try:
            result = await capture(
                Command(
                    user_id=command["user_id"],
                    text=text,
                    trigger_id=command["trigger_id"],
                    signed_s=int(signed[0]) if signed else None,
                )
            )
        except StoreError as error:
            log.warning("command.not_stored error=%r", str(error))
            await ack(_not_saved(text))
            return
        match result:
            case Refusal.EMPTY:
                await ack(
                    f"Tell me what you are doing, and I keep it: `{name} fixed the flaky test`. "
                    "Nothing was saved this time."
                )
            case Refusal.NOT_ALLOWED:
                await ack(
                    "Sorry, this Companion keeps a journal for certain people only, and you are "
                    "not among them. Nothing was saved. Whoever runs it can add you to "
                    "`COMPANION_ALLOWED_USERS`."
                )
            case Refusal.TOO_LONG:
                await ack(
                    f"Nothing saved: an entry holds {MAX_TEXT_BYTES // 1024} KB. Send it in parts."
                )
            case Entry() as entry:
                log.info("entry.stored log_id=%s source=%s", entry.log_id, entry.source)
                await ack(f":white_check_mark: Logged at {_local_time(entry)}\n{_quoted(text)}")


def listen_for_messages(app: AsyncApp, capture: CaptureMessage, confirm: Confirm) -> None:
    """What the user says in the DM. The event is acked after this returns, and only then."""

    @app.event("message")
    async def on_message(event: dict[str, Any]) -> None:
        said = read_event(event, capture.user_id)
        if said is None:
            return
        changed = await capture(said)
        log.info("message.%s ts=%s", "captured" if changed else "known", said.ts)
        # Also where it was known: whoever stored it may have died before confirming it.
        if not said.deleted and (changed or not said.revision):
            confirm(said.ts)

    @app.event(re.compile(r".*"))
    async def on_other_event() -> None:
        """Acked, so that Slack does not send it again."""


def read_event(event: dict[str, Any], user_id: str) -> Said | None:
    """The user's own message as the event tells it; None for what is not one."""
    if event.get("channel_type") != "im":
        return None
    channel = event["channel"]
    match event.get("subtype"):
        case "message_changed":
            message = event["message"]
            # A parent that was deleted while it had replies comes as a change to a tombstone.
            if message.get("subtype") == "tombstone":
                return _deleted(channel, message["ts"], event.get("previous_message"), user_id)
            if not wrote(message, user_id):
                return None
            said = said_from(message, channel)
            # `edited.ts` has whole seconds; the event's own time tells two quick edits apart.
            # Without `edited` nothing was: a link was unfurled.
            return replace(said, revision=event["event_ts"]) if said.revision else said
        case "message_deleted":
            return _deleted(channel, event["deleted_ts"], event.get("previous_message"), user_id)
    return said_from(event, channel) if wrote(event, user_id) else None


def _deleted(channel: str, ts: str, previous: dict[str, Any] | None, user_id: str) -> Said | None:
    if previous and not wrote(previous, user_id):
        return None
    return Said(channel=channel, ts=ts, text="", deleted=True)


def _local_time(entry: Entry) -> str:
    """Where the zone is set, its time; else Slack's client puts in the reader's own."""
    if entry.tz:
        return f"{entry.timestamp.astimezone(ZoneInfo(entry.tz)):%H:%M}"
    seconds = int(entry.timestamp.timestamp())
    return f"<!date^{seconds}^{{time}}|{entry.timestamp:%H:%M} UTC>"


def _quoted(text: str) -> str:
    return "\n".join(_QUOTE + line for line in escape(text).split("\n"))


def _not_saved(text: str) -> str:
    return (
        ":warning: Nothing was saved: the store did not answer. Here is your text, to send again "
        f"in a moment:\n{_quoted(text)}"
    )

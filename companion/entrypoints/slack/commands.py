"""`/log` in Slack, and its answers."""

import logging
import re
from collections.abc import Awaitable, Callable
from typing import Any
from zoneinfo import ZoneInfo

from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncBoltRequest

from companion.domain.day_names import day_name
from companion.domain.entry import MAX_TEXT_BYTES, Entry
from companion.domain.manifest import CommandNames
from companion.errors import StoreError
from companion.ports import SlackText
from companion.texts.slack import (
    BAD_MOMENT,
    LOCAL_MOMENT,
    LOCAL_TIME,
    LOGGED,
    LOGGED_FOR,
    LOGGED_FOR_NOON,
    NOT_ALLOWED,
    NOT_SAVED,
    NOTHING_TO_SAVE,
    QUOTED_LINE,
    READERS_MOMENT,
    READERS_TIME,
    TOO_LONG,
    UNKNOWN_COMMAND,
    UNKNOWN_WITH_TEXT,
    ZONE_UNKNOWN,
)
from companion.usecases.capture import (
    CaptureCommand,
    Command,
    Logged,
    MomentRefusal,
    Refusal,
)

log = logging.getLogger(__name__)

type OpenForm = Callable[[dict[str, Any]], Awaitable[bool]]
"""Opens the form for a command; False where Slack did not take it."""


def listen_for_log(
    app: AsyncApp,
    name: str,
    capture: CaptureCommand,
    slack_text: SlackText,
    open_form: OpenForm | None = None,
) -> None:
    """`/log`, by the name that it has in the workspace. Alone it opens a form by `open_form`, and
    gets its help where there is none, or where Slack does not open it."""

    @app.command(name)
    async def on_command(ack: AsyncAck, command: dict[str, Any], request: AsyncBoltRequest) -> None:
        text = slack_text.command_text(command.get("text", ""))
        quote = _quoted(slack_text.escape(text))
        try:
            result = await capture(
                Command(
                    user_id=command["user_id"],
                    text=text,
                    trigger_id=command["trigger_id"],
                    signed_s=_signed_s(request),
                )
            )
        except StoreError as error:
            log.warning("command.not_stored error=%r", str(error))
            await ack(NOT_SAVED.format(quote=quote))
            return
        match result:
            case Refusal.EMPTY if open_form and not text.strip() and await open_form(command):
                await ack()
            case Refusal.EMPTY:
                await ack(NOTHING_TO_SAVE.format(command=command["command"]))
            case Refusal.NOT_ALLOWED:
                await ack(NOT_ALLOWED)
            case Refusal.TOO_LONG:
                await ack(TOO_LONG.format(limit_kb=MAX_TEXT_BYTES // 1024))
            case MomentRefusal(reason, zone_unknown):
                refused = ZONE_UNKNOWN if zone_unknown else BAD_MOMENT
                await ack(refused.format(reason=slack_text.escape(reason), quote=quote))
            case Logged(entry) as logged:
                log.info("entry.stored log_id=%s source=%s", entry.log_id, entry.source)
                await ack(confirmation(logged, slack_text))


def listen_for_other_commands(app: AsyncApp, names: CommandNames, slack_text: SlackText) -> None:
    """Those that nothing else listens for. To be called last. Their text is given back, because
    versions up to 0.2.0 kept it."""

    @app.command(re.compile(r"^/"))
    async def on_other_command(ack: AsyncAck, command: dict[str, Any]) -> None:
        name, text = command["command"], slack_text.command_text(command.get("text", ""))
        answer = UNKNOWN_COMMAND.format(
            command=slack_text.escape(name), log=names.log, companion=names.companion
        )
        if text.strip():
            quote = _quoted(slack_text.escape(text))
            answer = UNKNOWN_WITH_TEXT.format(unknown=answer, quote=quote)
        log.warning("command.unknown name=%r log=%s companion=%s", name, names.log, names.companion)
        await ack(answer)


def _signed_s(request: AsyncBoltRequest) -> int | None:
    """The second that Slack signed; None for what came over a socket, where nothing is signed."""
    if request.mode != "http":
        return None
    return int(request.headers["x-slack-request-timestamp"][0])


def confirmation(logged: Logged, slack_text: SlackText) -> str:
    """What the person reads when an entry is stored."""
    entry, quote = logged.entry, _quoted(slack_text.escape(logged.entry.text))
    if entry.logged_at is None:
        return LOGGED.format(time=_time(entry), quote=quote)
    confirmation = LOGGED_FOR_NOON if logged.is_noon else LOGGED_FOR
    return confirmation.format(moment=_moment(entry), quote=quote)


def _moment(entry: Entry) -> str:
    """The date and time where the person is, or as Slack's client shows it."""
    if entry.tz:
        local = entry.timestamp.astimezone(ZoneInfo(entry.tz))
        return LOCAL_MOMENT.format(day=day_name(local.date()), moment=local)
    return READERS_MOMENT.format(seconds=int(entry.timestamp.timestamp()), moment=entry.timestamp)


def _time(entry: Entry) -> str:
    """The time where the person is, if that is known; else Slack's client shows it as its own."""
    if entry.tz:
        return LOCAL_TIME.format(moment=entry.timestamp.astimezone(ZoneInfo(entry.tz)))
    return READERS_TIME.format(seconds=int(entry.timestamp.timestamp()), moment=entry.timestamp)


def _quoted(escaped: str) -> str:
    return "\n".join(QUOTED_LINE.format(line=line) for line in escaped.split("\n"))

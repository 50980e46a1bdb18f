"""*Log this message*, as Slack sends it. It is acked when the message is stored."""

import logging
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp

from companion.domain.entry import MAX_TEXT_BYTES
from companion.domain.manifest import LOG_MESSAGE
from companion.entrypoints.afterwards import Afterwards
from companion.entrypoints.slack.commands import confirmation
from companion.errors import StoreError
from companion.ports import Interactions, Responder, ShortcutUse, SlackText
from companion.texts import slack as texts
from companion.usecases.capture import Logged
from companion.usecases.keep_message import KeepMessage, Kept, NotKept

log = logging.getLogger(__name__)

NOT_KEPT = {
    NotKept.NOT_ALLOWED: texts.NOT_ALLOWED,
    NotKept.TOO_LONG: texts.KEPT_TOO_LONG.format(limit_kb=MAX_TEXT_BYTES // 1024),
    NotKept.UNREADABLE: texts.MESSAGE_UNREADABLE,
}


def listen_for_shortcut(
    app: AsyncApp,
    interactions: Interactions,
    keep: KeepMessage,
    responder: Responder,
    slack_text: SlackText,
    afterwards: Afterwards,
) -> None:
    """The shortcut, in any channel: what is answered, only the person sees."""

    async def answer(use: ShortcutUse) -> str:
        try:
            kept = await keep(use)
        except StoreError as error:
            log.warning("shortcut.not_stored error=%r", str(error))
            return texts.MESSAGE_NOT_KEPT
        match kept:
            case Kept(entry, is_new):
                log.info("shortcut.kept log_id=%s new=%s", entry.log_id, is_new)
                said = confirmation(Logged(entry), slack_text)
                said = slack_text.live_mentions(said, entry.mentions)
                return said if is_new else texts.KEPT_BEFORE.format(said=said)
        return NOT_KEPT[kept]

    @app.message_shortcut(LOG_MESSAGE)
    async def on_shortcut(ack: AsyncAck, body: dict[str, Any]) -> None:
        use = interactions.read_shortcut(body)
        said = await answer(use)
        await ack()
        if use.response_url:
            afterwards("shortcut.answer", responder.respond(use.response_url, said))


def listen_for_switched_off(
    app: AsyncApp, interactions: Interactions, responder: Responder, afterwards: Afterwards
) -> None:
    """The shortcut where it is off: its app still shows it."""

    @app.message_shortcut(LOG_MESSAGE)
    async def on_shortcut(ack: AsyncAck, body: dict[str, Any]) -> None:
        await ack()
        if url := interactions.read_shortcut(body).response_url:
            afterwards("shortcut.answer", responder.respond(url, texts.SHORTCUT_OFF))

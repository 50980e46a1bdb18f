"""*Log this message*, as Slack sends it. It is acked when the message is stored."""

import logging
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from slack_bolt.async_app import AsyncAck, AsyncApp

from companion.domain.entry import MAX_TEXT_BYTES
from companion.domain.manifest import LOG_MESSAGE
from companion.entrypoints.afterwards import Afterwards
from companion.entrypoints.slack.commands import confirmation
from companion.errors import StoreError
from companion.ports import Interactions, Responder, ShortcutUse, SlackText
from companion.texts import slack as texts
from companion.usecases.capture import Logged

# What keeps a message is imported when somebody first does so: `/log` does not wait for it.
if TYPE_CHECKING:
    from companion.usecases.keep_message import KeepMessage, NotKept

log = logging.getLogger(__name__)


def listen_for_shortcut(
    app: AsyncApp,
    interactions: Callable[[], Interactions],
    keep: "Callable[[], KeepMessage]",
    responder: Responder,
    slack_text: SlackText,
    afterwards: Afterwards,
) -> None:
    """The shortcut, in any channel: what is answered, only the person sees."""

    async def answer(use: ShortcutUse) -> str:
        try:
            kept = await keep()(use)
        except StoreError as error:
            log.warning("shortcut.not_stored error=%r", str(error))
            return texts.MESSAGE_NOT_KEPT

        from companion.usecases.keep_message import Kept

        if not isinstance(kept, Kept):
            return _not_kept(kept)
        log.info("shortcut.kept log_id=%s new=%s", kept.entry.log_id, kept.is_new)
        said = confirmation(Logged(kept.entry), slack_text)
        said = slack_text.live_mentions(said, kept.entry.mentions)
        return said if kept.is_new else texts.KEPT_BEFORE.format(said=said)

    @app.message_shortcut(LOG_MESSAGE)
    async def on_shortcut(ack: AsyncAck, body: dict[str, Any]) -> None:
        use = interactions().read_shortcut(body)
        said = await answer(use)
        await ack()
        if use.response_url:
            afterwards("shortcut.answer", responder.respond(use.response_url, said))


def listen_for_switched_off(
    app: AsyncApp,
    interactions: Callable[[], Interactions],
    responder: Responder,
    afterwards: Afterwards,
) -> None:
    """The shortcut where it is off: its app still shows it."""

    @app.message_shortcut(LOG_MESSAGE)
    async def on_shortcut(ack: AsyncAck, body: dict[str, Any]) -> None:
        await ack()
        if url := interactions().read_shortcut(body).response_url:
            afterwards("shortcut.answer", responder.respond(url, texts.SHORTCUT_OFF))


def _not_kept(why: "NotKept") -> str:
    from companion.usecases.keep_message import NotKept

    match why:
        case NotKept.NOT_ALLOWED:
            return texts.NOT_ALLOWED
        case NotKept.TOO_LONG:
            return texts.KEPT_TOO_LONG.format(limit_kb=MAX_TEXT_BYTES // 1024)
        case NotKept.UNREADABLE:
            return texts.MESSAGE_UNREADABLE

"""Presses of buttons. Each is acked when it is stored, and done after that."""

import logging
import re
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp

from companion.entrypoints.afterwards import Afterwards
from companion.errors import StoreError
from companion.ports import Interactions, Responder
from companion.texts.slack import NOTHING_BEFORE, PRESS_NOT_SAVED, TOO_LATE
from companion.usecases.presses import FinishPress, PressRefusal, TakePress

log = logging.getLogger(__name__)

REFUSED = {PressRefusal.TOO_LATE: TOO_LATE, PressRefusal.NOTHING_BEFORE: NOTHING_BEFORE}


def listen_for_prompt_presses(
    app: AsyncApp,
    user_id: str,
    interactions: Interactions,
    take: TakePress,
    finish: FinishPress,
    responder: Responder,
    afterwards: Afterwards,
) -> None:
    """The buttons below a prompt. Nobody but the person of this daemon has them."""

    @app.action(re.compile(r"^prompt_"))
    async def on_press(ack: AsyncAck, body: dict[str, Any], action: dict[str, Any]) -> None:
        await ack()
        press = interactions.read_press(body, action)
        pressed = interactions.pressed_prompt(press)
        if pressed is None or press.user_id != user_id:
            log.warning("press.ignored action=%s", press.action)
            return
        try:
            taken = await take(pressed)
        except StoreError as error:
            log.warning("press.not_stored action=%s error=%r", press.action, str(error))
            afterwards("press.answer", responder.respond(press.response_url, PRESS_NOT_SAVED))
            return
        if isinstance(taken, PressRefusal):
            log.info("press.%s action=%s ts=%s", taken, press.action, press.ts)
            afterwards("press.answer", responder.respond(press.response_url, REFUSED[taken]))
        else:
            log.info("press.stored job_id=%s", taken.job_id)
        afterwards("press", finish(pressed, taken))


def listen_for_other_presses(app: AsyncApp) -> None:
    """Links look like buttons, and messages of an older version may have others: all are acked, so
    that Slack shows no error. To be called last."""

    @app.action(re.compile(r".*"))
    async def on_other_press(ack: AsyncAck) -> None:
        await ack()

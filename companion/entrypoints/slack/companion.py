"""`/companion` in Slack, and the button that shows more of an answer."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine
from functools import cache, partial
from typing import TYPE_CHECKING, Any

from pydantic import SecretStr
from slack_bolt.async_app import AsyncAck, AsyncApp

from companion.bootstrap import (
    Store,
    answer_command,
    interactions,
    log_forms,
    slack_answers,
    slack_text,
)
from companion.domain.features import Feature
from companion.domain.manifest import EDIT_LAST_FORM, SHOW_MORE
from companion.entrypoints.afterwards import Afterwards
from companion.errors import MessengerError
from companion.ports import Answers, Clock
from companion.settings import Settings
from companion.texts.slack import SWITCHED_OFF

# What answers is imported when somebody first asks: `/log` does not wait for it.
if TYPE_CHECKING:
    from companion.domain.answers import Answer
    from companion.usecases.answer_command import AnswerCommand

log = logging.getLogger(__name__)

MAX_IN_FORM = 3000
"""Slack's forms hold no more characters in one field."""
ACK_WITHIN_S = 1.5
"""An answer that takes longer follows by the `response_url`: Slack waits three seconds."""


class Answering:
    """Sends answers: in the ack where they are quick, and after it where they are not."""

    def __init__(
        self,
        answers: Callable[[], Answers],
        afterwards: Afterwards,
        ack_within_s: float = ACK_WITHIN_S,
    ) -> None:
        self._answers = answers
        self._afterwards = afterwards
        self._ack_within_s = ack_within_s

    async def in_ack(self, ack: AsyncAck, work: Coroutine[Any, Any, "Answer"], url: str) -> None:
        """Ack with the answer if it is there in time; else say that it is under way."""
        answer = asyncio.ensure_future(work)
        done, _ = await asyncio.wait({answer}, timeout=self._ack_within_s)
        if done:
            await ack(**self._answers().message(answer.result()))
        else:
            from companion.domain.answers import Looking

            self._afterwards("answer", self._send(answer, url, replace=True))
            await ack(**self._answers().message(Looking()))

    def below(self, work: Coroutine[Any, Any, "Answer"], url: str) -> None:
        """Show the answer below what is there. To be called after the ack."""
        self._afterwards("answer", self._send(work, url, replace=False))

    async def _send(self, answer: Awaitable["Answer"], url: str, *, replace: bool) -> None:
        await self._answers().send(url, await answer, replace=replace)


class CompanionCommand:
    """`/companion` of one program."""

    def __init__(
        self,
        settings: Settings,
        store: Store,
        clock: Clock,
        token: SecretStr | None,
        afterwards: Afterwards,
    ) -> None:
        """`token` is that of the app that the command belongs to."""
        self._settings = settings
        self._forms = log_forms(settings, token)
        self._answer: Callable[[], AnswerCommand] = cache(
            partial(answer_command, settings, store, clock)
        )
        self._answering = Answering(cache(partial(slack_answers, settings)), afterwards)

    def listen(self, app: AsyncApp) -> None:
        """Answer the command, by the name that it has in the workspace, and its button."""
        app.command(self._settings.companion_command)(
            self._on_command if self._settings.is_on(Feature.COMMAND) else self._on_switched_off
        )
        app.action(SHOW_MORE)(self._on_more)
        app.view(EDIT_LAST_FORM)(self._on_form)

    async def _on_command(self, ack: AsyncAck, command: dict[str, Any]) -> None:
        await self._answering.in_ack(ack, self._asked(command), command.get("response_url", ""))

    async def _asked(self, command: dict[str, Any]) -> "Answer":
        answer = await asyncio.to_thread(self._answer)  # the first time it is imported

        from companion.usecases.answer_command import Asked

        asked = Asked(
            user_id=command["user_id"],
            text=slack_text().command_text(command.get("text", "")),
            trigger_id=command["trigger_id"],
        )
        answered = await answer(asked)
        return await self._with_form(answered, asked.trigger_id)

    async def _with_form(self, answered: "Answer", trigger_id: str) -> "Answer":
        """Open the form that an answer wants, where the app has a token."""
        from companion.domain.answers import FormOpened, FormWanted
        from companion.domain.home import entry_key

        if not isinstance(answered, FormWanted) or self._forms is None:
            return answered
        entry, zone = answered.entry, answered.time.zone
        if len(entry.text) > MAX_IN_FORM:
            return answered
        try:
            at = f"{entry.local_time(zone):%H:%M}"
            await self._forms.open_last_entry(trigger_id, entry_key(entry), at, entry.text)
        except MessengerError as error:
            log.warning("form.not_opened error=%s", error.code)
            return answered
        return FormOpened()

    async def _on_form(self, ack: AsyncAck, body: dict[str, Any]) -> None:
        form = interactions().read_submission(body)
        answer = await asyncio.to_thread(self._answer)
        problem = await answer.change(form.user_id, form.carried, form.text)
        await (ack(response_action="errors", errors={"text": problem}) if problem else ack())

    async def _on_more(self, ack: AsyncAck, body: dict[str, Any], action: dict[str, Any]) -> None:
        await ack()
        user_id, carried = body["user"]["id"], str(action.get("value", ""))
        self._answering.below(self._more(user_id, carried), body.get("response_url", ""))

    async def _more(self, user_id: str, carried: str) -> "Answer":
        return await (await asyncio.to_thread(self._answer)).more(user_id, carried)

    async def _on_switched_off(self, ack: AsyncAck) -> None:
        await ack(SWITCHED_OFF.format(companion=self._settings.companion_command))

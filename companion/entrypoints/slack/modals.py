"""The form of `/log`: opened by the command alone, and stored when it is sent."""

import logging
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from slack_bolt.async_app import AsyncAck, AsyncApp

from companion.domain.manifest import LOG_FORM
from companion.entrypoints.afterwards import Afterwards
from companion.entrypoints.slack.commands import OpenForm, confirmation
from companion.errors import MessengerError
from companion.ports import Forms, Interactions, Responder, SlackText

# What reads the form is imported when one is first sent: `/log TEXT` does not wait for it.
if TYPE_CHECKING:
    from companion.usecases.capture_form import CaptureForm

log = logging.getLogger(__name__)


def form_opener(forms: Forms) -> OpenForm:
    """Opens the form, where there is a token to do so."""

    async def open_form(command: dict[str, Any]) -> bool:
        try:
            await forms.open_log_form(command["trigger_id"], command.get("response_url", ""))
        except MessengerError as error:
            log.warning("form.not_opened error=%s", error.code)
            return False
        return True

    return open_form


def listen_for_form(
    app: AsyncApp,
    interactions: Callable[[], Interactions],
    capture: "Callable[[], CaptureForm]",
    responder: Responder,
    slack_text: SlackText,
    afterwards: Afterwards,
) -> None:
    """What the form says, when it is sent. It closes when that is stored, and not before."""

    @app.view(LOG_FORM)
    async def on_submission(ack: AsyncAck, body: dict[str, Any]) -> None:
        form = interactions().read_submission(body)
        captured = await capture()(form)

        from companion.usecases.capture_form import FormProblems

        if isinstance(captured, FormProblems):
            shown = {"text": captured.text, "when": captured.when, "tags": captured.tags}
            fields = {field: problem for field, problem in shown.items() if problem}
            log.info("form.refused fields=%s", ",".join(fields))
            await ack(response_action="errors", errors=fields)
            return
        log.info("entry.stored log_id=%s source=form", captured.entry.log_id)
        await ack()
        if form.carried:
            said = confirmation(captured, slack_text)
            afterwards("form.answer", responder.respond(form.carried, said))

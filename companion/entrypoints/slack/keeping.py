"""What people keep from anywhere in Slack: the message shortcut, and the form of `/log`."""

from functools import cache, partial
from typing import TYPE_CHECKING

from pydantic import SecretStr
from slack_bolt.async_app import AsyncApp

from companion.bootstrap import (
    Store,
    form_capture,
    interactions,
    keep_message,
    log_forms,
    responder,
    slack_text,
)
from companion.domain.features import Feature
from companion.entrypoints.afterwards import Afterwards
from companion.entrypoints.slack.commands import OpenForm
from companion.entrypoints.slack.modals import form_opener, listen_for_form
from companion.entrypoints.slack.shortcuts import listen_for_shortcut, listen_for_switched_off
from companion.ports import Clock
from companion.settings import Settings

if TYPE_CHECKING:
    from companion.usecases.names import Names


class Keeping:
    """The shortcut and the form in one program. `names` asks Slack for names, where it may."""

    def __init__(
        self,
        settings: Settings,
        store: Store,
        clock: Clock,
        afterwards: Afterwards,
        names: "Names | None" = None,
    ) -> None:
        self._afterwards = afterwards
        self._settings = settings
        self._keep = cache(partial(keep_message, settings, store, clock, names))
        self._capture = cache(partial(form_capture, settings, store, clock))

    def opener(self, token: SecretStr | None) -> OpenForm | None:
        """What opens the form, with that app's bot token; None where it is off or has no token."""
        forms = log_forms(self._settings, token)
        return form_opener(forms) if forms else None

    def listen(self, app: AsyncApp) -> None:
        """A form that is open is stored also where no other is opened any more."""
        shared = responder(), slack_text(), self._afterwards
        if self._settings.is_on(Feature.SHORTCUT):
            listen_for_shortcut(app, interactions, self._keep, *shared)
        else:
            listen_for_switched_off(app, interactions, responder(), self._afterwards)
        listen_for_form(app, interactions, self._capture, *shared)

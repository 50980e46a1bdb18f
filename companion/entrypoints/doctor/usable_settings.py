"""The settings as far as they can be used, so that one bad value does not stop every check."""

from collections.abc import Sequence
from typing import Any

from companion.errors import SettingsError
from companion.settings import DAEMON_NEEDS, SETTINGS, Settings, load_settings


def usable_settings() -> tuple[Settings, Sequence[str]]:
    """The settings that can be used, and all that is wrong with the others."""
    webhook_alone = _try(("slack_signing_secret",))
    if webhook_alone and not (webhook_alone.slack_bot_token or webhook_alone.slack_app_token):
        return webhook_alone, ()
    try:
        # The secret is the webhook's; if it is asked for, it is found in the keychain too.
        both = _try((*DAEMON_NEEDS, "slack_signing_secret"))
        return both or load_settings(*DAEMON_NEEDS), ()
    except SettingsError as error:
        wrong = {problem.split()[0].strip(":").lower() for problem in error.problems}
        usable = {name: getattr(Settings(), name) for name in SETTINGS if name in wrong}
        return _try((), **usable) or load_settings(env_file=None, **usable), error.problems


def _try(required: tuple[str, ...], **given: Any) -> Settings | None:
    try:
        return load_settings(*required, **given)
    except SettingsError:
        return None

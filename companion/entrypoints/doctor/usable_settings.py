"""The settings as far as they can be used, so that one bad value does not stop every check."""

from collections.abc import Sequence
from pathlib import Path

from companion.settings import DoctorSettings, Settings, WebhookSettings, usable_settings


def settings_for_doctor(env_file: Path) -> tuple[Settings, Sequence[str]]:
    """The settings that can be used, and all that is wrong with the others."""
    webhook_alone, problems = usable_settings(WebhookSettings, env_file=env_file)
    if not problems and not (webhook_alone.slack_bot_token or webhook_alone.slack_app_token):
        return webhook_alone, ()
    return usable_settings(DoctorSettings, env_file=env_file)

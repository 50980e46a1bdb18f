"""The settings as far as they can be used, so that one bad value does not stop every check."""

from collections.abc import Sequence

from companion.settings import DoctorSettings, Settings, WebhookSettings, usable_settings


def settings_for_doctor() -> tuple[Settings, Sequence[str]]:
    """The settings that can be used, and all that is wrong with the others."""
    webhook_alone, problems = usable_settings(WebhookSettings)
    if not problems and not (webhook_alone.slack_bot_token or webhook_alone.slack_app_token):
        return webhook_alone, ()
    return usable_settings(DoctorSettings)

"""Settings: the environment, the settings file and the keychain, read once at start.

A new setting is a line in `fields.py`; what its text may look like stands in `types.py`, and
which programs cannot do without it in `programs.py`.
"""

from companion.settings.plugins import no_plugins

with no_plugins():
    from companion.settings.fields import (
        DEFAULT_MODEL_TIMEOUT_S,
        DEFAULT_REGION,
        DEFAULT_TABLE,
        SECRETS,
        SETTINGS,
        Settings,
    )
    from companion.settings.load import load_settings, usable_settings
    from companion.settings.programs import (
        OF_AGENTS,
        OF_SERVICES,
        OF_SUMMARIES,
        CopySettings,
        DaemonAndWebhookSettings,
        DaemonSettings,
        DirectMessageSettings,
        DoctorSettings,
        PersonSettings,
        TablePersonSettings,
        TableSettings,
        WebhookSettings,
    )
    from companion.settings.sources import KEYCHAIN_SERVICE
    from companion.settings.types import AgentAccess, is_on

__all__ = [
    "DEFAULT_MODEL_TIMEOUT_S",
    "DEFAULT_REGION",
    "DEFAULT_TABLE",
    "KEYCHAIN_SERVICE",
    "OF_AGENTS",
    "OF_SERVICES",
    "OF_SUMMARIES",
    "SECRETS",
    "SETTINGS",
    "AgentAccess",
    "CopySettings",
    "DaemonAndWebhookSettings",
    "DaemonSettings",
    "DirectMessageSettings",
    "DoctorSettings",
    "PersonSettings",
    "Settings",
    "TablePersonSettings",
    "TableSettings",
    "WebhookSettings",
    "is_on",
    "load_settings",
    "usable_settings",
]

"""Settings: the environment, the settings file and the keychain, read once at start.

A new setting is a line in `fields.py`; what its text may look like stands in `types.py`.
"""

from companion.settings.fields import (
    DAEMON_NEEDS,
    DEFAULT_REGION,
    DEFAULT_TABLE,
    SECRETS,
    Settings,
)
from companion.settings.load import load_settings
from companion.settings.sources import KEYCHAIN_SERVICE
from companion.settings.types import is_on

SETTINGS = Settings.model_fields
"""Every setting by its name, with its description and default."""

__all__ = [
    "DAEMON_NEEDS",
    "DEFAULT_REGION",
    "DEFAULT_TABLE",
    "KEYCHAIN_SERVICE",
    "SECRETS",
    "SETTINGS",
    "Settings",
    "is_on",
    "load_settings",
]

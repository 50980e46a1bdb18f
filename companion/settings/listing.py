"""Every setting with its value and where it comes from, for people to look at."""

from dataclasses import dataclass
from datetime import time
from pathlib import Path

from companion.domain.calendar import days_text
from companion.settings.fields import SECRETS, SETTINGS, Settings
from companion.settings.load import settings_and_problems
from companion.settings.sources import Environment, SettingsFile

MASK = "********"


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedSetting:
    """A setting as it holds. `value` is None if it is not set, and masked if it is secret.

    The origin `keychain` without a value says that the keychain did not give it.
    """

    name: str
    value: str | None
    origin: str
    """`environment`, `file`, `keychain` or `default`."""
    description: str


class _AllSettings(Settings):
    """Asks the keychain for every secret."""

    @classmethod
    def secrets(cls) -> frozenset[str]:
        return SECRETS


def list_settings(file: Path | None) -> tuple[list[ListedSetting], tuple[str, ...]]:
    """All settings, and what is wrong with them."""
    settings, problems = settings_and_problems(_AllSettings, env_file=file)
    written = {
        "environment": Environment(Settings)(),
        "file": SettingsFile(Settings, file)(),
    }
    listed = []
    for name, field in SETTINGS.items():
        origin = next((origin for origin, names in written.items() if name in names), None)
        value = written[origin][name] if origin else as_text(getattr(settings, name))
        if name in SECRETS and value:
            origin, value = origin or "keychain", MASK
        elif name in problems.withheld:
            origin = "keychain"
        listed.append(
            ListedSetting(
                name=name.upper(),
                value=value,
                origin=origin or "default",
                description=field.description or "",
            )
        )
    return listed, tuple(problems.all)


def as_text(value: object) -> str | None:
    """A setting's value as one would write it."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, time):
        return f"{value:%H:%M}"
    return days_text(value) if isinstance(value, frozenset) else str(value)

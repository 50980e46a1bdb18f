"""All settings, or one error that names everything that is missing or wrong."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError
from pydantic_settings import InitSettingsSource

from companion.errors import SettingsError
from companion.settings.fields import SECRETS, Settings
from companion.settings.sources import Environment, Keychain, SettingsFile

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails


def load_settings(*required: str, env_file: Path | None = Path(".env"), **given: Any) -> Settings:
    """The settings, for a command that cannot do without the `required` ones.

    What is `given` goes before the environment, that before `env_file`, and the keychain is last.

    Raises:
        SettingsError: Names every variable that is missing or wrong, and never a secret's value.
    """
    file = SettingsFile(Settings, env_file)
    keychain = Keychain(Settings, SECRETS & set(required))
    sources = (InitSettingsSource(Settings, given), Environment(Settings), file, keychain)
    settings, problems = None, dict[str, str]()
    how: dict[str, Any] = {"_build_sources": (sources, given)}
    try:
        settings = Settings(**how)
    except ValidationError as error:
        # Not passed on as a cause: pydantic's error holds the values.
        problems = {str(wrong["loc"][0]): _named(wrong) for wrong in error.errors()}
    problems |= keychain.problems
    found = keychain.current_state | keychain.found
    for name in required:
        if name not in problems and found.get(name) is None:
            problems[name] = _missing(name)
    if settings is None or problems or file.problems:
        named = [problems[name] for name in Settings.model_fields if name in problems]
        raise SettingsError([*file.problems, *named])
    return settings


def _named(wrong: "ErrorDetails") -> str:
    """What is wrong with a variable's value, behind the variable's name."""
    reason = str(wrong.get("ctx", {}).get("error", wrong["msg"]))
    separator = " " if reason.startswith("is ") else ": "
    return f"{str(wrong['loc'][0]).upper()}{separator}{reason}"


def _missing(name: str) -> str:
    what = Settings.model_fields[name].description or ""
    return f"{name.upper()} is missing: {what[:1].lower()}{what[1:]}"

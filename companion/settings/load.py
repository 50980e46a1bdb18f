"""All settings, or one error that names everything that is missing or wrong."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError
from pydantic_settings import InitSettingsSource

from companion.errors import SettingsError
from companion.settings.fields import SETTINGS, Settings
from companion.settings.sources import Environment, Keychain, SettingsFile

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails


def load_settings[Kind: Settings](
    kind: type[Kind], *, env_file: Path | None = None, **given: Any
) -> Kind:
    """The settings, in the type that says what the program cannot do without.

    What is `given` goes before the environment, that before `env_file`, and the keychain is last.

    Raises:
        SettingsError: Names every variable that is missing or wrong, and never a secret's value.
    """
    settings, problems, of_file = _read(kind, env_file, given, kind.secrets())
    if settings is None or problems or of_file:
        raise SettingsError([*of_file, *problems.values()], env_file)
    return settings


def usable_settings(
    kind: type[Settings], *, env_file: Path | None = None, **given: Any
) -> tuple[Settings, tuple[str, ...]]:
    """The settings as far as they can be used, and all that keeps `kind` from being read."""
    settings, problems, of_file = _read(kind, env_file, given, kind.secrets())
    if settings is None:
        defaults = Settings()
        usable = given | {name: getattr(defaults, name) for name in problems}
        settings, *_ = _read(Settings, env_file, usable, kind.secrets())
    return settings or defaults, (*of_file, *problems.values())


def _read[Kind: Settings](
    kind: type[Kind], env_file: Path | None, given: dict[str, Any], secrets: frozenset[str]
) -> tuple[Kind | None, dict[str, str], list[str]]:
    """The settings if they can be had; what is wrong, by the setting; what is wrong in the file."""
    file, keychain = SettingsFile(kind, env_file), Keychain(kind, secrets, env_file)
    sources = (InitSettingsSource(kind, given), Environment(kind), file, keychain)
    how: dict[str, Any] = {"_build_sources": (sources, given)}
    settings, wrong = None, list["ErrorDetails"]()
    try:
        settings = kind(**how)
        settings.keep_for_libraries(file.names)
    except ValidationError as error:
        # Not passed on as a cause: pydantic's error holds the values.
        wrong = error.errors()
    problems = {str(each["loc"][0]): _in_words(each) for each in wrong} | keychain.problems
    return settings, {name: problems[name] for name in SETTINGS if name in problems}, file.problems


def _in_words(wrong: "ErrorDetails") -> str:
    """What is wrong with a variable, by its name."""
    name = str(wrong["loc"][0])
    if wrong["type"] == "missing" or wrong["input"] is None:
        what = SETTINGS[name].description or ""
        return f"{name.upper()} is missing: {what[:1].lower()}{what[1:]}"
    reason = str(wrong.get("ctx", {}).get("error", wrong["msg"]))
    return f"{name.upper()}{' ' if reason.startswith('is ') else ': '}{reason}"

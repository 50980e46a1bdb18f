"""All settings, or one error that names everything that is missing or wrong."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError
from pydantic_settings import InitSettingsSource

from companion.errors import SettingsError
from companion.settings.fields import SETTINGS, Settings
from companion.settings.plugins import no_plugins
from companion.settings.sources import Environment, Keychain, SettingsFile

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails


def load_settings[Kind: Settings](
    kind: type[Kind],
    unused: frozenset[str] = frozenset(),
    /,
    *,
    env_file: Path | None = None,
    **given: Any,
) -> Kind:
    """The settings, in the type that says what the program cannot do without.

    What is `given` goes before the environment, that before `env_file`, and the keychain is last.
    A setting that the program leaves `unused` has its default where it cannot be read.

    Raises:
        SettingsError: Names every variable that is missing or wrong, and never a secret's value.
    """
    settings, problems = _read(kind, env_file, given, kind.secrets())
    if ignored := unused & problems.of_settings.keys():
        defaults = Settings()
        usable = given | {name: getattr(defaults, name) for name in ignored}
        settings, problems = _read(kind, env_file, usable, kind.secrets())
    if settings is None or problems.all:
        raise SettingsError(problems.all, env_file, may_pass=problems.may_pass)
    return settings


def usable_settings(
    kind: type[Settings], *, env_file: Path | None = None, **given: Any
) -> tuple[Settings, tuple[str, ...]]:
    """The settings as far as they can be used, and all that keeps `kind` from being read."""
    settings, problems = settings_and_problems(kind, env_file=env_file, **given)
    return settings, tuple(problems.all)


def settings_and_problems(
    kind: type[Settings], *, env_file: Path | None = None, **given: Any
) -> tuple[Settings, "Problems"]:
    """The same, with the problems by setting."""
    settings, problems = _read(kind, env_file, given, kind.secrets())
    if settings is None:
        defaults = Settings()
        usable = given | {name: getattr(defaults, name) for name in problems.of_settings}
        settings, _ = _read(Settings, env_file, usable, kind.secrets())
    return settings or defaults, problems


@dataclass(frozen=True, slots=True)
class Problems:
    """What is wrong: in the file itself, and by setting; `withheld` are those that the keychain did
    not give."""

    of_file: list[str]
    of_settings: dict[str, str]
    withheld: frozenset[str]
    may_pass: bool

    @property
    def all(self) -> list[str]:
        """Each once, also where several settings have the same one."""
        return list(dict.fromkeys([*self.of_file, *self.of_settings.values()]))


def _read[Kind: Settings](
    kind: type[Kind], env_file: Path | None, given: dict[str, Any], secrets: frozenset[str]
) -> tuple[Kind | None, Problems]:
    """The settings if they can be had, and what is wrong."""
    file, keychain = SettingsFile(kind, env_file), Keychain(kind, secrets, env_file)
    sources = (InitSettingsSource(kind, given), Environment(kind), file, keychain)
    how: dict[str, Any] = {"_build_sources": (sources, given)}
    settings, wrong = None, list["ErrorDetails"]()
    try:
        with no_plugins():  # the type is built when it is first used
            settings = kind(**how)
        settings.keep_for_libraries(file.names)
    except ValidationError as error:
        # Not passed on as a cause: pydantic's error holds the values.
        wrong = error.errors()
    # What is missing may be in a file that cannot be read.
    known = [each for each in wrong if not (file.may_pass and _is_missing(each))]
    problems = {str(each["loc"][0]): _in_words(each) for each in known} | keychain.problems
    in_order = {name: problems[name] for name in SETTINGS if name in problems}
    withheld = frozenset(keychain.problems)
    return settings, Problems(file.problems, in_order, withheld, file.may_pass or bool(withheld))


def _in_words(wrong: "ErrorDetails") -> str:
    """What is wrong with a variable, by its name."""
    name = str(wrong["loc"][0])
    if _is_missing(wrong):
        what = SETTINGS[name].description or ""
        return f"{name.upper()} is missing: {what[:1].lower()}{what[1:]}"
    reason = str(wrong.get("ctx", {}).get("error", wrong["msg"]))
    return f"{name.upper()}{' ' if reason.startswith('is ') else ': '}{reason}"


def _is_missing(wrong: "ErrorDetails") -> bool:
    return wrong["type"] == "missing" or wrong["input"] is None

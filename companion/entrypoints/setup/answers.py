"""What was answered: kept in the settings file, secrets in the keychain where one wants that."""

from collections.abc import Mapping
from pathlib import Path

from companion.bootstrap.surroundings import keychain
from companion.ports import SettingsFile
from companion.settings import SECRETS, is_on

SWITCH = "COMPANION_KEYCHAIN"
_SECRET_NAMES = frozenset(name.upper() for name in SECRETS)


class Answers:
    """Values by the names of their settings. Each is kept at once, so that nothing is lost if the
    next question is not answered."""

    def __init__(self, file: SettingsFile, environment: Mapping[str, str]) -> None:
        self._file = file
        self._environment = environment
        self._filed = file.read()
        self._answered: dict[str, str] = {}
        self._keychain = keychain()
        self.in_keychain = is_on(self.get(SWITCH))

    @property
    def file(self) -> Path:
        """The file that has what was kept."""
        return self._file.path

    def protect(self) -> None:
        """Let only its owner read a file that was there before."""
        self._file.protect()

    def get(self, name: str) -> str:
        """What was kept just now, or what commands find; empty if it is not set."""
        if name in self._answered:
            return self._answered[name]
        value = self._environment.get(name) or self._filed.get(name)
        if not value and name in _SECRET_NAMES and self.in_keychain:
            value = self._keychain.fetch(name)
        return (value or "").strip()

    def keep(self, **values: str) -> None:
        """Keep these; an empty value unsets."""
        self._answered |= values
        plain = dict(values)
        if self.in_keychain:
            for name in _SECRET_NAMES & values.keys():
                if values[name]:
                    self._keychain.save(name, values[name])
                    plain[name] = ""
        if any(self._filed.get(name, "") != value for name, value in plain.items()):
            self._file.update(plain)
            self._filed |= plain

    def use_keychain(self, wanted: bool) -> None:
        """Keep secrets there from now on, or in the file; those that are kept already move."""
        secrets = {name: value for name in sorted(_SECRET_NAMES) if (value := self.get(name))}
        moving = self.in_keychain != wanted
        self.in_keychain = wanted
        if moving:
            self.keep(**secrets)
        if wanted or self._filed.get(SWITCH):
            self.keep(**{SWITCH: "1" if wanted else "0"})

    def shadowed(self) -> list[str]:
        """Names that have another value in the environment, which goes before the file."""
        return [
            name
            for name, value in self._filed.items()
            if value and self._environment.get(name, value) not in {value, ""}
        ]

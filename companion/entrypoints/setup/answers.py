"""What was answered: kept in `.env`, secrets in the keychain where one wants that."""

from collections.abc import Mapping

from companion.adapters import keychain
from companion.adapters.env_file import EnvFile
from companion.settings import SECRETS, is_on

SWITCH = "COMPANION_KEYCHAIN"
_SECRET_NAMES = frozenset(name.upper() for name in SECRETS)


class Answers:
    """Values by the names of their settings. What is kept is there for good, also when the next
    question is not answered."""

    def __init__(self, file: EnvFile, environment: Mapping[str, str]) -> None:
        self.file = file
        self._environment = environment
        self._filed = file.read()
        self._said: dict[str, str] = {}
        self.in_keychain = is_on(self.get(SWITCH))

    def get(self, name: str) -> str:
        """What was kept just now, or as the commands find it; empty where it is not set."""
        if name in self._said:
            return self._said[name]
        value = self._environment.get(name) or self._filed.get(name)
        if not value and name in _SECRET_NAMES and self.in_keychain:
            value = keychain.kept(name)
        return (value or "").strip()

    def keep(self, **values: str) -> None:
        """Keep these; an empty one takes back what was kept."""
        self._said |= values
        plain = dict(values)
        if self.in_keychain:
            for name in _SECRET_NAMES & values.keys():
                if values[name]:
                    keychain.keep(name, values[name])
                    plain[name] = ""
        if any(self._filed.get(name, "") != value for name, value in plain.items()):
            self.file.update(plain)
            self._filed |= plain

    def use_keychain(self, wanted: bool) -> None:
        """Secrets belong there from now on, or into the file; those that are kept move along."""
        secrets = {name: value for name in sorted(_SECRET_NAMES) if (value := self.get(name))}
        moving = self.in_keychain != wanted
        self.in_keychain = wanted
        if moving:
            self.keep(**secrets)
        if wanted or self._filed.get(SWITCH):
            self.keep(**{SWITCH: "1" if wanted else "0"})

    def shadowed(self) -> list[str]:
        """Names that the environment sets otherwise than they were kept: it goes before `.env`."""
        return [
            name
            for name, value in self._filed.items()
            if value and self._environment.get(name, value) not in {value, ""}
        ]

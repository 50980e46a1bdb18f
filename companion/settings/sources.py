"""Where settings come from: the environment, the settings file and the keychain."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from dotenv.parser import parse_stream
from pydantic.fields import FieldInfo
from pydantic_settings import (
    BaseSettings,
    DotEnvSettingsSource,
    EnvSettingsSource,
    PydanticBaseSettingsSource,
)

from companion.settings.types import is_on

KEYCHAIN_SERVICE = "companion-memory"
"""Under this name the keychain has the secrets, each under its setting's name."""

AWS_SECRETS = frozenset({"aws_access_key_id", "aws_secret_access_key", "aws_session_token"})
"""What signs requests to DynamoDB; asked for where a table is named."""


class Environment(EnvSettingsSource):
    """The environment's variables. One that is set to nothing counts as not set."""

    def get_field_value(self, field: FieldInfo, field_name: str) -> tuple[Any, str, bool]:
        value, name, _ = super().get_field_value(field, field_name)
        return (value.strip() if value else None) or None, name, False


class SettingsFile(Environment, DotEnvSettingsSource):
    """A file of NAME=value lines, each value taken as it stands there: no `${…}` is filled in.

    `problems` says what is wrong with the file itself; `names` is all that it sets. `may_pass` is
    set where the system did not let us read it: macOS guards folders until the person allows it,
    and a disk may not be mounted yet.
    """

    def __init__(self, kind: type[BaseSettings], path: Path | None) -> None:
        self.path, self.problems, self.may_pass = path, list[str](), False
        self.names: Mapping[str, str] = {}
        super().__init__(kind, env_file=path, dotenv_filtering="only_existing")

    def _load_env_vars(self) -> Mapping[str, str | None]:
        # pydantic-settings' own reading interpolates, and only warns of a malformed line.
        if self.path is None:
            return {}
        try:
            with self.path.open(encoding="utf-8-sig") as file:
                bindings = list(parse_stream(file))
        except (FileNotFoundError, NotADirectoryError):
            return {}
        except UnicodeDecodeError:
            self.problems = [f"{self.path} is not UTF-8 text: save it as UTF-8"]
            return {}
        except OSError as error:
            self.problems = [f"{self.path} cannot be read: {error.strerror}"]
            self.may_pass = not isinstance(error, IsADirectoryError)
            return {}
        self.problems = [
            f"{self.path}, line {binding.original.line}: write it like NAME=value"
            for binding in bindings
            if binding.error
        ]
        self.names = {binding.key: binding.value or "" for binding in bindings if binding.key}
        return {name.lower(): value for name, value in self.names.items()}

    def get_field_value(self, field: FieldInfo, field_name: str) -> tuple[Any, str, bool]:
        value, name, _ = super().get_field_value(field, field_name)
        if value and self.path and field.annotation is Path:
            # The same file wherever a command is typed.
            value = str(self.path.parent / Path(os.path.expandvars(value)).expanduser())
        return value, name, False


class Keychain(PydanticBaseSettingsSource):
    """The person's keychain, where COMPANION_KEYCHAIN is on.

    It is asked only for what nothing else gave: each question takes time, and macOS may in turn
    ask the person. `problems` says, by name, which secrets it did not give; those that it did not
    give for one reason share one text.
    """

    def __init__(
        self, kind: type[BaseSettings], secrets: frozenset[str], file: Path | None
    ) -> None:
        super().__init__(kind)
        self._secrets, self._file = secrets, file
        self._reasons: dict[str, str] = {}
        self.found: dict[str, Any] = {}

    def get_field_value(self, field: FieldInfo, field_name: str) -> tuple[Any, str, bool]:
        import keyring
        from keyring.errors import KeyringError

        name = field_name.upper()
        try:
            return keyring.get_password(KEYCHAIN_SERVICE, name) or None, field_name, False
        except KeyringError as error:
            self._reasons[field_name] = type(error).__name__
            return None, field_name, False

    @property
    def problems(self) -> dict[str, str]:
        return {name: self._problem(reason) for name, reason in self._reasons.items()}

    def _problem(self, reason: str) -> str:
        names = [name.upper() for name, known in self._reasons.items() if known == reason]
        return (
            f"COMPANION_KEYCHAIN is on, but the keychain does not give {', '.join(names)} "
            f"({reason}): unlock it, or put the secret{'s' if len(names) > 1 else ''} into "
            f"{self._file or 'the environment'}"
        )

    def __call__(self) -> dict[str, Any]:
        given = self.current_state
        if not is_on(str(given.get("companion_keychain", ""))):
            return {}
        wanted = set(self._secrets)
        if given.get("dynamodb_table"):
            wanted |= AWS_SECRETS
        fields = self.settings_cls.model_fields
        for name in [name for name in fields if name in wanted and name not in given]:
            secret, *_ = self.get_field_value(fields[name], name)
            if secret:
                self.found[name] = secret
        return self.found

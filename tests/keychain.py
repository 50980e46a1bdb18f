"""A keychain in a file, for tests: `PYTHON_KEYRING_BACKEND=tests.keychain.FileKeychain`."""

import json
import os
from pathlib import Path

from keyring.backend import KeyringBackend
from keyring.errors import KeyringLocked, PasswordDeleteError


class FileKeychain(KeyringBackend):
    """Keeps all in the file that TEST_KEYCHAIN names; locked where that is a folder."""

    priority = 5

    def get_password(self, service: str, username: str) -> str | None:
        return self._all().get(f"{service}/{username}")

    def set_password(self, service: str, username: str, password: str) -> None:
        self._file().write_text(
            json.dumps(self._all() | {f"{service}/{username}": password}), encoding="utf-8"
        )

    def delete_password(self, service: str, username: str) -> None:
        raise PasswordDeleteError

    def _file(self) -> Path:
        file = Path(os.environ["TEST_KEYCHAIN"])
        if file.is_dir():
            raise KeyringLocked
        return file

    def _all(self) -> dict[str, str]:
        file = self._file()
        found: dict[str, str] = json.loads(file.read_text("utf-8")) if file.exists() else {}
        return found

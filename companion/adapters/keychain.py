"""The person's keychain: the macOS Keychain, or a Linux desktop's counterpart."""

from companion.errors import KeychainError
from companion.settings import KEYCHAIN_SERVICE

LEAST_PRIORITY = 1
"""keyring gives less to files in plain text, and to a keychain that does not exist."""


class SystemKeychain:
    """A Keychain, see ports.py. `keyring` is imported when it is first used."""

    def is_secure(self) -> bool:
        import keyring

        try:
            return bool(keyring.get_keyring().priority >= LEAST_PRIORITY)
        except Exception:  # a broken backend of the system's cannot keep anything
            return False

    def save(self, name: str, secret: str) -> None:
        import keyring
        from keyring.errors import KeyringError

        try:
            keyring.set_password(KEYCHAIN_SERVICE, name, secret)
        except KeyringError as error:
            raise KeychainError(name, type(error).__name__) from error

    def fetch(self, name: str) -> str | None:
        import keyring
        from keyring.errors import KeyringError

        try:
            return keyring.get_password(KEYCHAIN_SERVICE, name)
        except KeyringError:
            return None

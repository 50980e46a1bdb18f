"""The person's keychain: the macOS Keychain, or what a Linux desktop has in its place."""

from companion.errors import CompanionError
from companion.settings import KEYCHAIN_SERVICE


class KeychainError(CompanionError):
    """The keychain did not take a secret."""

    def __init__(self, name: str, kind: str) -> None:
        super().__init__(
            f"The keychain does not take {name} ({kind}): unlock it, or keep the secrets in .env."
        )


def usable() -> bool:
    """Whether there is one that protects what it keeps; takes a moment where it is asked first."""
    import keyring

    try:
        # Priorities under 1 are for files in plain text, and for none at all.
        return bool(keyring.get_keyring().priority >= 1)
    except Exception:  # a broken backend of the system's is none
        return False


def keep(name: str, secret: str) -> None:
    """Keep a setting's secret, in place of an older one. KeychainError where that is refused."""
    import keyring
    from keyring.errors import KeyringError

    try:
        keyring.set_password(KEYCHAIN_SERVICE, name, secret)
    except KeyringError as error:
        raise KeychainError(name, type(error).__name__) from error


def kept(name: str) -> str | None:
    """The secret that is kept; None where there is none, or it is not given."""
    import keyring
    from keyring.errors import KeyringError

    try:
        return keyring.get_password(KEYCHAIN_SERVICE, name)
    except KeyringError:
        return None

"""The file that `install` writes for the system."""

from pathlib import Path

from companion.errors import LoginError


def write(file: Path, content: bytes) -> None:
    """Write the whole file or nothing; only its owner may read it."""
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        beside = file.with_name(f".{file.name}.new")
        beside.touch(mode=0o600)
        beside.write_bytes(content)
        beside.replace(file)
    except OSError as error:
        raise LoginError(
            f"{file} cannot be written ({error.strerror}).", "Check the folder's permissions."
        ) from error


def content(file: Path) -> bytes | None:
    """What is in the file; None if there is none."""
    try:
        return file.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise LoginError(f"{file} cannot be read ({error.strerror}).") from error

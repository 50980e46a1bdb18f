"""Files of other programs in which lines of ours stand: changed whole or not at all."""

import os
from pathlib import Path

from companion.errors import HookError


def read(file: Path) -> bytes | None:
    """What is in the file; None if there is none. Raises HookError."""
    try:
        return file.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise HookError(f"{file} cannot be read ({error.strerror}).") from error


def write(file: Path, text: str, mode: int | None = None) -> None:
    """Replace what is in the file; it keeps its permissions, or has `mode`. Raises HookError."""
    place = file.resolve()  # a link stays one
    beside = place.with_name(f".{place.name}.companion-memory")
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        beside.write_bytes(text.encode())
        beside.chmod(mode if mode is not None else place.stat().st_mode & 0o7777)
        beside.replace(place)
    except OSError as error:
        beside.unlink(missing_ok=True)
        raise HookError(f"{file} cannot be written ({error.strerror}).") from error


def rename(file: Path, name: str) -> None:
    """Give the file another name beside it, unless something has that. Raises HookError."""
    target = file.with_name(name)
    if os.path.lexists(target):
        raise HookError(f"{target} is in the way. Move it, then try again.")
    try:
        file.rename(target)
    except OSError as error:
        raise HookError(f"{file} cannot be renamed ({error.strerror}).") from error


def remove(file: Path) -> None:
    """Raises HookError."""
    try:
        file.unlink()
    except OSError as error:
        raise HookError(f"{file} cannot be removed ({error.strerror}).") from error

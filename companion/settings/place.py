"""Which file has the settings: exactly one, in whatever folder a command is typed."""

import tomllib
from collections.abc import Mapping
from pathlib import Path

from companion.errors import SettingsError

NAMED_BY = "COMPANION_ENV_FILE"
"""The variable that names the file; the option --env-file goes before it."""
_PACKAGE = Path(__file__).parents[1]
_PROJECT = "companion-memory"


def settings_place(named: str | None, environ: Mapping[str, str]) -> Path:
    """The settings file, whether it exists or not: the one to write.

    It is the one that is `named` by --env-file, or by COMPANION_ENV_FILE; else `.env` of the
    checkout that the running package is in; else the one in the person's configuration folder. Of
    the last two, the first that exists.
    """
    if given := named or environ.get(NAMED_BY, "").strip():
        return Path(given).expanduser().absolute()
    in_checkout = _in_checkout(_PACKAGE.parent)
    if in_checkout and in_checkout.exists():
        return in_checkout
    of_person = _of_person()
    return of_person if of_person.exists() or in_checkout is None else in_checkout


def settings_file_to_read(named: str | None, environ: Mapping[str, str]) -> Path:
    """The settings file. SettingsError if it is named and does not exist; that may pass where its
    folder does not exist either, because a disk may be mounted later."""
    place = settings_place(named, environ)
    if (named or environ.get(NAMED_BY, "").strip()) and not _may_exist(place):
        by = "--env-file" if named else NAMED_BY
        raise SettingsError(
            [f"{by} names {place}, and there is no such file"],
            may_pass=not _may_exist(place.parent),
        )
    return place


def _may_exist(place: Path) -> bool:
    """False only where there is nothing. Reading it reports why it cannot be read."""
    try:
        place.stat()
    except (FileNotFoundError, NotADirectoryError):
        return False
    except OSError:
        return True
    return True


def _in_checkout(root: Path) -> Path | None:
    """Where `.env` of a checkout of this project would be; None if that is not one."""
    try:
        project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return root / ".env" if project.get("project", {}).get("name") == _PROJECT else None


def _of_person() -> Path:
    from platformdirs import user_config_path

    return user_config_path(_PROJECT, appauthor=False) / "settings.env"

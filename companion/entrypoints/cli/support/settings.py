"""The settings of a command, the file they are in, and where its entries are stored."""

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from companion.entrypoints.run import run
from companion.entrypoints.terminal import counted, note
from companion.errors import SettingsError
from companion.texts import terminal as texts

if TYPE_CHECKING:
    from companion.settings import PersonSettings, Settings


def settings_for[Kind: Settings](
    kind: type[Kind],
    *,
    service: bool = False,
    unused: frozenset[str] = frozenset(),
    **given: Any,
) -> Kind:
    """Load the settings and set up logging.

    A service logs at the level that the settings name, and warns of names that look like a
    setting's and are not. A command that ends prints what it did, and logs only warnings and
    errors.
    """
    from companion.entrypoints.logs import configure_logging
    from companion.settings import load_settings

    file = file_to_read()
    settings = load_settings(kind, unused, env_file=file, **given)
    level = settings.log_level.upper()
    configure_logging(
        "WARNING" if level == "INFO" and not service else level, settings.companion_timezone
    )
    if service:
        _warn_of_unknown_names(file)
    return settings


def person_settings(*, sums_up: bool = False, serves_agents: bool = False) -> "PersonSettings":
    """The settings of a command that uses one person's entries: of the sandbox's with --sandbox.

    On SQLite nothing has to be set. A table is shared, so there the person needs an ID.
    A wrong setting that only services use does not matter here, and the hours and the model matter
    only where the command `sums_up`; what agents may do, only where it `serves_agents`.
    """
    from companion.settings import OF_AGENTS, OF_SERVICES, OF_SUMMARIES

    unused = OF_SERVICES
    unused |= frozenset() if sums_up else OF_SUMMARIES
    unused |= frozenset() if serves_agents else OF_AGENTS
    settings = _person_settings(unused)
    if settings.companion_timezone is None:
        _warn_of_unknown_tz(os.environ.get("TZ", "").removeprefix(":"))
    return settings


def _warn_of_unknown_tz(name: str) -> None:
    """Say so where TZ names a zone that does not exist: what is used instead, nobody chose."""
    if not name or name.startswith("/"):
        return
    from zoneinfo import ZoneInfo

    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        from companion.bootstrap import machine_zone

        note(texts.UNKNOWN_TZ.format(name=name, zone=machine_zone()))


def _person_settings(unused: frozenset[str]) -> "PersonSettings":
    from companion.settings import PersonSettings, Settings, TablePersonSettings, usable_settings

    if in_sandbox():
        from companion.entrypoints.sandbox_store import sandbox_store

        return settings_for(PersonSettings, unused=unused, **run(sandbox_store()))
    try:
        settings = settings_for(PersonSettings, unused=unused)
        shared = settings.dynamodb_table
    except SettingsError:
        shared = usable_settings(Settings, env_file=file_to_read())[0].dynamodb_table
        if not shared:
            raise
    else:
        if settings.slack_user_id or not shared:
            return settings
    return settings_for(TablePersonSettings, unused=unused)  # names all that is missing or wrong


def in_sandbox() -> bool:
    """Whether --sandbox stands before the command."""
    return bool(click.get_current_context().find_root().params.get("sandbox"))


def note_local_entries(settings: "PersonSettings") -> None:
    """Say so where entries are still stored without a Slack ID, and there is one."""
    if not settings.slack_user_id or in_sandbox() or not settings.companion_db.exists():
        return
    from companion.entrypoints.local_entries import count_local_entries

    if number := run(count_local_entries(settings)):
        entries = counted(number, "entry", "entries")
        note(texts.LOCAL_LEFT.format(entries=entries, user=settings.slack_user_id))


def file_to_read() -> Path:
    """The settings file, which may not be there yet. SettingsError if a named one is not."""
    from companion.settings.place import settings_file_to_read

    return settings_file_to_read(_named(), os.environ)


def file_to_write() -> Path:
    """The settings file; one that is named may be new."""
    from companion.settings.place import settings_place

    return settings_place(_named(), os.environ)


def store_place(settings: "Settings") -> str:
    """Where entries are stored, in words."""
    if settings.dynamodb_table:
        return texts.DYNAMODB_PLACE.format(
            table=settings.dynamodb_table, region=settings.aws_region
        )
    return str(settings.companion_db)


def _named() -> str | None:
    """The file that --env-file names, which stands before the command."""
    ctx = click.get_current_context(silent=True)
    named = ctx.find_root().params.get("env_file") if ctx else None
    return str(named) if named else None


def _warn_of_unknown_names(file: Path) -> None:
    import logging

    from companion.settings.names import unknown_names

    log = logging.getLogger(__name__)
    for unknown in unknown_names(os.environ, file):
        log.warning(
            "setting.unknown name=%s nearest=%s place=%r",
            *(unknown.name, unknown.nearest, unknown.place),
        )

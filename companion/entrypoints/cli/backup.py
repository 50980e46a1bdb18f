"""`companion backup`: copy the SQLite file, also while the daemon runs."""

from pathlib import Path

import click

from companion.entrypoints.cli.support.options import example
from companion.entrypoints.cli.support.settings import settings_for
from companion.entrypoints.cli.support.whole_file import whole_file
from companion.entrypoints.terminal import note
from companion.errors import UsageError
from companion.texts import terminal as texts


@click.command(epilog=example("companion backup ~/Backups/memory.db"))
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--force", is_flag=True, help="Replace FILE if it is there already.")
def backup(file: Path, force: bool) -> None:
    """Copy the SQLite file, with everything in it, to FILE.

    The daemon may run meanwhile. Only you can read FILE, and it appears only when it is complete.
    To use it, stop the daemon and set COMPANION_DB to it, or put it in the place of your file.
    """
    from companion.settings import Settings

    settings = settings_for(Settings)
    if settings.dynamodb_table:
        raise UsageError(texts.BACKUP_OF_TABLE)
    path = settings.companion_db
    if not path.exists():
        raise UsageError(texts.NO_SQLITE_FILE.format(path=path))
    if file.resolve() in _parts(path.resolve()):
        raise UsageError(texts.BACKUP_ONTO_ITSELF.format(path=file))
    if str(file) == "-":
        raise UsageError(texts.BACKUP_TO_STDOUT)
    if file.is_dir():
        raise UsageError(texts.NOT_A_FILE.format(path=file))
    if file.exists() and not force:
        raise UsageError(texts.BACKUP_EXISTS.format(path=file))

    from companion.bootstrap.surroundings import sqlite_content

    content = sqlite_content(path)
    with whole_file(file) as write:
        write(content)
    note(texts.BACKED_UP.format(source=path, path=file))


def _parts(path: Path) -> list[Path]:
    """The file, and what SQLite has beside it."""
    return [path.with_name(path.name + suffix) for suffix in ("", "-wal", "-shm", "-journal")]

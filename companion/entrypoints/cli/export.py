"""`companion export`: write entries out, to read or to take elsewhere."""

import sys
from collections.abc import Callable, Coroutine
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from companion.domain.formats import EXPORTS
from companion.entrypoints.cli.support.options import example
from companion.entrypoints.cli.support.settings import person_settings
from companion.entrypoints.cli.support.tagged import (
    note_no_entries,
    tag_option,
    wanted_entries,
)
from companion.entrypoints.cli.support.whole_file import whole_file
from companion.entrypoints.run import run
from companion.entrypoints.terminal import counted, note, on_terminal, visible
from companion.errors import UsageError
from companion.texts import terminal as texts

if TYPE_CHECKING:
    from companion.settings import PersonSettings

type Write = Callable[[str], object]
type Advance = Callable[[int], object]
type WriteOut = Callable[[Write, Advance], Coroutine[object, object, int]]


@click.command(
    epilog=example(
        "companion export > journal.md",
        "companion export -o backup.jsonl",
        "companion export --format csv --since 2026-11-01 --until 2026-11-30 -o november.csv",
    )
)
@click.option(
    "--format",
    "form",
    type=click.Choice(tuple(EXPORTS)),
    help="Markdown to read, JSON Lines for backups, CSV for spreadsheets.  [default: by the "
    "name of FILE, or markdown]",
)
@click.option("--since", metavar="MOMENT", help="Entries from then on.  [default: all]")
@click.option("--until", metavar="MOMENT", help="Entries up to then, a day included.")
@tag_option
@click.option("-o", "--output", "file", metavar="FILE", help="Write to FILE.  [default: stdout]")
def export(
    form: str | None, since: str | None, until: str | None, tag: str | None, file: str | None
) -> None:
    """Write all entries out, oldest first.

    Markdown groups them by your days. JSON Lines has every field. CSV is for spreadsheets.
    `companion import` reads each of them back as it was. Only you can read FILE; it appears, or
    replaces an older one, only when it is complete. A MOMENT is written like yesterday,
    "20 Nov" or "last month".
    """

    settings = person_settings()

    from companion.bootstrap import terminal_zone
    from companion.domain.formats.exports import renderer

    path = Path(file) if file and file != "-" else None
    chosen = form or _named_format(path)
    since_moment, until_moment = _period(settings, since, until)
    render = renderer(chosen, terminal_zone(settings), settings.companion_day_start)

    wanted = wanted_entries(tag)

    async def write_out(write: Write, advance: Advance) -> int:
        from companion.bootstrap import open_existing
        from companion.usecases.archive import export_entries

        user_id = settings.user_id
        async with open_existing(settings) as store:
            return await export_entries(
                store, user_id, since_moment, until_moment, render, write, advance, wanted
            )

    count = _to_file(path, write_out) if path else _to_stdout(write_out, as_json=chosen == "jsonl")
    if not count and (tag or not path):
        note_no_entries(settings, tag)


def _period(
    settings: "PersonSettings", since: str | None, until: str | None
) -> tuple[datetime, datetime]:
    from companion.bootstrap import SystemClock, terminal_zone
    from companion.domain.calendar import BEGINNING, END
    from companion.entrypoints.cli.support.moments import MomentReader

    now, zone = SystemClock().now(), terminal_zone(settings)
    reader = MomentReader(now, zone, settings.companion_day_start)
    return reader.period(since, until, BEGINNING, END)


def _named_format(path: Path | None) -> str:
    """The format that the ending of a file's name stands for."""
    suffix = path.suffix.lower() if path else ""
    if not suffix:
        return "markdown"
    named = {ending: name for name, ending in EXPORTS.items()}
    if suffix not in named:
        raise UsageError(texts.UNKNOWN_ENDING.format(file=path))
    return named[suffix]


def _to_file(path: Path, write_out: WriteOut) -> int:
    from companion.entrypoints.cli.support.progress import progress

    with whole_file(path) as write, progress(texts.EXPORTING) as advance:
        count = run(write_out(write, advance))
    note(texts.EXPORTED.format(entries=counted(count, "entry", "entries"), path=path))
    return count


def _to_stdout(write_out: WriteOut, *, as_json: bool) -> int:
    """In UTF-8 to a file or a pipe, whatever the locale; without a bar above it on a terminal."""
    from companion.entrypoints.cli.support.progress import progress
    from companion.usecases.archive import ignore

    if on_terminal():
        count = run(
            write_out(lambda text: sys.stdout.write(visible(text, as_json=as_json)), ignore)
        )
    else:
        stdout = sys.stdout.buffer
        with progress(texts.EXPORTING) as advance:
            count = run(write_out(lambda text: stdout.write(text.encode()), advance))
    sys.stdout.flush()
    return count

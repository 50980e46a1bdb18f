"""`companion export`: write entries out, to read or to take elsewhere."""

import sys
from collections.abc import Callable
from pathlib import Path

import click

from companion.entrypoints.cli.support.options import example
from companion.entrypoints.cli.support.settings import settings_for
from companion.entrypoints.cli.support.whole_file import whole_file
from companion.entrypoints.run import run
from companion.entrypoints.terminal import counted, note, on_terminal
from companion.errors import UsageError
from companion.texts import terminal as texts

FORMATS = ("markdown", "jsonl", "csv")


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
    type=click.Choice(FORMATS),
    help="Markdown to read, JSON Lines for backups, CSV for spreadsheets.  [default: by the "
    "name of FILE, or markdown]",
)
@click.option("--since", metavar="MOMENT", help="Entries from then on.  [default: all]")
@click.option("--until", metavar="MOMENT", help="Entries up to then, a day included.")
@click.option("-o", "--output", "file", metavar="FILE", help="Write to FILE.  [default: stdout]")
def export(form: str | None, since: str | None, until: str | None, file: str | None) -> None:
    """Write all entries out, oldest first.

    Markdown groups them by local day. JSON Lines has every field, and `companion import` reads
    it again. CSV is for spreadsheets. Only you can read FILE; it appears, or replaces an older
    one, only when it is complete. A MOMENT is written as for `companion entries`.
    """
    settings = settings_for("slack_user_id")

    from companion.bootstrap import SystemClock, open_store, terminal_zone
    from companion.domain import export as formats
    from companion.entrypoints.cli.support.moments import MomentReader
    from companion.entrypoints.cli.support.progress import progress
    from companion.usecases.archive import BEGINNING, END, export_entries, ignore

    zone, day_start = terminal_zone(settings), settings.companion_day_start
    reader = MomentReader(SystemClock().now(), zone, day_start)
    first = reader.since(since) if since else BEGINNING
    last = reader.until(until) if until else END
    if first >= last:
        raise UsageError(texts.REVERSED_PERIOD)
    path = Path(file) if file and file != "-" else None
    named = {ending: name for name, ending in formats.FORMATS.items()}
    suffix = path.suffix.lower() if path else ""
    if not form and suffix and suffix not in named:
        raise UsageError(texts.UNKNOWN_ENDING.format(file=file))
    chosen = form or named.get(suffix, "markdown")
    render = formats.renderer(chosen, zone, day_start)

    async def write_out(write: Callable[[str], object], advance: Callable[[int], object]) -> int:
        async with open_store(settings) as store:
            return await export_entries(
                store, settings.slack_user_id or "", first, last, render, write, advance
            )

    if path:
        with whole_file(path) as write, progress(texts.EXPORTING) as advance:
            count = run(write_out(write, advance))
        note(texts.EXPORTED.format(entries=counted(count, "entry", "entries"), path=path))
    else:
        stdout = sys.stdout.buffer
        write = lambda text: stdout.write(text.encode())  # noqa: E731 -- its other form is longer
        if on_terminal():
            count = run(write_out(write, ignore))
        else:
            with progress(texts.EXPORTING) as advance:
                count = run(write_out(write, advance))
        stdout.flush()
        if not count:
            note(texts.NO_ENTRIES)

"""`companion export`: one's own words, to read and to take along."""

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
    help="To read, to keep, to calculate with.  [default: as FILE is named, or markdown]",
)
@click.option("--since", metavar="MOMENT", help="From then on.  [default: everything]")
@click.option("--until", metavar="MOMENT", help="Up to then; a day is included.")
@click.option("-o", "--output", "file", metavar="FILE", help="Write there.  [default: stdout]")
def export(form: str | None, since: str | None, until: str | None, file: str | None) -> None:
    """Write out what was written down, oldest first.

    Markdown has it by local day, JSON Lines has all that is known and is what `companion import`
    reads again, CSV is for spreadsheets. A FILE is for you alone to read; it appears, or takes
    the place of the one that is there, only when it is complete. A MOMENT is written as for
    `companion entries`.
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
        raise UsageError("--since has to be before --until.")
    path = Path(file) if file and file != "-" else None
    named = {ending: name for name, ending in formats.FORMATS.items()}
    suffix = path.suffix.lower() if path else ""
    if not form and suffix and suffix not in named:
        raise UsageError(f"{file} does not say in which format: add --format, or name it *.md.")
    chosen = form or named.get(suffix, "markdown")
    render = formats.renderer(chosen, zone, day_start)

    async def write_out(write: Callable[[str], object], advance: Callable[[int], object]) -> int:
        async with open_store(settings) as store:
            return await export_entries(
                store, settings.slack_user_id or "", first, last, render, write, advance
            )

    if path:
        with whole_file(path) as write, progress("Exporting") as advance:
            count = run(write_out(write, advance))
        note(f"{counted(count, 'entry', 'entries')} in {path}.")
    else:
        stdout = sys.stdout.buffer
        write = lambda text: stdout.write(text.encode())  # noqa: E731 -- its other form is longer
        if on_terminal():
            count = run(write_out(write, ignore))
        else:
            with progress("Exporting") as advance:
                count = run(write_out(write, advance))
        stdout.flush()
        if not count:
            note("Nothing is written down for this time.")

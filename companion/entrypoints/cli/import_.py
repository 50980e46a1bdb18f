"""`companion import`: store entries from a file."""

from typing import TYPE_CHECKING

import click

from companion.domain.formats import IMPORTS
from companion.entrypoints.cli.support.errors import Failed
from companion.entrypoints.cli.support.options import example
from companion.entrypoints.cli.support.settings import person_settings
from companion.entrypoints.run import run
from companion.entrypoints.terminal import complain, counted, note
from companion.errors import UsageError
from companion.texts import terminal as texts

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from companion.domain.formats.found import Unreadable
    from companion.usecases.import_entries import Checked, Import

SHOWN = 10
"""How many unreadable lines are named one by one."""


@click.command(
    "import",
    epilog=example(
        "companion import backup.jsonl",
        "jrnl --export json | companion import -",
        "companion import --dry-run notes.txt",
    ),
)
@click.argument("file")
@click.option(
    "--format",
    "form",
    type=click.Choice(IMPORTS),
    help="The format of FILE.  [default: recognized by its content]",
)
@click.option("--dry-run", is_flag=True, help="Read and check everything, store nothing.")
def import_command(file: str, form: str | None, dry_run: bool) -> None:
    """Store the entries of FILE; `-` is standard input.

    It reads what `companion export` writes in any format, jrnl's JSON and text, Day One's JSON,
    your messages in Slack's export (a zip, its folder, or the JSON of one channel), and text:
    lines like "2026-11-20 14:05 fixed it", or a line with a day and an entry on each line below
    it. Times are in your time zone.

    You can repeat it: the same file again adds nothing. If a line cannot be read, it is named and
    nothing is stored.
    """

    settings = person_settings()

    from companion.bootstrap import open_store, terminal_zone
    from companion.bootstrap.surroundings import slack_words
    from companion.domain.formats.found import EntryMaker
    from companion.entrypoints.cli.support.import_file import opened
    from companion.entrypoints.cli.support.progress import progress
    from companion.usecases.import_entries import Import

    zone = terminal_zone(settings)
    maker = EntryMaker(user_id=settings.user_id, zone=zone, day_start=settings.companion_day_start)
    with opened(file, form) as content:
        if content.kind == "slack" and not settings.slack_user_id:
            raise UsageError(texts.SLACK_EXPORT_NEEDS_ID)
        work = Import(maker=maker, read=lambda: content.read(maker, slack_words()))
        checked = _check(work)
        described = _described(checked, zone)
        if not checked.entries:
            note(texts.NOTHING_TO_IMPORT.format(form=content.kind))
        elif dry_run:
            click.echo(texts.DRY_RUN.format(entries=described, form=content.kind))
        else:

            async def store_them() -> int:
                with progress(texts.STORING, checked.entries) as advance:
                    async with open_store(settings) as store:
                        return await work.store(store, advance)

            new = run(store_them())
            old = checked.entries - new
            message = texts.IMPORTED_AGAIN if old else texts.IMPORTED
            click.echo(message.format(entries=described, new=new, old=old))


def _check(work: "Import") -> "Checked":
    """Read all of it once. Failed if some cannot be read, which are named."""
    from companion.entrypoints.cli.support.progress import progress

    named = 0

    def name(place: "Unreadable") -> None:
        nonlocal named
        named += 1
        if named <= SHOWN:
            complain(
                texts.BAD_LINE.format(unit=place.unit, number=place.number, problem=place.problem)
            )

    with progress(texts.READING) as advance:
        checked = work.check(name, advance)
    if checked.unreadable:
        more = checked.unreadable - SHOWN
        rest = texts.MORE_BAD_LINES.format(number=more) if more > 0 else ""
        raise Failed(texts.BAD_LINES + rest)
    return checked


def _described(checked: "Checked", zone: "ZoneInfo") -> str:
    """How many entries, and of when."""
    moments = [moment for moment in (checked.first, checked.last) if moment]
    days = sorted({f"{moment.astimezone(zone):%Y-%m-%d}" for moment in moments})
    return f"{counted(checked.entries, 'entry', 'entries')} of {' to '.join(days)}"

"""`companion delete`: delete an entry that has no message in Slack."""

from typing import TYPE_CHECKING

import click

from companion.entrypoints.cli.support.correcting import correcting, show_change
from companion.entrypoints.cli.support.options import example
from companion.entrypoints.cli.support.settings import person_settings
from companion.entrypoints.run import run
from companion.texts import terminal as texts

if TYPE_CHECKING:
    from companion.domain.entry import Entry


@click.command(epilog=example("companion delete last", "companion delete 8d1e6c1a"))
@click.argument("which", metavar="LOG_ID|last")
def delete(which: str) -> None:
    """Delete an entry, and show what it said. `companion undo` brings it back for 24 hours.

    Name the entry by the beginning of its id, which `companion entries --ids` shows, or by
    `last`, the one that was typed last. It must have come by `/log`, from the terminal or from
    a file: delete a direct message in Slack.
    """

    settings = person_settings()

    async def remove() -> "Entry":
        async with correcting(settings) as correct:
            return await correct.delete(which)

    show_change(texts.DELETED, run(remove()), settings)

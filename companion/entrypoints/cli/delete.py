"""`companion delete`: remove what has no message in Slack."""

from typing import TYPE_CHECKING

import click

from companion.entrypoints.cli.support.correcting import correcting, show_change
from companion.entrypoints.cli.support.options import example
from companion.entrypoints.cli.support.settings import settings_for
from companion.entrypoints.run import run

if TYPE_CHECKING:
    from companion.domain.entry import Entry


@click.command(epilog=example("companion delete last", "companion delete 8d1e6c1a"))
@click.argument("which", metavar="LOG_ID|last")
def delete(which: str) -> None:
    """Delete an entry for good, and show what it was.

    An entry is named by the beginning of its id, as `companion entries --ids` shows it; `last`
    is the newest. This is for what came by `/log`, from the terminal or from a file; what you
    said in the direct message is deleted there.
    """
    settings = settings_for("slack_user_id")

    async def remove() -> "Entry":
        async with correcting(settings) as correct:
            return await correct.delete(which)

    show_change("Deleted", run(remove()), settings)

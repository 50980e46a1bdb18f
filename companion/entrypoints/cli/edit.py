"""`companion edit`: correct what has no message in Slack."""

from typing import TYPE_CHECKING

import click

from companion.entrypoints.cli.support.correcting import correcting, show_change
from companion.entrypoints.cli.support.options import example
from companion.entrypoints.cli.support.settings import settings_for
from companion.entrypoints.cli.support.typed_text import typed
from companion.entrypoints.run import run

if TYPE_CHECKING:
    from companion.domain.entry import Entry


@click.command(
    # What follows the id is text, whatever it looks like.
    context_settings={"allow_interspersed_args": False, "ignore_unknown_options": True},
    epilog=example(
        "companion edit last fixed the flaky test, really",
        "companion edit 8d1e6c1a - < text.txt",
    ),
)
@click.argument("which", metavar="LOG_ID|last")
@click.argument("text", nargs=-1)
def edit(which: str, text: tuple[str, ...]) -> None:
    """Put TEXT in the place of what an entry says.

    An entry is named by the beginning of its id, as `companion entries --ids` shows it; `last`
    is the newest. This is for what came by `/log`, from the terminal or from a file; what you
    said in the direct message is edited there. `-` reads the text from standard input.
    """
    words = typed(text)
    settings = settings_for("slack_user_id")

    async def change() -> "Entry":
        async with correcting(settings) as correct:
            return await correct.edit(which, words)

    show_change("Now", run(change()), settings)

"""`companion edit`: replace the text of an entry that has no message in Slack."""

from typing import TYPE_CHECKING

import click

from companion.entrypoints.cli.support.correcting import correcting, show_change
from companion.entrypoints.cli.support.options import example
from companion.entrypoints.cli.support.settings import settings_for
from companion.entrypoints.cli.support.typed_text import typed
from companion.entrypoints.run import run
from companion.texts import terminal as texts

if TYPE_CHECKING:
    from companion.domain.entry import Entry


@click.command(
    # Everything after the id is text, also what looks like an option.
    context_settings={"allow_interspersed_args": False, "ignore_unknown_options": True},
    epilog=example(
        "companion edit last fixed the flaky test, really",
        "companion edit 8d1e6c1a - < text.txt",
    ),
)
@click.argument("which", metavar="LOG_ID|last")
@click.argument("text", nargs=-1)
def edit(which: str, text: tuple[str, ...]) -> None:
    """Replace an entry's text.

    Name the entry by the beginning of its id, which `companion entries --ids` shows, or by
    `last`, the newest. It must have come by `/log`, from the terminal or from a file: edit a
    direct message in Slack. `-` reads the text from standard input.
    """
    words = typed(text)
    settings = settings_for("slack_user_id")

    async def change() -> "Entry":
        async with correcting(settings) as correct:
            return await correct.edit(which, words)

    show_change(texts.EDITED, run(change()), settings)

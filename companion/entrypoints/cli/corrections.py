"""`companion edit` and `companion delete`: what has no message in Slack is corrected here."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import click

from companion.entrypoints.cli.journal import typed
from companion.entrypoints.cli.shell import example, run, settings_for

if TYPE_CHECKING:
    from companion.domain.entry import Entry
    from companion.settings import Settings
    from companion.usecases.correct import Correct


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
        async with _correcting(settings) as correct:
            return await correct.edit(which, words)

    _tell("Now", run(change()), settings)


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
        async with _correcting(settings) as correct:
            return await correct.delete(which)

    _tell("Deleted", run(remove()), settings)


@asynccontextmanager
async def _correcting(settings: "Settings") -> "AsyncIterator[Correct]":
    from companion.bootstrap import SystemClock, open_store
    from companion.usecases.correct import Correct

    async with open_store(settings) as store:
        yield Correct(user_id=settings.slack_user_id or "", store=store, clock=SystemClock())


def _tell(done: str, entry: "Entry", settings: "Settings") -> None:
    from companion.bootstrap import terminal_zone
    from companion.entrypoints.cli.shell import visible

    local = entry.local_time(terminal_zone(settings))
    shown = visible(entry.text).replace("\n", "\n  ")
    click.echo(f"{done}, {local:%Y-%m-%d %H:%M}: {shown}")

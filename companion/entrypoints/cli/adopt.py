"""`companion adopt`: move entries from before there was a Slack ID to that ID."""

import click

from companion.entrypoints.cli.support.errors import Failed
from companion.entrypoints.cli.support.options import example
from companion.entrypoints.cli.support.settings import settings_for
from companion.entrypoints.run import run
from companion.entrypoints.terminal import counted
from companion.texts import terminal as texts


@click.command(epilog=example("companion adopt"))
def adopt() -> None:
    """Move the entries that you stored without a Slack ID to SLACK_USER_ID.

    `companion init` does the same. Entries keep their times, zones and ids. What is stored under
    the Slack ID already is not stored twice. You can repeat the command.
    """
    from companion.settings import TablePersonSettings

    settings = settings_for(TablePersonSettings)

    from companion.entrypoints.cli.support.progress import progress
    from companion.entrypoints.local_entries import (
        adopt_local_entries,
        adopted_text,
        count_local_entries,
    )
    from companion.usecases.adopt import Adopted

    async def move() -> Adopted | None:
        if not await count_local_entries(settings):
            return None
        with progress(texts.ADOPTING) as advance:
            return await adopt_local_entries(settings, settings.user_id, advance)

    moved = run(move())
    if moved is None:
        click.echo(texts.NOTHING_TO_ADOPT)
        return
    click.echo(adopted_text(moved, settings.user_id))
    if moved.left:
        left = counted(moved.left, "entry", "entries")
        raise Failed(texts.NOT_ADOPTED.format(entries=left))

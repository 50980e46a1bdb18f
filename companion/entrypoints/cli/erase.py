"""`companion erase`: leave, and leave nothing."""

import sys
from typing import TYPE_CHECKING

import click

from companion.entrypoints.cli.support.errors import Failed
from companion.entrypoints.cli.support.options import example
from companion.entrypoints.cli.support.settings import settings_for, store_place
from companion.entrypoints.run import run
from companion.entrypoints.terminal import counted, note
from companion.errors import UsageError

if TYPE_CHECKING:
    from companion.ports import Erased


@click.command(epilog=example("companion export -o backup.jsonl && companion erase"))
@click.option("--yes", is_flag=True, help="Do not ask. For scripts.")
def erase(yes: bool) -> None:
    """Remove all that is stored of you, for good.

    That is every entry, every job and every mark of SLACK_USER_ID in the store that the settings
    name; you are asked to type the id. Your messages stay in Slack: stop the daemon before, for
    when it starts again it reads them back.
    """
    settings = settings_for("slack_user_id")
    user_id, place = settings.slack_user_id or "", store_place(settings)
    if not yes:
        if not sys.stdin.isatty():
            raise UsageError("Nobody can be asked here: --yes erases without. Nothing was erased.")
        note(f"This removes everything of {user_id} in {place}, for good.")
        if click.prompt(f"Type {user_id} to go on", err=True, default="", show_default=False) != (
            user_id
        ):
            raise Failed("That is another id; nothing was erased.")

    from companion.bootstrap import open_store
    from companion.entrypoints.cli.support.progress import progress

    async def remove() -> "Erased":
        with progress("Erasing"):
            async with open_store(settings) as store:
                return await store.erase_user(user_id)

    gone = run(remove())
    click.echo(
        f"Removed from {place}: {counted(gone.entries, 'entry', 'entries')},"
        f" {counted(gone.tombstones, 'tombstone')}, {counted(gone.jobs, 'job')},"
        f" {counted(gone.read_cursors, 'read cursor')}."
    )
    note("Your messages are still in Slack, and a daemon that starts again reads them back.")
    if settings.dynamodb_table:
        note("The table's point-in-time recovery keeps earlier states for up to 35 days.")

"""`companion erase`: remove everything that is stored of a person."""

import sys
from typing import TYPE_CHECKING

import click

from companion.entrypoints.cli.support.errors import Failed
from companion.entrypoints.cli.support.options import example
from companion.entrypoints.cli.support.settings import person_settings, store_place
from companion.entrypoints.run import run
from companion.entrypoints.terminal import counted, note
from companion.errors import UsageError
from companion.texts import terminal as texts

if TYPE_CHECKING:
    from companion.ports import Erased


@click.command(epilog=example("companion export -o backup.jsonl && companion erase"))
@click.option("--yes", is_flag=True, help="Do not ask; for scripts.")
def erase(yes: bool) -> None:
    """Delete everything stored about you, for good.

    It removes every entry, tombstone, job and read cursor of SLACK_USER_ID in the store that the
    settings name, after you type that id. Your messages stay in Slack, and a daemon that starts
    again reads them from there: stop it first.
    """

    settings = person_settings()
    user_id, place = settings.user_id, store_place(settings)
    if not yes:
        if not sys.stdin.isatty():
            raise UsageError(texts.CANNOT_CONFIRM)
        note(texts.ERASE_WARNING.format(user=user_id, place=place))
        question = texts.ERASE_QUESTION.format(user=user_id)
        if click.prompt(question, err=True, default="", show_default=False) != user_id:
            raise Failed(texts.ERASE_MISMATCH)

    from companion.bootstrap import open_existing
    from companion.entrypoints.cli.support.progress import progress

    async def remove() -> "Erased":
        with progress(texts.ERASING):
            async with open_existing(settings) as store:
                return await store.erase_user(user_id)

    gone = run(remove())
    click.echo(
        texts.ERASED.format(
            place=place,
            entries=counted(gone.entries, "entry", "entries"),
            tombstones=counted(gone.tombstones, "tombstone"),
            jobs=counted(gone.jobs, "job"),
            cursors=counted(gone.read_cursors, "read cursor"),
        )
    )
    note(texts.MESSAGES_STAY)
    if settings.dynamodb_table:
        note(texts.RECOVERY_STAYS)

"""`companion undo`: take back the last log, edit or deletion."""

from typing import TYPE_CHECKING

import click

from companion.entrypoints.cli.support.correcting import show_change
from companion.entrypoints.cli.support.options import example
from companion.entrypoints.cli.support.settings import person_settings
from companion.entrypoints.run import run
from companion.texts import terminal as texts

if TYPE_CHECKING:
    from companion.settings import PersonSettings
    from companion.usecases.undo import Undone


@click.command(epilog=example("companion undo"))
def undo() -> None:
    """Take back your last log, edit or deletion.

    This works for 24 hours, for what came by `/log`, from the terminal or from a file: undo a
    direct message in Slack. An undo cannot be undone.
    """

    settings = person_settings()
    undone = run(_undo(settings))
    show_change(texts.UNDONE[undone.kind], undone.entry, settings)


async def _undo(settings: "PersonSettings") -> "Undone":
    from companion.bootstrap import SystemClock, open_existing
    from companion.usecases.undo import Undo

    async with open_existing(settings) as store:
        take_back = Undo(user_id=settings.user_id, store=store, clock=SystemClock())
        return await take_back()

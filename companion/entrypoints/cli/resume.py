"""`companion resume`: end a pause."""

from typing import TYPE_CHECKING

import click

from companion.entrypoints.cli.support.options import example
from companion.entrypoints.cli.support.settings import person_settings
from companion.entrypoints.run import run
from companion.entrypoints.terminal import show
from companion.texts import terminal as texts

if TYPE_CHECKING:
    from companion.domain.pause import Pause


@click.command(epilog=example("companion resume"))
def resume() -> None:
    """End the pause: prompts come again, and after a vacation the summaries.

    The first working day after a vacation begins with where you left off.
    """
    settings = person_settings()

    from companion.bootstrap import open_existing, pauses

    async def end() -> "Pause | None":
        async with open_existing(settings) as store:
            return await pauses(settings.user_id, store).resume()

    ended = run(end())
    if ended is None:
        show(texts.NOT_PAUSED)
    else:
        show(texts.VACATION_ENDED if ended.vacation else texts.RESUMED)

"""`companion standup`: what to say in the standup, ready to paste."""

from typing import TYPE_CHECKING

import click

from companion.entrypoints.cli.support.errors import Failed
from companion.entrypoints.cli.support.options import example, model_option
from companion.entrypoints.cli.support.settings import person_settings
from companion.entrypoints.run import run
from companion.entrypoints.terminal import note, on_terminal, show, visible, working
from companion.texts import terminal as texts

if TYPE_CHECKING:
    from companion.domain.summaries.standup import Standup

FORMATS = ("slack", "markdown", "text")


@click.command(epilog=example("companion standup", "companion standup --format slack --copy"))
@click.option(
    "--format",
    "form",
    type=click.Choice(FORMATS),
    default="text",
    show_default=True,
    help="Where it is pasted.",
)
@click.option("--copy", is_flag=True, help="Put it into the clipboard, too.")
@model_option
def standup(form: str, copy: bool, model: bool) -> None:
    """Show what to say in the standup.

    What you did since the last working day, what comes next and what is blocked, from what you
    wrote. A model, if one answers, words what is done.
    """
    settings = person_settings(sums_up=True)

    from companion.bootstrap import SystemClock, open_existing, standup_maker, terminal_zone
    from companion.domain.summaries.standup import render_standup

    zone, now = terminal_zone(settings), SystemClock().now()

    async def make() -> "tuple[Standup, str | None]":
        async with open_existing(settings) as store:
            maker = standup_maker(settings, store, by_model=model)
            return await maker(settings.user_id, now, zone)

    with working(texts.MAKING_STANDUP):
        made, reason = run(make())
    text = render_standup(made, form)
    show(visible(text) if on_terminal() else text)
    if reason:
        note(texts.WITHOUT_MODEL.format(reason=reason))
    if copy:
        _copy(text)


def _copy(text: str) -> None:
    import pyperclip

    try:
        pyperclip.copy(text)
    except pyperclip.PyperclipException as error:
        raise Failed(texts.NO_CLIPBOARD) from error
    note(texts.COPIED_TO_CLIPBOARD)

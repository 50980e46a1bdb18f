"""`companion edit`: replace the text of an entry that has no message in Slack."""

from typing import TYPE_CHECKING

import click

from companion.entrypoints.cli.support.correcting import correcting, show_change
from companion.entrypoints.cli.support.options import example
from companion.entrypoints.cli.support.settings import person_settings
from companion.entrypoints.cli.support.typed_text import (
    TextCommand,
    given_back,
    opens_editor,
    typed,
    words_after,
)
from companion.entrypoints.run import run
from companion.texts import terminal as texts

if TYPE_CHECKING:
    from companion.domain.entry import Entry
    from companion.settings import PersonSettings


@click.command(
    cls=TextCommand,
    epilog=example(
        "companion edit last fixed the flaky test, really",
        "companion edit 8d1e6c1a < text.txt",
    ),
)
@click.argument("which", metavar="LOG_ID|last")
@click.argument("text", nargs=-1)
@click.pass_context
def edit(ctx: click.Context, which: str, text: tuple[str, ...]) -> None:
    """Replace an entry's text.

    Name the entry by the beginning of its id, which `companion entries --ids` shows, or by
    `last`, the one that was typed last. It must have come by `/log`, from the terminal or from
    a file: edit a direct message in Slack.

    Put `--` before a TEXT that begins with a dash. Without TEXT, or with `-`, it reads standard
    input; on a terminal your editor opens with the present text ($VISUAL or $EDITOR).
    """
    words, present = words_after(which, text, ctx.command_path), ""

    with given_back(words):
        settings = person_settings()
    if opens_editor(words):
        entry = run(_find(settings, which))
        # `last` may be another entry by the time the editor is closed.
        which, present = str(entry.log_id), entry.text
    new = typed(words, present)
    with given_back(words, new):
        show_change(texts.EDITED, run(_edit(settings, which, new)), settings)


async def _find(settings: "PersonSettings", which: str) -> "Entry":
    async with correcting(settings) as editor:
        return await editor.find(which, "edit")


async def _edit(settings: "PersonSettings", which: str, text: str) -> "Entry":
    async with correcting(settings) as editor:
        return await editor.edit(which, text)

"""`companion log`: write down what you are doing."""

import click

from companion.entrypoints.cli.support.options import example
from companion.entrypoints.cli.support.settings import person_settings
from companion.entrypoints.cli.support.typed_text import (
    TextCommand,
    given_back,
    opens_editor,
    typed,
)
from companion.entrypoints.run import run
from companion.entrypoints.terminal import show
from companion.texts import terminal as texts


@click.command(
    cls=TextCommand,
    epilog=example(
        "companion log fixed the flaky test",
        "git log -1 --format=%s | companion log",
    ),
)
@click.argument("text", nargs=-1)
def log(text: tuple[str, ...]) -> None:
    """Write down what you are doing.

    The words of TEXT are joined by spaces; put `--` before a text that begins with a dash.
    Without TEXT, or with `-`, it reads standard input; on a terminal your editor opens ($VISUAL
    or $EDITOR).
    """

    settings = person_settings()  # before an editor opens, so that no text is lost
    words = typed(text)

    from companion.bootstrap import new_id, open_store, terminal_zone, typed_capture

    async def store_it() -> str:
        async with open_store(settings) as store:
            zone = terminal_zone(settings)
            capture = typed_capture(store)
            entry = await capture(settings.user_id, words, new_id(), zone)
            shown = entry.text.replace("\n", "\n  ")
            time = f"{entry.local_time(zone):%H:%M}"
            return texts.LOGGED.format(time=time, text=shown)

    with given_back(words, edited=opens_editor(text)):
        show(run(store_it()))

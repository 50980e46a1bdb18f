"""`companion log`: write down what you are doing."""

import click

from companion.entrypoints.cli.support.options import example
from companion.entrypoints.cli.support.settings import settings_for
from companion.entrypoints.cli.support.typed_text import typed
from companion.entrypoints.run import run
from companion.texts import terminal as texts


@click.command(
    # Everything after the first word is text, also what looks like an option.
    context_settings={"allow_interspersed_args": False, "ignore_unknown_options": True},
    epilog=example(
        "companion log fixed the flaky test",
        "git log -1 --format=%s | companion log -",
    ),
)
@click.argument("text", nargs=-1)
def log(text: tuple[str, ...]) -> None:
    """Write down what you are doing.

    The words of TEXT are joined by spaces; `-` reads them from standard input instead.
    """
    words = typed(text)
    settings = settings_for("slack_user_id")

    from companion.bootstrap import new_id, open_store, terminal_zone, typed_capture
    from companion.entrypoints.terminal import visible

    async def store_it() -> str:
        async with open_store(settings) as store:
            zone = terminal_zone(settings)
            capture = typed_capture(store)
            entry = await capture(settings.slack_user_id or "", words, new_id(), zone)
            shown = visible(entry.text).replace("\n", "\n  ")
            time = f"{entry.local_time(zone):%H:%M}"
            return texts.LOGGED.format(time=time, text=shown)

    click.echo(run(store_it()))

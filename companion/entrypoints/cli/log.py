"""`companion log`: write down what you are doing."""

from typing import TYPE_CHECKING

import click

from companion.entrypoints.cli.support.options import example
from companion.entrypoints.cli.support.settings import person_settings
from companion.entrypoints.cli.support.typed_text import (
    TextCommand,
    given_back,
    typed,
)
from companion.entrypoints.run import run
from companion.entrypoints.terminal import show
from companion.texts import terminal as texts

if TYPE_CHECKING:
    from datetime import datetime

    from companion.domain.entry import Entry
    from companion.settings import PersonSettings


@click.command(
    cls=TextCommand,
    epilog=example(
        "companion log fixed the flaky test",
        'companion log --at "yesterday 16:00" reviewed the migration',
        "git log -1 --format=%s | companion log",
    ),
)
@click.option("--at", metavar="MOMENT", help="When it was.  [default: now]")
@click.argument("text", nargs=-1)
def log(at: str | None, text: tuple[str, ...]) -> None:
    """Write down what you are doing, or what you did.

    The words of TEXT are joined by spaces; put `--` before a text that begins with a dash.
    Without TEXT, or with `-`, it reads standard input; on a terminal your editor opens ($VISUAL
    or $EDITOR).

    A MOMENT is written like 14:30, -45m, "yesterday 16:00" or mon; a day alone means its noon.
    """

    with given_back(text):  # before an editor opens
        settings = person_settings()
        backdated = _read(at, settings) if at is not None else None
    words = typed(text)

    from companion.bootstrap import new_id, open_store, terminal_zone, typed_capture

    zone = terminal_zone(settings)

    async def store_it() -> "Entry":
        async with open_store(settings) as store:
            capture = typed_capture(store)
            moment = backdated[0] if backdated else None
            return await capture(settings.user_id, words, new_id(), zone, moment)

    with given_back(text, words):
        entry = run(store_it())
    local, shown = entry.local_time(zone), entry.text.replace("\n", "\n  ")
    if backdated is None:
        show(texts.LOGGED.format(time=f"{local:%H:%M}", text=shown))
    else:
        from companion.domain.day_names import day_name

        message = texts.LOGGED_FOR_NOON if backdated[1] else texts.LOGGED_FOR
        show(message.format(moment=f"{day_name(local.date())} {local:%H:%M}", text=shown))


def _read(at: str, settings: "PersonSettings") -> "tuple[datetime, bool]":
    """The moment, and whether it is the noon of a day alone."""
    from companion.bootstrap import SystemClock, terminal_zone
    from companion.entrypoints.cli.support.moments import MomentReader

    zone = terminal_zone(settings)
    return MomentReader(SystemClock().now(), zone, settings.companion_day_start).at(at)

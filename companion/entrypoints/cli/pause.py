"""`companion pause`: no prompts for a while, on a vacation no summaries either."""

import click

from companion.entrypoints.cli.support.options import example
from companion.entrypoints.cli.support.settings import person_settings
from companion.entrypoints.run import run
from companion.entrypoints.terminal import as_typed, show
from companion.texts import terminal as texts


@click.command(
    epilog=example(
        "companion pause",
        "companion pause 2h",
        "companion pause until mon",
        "companion pause --vacation until 12 Jan",
    )
)
@click.option("--vacation", is_flag=True, help="No summaries, reviews and looks back either.")
@click.argument("moment", nargs=-1, metavar="[today | 2h | until MOMENT | until I resume]")
def pause(vacation: bool, moment: tuple[str, ...]) -> None:
    """Get no prompts for the rest of today, or as long as you say.

    `until mon` ends when Monday begins. A vacation ends on the day you name; the first working day
    from then on begins with where you left off. Without a day it lasts until you resume.
    """
    settings = person_settings()

    from companion.bootstrap import SystemClock, open_store, pauses, terminal_zone
    from companion.domain.moment import MomentError
    from companion.domain.moments import Moments
    from companion.domain.pause import Pause, parse_pause
    from companion.domain.until import until_text
    from companion.errors import UsageError

    zone, now = terminal_zone(settings), SystemClock().now()
    typed = " ".join([*(["--vacation"] if vacation else []), *moment])
    try:
        wanted = parse_pause(typed, Moments(now, zone, settings.companion_day_start))
    except MomentError as error:
        raise UsageError(str(error)) from None

    async def begin() -> Pause:
        async with open_store(settings) as store:
            mine = pauses(settings.user_id, store)
            return await mine.pause(wanted.until, vacation=wanted.vacation)

    begun = run(begin())
    if begun.until is None:
        show(as_typed(texts.ON_OPEN_VACATION if begun.vacation else texts.PAUSED_OPENLY))
        return
    until = until_text(begun.until, now, zone, settings.companion_day_start)
    text = texts.ON_VACATION if begun.vacation else texts.PAUSED
    show(as_typed(text.format(until=until)))

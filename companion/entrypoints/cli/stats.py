"""`companion stats`: how often, when and about what one wrote, and how prompts were answered."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from companion.entrypoints.cli.support.errors import Failed
from companion.entrypoints.cli.support.options import example, format_option
from companion.entrypoints.cli.support.settings import person_settings
from companion.entrypoints.cli.support.whole_file import whole_file
from companion.entrypoints.run import run
from companion.entrypoints.terminal import complain, counted, note, working
from companion.errors import CompanionError, UsageError
from companion.texts import terminal as texts

if TYPE_CHECKING:
    from companion.domain.statistics import Statistics
    from companion.settings import PersonSettings


@click.command(
    epilog=example(
        "companion stats",
        "companion stats --since 2026-11-01 --until 2026-11-30",
        "companion stats --png month.png --dark",
    )
)
@click.option(
    "--since",
    metavar="MOMENT",
    help="From then on.  [default: the 30 days that end today, or with --until]",
)
@click.option("--until", metavar="MOMENT", help="Up to then, a day included.")
@format_option
@click.option("--png", metavar="FILE", help="Draw it as a PNG picture, too.")
@click.option("--svg", metavar="FILE", help="Draw it as an SVG picture, too.")
@click.option("--dark", is_flag=True, help="Pictures with a dark background.")
def stats(
    since: str | None, until: str | None, output: str, png: str | None, svg: str | None, dark: bool
) -> None:
    """Show how often, when and about what you wrote.

    Entries by weekday and hour, tags, prompts asked, answered and missed, the median time to an
    answer, and at which hours you answer. Each picture's alt text is shown when it is written. A
    MOMENT is written as for `companion entries`.
    """
    if dark and not (png or svg):
        raise click.UsageError(texts.DARK_NEEDS_PICTURE)
    settings = person_settings()

    from companion.entrypoints.cli.support.stats_view import show_stats, show_stats_as_json

    with working(texts.COUNTING):
        statistics = _statistics(settings, since, until)
    if output == "json":
        show_stats_as_json(statistics)
    else:
        show_stats(statistics)
    if not statistics.entries:
        note(texts.NO_ENTRIES)
    if statistics.later:
        note(texts.LATER_THAN_NOW.format(entries=counted(statistics.later, "entry", "entries")))
    files = {"png": png, "svg": svg}
    written = [_write(statistics, Path(file), form, dark) for form, file in files.items() if file]
    if not all(written):
        raise Failed


def _statistics(settings: "PersonSettings", since: str | None, until: str | None) -> "Statistics":
    """Of the past 30 days, or of the period that was asked for."""
    from companion.bootstrap import SystemClock, open_existing, terminal_zone
    from companion.domain.calendar import DAY, END
    from companion.domain.statistics import DEFAULT_DAYS, Statistics
    from companion.entrypoints.cli.support.moments import MomentReader
    from companion.usecases.statistics import read_statistics

    now, zone = SystemClock().now(), terminal_zone(settings)
    day_start = settings.companion_day_start
    reader = MomentReader(now, zone, day_start)
    usual = reader.start_of(reader.today - (DEFAULT_DAYS - 1) * DAY)
    last = reader.until(until) if until else END
    first = reader.since(since) if since else min(usual, last - DEFAULT_DAYS * DAY)
    if first >= last:
        raise UsageError(texts.REVERSED_PERIOD)

    async def fetch() -> Statistics:
        async with open_existing(settings) as store:
            return await read_statistics(store, settings.user_id, first, last, now, zone, day_start)

    return run(fetch())


def _write(statistics: "Statistics", path: Path, form: str, dark: bool) -> bool:
    """Draw a picture into its file; its alt text, or why there is no picture, on stderr."""
    from companion.bootstrap import painter
    from companion.domain.chart import draw_statistics

    picture = draw_statistics(statistics, dark=dark)
    try:
        with whole_file(path) as write:
            write(run(painter().draw(picture, form)))
    except CompanionError as error:
        complain(str(error))
        return False
    note(texts.PICTURE_WRITTEN.format(path=path, alt_text=picture.alt_text))
    return True

"""The entries of some days at a glance: what `today`, `yesterday` and `week` share."""

from collections.abc import Callable

import click

from companion.entrypoints.cli.support.options import format_option
from companion.entrypoints.cli.support.settings import note_local_entries, person_settings
from companion.entrypoints.cli.support.tagged import (
    note_no_entries,
    tag_option,
    wanted_entries,
)
from companion.entrypoints.run import run


def glance_options[F: Callable[..., object]](command: F) -> F:
    """`--tag`, `--ids` and `--format`."""
    ids = click.option("--ids", is_flag=True, help="Show the ids, for `companion edit`.")
    return tag_option(ids(format_option(command)))


def show_days(first: int, last: int, *, tag: str | None, ids: bool, output: str) -> None:
    """Show the entries of the days that were `first` to `last` days ago."""
    settings = person_settings()

    from companion.bootstrap import SystemClock, open_existing, terminal_zone
    from companion.domain.calendar import DAY, days_window, local_day
    from companion.domain.entry import Entry
    from companion.entrypoints.cli.support.view import show_entries, show_entries_as_json

    zone, day_start = terminal_zone(settings), settings.companion_day_start
    today = local_day(SystemClock().now(), zone, day_start)
    window = days_window(today - first * DAY, today - last * DAY, zone, day_start)

    async def fetch() -> list[Entry]:
        async with open_existing(settings) as store:
            return await store.fetch_logs(settings.user_id, window.since, window.until)

    found = list(filter(wanted_entries(tag), run(fetch())))
    if output == "json":
        show_entries_as_json(found, zone, day_start)
    else:
        show_entries(found, zone, day_start, ids=ids)
    if not found:
        note_no_entries(settings, tag)
    note_local_entries(settings)

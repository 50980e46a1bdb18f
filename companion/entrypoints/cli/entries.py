"""`companion entries`: show what was written down."""

from datetime import datetime
from typing import TYPE_CHECKING

import click

from companion.entrypoints.cli.support.options import example, format_option
from companion.entrypoints.cli.support.settings import note_local_entries, person_settings
from companion.entrypoints.run import run
from companion.entrypoints.terminal import note
from companion.errors import UsageError
from companion.texts import terminal as texts

if TYPE_CHECKING:
    from companion.entrypoints.cli.support.moments import MomentReader


@click.command(
    epilog=example(
        "companion entries -n 20",
        "companion entries --since yesterday",
        "companion entries --since 2026-11-16 --until 2026-11-20",
        "companion entries --since 30d --format json | jq -r '.[].text'",
    )
)
@click.option("--since", metavar="MOMENT", help="Entries from then on.  [default: seven days ago]")
@click.option("--until", metavar="MOMENT", help="Entries up to then, a day included.")
@click.option(
    "-n",
    "--newest",
    type=click.IntRange(min=1),
    metavar="N",
    help="The newest N entries, whenever they are from.",
)
@click.option("--ids", is_flag=True, help="Show the ids, for `companion edit` and `delete`.")
@format_option
def entries(
    since: str | None, until: str | None, newest: int | None, ids: bool, output: str
) -> None:
    """Show what was written down.

    By default the entries of today and the past seven days, by day, oldest first.

    A MOMENT is a day (2026-11-20, today, yesterday), a time ("2026-11-20 14:00", where you
    are, or with an offset: 2026-11-20T14:00+01:00) or a while ago (2h, 7d, 4w).
    """

    settings = person_settings()

    from companion.bootstrap import SystemClock, open_store, terminal_zone
    from companion.domain.entry import Entry
    from companion.entrypoints.cli.support.moments import MomentReader
    from companion.entrypoints.cli.support.view import show_entries, show_entries_as_json
    from companion.usecases.newest import newest_entries

    now, zone = SystemClock().now(), terminal_zone(settings)
    day_start = settings.companion_day_start
    first, last = _period(MomentReader(now, zone, day_start), since, until, everything=bool(newest))

    async def fetch() -> list[Entry]:
        user_id = settings.user_id
        async with open_store(settings) as store:
            if newest:
                return await newest_entries(store, user_id, first, last, newest, now)
            return await store.fetch_logs(user_id, first, last)

    found = run(fetch())
    if output == "json":
        show_entries_as_json(found, zone, day_start)
    else:
        show_entries(found, zone, day_start, ids=ids)
    if not found:
        note(texts.NO_ENTRIES)
    note_local_entries(settings)


def _period(
    reader: "MomentReader", since: str | None, until: str | None, *, everything: bool
) -> tuple[datetime, datetime]:
    """From and until when: by default the past week and today, or everything up to today."""
    from companion.domain.calendar import BEGINNING, DAY

    if since:
        first = reader.since(since)
    else:
        first = BEGINNING if everything else reader.start_of(reader.today - 7 * DAY)
    last = reader.until(until) if until else max(first, reader.start_of(reader.today + DAY))
    if until and first >= last:
        raise UsageError(texts.REVERSED_PERIOD)
    return first, last

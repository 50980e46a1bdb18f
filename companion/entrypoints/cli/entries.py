"""`companion entries`: show what was written down."""

import click

from companion.entrypoints.cli.support.options import WholeNumber, example, format_option
from companion.entrypoints.cli.support.settings import note_local_entries, person_settings
from companion.entrypoints.cli.support.tagged import (
    note_no_entries,
    tag_option,
    wanted_entries,
)
from companion.entrypoints.run import run


@click.command(
    epilog=example(
        "companion entries -n 20",
        "companion entries --since yesterday",
        "companion entries -n 5 --tag deploy",
        "companion entries --since 2026-11-16 --until 2026-11-20",
        "companion entries --since '30 days ago' --format json | jq -r '.[].text'",
    )
)
@click.option("--since", metavar="MOMENT", help="Entries from then on.  [default: seven days ago]")
@click.option("--until", metavar="MOMENT", help="Entries up to then, a day included.")
@click.option(
    "-n",
    "--newest",
    type=WholeNumber(min=1),
    metavar="N",
    help="The newest N entries, whenever they are from.",
)
@tag_option
@click.option("--ids", is_flag=True, help="Show the ids, for `companion edit` and `delete`.")
@format_option
def entries(
    since: str | None,
    until: str | None,
    newest: int | None,
    tag: str | None,
    ids: bool,
    output: str,
) -> None:
    """Show what was written down.

    By default the entries of today and the past seven days, by day, oldest first.

    A MOMENT is written like yesterday, mon, "20 Nov", 2026-11-20, "last week", "yesterday 16:00",
    14:30, -2h or "3 days ago".
    """

    settings = person_settings()

    from companion.bootstrap import SystemClock, open_existing, terminal_zone
    from companion.domain.calendar import BEGINNING, DAY
    from companion.domain.entry import Entry
    from companion.entrypoints.cli.support.moments import MomentReader
    from companion.entrypoints.cli.support.view import show_entries, show_entries_as_json
    from companion.usecases.newest import newest_entries

    now, zone = SystemClock().now(), terminal_zone(settings)
    day_start = settings.companion_day_start
    reader = MomentReader(now, zone, day_start)
    week_ago = BEGINNING if newest else reader.start_of(reader.today - 7 * DAY)
    first, last = reader.period(since, until, week_ago, reader.start_of(reader.today + DAY))

    wanted = wanted_entries(tag)

    async def fetch() -> list[Entry]:
        user_id = settings.user_id
        async with open_existing(settings) as store:
            if newest:
                return await newest_entries(store, user_id, first, last, newest, now, wanted)
            return list(filter(wanted, await store.fetch_logs(user_id, first, last)))

    found = run(fetch())
    if output == "json":
        show_entries_as_json(found, zone, day_start)
    else:
        show_entries(found, zone, day_start, ids=ids)
    if not found:
        note_no_entries(settings, tag, whenever=bool(newest) and not (since or until))
    note_local_entries(settings)

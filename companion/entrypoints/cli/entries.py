"""`companion entries`: show what was written down."""

from datetime import datetime

import click

from companion.entrypoints.cli.support.options import example, format_option
from companion.entrypoints.cli.support.settings import settings_for
from companion.entrypoints.run import run
from companion.entrypoints.terminal import note
from companion.errors import UsageError
from companion.texts import terminal as texts


@click.command(
    epilog=example(
        "companion entries --since yesterday",
        "companion entries --since 2026-11-16 --until 2026-11-20",
        "companion entries --since 30d --format json | jq -r '.[].text'",
    )
)
@click.option("--since", metavar="MOMENT", help="Entries from then on.  [default: seven days ago]")
@click.option("--until", metavar="MOMENT", help="Entries up to then, a day included.")
@click.option("--ids", is_flag=True, help="Show the ids, for `companion edit` and `delete`.")
@format_option
def entries(since: str | None, until: str | None, ids: bool, output: str) -> None:
    """Show what was written down.

    By default the entries of today and the past seven days, by day, oldest first.

    A MOMENT is a day (2026-11-20, today, yesterday), a time ("2026-11-20 14:00", where you
    are, or with an offset: 2026-11-20T14:00+01:00) or a while ago (2h, 7d, 4w).
    """
    settings = settings_for("slack_user_id")

    from companion.bootstrap import SystemClock, open_store, terminal_zone
    from companion.domain.calendar import DAY
    from companion.domain.entry import Entry
    from companion.entrypoints.cli.support.moments import MomentReader
    from companion.entrypoints.cli.support.view import entries_as_json, show_entries

    zone, day_start = terminal_zone(settings), settings.companion_day_start
    reader = MomentReader(SystemClock().now(), zone, day_start)
    first = reader.since(since) if since else reader.start_of(reader.today - 7 * DAY)
    last = reader.until(until) if until else max(first, reader.start_of(reader.today + DAY))
    if until:
        _check_order(first, last)

    async def fetch() -> list[Entry]:
        async with open_store(settings) as store:
            return await store.fetch_logs(settings.slack_user_id or "", first, last)

    found = run(fetch())
    if output == "json":
        click.echo(entries_as_json(found, zone))
    else:
        show_entries(found, zone, day_start, ids=ids)
    if not found:
        note(texts.NO_ENTRIES)


def _check_order(since: datetime, until: datetime) -> None:
    if since >= until:
        raise UsageError(texts.REVERSED_PERIOD)

"""`companion tags`: the tags in your entries, how often and when last."""

from datetime import time
from typing import TYPE_CHECKING

import click

from companion.entrypoints.cli.support.options import example, format_option
from companion.entrypoints.cli.support.settings import note_local_entries, person_settings
from companion.entrypoints.run import run
from companion.entrypoints.terminal import note, show, show_json, visible
from companion.texts import terminal as texts

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from companion.domain.tags import TagCounter, TagUse


@click.command(epilog=example("companion tags", "companion tags --since 'last month'"))
@click.option("--since", metavar="MOMENT", help="Of entries from then on.  [default: all]")
@click.option("--until", metavar="MOMENT", help="Of entries up to then, a day included.")
@format_option
def tags(since: str | None, until: str | None, output: str) -> None:
    """Show your tags: how many entries have each, and the day of the last one.

    A tag is a #word in an entry's text, in any script, with - _ or / inside: #deploy,
    #backend/api. #412, a channel, and a # in code or in an address are not tags. `--tag TAG` of
    `companion entries` and `companion export` chooses by it.
    """
    settings = person_settings()

    from companion.bootstrap import SystemClock, open_existing, terminal_zone
    from companion.domain.calendar import BEGINNING, END
    from companion.entrypoints.cli.support.moments import MomentReader
    from companion.usecases.tags import count_tags

    zone, day_start = terminal_zone(settings), settings.companion_day_start
    reader = MomentReader(SystemClock().now(), zone, day_start)
    first, last = reader.period(since, until, BEGINNING, END)

    async def count() -> "TagCounter":
        async with open_existing(settings) as store:
            return await count_tags(store, settings.user_id, first, last)

    uses = run(count()).uses()
    if output == "json":
        show_json([_fields(use, zone) for use in uses])
    elif uses:
        _show(uses, zone, day_start)
    if not uses:
        note(texts.NO_TAGS)
    note_local_entries(settings)


def _show(uses: "list[TagUse]", zone: "ZoneInfo", day_start: time) -> None:
    from companion.domain.day_names import day_name

    rows = [
        (
            f"#{visible(use.tag)}",
            f"{use.count:,}",
            day_name(use.last.local_day(zone, day_start)),
        )
        for use in uses
    ]
    tag_width, count_width = (max(len(row[column]) for row in rows) for column in (0, 1))
    show("\n".join(f"{tag:{tag_width}}  {count:>{count_width}}  {day}" for tag, count, day in rows))


def _fields(use: "TagUse", zone: "ZoneInfo") -> dict[str, object]:
    from companion.domain.entry import format_timestamp

    return {
        "tag": use.tag,
        "count": use.count,
        "last_used": format_timestamp(use.last.timestamp),
        "local_time": use.last.local_time(zone).isoformat(timespec="seconds"),
    }

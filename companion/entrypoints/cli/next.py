"""`companion next`: what comes next."""

from typing import TYPE_CHECKING

import click

from companion.entrypoints.cli.support.options import example, format_option
from companion.entrypoints.cli.support.settings import person_settings
from companion.entrypoints.run import run
from companion.entrypoints.terminal import as_typed, show, show_json
from companion.texts import terminal as texts

if TYPE_CHECKING:
    from collections.abc import Iterator
    from zoneinfo import ZoneInfo

    from companion.usecases.next import Next


@click.command("next", epilog=example("companion next"))
@format_option
def next_command(output: str) -> None:
    """Show what comes next: prompts, the summary, the review, and the end of a pause.

    Of the prompts it shows the hours in which they come: their moments stay a surprise.
    """
    settings = person_settings(sums_up=True)

    from companion.bootstrap import SystemClock, open_existing, pauses, terminal_zone
    from companion.usecases.next import WhatIsNext

    zone, clock = terminal_zone(settings), SystemClock()

    async def look() -> "Next":
        async with open_existing(settings) as store:
            mine = pauses(settings.user_id, store, clock)
            return await WhatIsNext(pauses=mine, rhythm=settings.rhythm, clock=clock)(zone)

    coming = run(look())
    if output == "json":
        show_json(_fields(coming))
        return
    for name, text in _lines(coming, zone):
        show(f"{name:9}{as_typed(text)}")
    if not settings.slack_user_id:
        show(as_typed(texts.NO_SLACK))


def _lines(coming: "Next", zone: "ZoneInfo") -> "Iterator[tuple[str, str]]":
    from companion.entrypoints.daemon_report import next_prompts, next_summary, pause_now, when

    if paused := pause_now(coming, zone):
        yield "pause", paused
    yield "prompts", next_prompts(coming, zone)
    yield "summary", next_summary(coming, zone)
    if coming.review:
        yield "review", when(coming.review, coming.now, zone)


def _fields(coming: "Next") -> dict[str, object]:
    """For programs; all times in UTC."""
    from companion.domain.entry import format_optional
    from companion.entrypoints.cli.support.pause_fields import pause_fields

    hours = coming.prompts
    return {
        "pause": pause_fields(coming.pause),
        "prompts": {"since": format_optional(hours.since), "until": format_optional(hours.until)}
        if hours
        else None,
        "summary": format_optional(coming.summary),
        "review": format_optional(coming.review),
    }

"""`companion where`: where one left off."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from companion.entrypoints.cli.support.markdown import show_markdown
from companion.entrypoints.cli.support.options import example, format_option, model_option
from companion.entrypoints.cli.support.settings import person_settings
from companion.entrypoints.run import run
from companion.entrypoints.terminal import as_typed, note, show, show_json, working
from companion.texts import terminal as texts

if TYPE_CHECKING:
    from companion.domain.summaries.summary import Body
    from companion.domain.summaries.where import Where


@click.command(epilog=example("companion where", "companion where --no-model"))
@model_option
@format_option
def where(model: bool, output: str) -> None:
    """Show where you left off.

    The last day with entries, your last words on it, and what reads like a next step, a block or
    an open question and was not answered since. A model, if one answers, sums that up first.
    """
    settings = person_settings(sums_up=True)

    from companion.bootstrap import SystemClock, open_existing, terminal_zone, where_finder
    from companion.domain.calendar import local_day
    from companion.domain.summaries.references import Moments
    from companion.domain.summaries.where import render_where

    zone, now, folder = terminal_zone(settings), SystemClock().now(), _here()

    async def find() -> "tuple[Where | None, Body | None, str | None]":
        async with open_existing(settings) as store:
            finder = where_finder(settings, store, by_model=model)
            return await finder(settings.user_id, now, zone, folder)

    with working(texts.FINDING_WHERE):
        found, lines, reason = run(find())
    if output == "json":
        show_json(_fields(found, lines, reason))
        return
    moments = Moments(zone, settings.companion_day_start)
    if found is None:
        show(as_typed(texts.NOTHING_YET))
    else:
        today = local_day(now, zone, settings.companion_day_start)
        show_markdown(lambda refer: render_where(found, lines, moments, refer, today), moments)
    if reason:
        note(texts.WITHOUT_MODEL.format(reason=reason))


def _here() -> Path | None:
    """The folder that one stands in; None if it is gone."""
    try:
        return Path.cwd()
    except OSError:
        return None


def _fields(found: "Where | None", lines: "Body | None", reason: str | None) -> dict[str, object]:
    """For programs."""
    from dataclasses import asdict

    from companion.domain.entry import format_timestamp

    return {
        "day": found.day.isoformat() if found else None,
        "lines": [line.text for line in lines.lines] if lines else [],
        "last": [
            {
                "timestamp": format_timestamp(entry.timestamp),
                "text": entry.text,
                "log_id": str(entry.log_id),
            }
            for entry in (found.last if found else ())
        ],
        "commits": [
            {
                "name": work.byline,
                "timestamp": format_timestamp(work.timestamp),
                "text": work.text,
                "link": work.link,
            }
            for work in (found.work if found else ())
        ],
        "worktree": asdict(found.worktree) if found and found.worktree else None,
        "open": [
            {"kind": end.sort, "words": end.words, "log_id": str(end.entry.log_id)}
            for end in (found.open_ends if found else ())
        ],
        "without_model": reason,
    }

"""`companion why`: why one was asked, or not."""

from typing import TYPE_CHECKING

import click

from companion.entrypoints.cli.support.options import example, format_option
from companion.entrypoints.cli.support.settings import person_settings
from companion.entrypoints.run import run
from companion.entrypoints.terminal import as_typed, show, show_json
from companion.texts import terminal as texts

if TYPE_CHECKING:
    from companion.usecases.why import DayOfPrompts, Why


@click.command(epilog=example("companion why"))
@format_option
def why(output: str) -> None:
    """Show why you were asked, or not: today's and yesterday's prompts, and what holds now.

    `companion jobs` shows summaries too, and more days.
    """
    settings = person_settings(sums_up=True)

    from companion.bootstrap import (
        SystemClock,
        direct_message,
        open_existing,
        quiet,
        terminal_zone,
    )
    from companion.usecases.why import ExplainWhy

    zone, clock, user_id = terminal_zone(settings), SystemClock(), settings.user_id

    async def explain() -> "Why":
        async with open_existing(settings) as store:
            explained = ExplainWhy(
                user_id=user_id,
                jobs=store,
                quiet=quiet(settings, user_id, store, direct_message(settings, user_id), clock),
                rhythm=settings.rhythm,
                clock=clock,
            )
            return await explained(zone)

    found = run(explain())
    if output == "json":
        show_json(_fields(found))
        return
    _show(found)


def _show(found: "Why") -> None:
    from companion.domain.day_names import day_name
    from companion.entrypoints.cli.support.view import show_jobs

    held = as_typed(texts.NO_PROMPT_NOW.format(reasons="; ".join(found.holds)))
    show(held if found.holds else texts.NOTHING_HOLDS)
    for day in found.days:
        show("")
        if day.plans or day.prompts:
            show_jobs([*day.plans, *day.prompts])
        else:
            show(f"{day_name(day.day)}\n  {as_typed(texts.NOT_PLANNED)}")
        if day.to_come:
            more = texts.ONE_PROMPT_TO_COME if day.to_come == 1 else texts.PROMPTS_TO_COME
            show(f"  {more.format(number=day.to_come)}")


def _fields(found: "Why") -> dict[str, object]:
    """For programs; all times in UTC."""
    return {"holds": list(found.holds), "days": [_day(day) for day in found.days]}


def _day(day: "DayOfPrompts") -> dict[str, object]:
    from companion.entrypoints.cli.support.view import job_fields

    return {
        "day": day.day.isoformat(),
        "plans": [plan.reason for plan in day.plans],
        "prompts": [job_fields(job) for job in day.prompts],
        "to_come": day.to_come,
    }

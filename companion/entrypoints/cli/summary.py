"""`companion summary`: the summary now, here or in the direct message."""

from datetime import date
from functools import partial
from typing import TYPE_CHECKING

import click

from companion.entrypoints.cli.support.markdown import show_markdown
from companion.entrypoints.cli.support.options import example, format_option
from companion.entrypoints.cli.support.settings import in_sandbox, person_settings, settings_for
from companion.entrypoints.run import run
from companion.entrypoints.terminal import (
    counted,
    note,
    show_json,
    working,
)
from companion.texts import terminal as texts

if TYPE_CHECKING:
    from companion.domain.summary import Body, Summary


@click.command(epilog=example("companion summary", "companion summary --send"))
@click.option("--send", is_flag=True, help="Send it to your direct message in Slack; show nothing.")
@format_option
def summary(send: bool, output: str) -> None:
    """Sum up the past week and yesterday.

    The model is LLM_MODEL, or `llm`'s default. If no model answers, the entries themselves are
    shown. --send needs SLACK_BOT_TOKEN.
    """
    if not send:
        _show(output)
    elif output == "json":
        raise click.UsageError(texts.NO_JSON_WHEN_SENDING)
    else:
        _send()


def _show(output: str) -> None:
    settings = person_settings()

    from companion.bootstrap import SystemClock, open_store, summary_writer, terminal_zone
    from companion.domain.calendar import local_day, moment_at
    from companion.domain.references import Moments
    from companion.domain.summary import render

    zone = terminal_zone(settings)
    user_id, now = settings.user_id, SystemClock().now()
    today = local_day(now, zone, settings.companion_day_start)

    async def write() -> "tuple[Summary, int]":
        async with open_store(settings) as store:
            summary = await summary_writer(settings, store)(user_id, today, zone)
            morning = moment_at(today, settings.companion_day_start, zone)
            return summary, len(await store.fetch_logs(user_id, morning, now))

    with working(texts.SUMMARIZING):
        summary, later = run(write())
    moments = Moments(zone, settings.companion_day_start)
    if output == "json":
        show_json(_fields(summary, today))
    else:
        show_markdown(partial(render, summary), moments)
    if later:
        note(texts.LATER_ENTRIES.format(entries=counted(later, "entry", "entries")))


def _fields(summary: "Summary", today: date) -> dict[str, object]:
    """For programs: each section as text, and its lines with the ids of their entries."""

    def section(body: "Body") -> dict[str, object]:
        lines = [
            {"text": line.text, "log_ids": [str(entry.log_id) for entry in line.entries]}
            for line in body.lines
        ]
        text = body.text or "\n".join(f"- {line.text}" for line in body.lines)
        return {"text": text, "lines": lines, "left_out": body.left_out}

    week, yesterday = section(summary.week), section(summary.yesterday)
    return {
        "day": today.isoformat(),
        "week": week["text"],
        "yesterday": yesterday["text"],
        "lines": {"week": week["lines"], "yesterday": yesterday["lines"]},
        "left_out": summary.week.left_out + summary.yesterday.left_out,
        "without_model": summary.reason,
    }


def _send() -> None:
    if in_sandbox():
        raise click.UsageError(texts.SANDBOX_HAS_BUTTON)
    from companion.settings import DirectMessageSettings

    settings = settings_for(DirectMessageSettings)

    from companion.bootstrap import companion, new_id

    async def deliver() -> None:
        async with companion(settings) as system:
            await system.day.summarize_now(new_id())

    with working(texts.SENDING_SUMMARY):
        run(deliver())
    click.echo(texts.SUMMARY_SENT)

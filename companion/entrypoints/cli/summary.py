"""`companion summary`: the summary now, here or in the direct message."""

from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import TYPE_CHECKING

import click

from companion.entrypoints.cli.support.markdown import show_markdown
from companion.entrypoints.cli.support.options import example, format_option
from companion.entrypoints.cli.support.settings import in_sandbox, person_settings, settings_for
from companion.entrypoints.cli.support.tagged import note_no_entries, tag_option
from companion.entrypoints.run import run
from companion.entrypoints.terminal import as_typed, counted, note, show, show_json, working
from companion.errors import UsageError
from companion.texts import terminal as texts

if TYPE_CHECKING:
    from datetime import datetime

    from companion.domain.summaries.summary import Body, Summary
    from companion.domain.summaries.window_summary import WindowSummary
    from companion.entrypoints.cli.support.moments import MomentReader


@dataclass(frozen=True, slots=True)
class _Asked:
    """The window that somebody asked for, as typed."""

    day: str | None
    last_week: bool
    since: str | None
    until: str | None
    tag: str | None

    @property
    def option(self) -> str | None:
        """One of the options that ask for a window; None where the daily summary is meant."""
        given = {
            "--day": self.day is not None,
            "--last-week": self.last_week,
            "--since": self.since is not None,
            "--until": self.until is not None,
            "--tag": self.tag is not None,
        }
        return next((option for option, is_given in given.items() if is_given), None)

    def ends(self, reader: "MomentReader") -> "tuple[datetime, datetime]":
        """From when until when. UsageError for what is not a window, or two of them."""
        from companion.domain.calendar import BEGINNING, DAY

        period = self.since is not None or self.until is not None
        if (self.day is not None) + self.last_week + period > 1:
            raise UsageError(texts.ONE_WINDOW)
        if self.day is not None:
            return reader.day(self.day)
        if self.last_week:
            return reader.last_week()
        return reader.period(self.since, self.until, BEGINNING, reader.start_of(reader.today + DAY))


@click.command(
    epilog=example(
        "companion summary",
        "companion summary --day fri",
        "companion summary --last-week",
        "companion summary --since '1 Nov' --until '15 Nov' --tag deploy",
        "companion summary --send",
    )
)
@click.option("--day", metavar="DAY", help="Sum up that day instead: yesterday, fri, 2026-11-20.")
@click.option("--last-week", is_flag=True, help="Sum up last week instead, Monday to Sunday.")
@click.option("--since", metavar="MOMENT", help="Sum up from then on instead.")
@click.option("--until", metavar="MOMENT", help="Sum up to then, a day included.")
@tag_option
@click.option("--send", is_flag=True, help="Send it to your direct message in Slack; show nothing.")
@format_option
def summary(
    day: str | None,
    last_week: bool,
    since: str | None,
    until: str | None,
    tag: str | None,
    send: bool,
    output: str,
) -> None:
    """Sum up the past week and yesterday, or the time that you name.

    The model is LLM_MODEL, or `llm`'s default. If no model answers, the entries themselves are
    shown. --send needs SLACK_BOT_TOKEN. A MOMENT is written as
    for `companion entries`.
    """
    asked = _Asked(day, last_week, since, until, tag)
    if not send:
        _show_window(asked, output) if asked.option else _show(output)
    elif asked.option:
        raise UsageError(texts.ONLY_DAILY_IS_SENT.format(option=asked.option))
    elif output == "json":
        raise click.UsageError(texts.NO_JSON_WHEN_SENDING)
    else:
        _send()


def _show_window(asked: _Asked, output: str) -> None:
    settings = person_settings(sums_up=True)

    from companion.bootstrap import SystemClock, open_existing, terminal_zone, window_summarizer
    from companion.domain.summaries.references import Moments
    from companion.domain.summaries.window_summary import SummaryWindow
    from companion.entrypoints.cli.support.moments import MomentReader

    zone, day_start = terminal_zone(settings), settings.companion_day_start
    since, until = asked.ends(MomentReader(SystemClock().now(), zone, day_start))
    window = SummaryWindow(since, until, zone, day_start, asked.tag)

    async def write() -> "WindowSummary":
        async with open_existing(settings) as store:
            return await window_summarizer(settings, store)(settings.user_id, window)

    with working(texts.SUMMARIZING):
        found = run(write())
    if output == "json":
        from companion.domain.entry import format_timestamp

        show_json(
            {
                "heading": found.heading.removeprefix("## "),
                "since": format_timestamp(since),
                "until": format_timestamp(until),
                **_section(found.body),
                "without_model": found.reason,
            }
        )
    else:
        show_markdown(found.render, Moments(zone, day_start))
    if asked.tag and not found.body.lines and not found.reason:
        note_no_entries(settings, asked.tag)


def _show(output: str) -> None:
    settings = person_settings(sums_up=True)

    from companion.bootstrap import SystemClock, open_existing, summary_writer, terminal_zone
    from companion.domain.calendar import local_day, moment_at
    from companion.domain.summaries.references import Moments
    from companion.domain.summaries.summary import render

    zone = terminal_zone(settings)
    user_id, now = settings.user_id, SystemClock().now()
    today = local_day(now, zone, settings.companion_day_start)

    async def write() -> "tuple[Summary, int]":
        async with open_existing(settings) as store:
            summary = await summary_writer(settings, store)(user_id, today, zone)
            morning = moment_at(today, settings.companion_day_start, zone)
            return summary, len(await store.fetch_logs(user_id, morning, now))

    with working(texts.SUMMARIZING):
        summary, later = run(write())
    moments = Moments(zone, settings.companion_day_start)
    tomorrow = _later_text(later) if later else ""
    if output == "json":
        show_json(_fields(summary, today))
    elif summary.is_empty:
        show(as_typed(tomorrow or texts.NOTHING_TO_SUM_UP))
        return
    else:
        show_markdown(partial(render, summary), moments)
    if tomorrow:
        note(tomorrow)


def _later_text(number: int) -> str:
    entries = counted(number, "entry", "entries")
    return texts.LATER_ENTRIES.format(entries=entries, them="it" if number == 1 else "them")


def _fields(summary: "Summary", today: date) -> dict[str, object]:
    """For programs: each section as text, and its lines with the ids of their entries."""

    week, yesterday = _section(summary.week), _section(summary.yesterday)
    return {
        "day": today.isoformat(),
        "week": week["text"],
        "yesterday": yesterday["text"],
        "lines": {"week": week["lines"], "yesterday": yesterday["lines"]},
        "left_out": summary.week.left_out + summary.yesterday.left_out,
        "without_model": summary.reason,
    }


def _section(body: "Body") -> dict[str, object]:
    lines = [
        {"text": line.text, "log_ids": [str(entry.log_id) for entry in line.entries]}
        for line in body.lines
    ]
    text = body.text or "\n".join(f"- {line.text}" for line in body.lines)
    return {"text": text, "lines": lines, "left_out": body.left_out}


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

"""`companion summary`: the summary now, here or in the direct message."""

import click

from companion.entrypoints.cli.support.options import example, format_option
from companion.entrypoints.cli.support.settings import settings_for
from companion.entrypoints.run import run
from companion.entrypoints.terminal import (
    counted,
    note,
    on_terminal,
    show,
    show_json,
    visible,
    working,
)
from companion.texts import terminal as texts


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
    from companion.settings import PersonSettings

    settings = settings_for(PersonSettings)

    from companion.bootstrap import SystemClock, open_store, summary_writer, terminal_zone
    from companion.domain.calendar import local_day, moment_at
    from companion.domain.summary import Summary, render

    zone = terminal_zone(settings)
    user_id, now = settings.slack_user_id, SystemClock().now()
    today = local_day(now, zone, settings.companion_day_start)

    async def write() -> tuple[Summary, int]:
        async with open_store(settings) as store:
            summary = await summary_writer(settings, store)(user_id, today, zone)
            morning = moment_at(today, settings.companion_day_start, zone)
            return summary, len(await store.fetch_logs(user_id, morning, now))

    with working(texts.SUMMARIZING):
        summary, later = run(write())
    if output == "json":
        fields = {
            "day": today.isoformat(),
            "week": summary.week,
            "yesterday": summary.yesterday,
            "without_model": summary.reason,
        }
        show_json(fields)
    elif on_terminal():
        _print_markdown(visible(render(summary)))
    else:
        show(render(summary))
    if later:
        note(texts.LATER_ENTRIES.format(entries=counted(later, "entry", "entries")))


def _send() -> None:
    from companion.settings import DirectMessageSettings

    settings = settings_for(DirectMessageSettings)

    from companion.bootstrap import companion, new_id

    async def deliver() -> None:
        async with companion(settings) as system:
            await system.day.summarize_now(new_id())

    with working(texts.SENDING_SUMMARY):
        run(deliver())
    click.echo(texts.SUMMARY_SENT)


def _print_markdown(markdown: str) -> None:
    from rich.console import Console
    from rich.markdown import Markdown

    Console().print(Markdown(markdown))

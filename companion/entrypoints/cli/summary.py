"""`companion summary`: the summary now, here or in the direct message."""

import json

import click

from companion.entrypoints.cli.support.options import example, format_option
from companion.entrypoints.cli.support.settings import settings_for
from companion.entrypoints.run import run
from companion.entrypoints.terminal import counted, note, on_terminal, visible, working


@click.command(epilog=example("companion summary", "companion summary --send"))
@click.option("--send", is_flag=True, help="Send it to your direct message in Slack instead.")
@format_option
def summary(send: bool, output: str) -> None:
    """Sum up the past week and yesterday.

    The model is the one that LLM_MODEL names, or else `llm`'s default; where none answers, the
    entries themselves are shown. --send needs the settings that the daemon needs for Slack.
    """
    if not send:
        _show(output)
    elif output == "json":
        raise click.UsageError("--send shows nothing: leave out --format json.")
    else:
        _send()


def _show(output: str) -> None:
    settings = settings_for("slack_user_id")

    from companion.bootstrap import SystemClock, open_store, summary_writer, terminal_zone
    from companion.domain.calendar import local_day, moment_at
    from companion.domain.summary import Summary, render

    zone = terminal_zone(settings)
    user_id, now = settings.slack_user_id or "", SystemClock().now()
    today = local_day(now, zone, settings.companion_day_start)

    async def write() -> tuple[Summary, int]:
        async with open_store(settings) as store:
            summary = await summary_writer(settings, store)(user_id, today, zone)
            morning = moment_at(today, settings.companion_day_start, zone)
            return summary, len(await store.fetch_logs(user_id, morning, now))

    with working("Reading your week…"):
        summary, later = run(write())
    if output == "json":
        fields = {
            "day": today.isoformat(),
            "week": summary.week,
            "yesterday": summary.yesterday,
            "without_model": summary.reason,
        }
        click.echo(json.dumps(fields, ensure_ascii=False, indent=2))
    elif on_terminal():
        _print_markdown(visible(render(summary)))
    else:
        click.echo(render(summary))
    if later:
        note(f"{counted(later, 'entry', 'entries')} of today will be in tomorrow's summary.")


def _send() -> None:
    settings = settings_for("slack_bot_token", "slack_user_id")

    from companion.bootstrap import companion, new_id

    async def deliver() -> None:
        async with companion(settings) as system:
            await system.day.summarize_now(new_id())

    with working("Writing to you…"):
        run(deliver())
    click.echo("Sent: it is in your direct message in Slack.")


def _print_markdown(markdown: str) -> None:
    from rich.console import Console
    from rich.markdown import Markdown

    Console().print(Markdown(markdown))

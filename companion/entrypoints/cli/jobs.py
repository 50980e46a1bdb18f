"""`companion jobs`: what is planned, and what became of it."""

import click

from companion.entrypoints.cli.support.options import example, format_option
from companion.entrypoints.cli.support.settings import settings_for
from companion.entrypoints.run import run
from companion.entrypoints.terminal import note


@click.command(epilog=example("companion jobs --days 7"))
@click.option(
    "--days",
    type=click.IntRange(0, 3650),
    default=2,
    show_default=True,
    metavar="N",
    help="How many days to look back.",
)
@format_option
def jobs(days: int, output: str) -> None:
    """Show what is planned, what became of it, and why.

    Prompts, summaries and the plans they came from, each day's in the order in which they are
    due, up to tomorrow.
    """
    settings = settings_for("slack_user_id")

    from companion.bootstrap import SystemClock, open_store, terminal_zone
    from companion.domain.calendar import DAY, local_day
    from companion.domain.job import Job
    from companion.entrypoints.cli.support.view import jobs_as_json, show_jobs

    now = SystemClock().now()
    today = local_day(now, terminal_zone(settings), settings.companion_day_start)

    async def fetch() -> list[Job]:
        async with open_store(settings) as store:
            return await store.fetch_jobs(
                settings.slack_user_id or "", today - days * DAY, today + 2 * DAY
            )

    # Stable: within a day they stay in the order of their time.
    found = sorted(run(fetch()), key=lambda job: job.day)
    if output == "json":
        click.echo(jobs_as_json(found))
    else:
        show_jobs(found)
    if not found:
        note("Nothing is planned: `companion daemon` plans each day when it begins.")

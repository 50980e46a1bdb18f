"""`companion jobs`: what is planned, and the outcome of each job."""

from datetime import date, datetime

import click

from companion.entrypoints.cli.support.options import WholeNumber, example, format_option
from companion.entrypoints.cli.support.settings import person_settings
from companion.entrypoints.run import run
from companion.entrypoints.terminal import note
from companion.texts import terminal as texts


@click.command(epilog=example("companion jobs --days 7"))
@click.option(
    "--days",
    type=WholeNumber(0, 3650),
    default=2,
    show_default=True,
    metavar="N",
    help="How many days to look back.",
)
@format_option
def jobs(days: int, output: str) -> None:
    """Show what is planned, the outcome of each job, and why.

    Lists prompts, summaries and the plans that made them, up to tomorrow, in the order in which
    they are due.
    """

    settings = person_settings()

    from companion.bootstrap import SystemClock, open_existing, terminal_zone
    from companion.domain.calendar import DAY, local_day
    from companion.domain.jobs.job import Job
    from companion.domain.jobs.planning import Plan
    from companion.entrypoints.cli.support.view import show_jobs, show_jobs_as_json

    now = SystemClock().now()
    today = local_day(now, terminal_zone(settings), settings.companion_day_start)

    async def fetch() -> list[Job | Plan]:
        span = settings.user_id, today - days * DAY, today + 2 * DAY
        async with open_existing(settings) as store:
            return [*await store.fetch_plans(*span), *await store.fetch_jobs(*span)]

    def by_time(found: Job | Plan) -> tuple[date, datetime, str]:
        if isinstance(found, Plan):
            return found.day, found.made_at, found.plan_id
        return found.day, found.due, found.job_id

    found = sorted(run(fetch()), key=by_time)
    if output == "json":
        show_jobs_as_json(found)
    else:
        show_jobs(found)
    if not found:
        note(texts.NO_JOBS)

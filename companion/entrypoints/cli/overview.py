"""`companion` without a command: today at a glance."""

from typing import TYPE_CHECKING

import click

from companion.entrypoints.cli.support.settings import person_settings
from companion.entrypoints.run import run
from companion.entrypoints.terminal import as_typed, note, show
from companion.errors import SettingsError
from companion.texts import terminal as texts

if TYPE_CHECKING:
    from datetime import date

    from companion.domain.entry import Entry
    from companion.domain.jobs.job import Job
    from companion.settings import PersonSettings


def show_overview(ctx: click.Context) -> None:
    """Today's entries and what comes next; help as long as nothing is set up."""
    settings = _settings()
    if settings is None:
        click.echo(ctx.get_help())
        return

    from companion.bootstrap import SystemClock, terminal_zone
    from companion.domain.calendar import local_day
    from companion.domain.day_names import day_name
    from companion.entrypoints.cli.support.view import show_entries

    now, zone = SystemClock().now(), terminal_zone(settings)
    today = local_day(now, zone, settings.companion_day_start)
    entries, jobs = run(_look(settings, today))
    if entries:
        show_entries(entries, zone, settings.companion_day_start)
    else:
        show(f"{day_name(today)}\n  {as_typed(texts.NO_ENTRIES_TODAY)}")
    show("")
    coming = [job for job in jobs if job.due >= now]
    if coming:
        from companion.entrypoints.daemon_report import when

        job = min(coming, key=lambda job: job.due)
        show(texts.COMES_NEXT.format(kind=job.kind, moment=when(job.due, now, zone)))
    else:
        show(as_typed(texts.NO_JOBS if settings.slack_user_id else texts.NO_SLACK))
    note(texts.HELP_HINT)


def _settings() -> "PersonSettings | None":
    """None as long as nothing is set up, and nothing stored."""
    try:
        settings = person_settings()
    except SettingsError as error:
        if error.only_missing:
            return None
        raise
    return settings if settings.slack_user_id or settings.companion_db.exists() else None


async def _look(settings: "PersonSettings", today: "date") -> "tuple[list[Entry], list[Job]]":
    """Today's entries, and what is still to be done."""
    from companion.bootstrap import open_existing, terminal_zone
    from companion.domain.calendar import DAY, days_window
    from companion.domain.jobs.job import JobState

    user_id = settings.user_id
    window = days_window(today, today, terminal_zone(settings), settings.companion_day_start)
    async with open_existing(settings) as store:
        entries = await store.fetch_logs(user_id, window.since, window.until)
        jobs = await store.fetch_jobs(user_id, today - DAY, today + 2 * DAY)
    return entries, [job for job in jobs if job.state is not JobState.DONE]

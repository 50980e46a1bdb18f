"""`companion` without a command: today at a glance."""

from typing import TYPE_CHECKING

import click

from companion.entrypoints.cli.support.settings import person_settings
from companion.entrypoints.run import run
from companion.entrypoints.terminal import as_typed, note, show
from companion.errors import SettingsError
from companion.texts import terminal as texts

if TYPE_CHECKING:
    from datetime import date, datetime
    from zoneinfo import ZoneInfo

    from companion.domain.calendar import Rhythm
    from companion.domain.entry import Entry
    from companion.domain.jobs.job import Job
    from companion.domain.pause import Pause
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
    entries, jobs, pause = run(_look(settings, today))
    if entries:
        show_entries(entries, zone, settings.companion_day_start)
    else:
        show(f"{day_name(today)}\n  {as_typed(texts.NO_ENTRIES_TODAY)}")
    show("")
    coming = [job for job in jobs if job.due >= now]
    if not _show_what_comes(coming, pause, now, zone, settings.rhythm):
        show(as_typed(texts.NO_JOBS if settings.slack_user_id else texts.NO_SLACK))
    note(texts.HELP_HINT)


def _show_what_comes(
    jobs: "list[Job]", pause: "Pause | None", now: "datetime", zone: "ZoneInfo", rhythm: "Rhythm"
) -> bool:
    """The pause, and the next job that it does not hold back; whether there was either."""
    from companion.domain.pause import pause_reason
    from companion.domain.quiet import held_by_pause
    from companion.entrypoints.daemon_report import when

    holds = {job.job_id: held_by_pause(job, pause, zone, rhythm) for job in jobs}
    reason = next((hold.reason for hold in holds.values() if hold), None)
    if pause and pause.holds(now):
        reason = pause_reason(pause, now, zone, rhythm.day_start)
    if reason:
        show(as_typed(texts.PAUSED_NOW.format(reason=reason)))
    coming = [job for job in jobs if holds[job.job_id] is None]
    if coming:
        job = min(coming, key=lambda job: job.due)
        show(texts.COMES_NEXT.format(kind=job.kind, moment=when(job.due, now, zone)))
    return bool(reason or coming)


def _settings() -> "PersonSettings | None":
    """None as long as nothing is set up, and nothing stored."""
    try:
        settings = person_settings()
    except SettingsError as error:
        if error.only_missing:
            return None
        raise
    return settings if settings.slack_user_id or settings.companion_db.exists() else None


async def _look(
    settings: "PersonSettings", today: "date"
) -> "tuple[list[Entry], list[Job], Pause | None]":
    """Today's entries, what is still to be done, and the last pause."""
    from companion.bootstrap import open_existing, pauses, terminal_zone
    from companion.domain.calendar import DAY, days_window
    from companion.domain.jobs.job import JobState

    user_id = settings.user_id
    window = days_window(today, today, terminal_zone(settings), settings.companion_day_start)
    async with open_existing(settings) as store:
        entries = await store.fetch_logs(user_id, window.since, window.until)
        jobs = await store.fetch_jobs(user_id, today - DAY, today + 2 * DAY)
        pause = await pauses(user_id, store).latest()
    return entries, [job for job in jobs if job.state is not JobState.DONE], pause

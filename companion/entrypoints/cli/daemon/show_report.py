"""The report on the daemon, for people and for programs."""

import json
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import click

from companion.domain.calendar import Window
from companion.domain.computer.daemon_status import DaemonState, DaemonStatus
from companion.domain.entry import format_timestamp
from companion.domain.jobs.job import Job
from companion.entrypoints.cli.support.pause_fields import pause_fields
from companion.entrypoints.daemon_report import (
    DaemonReport,
    LoginReport,
    headline,
    missing_entries,
    next_prompts,
    next_summary,
    pause_now,
    when,
)
from companion.entrypoints.terminal import as_typed, on_terminal, visible
from companion.texts import daemon as texts

MAX_MISSED = 3


def show_report(report: DaemonReport, log: Path, now: datetime, zone: ZoneInfo) -> None:
    """Print the report in words."""
    told = [("", headline(report, now, zone)), *_details(report, log, now, zone)]
    lines = [(name, as_typed(text)) for name, text in told]
    if not on_terminal():
        width = max(len(name) for name, _ in lines)
        for name, text in lines:
            click.echo(f"  {name:{width}}  {text}" if name else text)
        return
    from rich.console import Console
    from rich.padding import Padding
    from rich.table import Table
    from rich.text import Text

    console = Console(highlight=False)
    (_, first), *rest = lines
    console.print(Text(first, "green" if report.state is DaemonState.RUNNING else "bold red"))
    grid = Table.grid(padding=(0, 2, 0, 0))
    for name, text in rest:
        grid.add_row(Text(name, "dim"), Text(text))
    console.print(Padding(grid, (0, 0, 0, 2), expand=False))


def _details(
    report: DaemonReport, log: Path, now: datetime, zone: ZoneInfo
) -> list[tuple[str, str]]:
    store, rows = report.store, list[tuple[str, str]]()
    if report.state is DaemonState.RUNNING and report.status is not None:
        rows += _running(report.status, now, zone)
    if store.problem:
        rows.append(("store", store.problem))
    else:
        captured_at = store.captured_at
        captured = when(captured_at, now, zone) if captured_at else texts.NO_ENTRY
        rows.append(("last entry", captured))
        rows += [("next", _job(job, now, zone)) for job in store.upcoming[:1]]
        rows += [
            ("summary", next_summary(report.coming, zone)),
            ("prompts", next_prompts(report.coming, zone)),
        ]
        if paused := pause_now(report.coming, zone):
            rows.append(("pause", paused))
        if store.missing:
            rows.append(("missing", missing_entries(store.missing, now, zone)))
        rows += [("missed", _missed(job, now, zone)) for job in store.missed[-MAX_MISSED:]]
    return [*rows, ("at login", _at_login(report.login)), ("log", str(log))]


def _running(status: DaemonStatus, now: datetime, zone: ZoneInfo) -> list[tuple[str, str]]:
    since = status.connected_since
    worked = when(status.worked_at, now, zone) if status.worked_at else texts.NOT_YET
    connected = texts.CONNECTED.format(since=when(since, now, zone)) if since else ""
    rows = [
        ("process", str(status.pid)),
        ("Slack", connected or texts.NOT_CONNECTED),
        ("last look", worked),
    ]
    return [*rows, ("problem", visible(status.problem))] if status.problem else rows


def _missed(job: Job, now: datetime, zone: ZoneInfo) -> str:
    return f"{_job(job, now, zone)}: {visible(job.reason or texts.NO_REASON)}"


def _job(job: Job, now: datetime, zone: ZoneInfo) -> str:
    return f"{job.kind}, {when(job.due, now, zone)}"


def _at_login(login: LoginReport) -> str:
    if login.service is None:
        return login.problem or texts.LOGIN_UNKNOWN
    if not login.state.installed:
        return texts.NOT_INSTALLED
    loaded = texts.STARTED_BY if login.state.loaded else texts.NOT_LOADED
    return loaded.format(service=login.service)


def report_as_json(report: DaemonReport, log: Path) -> str:
    """The report for programs; all times in UTC."""
    status, store, login = report.status, report.store, report.login
    fields = {
        "running": report.state is DaemonState.RUNNING,
        "state": report.state,
        "pid": status.pid if status else None,
        "started_at": _utc(status.started_at if status else None),
        "heard_of_at": _utc(status.written_at if status else None),
        "connected_since": _utc(status.connected_since if status else None),
        "worked_at": _utc(status.worked_at if status else None),
        "stopped_at": _utc(status.stopped_at if status else None),
        "problem": status.problem if status else None,
        "last_entry_at": _utc(store.captured_at),
        "next": _jobs(store.upcoming),
        "next_summary_at": _utc(report.coming.summary),
        "next_prompts": _hours(report.coming.prompts),
        "pause": pause_fields(report.coming.pause),
        "missed": _jobs(store.missed),
        "missing_in_slack": len(store.missing.entries) if store.missing else 0,
        "store_problem": store.problem,
        "at_login": {
            "service": login.service,
            "installed": login.state.installed,
            "loaded": login.state.loaded,
            "pid": login.state.pid,
            "last_exit": login.state.last_exit,
            "problem": login.problem,
        },
        "log": str(log),
    }
    return json.dumps(fields, ensure_ascii=False, indent=2)


def _jobs(jobs: Sequence[Job]) -> list[dict[str, object]]:
    return [
        {
            "job_id": job.job_id,
            "kind": job.kind,
            "due": format_timestamp(job.due),
            "reason": job.reason,
        }
        for job in jobs
    ]


def _hours(hours: Window | None) -> dict[str, str | None] | None:
    return {"since": _utc(hours.since), "until": _utc(hours.until)} if hours else None


def _utc(moment: datetime | None) -> str | None:
    return format_timestamp(moment) if moment else None

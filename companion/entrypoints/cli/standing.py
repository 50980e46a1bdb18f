"""How it stands with the daemon, as it is shown."""

import json
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import click

from companion.adapters.status import Life, Status
from companion.domain.entry import format_timestamp
from companion.domain.job import Job
from companion.entrypoints.standing import AtLogin, Standing, headline, when
from companion.entrypoints.terminal import on_terminal, visible

MOST_MISSED = 3


def show(it: Standing, log: Path, now: datetime, zone: ZoneInfo) -> None:
    """In words, for a person."""
    lines = [("", headline(it, now, zone)), *_details(it, log, now, zone)]
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
    console.print(Text(first, "green" if it.life is Life.RUNNING else "bold red"))
    grid = Table.grid(padding=(0, 2, 0, 0))
    for name, text in rest:
        grid.add_row(Text(name, "dim"), Text(text))
    console.print(Padding(grid, (0, 0, 0, 2), expand=False))


def _details(it: Standing, log: Path, now: datetime, zone: ZoneInfo) -> list[tuple[str, str]]:
    kept = it.kept
    captured = when(kept.captured_at, now, zone) if kept.captured_at else "none in the past week"
    upcoming = _job(kept.upcoming[0], now, zone) if kept.upcoming else "nothing is planned"
    running = it.life is Life.RUNNING and it.status is not None
    rows = _of_a_running_one(it.status, now, zone) if running and it.status else []
    if kept.problem:
        rows.append(("store", kept.problem))
    else:
        rows += [("last entry", captured), ("next", upcoming)]
        rows += [("missed", _missed(job, now, zone)) for job in kept.missed[-MOST_MISSED:]]
    return [*rows, ("at login", _at_login(it.at_login)), ("log", str(log))]


def _of_a_running_one(status: Status, now: datetime, zone: ZoneInfo) -> list[tuple[str, str]]:
    since = status.connected_since
    worked = when(status.worked_at, now, zone) if status.worked_at else "not yet"
    rows = [
        ("process", str(status.pid)),
        ("Slack", f"connected since {when(since, now, zone)}" if since else "not connected now"),
        ("last look", worked),
    ]
    return [*rows, ("problem", visible(status.problem))] if status.problem else rows


def _missed(job: Job, now: datetime, zone: ZoneInfo) -> str:
    return f"{_job(job, now, zone)}: {visible(job.reason or 'no reason was kept')}"


def _job(job: Job, now: datetime, zone: ZoneInfo) -> str:
    return f"{job.kind}, {when(job.due, now, zone)}"


def _at_login(at_login: AtLogin) -> str:
    state = at_login.state
    if at_login.service is None:
        return at_login.problem or "unknown"
    if not state.installed:
        return "not started: `companion daemon install` changes that"
    if not state.loaded:
        return f"installed, but {at_login.service} has not loaded it: `companion daemon install`"
    return f"started by {at_login.service}"


def standing_as_json(it: Standing, log: Path) -> str:
    """For programs; all times in UTC."""
    status, kept, at_login = it.status, it.kept, it.at_login
    fields = {
        "running": it.life is Life.RUNNING,
        "state": it.life,
        "pid": status.pid if status else None,
        "started_at": _utc(status.started_at if status else None),
        "heard_of_at": _utc(status.written_at if status else None),
        "connected_since": _utc(status.connected_since if status else None),
        "worked_at": _utc(status.worked_at if status else None),
        "stopped_at": _utc(status.stopped_at if status else None),
        "problem": status.problem if status else None,
        "last_entry_at": _utc(kept.captured_at),
        "next": _jobs(kept.upcoming),
        "missed": _jobs(kept.missed),
        "store_problem": kept.problem,
        "at_login": {
            "service": at_login.service,
            "installed": at_login.state.installed,
            "loaded": at_login.state.loaded,
            "pid": at_login.state.pid,
            "last_exit": at_login.state.last_exit,
            "problem": at_login.problem,
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


def _utc(moment: datetime | None) -> str | None:
    return format_timestamp(moment) if moment else None

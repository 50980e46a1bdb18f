"""How entries and jobs are shown: styled on a terminal, plain in a pipe, or as JSON."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, time
from zoneinfo import ZoneInfo

from companion.domain.day_names import day_name
from companion.domain.entry import Entry, format_optional, format_timestamp
from companion.domain.jobs.definition import plan_result
from companion.domain.jobs.job import Job, JobKind, JobState
from companion.domain.jobs.planning import PLAN, Plan
from companion.domain.jobs.presses import pressed_by
from companion.domain.summaries.summary import day_heading
from companion.domain.words import composed
from companion.entrypoints.terminal import on_terminal, show, show_json, visible
from companion.texts.slack import BUTTONS

type Row = tuple[str, ...]
type Span = tuple[int, int]
type Marks = Callable[[str], Sequence[Span]]
"""Spans of a text in its composed form."""

_STYLES = {
    "sent": "green",
    "done": "green",
    "being sent": "cyan",
    "being done": "cyan",
    "missed": "yellow",
    "skipped": "dim",
}


def no_marks(_: str) -> Sequence[Span]:
    """Nothing of a text stands out."""
    return ()


def show_entries(
    entries: Sequence[Entry],
    zone: ZoneInfo,
    day_start: time,
    *,
    ids: bool = False,
    marks: Marks = no_marks,
) -> None:
    """Show entries by the local day of the place the person was in; days begin at `day_start`.

    `ids` adds a column with short ids. `marks` says what of a text stands out on a terminal.
    """
    days: dict[str, list[Row]] = {}
    for entry in entries:
        local = entry.local_time(zone)
        heading = day_heading(entry, zone, day_start)
        named = (entry.short_id,) if ids else ()
        days.setdefault(heading, []).append((f"{local:%H:%M}", *named, _words(entry)))
    _show(days, marks)


def _words(entry: Entry) -> str:
    """Its text; where an agent wrote it, that comes after it."""
    return visible(f"{entry.text} ({entry.byline})" if entry.byline else entry.text)


def show_jobs(jobs: Sequence[Job | Plan]) -> None:
    """Show jobs and plans by day, with times in the zone that the day was planned in."""
    days: dict[str, list[Row]] = {}
    for job in jobs:
        if isinstance(job, Plan):
            due, kind, outcome = job.made_at, PLAN, "done" if job.moments else "skipped"
        else:
            due, kind, outcome = job.due, job.kind.value, _outcome(job)
        local = f"{due.astimezone(ZoneInfo(job.tz)):%H:%M}"
        row = (local, kind, outcome, visible(job.reason or _waiting(job) or _pressed(job)))
        days.setdefault(day_name(job.day), []).append(row)
    _show(days)


def _waiting(job: Job | Plan) -> str:
    """Why a job is due later than it was planned for."""
    if isinstance(job, Plan) or not job.waits_for or job.state is JobState.DONE:
        return ""
    return f"moved from {job.first_due.astimezone(ZoneInfo(job.tz)):%H:%M}: {job.waits_for}"


def _pressed(job: Job | Plan) -> str:
    """What somebody pressed, for the job of that."""
    pressed = None if isinstance(job, Plan) else pressed_by(job)
    return BUTTONS[pressed.button] if pressed else ""


def _outcome(job: Job) -> str:
    """The state or outcome of a job, in a word or two."""
    if job.kind is JobKind.PRESS:
        return "done" if job.state is JobState.DONE else "being done"
    match job.state:
        case JobState.PLANNED:
            return "planned"
        case JobState.CLAIMED:
            return "being sent"
        case _:
            return str(job.outcome or "done")


def show_entries_as_json(entries: Iterable[Entry], zone: ZoneInfo, day_start: time) -> None:
    show_json(
        [
            {
                "timestamp": format_timestamp(entry.timestamp),
                "local_time": _iso(entry.local_time(zone)),
                "day": entry.local_day(zone, day_start).isoformat(),
                "tz": entry.tz,
                "text": entry.text,
                "log_id": str(entry.log_id),
                "source": entry.source,
                "agent": entry.agent,
                "answers": entry.answers,
                "logged_at": format_optional(entry.logged_at),
            }
            for entry in entries
        ]
    )


def show_jobs_as_json(jobs: Iterable[Job | Plan]) -> None:
    show_json([_plan_fields(job) if isinstance(job, Plan) else job_fields(job) for job in jobs])


def job_fields(job: Job) -> dict[str, object]:
    return {
        "job_id": job.job_id,
        "kind": job.kind,
        "day": job.day.isoformat(),
        "due": format_timestamp(job.due),
        "local_time": _iso(job.due.astimezone(ZoneInfo(job.tz))),
        "tz": job.tz,
        "state": job.state,
        "outcome": job.outcome,
        "reason": job.reason,
        "planned_for": format_timestamp(job.first_due),
        "waits_for": job.waits_for or None,
        "finished_at": format_timestamp(job.finished_at) if job.finished_at else None,
    }


def _plan_fields(plan: Plan) -> dict[str, object]:
    """The fields of a job, as it is stored: done when it was made."""
    return {
        "job_id": plan.plan_id,
        "kind": PLAN,
        "day": plan.day.isoformat(),
        "due": format_timestamp(plan.made_at),
        "local_time": _iso(plan.made_at.astimezone(ZoneInfo(plan.tz))),
        "tz": plan.tz,
        "state": JobState.DONE,
        "outcome": plan_result(plan).outcome,
        "reason": plan.reason,
        "finished_at": format_timestamp(plan.made_at),
    }


def _iso(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds")


def _show(days: dict[str, list[Row]], marks: Marks = no_marks) -> None:
    """Rows under their days, in columns of equal width on all days."""
    if not days:
        return
    rows = [row for rows in days.values() for row in rows]
    widths = [max(len(cell) for cell in column) for column in zip(*rows, strict=True)][:-1]
    if on_terminal():
        _print_styled(days, widths, marks)
    else:
        show("\n\n".join(_plain(heading, rows, widths) for heading, rows in days.items()))


def _plain(heading: str, rows: Sequence[Row], widths: Sequence[int]) -> str:
    indent = " " * (2 + sum(width + 2 for width in widths))
    lines = [heading]
    for *cells, text in rows:
        columns = "".join(f"{cell:{width}}  " for cell, width in zip(cells, widths, strict=True))
        first, *more = text.split("\n")
        lines += [f"  {columns}{first}", *(f"{indent}{line}" for line in more)]
    return "\n".join(line.rstrip() for line in lines)


def _print_styled(days: dict[str, list[Row]], widths: Sequence[int], marks: Marks) -> None:
    """The same in colours (unless NO_COLOR), with long texts wrapped in their column."""
    from rich.console import Console
    from rich.padding import Padding
    from rich.table import Table
    from rich.text import Text

    console = Console(highlight=False)
    for number, (heading, rows) in enumerate(days.items()):
        grid = Table.grid(padding=(0, 2, 0, 0))
        for width in widths:
            grid.add_column(width=width, no_wrap=True)
        grid.add_column(overflow="fold")
        for when, *cells, last in rows:
            text = Text(composed(last), _STYLES.get(last, ""))
            for span in marks(last):
                text.stylize("bold reverse", *span)
            styled = (Text(cell, _STYLES.get(cell, "")) for cell in cells)
            grid.add_row(Text(when, "dim"), *styled, text)
        if number:
            console.print()
        console.print(Text(heading, "bold"))
        console.print(Padding(grid, (0, 0, 0, 2), expand=False))

"""How it stands with the daemon of this machine, as far as one can see from beside it."""

import asyncio
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from companion.adapters.login import LoginError, Machine, State, login_service
from companion.adapters.status import Life, Status, life, read_status, status_path
from companion.bootstrap import open_store, terminal_zone
from companion.domain.calendar import DAY, local_day
from companion.domain.job import Job, JobKind, JobState, Outcome
from companion.domain.summary import day_name
from companion.errors import StoreError
from companion.ports import Clock
from companion.settings import Settings

LATELY = timedelta(days=7)
START_IT = "Start it with `companion daemon`, or at each login with `companion daemon install`."


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """What the store knows. `problem` is why it could not be asked."""

    captured_at: datetime | None = None
    upcoming: tuple[Job, ...] = ()
    missed: tuple[Job, ...] = ()
    problem: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AtLogin:
    """What the system knows. `service` is None where it has none, and `problem` says why."""

    service: str | None = None
    state: State = field(default_factory=lambda: State(installed=False, loaded=False))
    problem: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """The daemon, by its own word; its day, by the store; its start, by the system."""

    life: Life
    status: Status | None
    kept: Kept
    at_login: AtLogin


async def standing(settings: Settings, machine: Machine, clock: Clock) -> Standing:
    """Look at everything. Needs `slack_user_id`."""
    kept, at_login = await asyncio.gather(
        kept_by(settings, clock), asyncio.to_thread(at_login_on, machine)
    )
    status = read_status(status_path(settings.companion_db))
    return Standing(life=life(status, clock.now()), status=status, kept=kept, at_login=at_login)


async def kept_by(settings: Settings, clock: Clock) -> Kept:
    """The last entry of the past week, what is planned, and what was missed."""
    user_id, now = settings.slack_user_id or "", clock.now()
    today = local_day(now, terminal_zone(settings), settings.companion_day_start)
    if not settings.dynamodb_table and not settings.companion_db.exists():
        return Kept()  # to look must not make one
    try:
        async with open_store(settings) as store:
            entries = await store.fetch_logs(user_id, now - LATELY, now + DAY)
            jobs = await store.fetch_jobs(user_id, today - LATELY, today + 2 * DAY)
    except StoreError as error:
        return Kept(problem=str(error))
    upcoming = [
        job for job in jobs if job.state is not JobState.DONE and job.kind is not JobKind.PLAN
    ]
    missed = [job for job in jobs if job.outcome is Outcome.MISSED]
    return Kept(
        captured_at=entries[-1].timestamp if entries else None,
        upcoming=tuple(sorted(upcoming, key=lambda job: job.due)),
        missed=tuple(sorted(missed, key=lambda job: job.due)),
    )


def at_login_on(machine: Machine) -> AtLogin:
    """Whether it is started at login."""
    try:
        service = login_service(machine)
        return AtLogin(service=service.name, state=service.state())
    except LoginError as error:
        return AtLogin(problem=str(error))


def headline(it: Standing, now: datetime, zone: ZoneInfo) -> str:
    """Whether it runs, and if not, why and what to do; in a line."""
    status = it.status
    if status is None and it.at_login.state.installed:
        return (
            "The daemon is to start at login, but never did. `companion daemon logs` may say why; "
            "`companion daemon install` tries again."
        )
    if status is None:
        return f"The daemon was never started here. {START_IT}"
    why = f" {status.problem}" if status.problem else ""
    match it.life:
        case Life.RUNNING:
            return f"The daemon runs, since {when(status.started_at, now, zone)}."
        case Life.SILENT:
            last = when(status.written_at, now, zone)
            return (
                f"The daemon has not been heard of since {last}. If process {status.pid} is it, "
                f"end that; then: {_remedy(it.at_login)}"
            )
        case Life.STOPPED:
            ended = when(status.stopped_at or status.written_at, now, zone)
            return f"The daemon does not run: it ended at {ended}.{why} {_remedy(it.at_login)}"
        case _:
            last = when(status.written_at, now, zone)
            return (
                f"The daemon does not run: it died without a word after {last}. "
                f"`companion daemon logs` may say more. {_remedy(it.at_login)}"
            )


def when(moment: datetime, now: datetime, zone: ZoneInfo) -> str:
    """As one would say it today: `14:05`, or `Friday, 20 November, 14:05`."""
    local = moment.astimezone(zone)
    if local.date() == now.astimezone(zone).date():
        return f"{local:%H:%M}"
    return f"{day_name(local.date())}, {local:%H:%M}"


def _remedy(at_login: AtLogin) -> str:
    installed = at_login.state.installed
    return "Start it with `companion daemon install`." if installed else START_IT

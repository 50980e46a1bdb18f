"""The state of this machine's daemon, as far as another process can see it."""

import asyncio
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from companion.bootstrap import missing_messages, open_store, pauses, terminal_zone
from companion.bootstrap.surroundings import login_service, read_daemon_status
from companion.domain.calendar import DAY, local_day
from companion.domain.computer.daemon_status import DaemonState, DaemonStatus
from companion.domain.computer.machine import LoginState, Machine
from companion.domain.day_names import day_name
from companion.domain.jobs.job import Job, JobState, Outcome
from companion.domain.missing import MissingEntries
from companion.domain.pause import Pause, pause_reason
from companion.domain.person import LOCAL_USER
from companion.errors import LoginError, StoreError
from companion.ports import Clock
from companion.settings import Settings
from companion.texts import daemon as texts
from companion.usecases.next import Next, whatever_comes

RECENT = timedelta(days=7)


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreReport:
    """What the store knows. `problem` is why it gave no answer."""

    captured_at: datetime | None = None
    upcoming: tuple[Job, ...] = ()
    missed: tuple[Job, ...] = ()
    missing: MissingEntries | None = None
    last_pause: Pause | None = None
    problem: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LoginReport:
    """What the system knows. `service` is None where there is none, and `problem` says why."""

    service: str | None = None
    state: LoginState = field(default_factory=lambda: LoginState(installed=False, loaded=False))
    problem: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DaemonReport:
    """The daemon by its own status, its jobs by the store, and its start by the system."""

    state: DaemonState
    status: DaemonStatus | None
    store: StoreReport
    login: LoginReport
    coming: Next
    """By the settings, also where nothing is planned yet."""


async def report_on_daemon(settings: Settings, machine: Machine, clock: Clock) -> DaemonReport:
    """Look at everything."""
    store, login = await asyncio.gather(
        report_on_store(settings, clock), asyncio.to_thread(report_on_login, machine)
    )
    status, state = read_daemon_status(settings, clock)
    zone = terminal_zone(settings)
    coming = whatever_comes(clock.now(), zone, settings.rhythm, store.last_pause)
    return DaemonReport(state=state, status=status, store=store, login=login, coming=coming)


async def report_on_store(settings: Settings, clock: Clock) -> StoreReport:
    """The last entry of the past week, what is planned, and what was missed."""
    now = clock.now()
    # Without an ID, what was typed here is the person's; a table is shared.
    user_id = settings.slack_user_id or (None if settings.dynamodb_table else LOCAL_USER)
    today = local_day(now, terminal_zone(settings), settings.companion_day_start)
    exists = settings.dynamodb_table or settings.companion_db.exists()
    if user_id is None or not exists:
        return StoreReport()  # looking must not create one
    try:
        async with open_store(settings) as store:
            entries = await store.fetch_logs(user_id, now - RECENT, now + DAY)
            jobs = await store.fetch_jobs(user_id, today - RECENT, today + 2 * DAY)
            missing = await missing_messages(user_id, store, clock).held()
            last_pause = await pauses(user_id, store, clock).latest()
    except StoreError as error:
        return StoreReport(problem=str(error))
    upcoming = [job for job in jobs if job.state is not JobState.DONE]
    missed = [job for job in jobs if job.outcome is Outcome.MISSED]
    return StoreReport(
        captured_at=entries[-1].timestamp if entries else None,
        upcoming=tuple(sorted(upcoming, key=lambda job: job.due)),
        missed=tuple(sorted(missed, key=lambda job: job.due)),
        missing=missing,
        last_pause=last_pause,
    )


def report_on_login(machine: Machine) -> LoginReport:
    """Whether it is started at login."""
    try:
        service = login_service(machine)
        return LoginReport(service=service.name, state=service.state())
    except LoginError as error:
        return LoginReport(problem=str(error))


def headline(report: DaemonReport, now: datetime, zone: ZoneInfo) -> str:
    """Whether it is running, and if not, why and what to do; in one line."""
    status, installed = report.status, report.login.state.installed
    start = texts.INSTALL_IT if installed else texts.START_IT
    if status is None and installed:
        return texts.NEVER_STARTED_AT_LOGIN
    if status is None:
        return texts.NEVER_STARTED.format(start=start)
    written = when(status.written_at, now, zone)
    match report.state:
        case DaemonState.RUNNING:
            return texts.RUNNING.format(since=when(status.started_at, now, zone))
        case DaemonState.SILENT:
            return texts.SILENT.format(last=written, pid=status.pid, start=start)
        case DaemonState.STOPPED:
            at = when(status.stopped_at or status.written_at, now, zone)
            why = f" {status.problem}" if status.problem else ""
            return texts.STOPPED.format(at=at, why=why, start=start)
        case _:
            return texts.CRASHED.format(last=written, start=start)


def next_summary(coming: Next, zone: ZoneInfo) -> str:
    """When the next summary comes."""
    if coming.summary is None:
        return texts.NONE_UNTIL_RESUMED
    return when(coming.summary, coming.now, zone)


def next_prompts(coming: Next, zone: ZoneInfo) -> str:
    """In which hours the next prompts come."""
    if coming.prompts is None:
        is_open = coming.pause is not None and coming.pause.until is None
        return texts.NONE_UNTIL_RESUMED if is_open else texts.NO_PROMPTS
    since = when(coming.prompts.since, coming.now, zone)
    return texts.PROMPTS.format(since=since, until=f"{coming.prompts.until.astimezone(zone):%H:%M}")


def pause_now(coming: Next, zone: ZoneInfo) -> str | None:
    """The pause that holds, if there is one: `paused until Mon 30 Nov`."""
    return pause_reason(coming.pause, coming.now, zone) if coming.pause else None


def missing_entries(missing: MissingEntries, now: datetime, zone: ZoneInfo) -> str:
    """Which entries are missing in Slack, and how to decide about them."""
    moments = sorted(missing.entries.values())
    text = texts.OTHER_DIRECT_MESSAGE if missing.other_channel else texts.MISSING
    return text.format(
        entries=f"{len(moments)} entries",
        since=when(moments[0], now, zone),
        until=when(moments[-1], now, zone),
    )


def when(moment: datetime, now: datetime, zone: ZoneInfo) -> str:
    """As one would say it today: `14:05`, or `Friday, 20 November, 14:05`."""
    local = moment.astimezone(zone)
    if local.date() == now.astimezone(zone).date():
        return f"{local:%H:%M}"
    return f"{day_name(local.date())}, {local:%H:%M}"

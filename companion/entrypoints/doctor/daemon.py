"""Whether the daemon is running, connected, and doing its work."""

from companion.bootstrap import terminal_zone
from companion.domain.computer.daemon_status import DaemonState
from companion.entrypoints.daemon_report import headline, missing_entries, when
from companion.entrypoints.doctor.check import Check, Context, Result, Verdict
from companion.texts import doctor as texts


async def check_daemon(context: Context) -> Result:
    if not context.has_daemon:
        return Verdict.SKIPPED, texts.NO_DAEMON
    report = await context.daemon()
    now, zone = context.clock.now(), terminal_zone(context.settings)
    said, status, installed = (
        headline(report, now, zone),
        report.status,
        report.login.state.installed,
    )
    if report.state is DaemonState.NEVER_STARTED and not installed:
        return Verdict.WARNING, said
    if report.state is not DaemonState.RUNNING or status is None:
        return Verdict.FAILED, said
    if status.problem:
        blocked = texts.DAEMON_BLOCKED.format(headline=said, problem=status.problem)
        return Verdict.FAILED, blocked
    if not status.connected_since:
        return Verdict.FAILED, texts.DAEMON_OFFLINE.format(headline=said)
    if report.store.missing:
        return Verdict.WARNING, missing_entries(report.store.missing, now, zone)
    worked_at = status.worked_at
    return Verdict.OK, texts.DAEMON_FINE.format(
        since=when(status.started_at, now, zone),
        worked=texts.LAST_WORKED.format(at=when(worked_at, now, zone)) if worked_at else "",
        login="" if installed else texts.NOT_AT_LOGIN,
    )


DAEMON = Check("daemon", check_daemon)

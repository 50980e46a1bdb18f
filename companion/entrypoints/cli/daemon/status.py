"""`companion daemon status`: whether the daemon is running, and what comes next."""

import click

from companion.entrypoints.cli.support.errors import Failed
from companion.entrypoints.cli.support.machine import machine_of
from companion.entrypoints.cli.support.options import example, format_option
from companion.entrypoints.cli.support.settings import person_settings
from companion.entrypoints.run import run
from companion.entrypoints.terminal import working
from companion.texts import terminal as texts


@click.command(epilog=example("companion daemon status"))
@format_option
@click.pass_context
def status(ctx: click.Context, output: str) -> None:
    """Show whether the daemon is running, and what comes next.

    Shows since when it is running and connected, the last entry, what is planned, what was missed
    and why, and whether it starts at login. The exit status is 1 when it is not running.
    """

    settings = person_settings(sums_up=True)

    from companion.bootstrap import SystemClock, terminal_zone
    from companion.domain.computer.daemon_status import DaemonState
    from companion.entrypoints.cli.daemon.show_report import report_as_json, show_report
    from companion.entrypoints.daemon_report import report_on_daemon

    machine, clock = machine_of(ctx), SystemClock()
    with working(texts.CHECKING_DAEMON):
        report = run(report_on_daemon(settings, machine, clock))
    if output == "json":
        click.echo(report_as_json(report, machine.log))
    else:
        show_report(report, machine.log, clock.now(), terminal_zone(settings))
    if report.state is not DaemonState.RUNNING:
        raise Failed

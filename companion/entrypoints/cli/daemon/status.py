"""`companion daemon status`: whether the daemon runs, and what comes next."""

import click

from companion.entrypoints.cli.support.errors import Failed
from companion.entrypoints.cli.support.machine import machine_of
from companion.entrypoints.cli.support.options import example, format_option
from companion.entrypoints.cli.support.settings import settings_for
from companion.entrypoints.run import run
from companion.entrypoints.terminal import working
from companion.texts import terminal as texts


@click.command(epilog=example("companion daemon status"))
@format_option
@click.pass_context
def status(ctx: click.Context, output: str) -> None:
    """Show whether the daemon runs, and what comes next.

    Shows since when it runs and is connected, the last entry, what is planned, what was missed
    and why, and whether it starts at login. The exit status is 1 when it does not run.
    """
    settings = settings_for("slack_user_id")

    from companion.adapters.status import Life
    from companion.bootstrap import SystemClock, terminal_zone
    from companion.entrypoints.cli.standing import show, standing_as_json
    from companion.entrypoints.standing import standing

    machine, clock = machine_of(ctx), SystemClock()
    with working(texts.CHECKING_DAEMON):
        it = run(standing(settings, machine, clock))
    if output == "json":
        click.echo(standing_as_json(it, machine.log))
    else:
        show(it, machine.log, clock.now(), terminal_zone(settings))
    if it.life is not Life.RUNNING:
        raise Failed

"""`companion daemon status`: how it is, and what comes next."""

import click

from companion.entrypoints.cli.support.errors import Failed
from companion.entrypoints.cli.support.machine import machine_of
from companion.entrypoints.cli.support.options import example, format_option
from companion.entrypoints.cli.support.settings import settings_for
from companion.entrypoints.run import run
from companion.entrypoints.terminal import working


@click.command(epilog=example("companion daemon status"))
@format_option
@click.pass_context
def status(ctx: click.Context, output: str) -> None:
    """Say how it is, and what comes next.

    Since when it runs and is connected, when the last entry came, what is planned, what was
    missed and why, and whether it is started at login. Exit status 1 when it does not run.
    """
    settings = settings_for("slack_user_id")

    from companion.adapters.status import Life
    from companion.bootstrap import SystemClock, terminal_zone
    from companion.entrypoints.cli.standing import show, standing_as_json
    from companion.entrypoints.standing import standing

    machine, clock = machine_of(ctx), SystemClock()
    with working("Looking…"):
        it = run(standing(settings, machine, clock))
    if output == "json":
        click.echo(standing_as_json(it, machine.log))
    else:
        show(it, machine.log, clock.now(), terminal_zone(settings))
    if it.life is not Life.RUNNING:
        raise Failed

"""`companion daemon logs`: its log."""

from itertools import chain

import click

from companion.entrypoints.cli.support.errors import Failed
from companion.entrypoints.cli.support.machine import machine_of
from companion.entrypoints.cli.support.options import example


@click.command(epilog=example("companion daemon logs -f", "companion daemon logs -n 200"))
@click.option("-f", "--follow", is_flag=True, help="Show also what comes, until Ctrl-C.")
@click.option(
    "-n",
    "--lines",
    type=click.IntRange(min=0),
    default=50,
    show_default=True,
    metavar="N",
    help="How many lines to show.",
)
@click.pass_context
def logs(ctx: click.Context, follow: bool, lines: int) -> None:
    """Show its log.

    That of the daemon that is started at login: ids and times, nobody's words.
    """
    from companion.entrypoints.cli.support.tail import followed, last_lines

    machine = machine_of(ctx)
    log = machine.log if machine.log.exists() else machine.stderr_log
    if not log.exists():
        raise Failed(
            f"There is no log at {machine.log} yet: a daemon writes it that was started at login "
            "(`companion daemon install`) or with --supervised."
        )
    # Opened first, so that nothing is missed between the two.
    coming = followed(log) if follow else ()
    for line in chain(last_lines(log, lines), coming):
        click.echo(line, nl=False)

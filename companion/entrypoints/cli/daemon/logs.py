"""`companion daemon logs`: the log of the daemon."""

from itertools import chain

import click

from companion.entrypoints.cli.support.errors import Failed
from companion.entrypoints.cli.support.machine import machine_of
from companion.entrypoints.cli.support.options import example
from companion.texts import terminal as texts


@click.command(epilog=example("companion daemon logs -f", "companion daemon logs -n 200"))
@click.option("-f", "--follow", is_flag=True, help="Go on with new lines, until Ctrl-C.")
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
    """Show the log of the daemon that is started at login.

    It has ids and times, and never the words of an entry.
    """
    from companion.entrypoints.cli.support.tail import followed, last_lines

    machine = machine_of(ctx)
    log = machine.log if machine.log.exists() else machine.stderr_log
    if not log.exists():
        raise Failed(texts.NO_LOG.format(path=machine.log))
    # Opened first, so that no line is missed between the two.
    coming = followed(log) if follow else ()
    for line in chain(last_lines(log, lines), coming):
        click.echo(line, nl=False)

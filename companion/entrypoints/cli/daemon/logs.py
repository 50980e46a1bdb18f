"""`companion daemon logs`: the log of the daemon."""

from datetime import UTC, datetime
from itertools import chain
from zoneinfo import ZoneInfo

import click

from companion.entrypoints.cli.support.errors import Failed
from companion.entrypoints.cli.support.machine import machine_of
from companion.entrypoints.cli.support.options import WholeNumber, example
from companion.entrypoints.logs import UTC_TIME, local_time
from companion.entrypoints.terminal import on_terminal
from companion.texts import terminal as texts


@click.command(epilog=example("companion daemon logs -f", "companion daemon logs -n 200"))
@click.option("-f", "--follow", is_flag=True, help="Go on with new lines, until Ctrl-C.")
@click.option(
    "-n",
    "--lines",
    type=WholeNumber(min=0),
    default=50,
    show_default=True,
    metavar="N",
    help="How many lines to show.",
)
@click.pass_context
def logs(ctx: click.Context, follow: bool, lines: int) -> None:
    """Show the log of the daemon that is started at login.

    It has ids and times, and never the words of an entry. Times are in UTC in the file and in a
    pipe, and in your time zone on a terminal.
    """
    from companion.entrypoints.cli.support.tail import followed, last_lines

    machine = machine_of(ctx)
    log = machine.log if machine.log.exists() else machine.stderr_log
    if not log.exists():
        raise Failed(texts.NO_LOG.format(path=machine.log))
    zone = _persons_zone() if on_terminal() else None
    # Opened first, so that no line is missed between the two.
    coming = followed(log) if follow else ()
    for line in chain(last_lines(log, lines), coming):
        click.echo(_for_people(line, zone) if zone else line, nl=False)


def _persons_zone() -> ZoneInfo:
    from companion.bootstrap import machine_zone, terminal_zone
    from companion.entrypoints.cli.support.settings import file_to_read
    from companion.errors import SettingsError
    from companion.settings import Settings, load_settings

    try:
        return terminal_zone(load_settings(Settings, env_file=file_to_read()))
    except SettingsError:  # the log may say which setting is wrong
        return machine_zone()


def _for_people(line: str, zone: ZoneInfo) -> str:
    """The line with its time on the person's clock."""
    stamp, space, rest = line.partition(" ")
    try:
        moment = datetime.strptime(stamp, UTC_TIME).replace(tzinfo=UTC)
    except ValueError:  # not a line of our log, such as one of a traceback
        return line
    return f"{local_time(moment, zone)}{space}{rest}"

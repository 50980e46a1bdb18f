"""`companion daemon uninstall`: stop the daemon, and stop starting it at login."""

import click

from companion.entrypoints.cli.support.machine import machine_of
from companion.entrypoints.cli.support.options import example
from companion.texts import terminal as texts


@click.command(epilog=example("companion daemon uninstall"))
@click.pass_context
def uninstall(ctx: click.Context) -> None:
    """Stop starting it at login, and stop it now.

    Removes only what `install` wrote: your entries, your settings and the log stay.
    """
    from companion.bootstrap.surroundings import login_service

    service = login_service(machine_of(ctx))
    if service.uninstall():
        click.echo(texts.UNINSTALLED.format(service=service.name))
    else:
        click.echo(texts.NOT_INSTALLED)

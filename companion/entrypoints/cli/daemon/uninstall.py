"""`companion daemon uninstall`: stop it, and remove what `install` wrote."""

import click

from companion.entrypoints.cli.support.machine import machine_of
from companion.entrypoints.cli.support.options import example


@click.command(epilog=example("companion daemon uninstall"))
@click.pass_context
def uninstall(ctx: click.Context) -> None:
    """Stop it, and start it at login no more.

    Removes what `install` wrote and nothing else: your entries, .env and the log stay.
    """
    from companion.adapters.login import login_service

    service = login_service(machine_of(ctx))
    if service.uninstall():
        click.echo(f"The daemon is stopped, and {service.name} starts it no more.")
    else:
        click.echo("Nothing was installed.")

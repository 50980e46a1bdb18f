"""The machine that a command runs on."""

import click

from companion.domain.computer.machine import Machine


def machine_of(ctx: click.Context) -> Machine:
    """This machine, or the one that a test passes in."""
    from companion.bootstrap.surroundings import this_machine

    return ctx.obj if isinstance(ctx.obj, Machine) else this_machine()

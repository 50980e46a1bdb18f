"""The machine that a command runs on."""

from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from companion.domain.computer.machine import Machine


def machine_of(ctx: click.Context) -> "Machine":
    """This machine, or the one that a test passes in."""
    from companion.bootstrap.surroundings import this_machine
    from companion.domain.computer.machine import Machine

    return ctx.obj if isinstance(ctx.obj, Machine) else this_machine()

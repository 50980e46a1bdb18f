"""`companion today`: today's entries."""

import click

from companion.entrypoints.cli.support.glance import glance_options, show_days
from companion.entrypoints.cli.support.options import example


@click.command(epilog=example("companion today"))
@glance_options
def today(tag: str | None, ids: bool, output: str) -> None:
    """Show today's entries.

    `companion entries` shows those of any other time, `companion summary` sums them up.
    """
    show_days(0, 0, tag=tag, ids=ids, output=output)

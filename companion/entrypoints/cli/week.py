"""`companion week`: the entries of the past seven days and today."""

import click

from companion.entrypoints.cli.support.glance import glance_options, show_days
from companion.entrypoints.cli.support.options import example


@click.command(epilog=example("companion week"))
@glance_options
def week(tag: str | None, ids: bool, output: str) -> None:
    """Show the entries of the past seven days and today.

    `companion entries` shows those of any other time, `companion summary` sums them up.
    """
    show_days(7, 0, tag=tag, ids=ids, output=output)

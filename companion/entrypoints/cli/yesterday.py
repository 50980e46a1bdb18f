"""`companion yesterday`: yesterday's entries."""

import click

from companion.entrypoints.cli.support.glance import glance_options, show_days
from companion.entrypoints.cli.support.options import example


@click.command(epilog=example("companion yesterday"))
@glance_options
def yesterday(tag: str | None, ids: bool, output: str) -> None:
    """Show yesterday's entries.

    `companion entries` shows those of any other time, `companion summary` sums them up.
    """
    show_days(1, 1, tag=tag, ids=ids, output=output)

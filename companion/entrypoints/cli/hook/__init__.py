"""`companion hook` and its subcommands."""

import click

from companion.entrypoints.cli.support.groups import Group
from companion.entrypoints.cli.support.options import example


@click.group(
    cls=Group,
    places={
        "install": "hook.install:install",
        "uninstall": "hook.uninstall:uninstall",
        "status": "hook.status:status",
        "record": "hook.record:record",
    },
    epilog=example("companion hook install git", "companion hook status"),
)
def hook() -> None:
    """Log commits by themselves, and see where you left off where you work.

    The git hook logs the subject of each commit, in the background. The shell hook shows
    `companion where` when you come to a repository after a day away.
    """

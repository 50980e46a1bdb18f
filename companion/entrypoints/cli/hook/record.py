"""`companion hook record`: what the git hook runs in the background."""

from pathlib import Path

import click

from companion.entrypoints.cli.support.options import example
from companion.entrypoints.cli.support.settings import person_settings
from companion.entrypoints.run import run


@click.command(hidden=True, epilog=example("companion hook record HEAD"))
@click.argument("commit")
def record(commit: str) -> None:
    """Log the subject of a commit of the repository here, if it is new and your own."""
    settings = person_settings()

    from companion.bootstrap import commit_logger, open_store, terminal_zone

    zone, folder = terminal_zone(settings), Path.cwd()

    async def log_it() -> None:
        async with open_store(settings) as store:
            await commit_logger(settings, store)(settings.user_id, folder, commit, zone)

    run(log_it())

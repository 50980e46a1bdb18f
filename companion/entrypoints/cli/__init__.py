"""The terminal: `companion …`.

Nothing heavy is imported at the top of these modules, so that help and typing mistakes are
answered at once; each command imports what it runs.
"""

import click

from companion.entrypoints.cli.completion import completion
from companion.entrypoints.cli.copying import copy
from companion.entrypoints.cli.corrections import delete, edit
from companion.entrypoints.cli.daemon import daemon
from companion.entrypoints.cli.doctor import doctor
from companion.entrypoints.cli.erasing import erase
from companion.entrypoints.cli.export import export
from companion.entrypoints.cli.importing import import_command
from companion.entrypoints.cli.init import init
from companion.entrypoints.cli.jobs import jobs
from companion.entrypoints.cli.journal import entries, log
from companion.entrypoints.cli.manifest import manifest_command
from companion.entrypoints.cli.services import sandbox, webhook
from companion.entrypoints.cli.shell import Root, example
from companion.entrypoints.cli.summary import summary
from companion.entrypoints.cli.table import table

__all__ = ["cli", "main"]


@click.group(
    cls=Root,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog=example('companion log "fixed the flaky test"', "companion sandbox"),
)
@click.version_option(None, "--version", package_name="companion-memory", prog_name="companion")
def cli() -> None:
    """Captures what you do, and helps you find back into it.

    `companion sandbox` shows everything in the browser, with no account.
    Settings come from the environment and from .env; whichever a command lacks, it names.
    """


cli.section("Look back and write down", log, entries, edit, delete, summary, jobs)
cli.section("Your data", export, import_command, copy, erase)
cli.section("Set it up", init, manifest_command)
cli.section("Run it", sandbox, daemon, webhook, table, doctor)
cli.section("Besides", completion)


def main() -> None:
    """The console script."""
    cli(prog_name="companion")

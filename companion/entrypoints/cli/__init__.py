"""The terminal: `companion …`.

Each command is imported when it is asked for, and imports what it runs when it runs, so that help
and typing mistakes are answered at once, and an entry is written down without waiting.
"""

import gc

import click

from companion.entrypoints.cli.support.groups import Root
from companion.entrypoints.cli.support.options import example

__all__ = ["cli", "main"]

SECTIONS = {
    "Look back and write down": {
        "log": "log:log",
        "entries": "entries:entries",
        "edit": "edit:edit",
        "delete": "delete:delete",
        "summary": "summary:summary",
        "jobs": "jobs:jobs",
    },
    "Your data": {
        "export": "export:export",
        "import": "import_:import_command",
        "copy": "copy:copy",
        "erase": "erase:erase",
    },
    "Set it up": {"init": "init:init", "manifest": "manifest:manifest_command"},
    "Run it": {
        "sandbox": "sandbox:sandbox",
        "daemon": "daemon:daemon",
        "webhook": "webhook:webhook",
        "table": "table:table",
        "doctor": "doctor:doctor",
    },
    "Besides": {"completion": "completion:completion"},
}


@click.group(
    cls=Root,
    sections=SECTIONS,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog=example('companion log "fixed the flaky test"', "companion sandbox"),
)
@click.version_option(None, "--version", package_name="companion-memory", prog_name="companion")
def cli() -> None:
    """Captures what you do, and helps you find back into it.

    `companion sandbox` shows everything in the browser, with no account.
    Settings come from the environment and from .env; whichever a command lacks, it names.
    """


def main() -> None:
    """The console script."""
    # What is imported stays: looking through it for garbage again and again only takes time.
    gc.disable()
    cli(prog_name="companion")

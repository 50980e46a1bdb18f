"""The terminal: `companion …`.

Each command is imported when it is asked for, and imports what it runs when it runs, so that help
and typing mistakes are answered at once, and an entry is written down without waiting.
"""

import gc

import click

from companion.entrypoints.cli.shell import Root, example

__all__ = ["cli", "main"]

SECTIONS = {
    "Look back and write down": {
        "log": "journal:log",
        "entries": "journal:entries",
        "edit": "corrections:edit",
        "delete": "corrections:delete",
        "summary": "summary:summary",
        "jobs": "jobs:jobs",
    },
    "Your data": {
        "export": "export:export",
        "import": "importing:import_command",
        "copy": "copying:copy",
        "erase": "erasing:erase",
    },
    "Set it up": {"init": "init:init", "manifest": "manifest:manifest_command"},
    "Run it": {
        "sandbox": "services:sandbox",
        "daemon": "daemon:daemon",
        "webhook": "services:webhook",
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

"""The terminal, `companion …`: each command is in a file of its name.

Each command is imported when it is called, and imports what it runs when it runs. So help and
typing mistakes are answered at once, and `companion log` does not wait for other commands.
"""

import gc
import sys

import click

from companion.entrypoints.cli.support.groups import Root
from companion.entrypoints.cli.support.options import example
from companion.entrypoints.cli.support.output import end_output, prepare_streams
from companion.entrypoints.terminal import IN_SANDBOX, command
from companion.texts import terminal as texts

__all__ = ["cli", "main"]

SECTIONS = {
    "Write down and look back": {
        "log": "log:log",
        "today": "today:today",
        "yesterday": "yesterday:yesterday",
        "week": "week:week",
        "entries": "entries:entries",
        "search": "search:search",
        "ask": "ask:ask",
        "tags": "tags:tags",
        "edit": "edit:edit",
        "delete": "delete:delete",
        "undo": "undo:undo",
        "summary": "summary:summary",
        "where": "where:where",
        "standup": "standup:standup",
        "stats": "stats:stats",
        "prompt": "prompt:prompt",
        "pause": "pause:pause",
        "resume": "resume:resume",
        "next": "next:next_command",
        "why": "why:why",
        "jobs": "jobs:jobs",
    },
    "Your data": {
        "export": "export:export",
        "import": "import_:import_command",
        "backup": "backup:backup",
        "copy": "copy:copy",
        "adopt": "adopt:adopt",
        "erase": "erase:erase",
    },
    "Set it up": {
        "init": "init:init",
        "settings": "settings:settings",
        "llm": "llm:llm",
        "manifest": "manifest:manifest_command",
    },
    "Run it": {
        "hook": "hook:hook",
        "sandbox": "sandbox:sandbox",
        "mcp": "mcp:mcp",
        "daemon": "daemon:daemon",
        "webhook": "webhook:webhook",
        "table": "table:table",
        "doctor": "doctor:doctor",
    },
    "Other": {"completion": "completion:completion"},
}

USE_ENTRIES = (
    *("log", "today", "yesterday", "week", "entries", "search", "ask", "tags", "edit"),
    *("delete", "undo", "summary", "where", "standup", "stats", "pause", "resume", "next", "why"),
    *("jobs", "export", "import", "mcp"),
)
"""The commands that --sandbox is for, besides `companion` without one."""


@click.group(
    cls=Root,
    sections=SECTIONS,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog=example('companion log "fixed the flaky test"', "companion sandbox"),
)
@click.version_option(None, "--version", package_name="companion-memory", prog_name="companion")
@click.option(
    "--env-file",
    type=click.Path(dir_okay=False),
    metavar="FILE",
    help="The settings file, instead of your own.  [default: COMPANION_ENV_FILE]",
)
@click.option("--sandbox", is_flag=True, help="Use the entries that the sandbox has stored.")
@click.pass_context
def cli(ctx: click.Context, env_file: str | None, sandbox: bool) -> None:
    """Write down what you do, and find it again.

    `companion sandbox` shows everything in the browser, with no account.
    Settings come from the environment and from one file, in any folder:
    `companion settings` shows them. A command names each one that is missing.
    Without a command it shows today's entries and what comes next.
    """
    name = ctx.invoked_subcommand
    if sandbox and name is not None and name not in USE_ENTRIES:
        *names, last = USE_ENTRIES
        listed = f"{', '.join(names)} and {last}"
        raise click.UsageError(texts.SANDBOX_REFUSED.format(name=name, names=listed))
    if sandbox:
        ctx.meta[IN_SANDBOX] = USE_ENTRIES
    if name is None:
        from companion.entrypoints.cli.overview import show_overview

        show_overview(ctx)


def main() -> None:
    """The console script."""
    # Imported modules stay in memory: searching them for garbage only takes time.
    gc.disable()
    prepare_streams()
    try:
        # Completion looks for this variable, whatever the person types.
        cli(prog_name=command(), complete_var="_COMPANION_COMPLETE")
    except OSError as error:  # from what click prints itself, such as --help
        sys.exit(end_output(error))
    finally:
        gc.freeze()  # nor does the interpreter search them when it ends

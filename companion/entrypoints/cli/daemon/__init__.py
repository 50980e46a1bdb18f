"""`companion daemon` and its subcommands."""

from pathlib import Path

import click

from companion.entrypoints.cli.support.groups import Group
from companion.entrypoints.cli.support.machine import machine_of
from companion.entrypoints.cli.support.options import example
from companion.texts import terminal as texts


@click.group(
    cls=Group,
    places={
        "install": "daemon.install:install",
        "uninstall": "daemon.uninstall:uninstall",
        "status": "daemon.status:status",
        "logs": "daemon.logs:logs",
        "missing": "daemon.missing:missing",
    },
    invoke_without_command=True,
    epilog=example("companion daemon", "companion daemon install", "companion daemon status"),
)
@click.option(
    "--supervised",
    is_flag=True,
    help="For launchd and systemd, which restart a daemon that failed: log to a file, exit "
    "with status 0 when only a changed setting can help, and with 75 when trying later may.",
)
@click.option(
    "--log-file",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Log to FILE; at most five files of a megabyte each.",
)
@click.pass_context
def daemon(ctx: click.Context, supervised: bool, log_file: Path | None) -> None:
    """Prompt, listen and sum up in your direct message, until stopped.

    Needs SLACK_BOT_TOKEN, SLACK_APP_TOKEN and SLACK_USER_ID. The commands below start it at each
    login, and show its state and its log.
    """
    if ctx.invoked_subcommand is None:
        from companion.entrypoints.cli.daemon.run import run_daemon

        run_daemon(supervised, log_file or (machine_of(ctx).log if supervised else None))
    elif supervised or log_file:
        raise click.UsageError(texts.OPTIONS_OF_RUN)

"""`companion daemon`: the direct message; started at login, looked at, and its log read."""

import os
import stat
from contextlib import nullcontext
from functools import partial
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

import click

from companion.entrypoints.cli.shell import (
    Failed,
    Misused,
    complain,
    example,
    format_option,
    leaves,
    note,
    run,
    settings_for,
    store_place,
    working,
)
from companion.errors import SettingsError

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Mapping

    from companion.adapters.login import Machine
    from companion.settings import Settings

NEEDED = ("slack_bot_token", "slack_app_token", "slack_user_id")
NOT_THE_DAEMONS = {"COMPANION_WEBHOOK_URL", "PORT", "SLACK_SIGNING_SECRET"}


@click.group(
    invoke_without_command=True,
    epilog=example("companion daemon", "companion daemon install", "companion daemon status"),
)
@click.option(
    "--supervised",
    is_flag=True,
    help="For launchd and the like, which restart whatever failed: exits with 0 when only a "
    "changed setting can help, and logs to a file.",
)
@click.option(
    "--log-file",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Log there instead, five files of a megabyte at most.",
)
@click.pass_context
def daemon(ctx: click.Context, supervised: bool, log_file: Path | None) -> None:
    """Ask, listen and sum up in your direct message, until stopped.

    Needs SLACK_BOT_TOKEN, SLACK_APP_TOKEN and SLACK_USER_ID. The commands below have it started
    at each login, and tell how it is.
    """
    if ctx.invoked_subcommand is None:
        _run(supervised, log_file or (_machine(ctx).log if supervised else None))
    elif supervised or log_file:
        raise click.UsageError("--supervised and --log-file are for `companion daemon` alone.")


def _run(supervised: bool, log_file: Path | None) -> None:
    from companion.entrypoints.cli.stopping import until_stopped
    from companion.entrypoints.connection import TokenRefusedError
    from companion.entrypoints.log_file import logging_to

    with logging_to(log_file) if log_file else nullcontext():
        try:
            settings = settings_for(*NEEDED, service=True)
            if supervised:
                _shorten_stderr()
            run(until_stopped(partial(_daemon, settings)))
        except SettingsError as error:
            _give_up(error, supervised)
        except ExceptionGroup as group:
            refused, others = group.split(TokenRefusedError)
            if refused is None or others:
                raise
            _give_up(next(leaves(refused)), supervised)


def _give_up(problem: BaseException, supervised: bool) -> None:
    """Only a changed setting can help. A supervisor would start a failed one again for ever."""
    if not supervised:
        raise Misused(str(problem))
    import logging

    logging.getLogger(__name__).error("daemon.gave_up reason=%r", str(problem))
    complain(str(problem))


async def _daemon(settings: "Settings", stop: "asyncio.Event") -> None:
    from companion.bootstrap import companion
    from companion.entrypoints.daemon import running

    async with companion(settings) as system, running(system, settings):
        note(
            f"companion daemon: in the direct message of {settings.slack_user_id}, "
            f"storing in {store_place(settings)}"
        )
        await stop.wait()


def _shorten_stderr() -> None:
    """Nobody else would: launchd adds to that file what each start says."""
    from companion.entrypoints.log_file import MOST_BYTES

    its = os.fstat(2)
    if stat.S_ISREG(its.st_mode) and its.st_size > MOST_BYTES:
        os.ftruncate(2, 0)


@daemon.command(epilog=example("companion daemon install"))
@click.pass_context
def install(ctx: click.Context) -> None:
    """Start it now and at each login, in this folder.

    By launchd on a Mac, by systemd on Linux. It is restarted when it fails, and stays stopped
    when Slack refuses its token. Repeat this after a change in .env, or after an update.
    """
    from companion.adapters.login import Agent, login_service

    machine, folder = _machine(ctx), Path.cwd()
    service = login_service(machine)
    settings = settings_for(*NEEDED)
    if problems := _only_in_this_shell(machine.environ, folder, settings):
        raise SettingsError(problems)
    hints = service.install(Agent.of(machine, folder))
    click.echo(f"The daemon is started now and at each login, by {service.name}, in {folder}.")
    click.echo(
        "`companion daemon status` says how it is; `companion daemon logs -f`, what it does."
    )
    for hint in hints:
        note(hint)


def _only_in_this_shell(
    environ: "Mapping[str, str]", folder: Path, settings: "Settings"
) -> list[str]:
    """What the daemon would not see, or see otherwise, when it is started at login."""
    from companion.adapters.env_file import EnvFile
    from companion.settings import SETTINGS

    file = {name.upper(): value for name, value in EnvFile(folder / ".env").read().items()}
    here = {name.upper(): value for name, value in environ.items() if value}
    its = {name.upper() for name in SETTINGS} - NOT_THE_DAEMONS
    return [
        f"{name} is set in this shell, where the daemon does not see it: put it into "
        f"{folder / '.env'}, or unset it"
        for name in sorted(its & here.keys())
        if (settings.dynamodb_table or not name.startswith("AWS_")) and here[name] != file.get(name)
    ]


@daemon.command(epilog=example("companion daemon uninstall"))
@click.pass_context
def uninstall(ctx: click.Context) -> None:
    """Stop it, and start it at login no more.

    Removes what `install` wrote and nothing else: your entries, .env and the log stay.
    """
    from companion.adapters.login import login_service

    service = login_service(_machine(ctx))
    if service.uninstall():
        click.echo(f"The daemon is stopped, and {service.name} starts it no more.")
    else:
        click.echo("Nothing was installed.")


@daemon.command(epilog=example("companion daemon status"))
@format_option
@click.pass_context
def status(ctx: click.Context, output: str) -> None:
    """Say how it is, and what comes next.

    Since when it runs and is connected, when the last entry came, what is planned, what was
    missed and why, and whether it is started at login. Exit status 1 when it does not run.
    """
    settings = settings_for("slack_user_id")

    from companion.adapters.status import Life
    from companion.bootstrap import SystemClock, terminal_zone
    from companion.entrypoints.cli.standing import show, standing_as_json
    from companion.entrypoints.standing import standing

    machine, clock = _machine(ctx), SystemClock()
    with working("Looking…"):
        it = run(standing(settings, machine, clock))
    if output == "json":
        click.echo(standing_as_json(it, machine.log))
    else:
        show(it, machine.log, clock.now(), terminal_zone(settings))
    if it.life is not Life.RUNNING:
        raise Failed


@daemon.command(epilog=example("companion daemon logs -f", "companion daemon logs -n 200"))
@click.option("-f", "--follow", is_flag=True, help="Show also what comes, until Ctrl-C.")
@click.option(
    "-n",
    "--lines",
    type=click.IntRange(min=0),
    default=50,
    show_default=True,
    metavar="N",
    help="How many lines to show.",
)
@click.pass_context
def logs(ctx: click.Context, follow: bool, lines: int) -> None:
    """Show its log.

    That of the daemon that is started at login: ids and times, nobody's words.
    """
    from companion.entrypoints.cli.tail import followed, last_lines

    machine = _machine(ctx)
    log = machine.log if machine.log.exists() else machine.stderr_log
    if not log.exists():
        raise Failed(
            f"There is no log at {machine.log} yet: a daemon writes it that was started at login "
            "(`companion daemon install`) or with --supervised."
        )
    # Opened first, so that nothing is missed between the two.
    coming = followed(log) if follow else ()
    for line in chain(last_lines(log, lines), coming):
        click.echo(line, nl=False)


def _machine(ctx: click.Context) -> "Machine":
    """This one, or the one that a test gives."""
    from companion.adapters.login import Machine

    return ctx.obj if isinstance(ctx.obj, Machine) else Machine.here()

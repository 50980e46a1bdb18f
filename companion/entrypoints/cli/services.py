"""`companion webhook`, `daemon` and `sandbox`: what runs until it is stopped."""

import os
from functools import partial
from typing import TYPE_CHECKING

import click

from companion.entrypoints.cli.shell import (
    Failed,
    Misused,
    complain,
    example,
    leaves,
    note,
    run,
    settings_for,
)
from companion.errors import SettingsError

if TYPE_CHECKING:
    import asyncio

    from companion.settings import Settings


@click.command(epilog=example("PORT=3000 companion webhook"))
def webhook() -> None:
    """Serve /log over HTTP: POST /slack/events, and GET /healthz.

    Listens on PORT (8080) of every address. Needs SLACK_SIGNING_SECRET.
    """
    settings = settings_for("slack_signing_secret", service=True)

    from companion.entrypoints.cli.stopping import until_stopped

    run(until_stopped(partial(_webhook, settings)))


async def _webhook(settings: "Settings", stop: "asyncio.Event") -> None:
    from companion.bootstrap import SystemClock, command_capture, open_store
    from companion.entrypoints.webhook import build_app, serving

    assert settings.slack_signing_secret is not None  # noqa: S101 -- load_settings saw to it
    secret, host = settings.slack_signing_secret.get_secret_value(), "0.0.0.0"  # noqa: S104 -- it is meant to be reached
    async with open_store(settings) as store:
        app = build_app(command_capture(settings, store), secret, SystemClock())
        try:
            async with serving(app, host, settings.port) as port:
                note(
                    f"companion webhook: http://{host}:{port}/slack/events, "
                    f"storing in {_place(settings)}"
                )
                await stop.wait()
        except OSError as error:
            reason = os.strerror(error.errno) if error.errno else str(error)
            raise Failed(
                f"Cannot listen on port {settings.port} ({reason}). "
                "Stop what uses it, or set another PORT."
            ) from error


@click.command(epilog=example("companion daemon"))
@click.option(
    "--supervised",
    is_flag=True,
    help="For launchd and the like, which restart whatever failed: exits with 0 when only a "
    "changed setting can help.",
)
def daemon(supervised: bool) -> None:
    """Ask, listen and sum up in your direct message, until stopped.

    Needs SLACK_BOT_TOKEN, SLACK_APP_TOKEN and SLACK_USER_ID.
    """
    try:
        settings = settings_for("slack_bot_token", "slack_app_token", "slack_user_id", service=True)
    except SettingsError as error:
        return _give_up(error, supervised)

    from companion.entrypoints.cli.stopping import until_stopped
    from companion.entrypoints.connection import TokenRefusedError

    try:
        run(until_stopped(partial(_daemon, settings)))
    except ExceptionGroup as group:
        refused, others = group.split(TokenRefusedError)
        if refused is None or others:
            raise
        _give_up(next(leaves(refused)), supervised)


def _give_up(problem: BaseException, supervised: bool) -> None:
    """Only a changed setting can help. A supervisor would start a failed one again for ever."""
    if not supervised:
        raise Misused(str(problem))
    complain(str(problem))


async def _daemon(settings: "Settings", stop: "asyncio.Event") -> None:
    from companion.bootstrap import companion
    from companion.entrypoints.daemon import running

    async with companion(settings) as system, running(system, settings):
        note(
            f"companion daemon: in the direct message of {settings.slack_user_id}, "
            f"storing in {_place(settings)}"
        )
        await stop.wait()


@click.command(epilog=example("companion sandbox --reset"))
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=8750,
    show_default=True,
    metavar="N",
    help="Where to listen; 0 takes any free port.",
)
@click.option("--no-browser", is_flag=True, help="Do not open the page.")
@click.option("--reset", is_flag=True, help="Forget what was said there before.")
def sandbox(port: int, no_browser: bool, reset: bool) -> None:
    """Try everything in the browser, with no account.

    A Slack of your own on this machine, with the real webhook and daemon behind it.
    """
    settings_for()

    from companion.entrypoints.cli.stopping import until_stopped
    from companion.entrypoints.sandbox import run as run_sandbox

    it = partial(run_sandbox, port, not no_browser, reset, note)
    run(until_stopped(it))


def _place(settings: "Settings") -> str:
    if settings.dynamodb_table:
        return f"the DynamoDB table {settings.dynamodb_table} ({settings.aws_region})"
    return str(settings.companion_db)

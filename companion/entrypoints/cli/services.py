"""`companion webhook` and `sandbox`: what runs until it is stopped."""

import os
from functools import partial
from typing import TYPE_CHECKING

import click

from companion.entrypoints.cli.shell import (
    Failed,
    example,
    note,
    run,
    settings_for,
    store_place,
)

if TYPE_CHECKING:
    import asyncio

    from companion.settings import Settings


@click.command(epilog=example("PORT=3000 companion webhook"))
def webhook() -> None:
    """Serve /log over HTTP: POST /slack/events, and GET /healthz.

    Listens on PORT (8080) of every address. Needs SLACK_SIGNING_SECRET.
    """
    settings = settings_for("slack_signing_secret", service=True)

    import companion.entrypoints.webhook  # noqa: F401 -- before the garbage is looked for again
    from companion.entrypoints.cli.stopping import until_stopped

    run(until_stopped(partial(_webhook, settings)))


async def _webhook(settings: "Settings", stop: "asyncio.Event") -> None:
    from companion.bootstrap import SystemClock, command_capture, open_store
    from companion.entrypoints.webhook import build_app, serving

    assert settings.slack_signing_secret is not None  # noqa: S101 -- load_settings saw to it
    secret, host = settings.slack_signing_secret.reveal(), "0.0.0.0"  # noqa: S104 -- it is meant to be reached
    async with open_store(settings) as store:
        app = build_app(command_capture(settings, store), secret, SystemClock())
        try:
            async with serving(app, host, settings.port) as port:
                note(
                    f"companion webhook: http://{host}:{port}/slack/events, "
                    f"storing in {store_place(settings)}"
                )
                await stop.wait()
        except OSError as error:
            reason = os.strerror(error.errno) if error.errno else str(error)
            raise Failed(
                f"Cannot listen on port {settings.port} ({reason}). "
                "Stop what uses it, or set another PORT."
            ) from error


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

"""`companion webhook`: serve /log over HTTP, until stopped."""

import os
from functools import partial
from typing import TYPE_CHECKING

import click

from companion.domain.manifest import EVENTS_PATH, HEALTH_PATH
from companion.entrypoints.cli.support.errors import Failed
from companion.entrypoints.cli.support.options import example
from companion.entrypoints.cli.support.settings import settings_for, store_place
from companion.entrypoints.run import run
from companion.entrypoints.terminal import note
from companion.texts import terminal as texts

if TYPE_CHECKING:
    import asyncio

    from companion.settings import WebhookSettings


@click.command(
    help=f"Serve /log over HTTP: POST {EVENTS_PATH}, and GET {HEALTH_PATH}.\n\n"
    "Listens on PORT (8080) of all addresses. Needs SLACK_SIGNING_SECRET.",
    epilog=example("PORT=3000 companion webhook"),
)
def webhook() -> None:
    from companion.settings import WebhookSettings

    settings = settings_for(WebhookSettings, service=True)

    import companion.entrypoints.web_app  # noqa: F401 -- imported before `run` freezes the garbage collector
    from companion.entrypoints.cli.support.stopping import until_stopped

    run(until_stopped(partial(_webhook, settings)))


async def _webhook(settings: "WebhookSettings", stop: "asyncio.Event") -> None:
    from companion.bootstrap import SystemClock, open_store
    from companion.entrypoints.web_app import serving_web_app

    host = "0.0.0.0"  # noqa: S104 -- it is meant to be reached
    async with open_store(settings) as store:
        clock = SystemClock()
        try:
            async with serving_web_app(settings, store, clock, host, settings.port) as port:
                note(
                    texts.WEBHOOK_RUNS.format(
                        host=host, port=port, path=EVENTS_PATH, place=store_place(settings)
                    )
                )
                await stop.wait()
        except OSError as error:
            reason = os.strerror(error.errno) if error.errno else str(error)
            raise Failed(texts.CANNOT_LISTEN.format(port=settings.port, reason=reason)) from error

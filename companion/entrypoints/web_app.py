"""The webhook with all that it answers, as `companion webhook` and the sandbox serve it."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from zoneinfo import ZoneInfo

from companion.bootstrap import Store, command_capture, slack_text
from companion.entrypoints.afterwards import Afterwards
from companion.entrypoints.slack.companion import CompanionCommand
from companion.entrypoints.slack.keeping import Keeping
from companion.entrypoints.webhook import SHUTDOWN_TIMEOUT_S, build_app, serving
from companion.ports import Clock
from companion.settings import DaemonAndWebhookSettings, WebhookSettings


@asynccontextmanager
async def serving_web_app(
    settings: WebhookSettings | DaemonAndWebhookSettings,
    store: Store,
    clock: Clock,
    host: str,
    port: int,
    zone_of: Callable[[str], ZoneInfo | None] | None = None,
) -> AsyncIterator[int]:
    """The web app on that address; its port, as `serving` gives it.

    On leaving, what was begun after an ack has SHUTDOWN_TIMEOUT_S to be done. OSError when the
    port is taken.
    """
    afterwards = Afterwards()
    keeping = Keeping(settings, store, clock, afterwards)
    asked = CompanionCommand(settings, store, clock, settings.slack_web_bot_token, afterwards)
    app = build_app(
        command_capture(settings, store, clock, zone_of),
        settings.slack_signing_secret.get_secret_value(),
        clock,
        slack_text(),
        settings.commands,
        [keeping.listen, asked.listen],
        keeping.opener(settings.slack_web_bot_token),
    )
    async with serving(app, host, port) as chosen:
        try:
            yield chosen
        finally:
            await afterwards.finish(SHUTDOWN_TIMEOUT_S)

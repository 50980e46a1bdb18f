"""`/log` over HTTP: Bolt behind a door that lets in nothing that Slack would not send."""

import logging
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import parse_qsl

from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response
from slack_bolt.async_app import AsyncBoltRequest
from slack_sdk.signature import Clock as SignatureClock
from slack_sdk.signature import SignatureVerifier

from companion.entrypoints.listeners import bolt_app, listen_for_commands
from companion.ports import Clock
from companion.usecases.capture import CaptureCommand

log = logging.getLogger(__name__)

MAX_BODY = 64 * 1024
MAX_FIELDS = 100

IDENTITIES = {
    "user_id": re.compile(r"[UW][A-Z0-9]{1,40}"),
    "trigger_id": re.compile(r"[\w.-]{1,200}", re.ASCII),
}
"""What a command must have, so that it is somebody's, and one entry however often it comes."""
PASSED_ON = ("command", "text", "user_id", "trigger_id", "team_id", "enterprise_id", "channel_id")
"""Bolt looks for the shapes of every kind of request, and answers 500 to mixtures of them."""


class SignatureTime(SignatureClock):
    """Our clock, as slack_sdk asks for one."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    def now(self) -> float:
        return self._clock.now().timestamp()


def build_app(capture: CaptureCommand, signing_secret: str, clock: Clock) -> web.Application:
    """The HTTP app: `POST /slack/events` and `GET /healthz`."""
    verifier = SignatureVerifier(signing_secret, SignatureTime(clock))
    bolt = bolt_app()
    listen_for_commands(bolt, capture)

    async def slack_events(request: web.Request) -> web.Response:
        try:
            command = await read_command(request, verifier)
        except web.HTTPException as refusal:
            log.info("request.refused status=%d", refusal.status)
            raise
        return await to_aiohttp_response(await bolt.async_dispatch(command))

    async def healthz(_: web.Request) -> web.Response:
        return web.Response(text="ok\n")

    app = web.Application(client_max_size=MAX_BODY)
    app.router.add_post("/slack/events", slack_events)
    app.router.add_get("/healthz", healthz)
    return app


async def read_command(request: web.Request, verifier: SignatureVerifier) -> AsyncBoltRequest:
    """The slash command in a request that Slack signed, as Bolt can be given it.

    Raises HTTPUnauthorized, HTTPBadRequest, HTTPNotFound for a request that is no command, and
    HTTPRequestEntityTooLarge over 64 KiB. Nothing is parsed before it is known to be Slack's.
    """
    timestamp = request.headers.get("X-Slack-Request-Timestamp", "")
    signature = request.headers.get("X-Slack-Signature", "")
    if not (re.fullmatch(r"\d{1,12}", timestamp, re.ASCII) and signature.isascii()):
        raise web.HTTPUnauthorized(text="no request of Slack's\n")
    try:
        text = (await request.read()).decode()
    except (UnicodeDecodeError, web.RequestPayloadError):  # the latter: no such compression
        raise web.HTTPBadRequest(text="the body cannot be read\n") from None
    if not verifier.is_valid(text, timestamp, signature):
        raise web.HTTPUnauthorized(text="no request of Slack's\n")
    # Given a body that is parsed already, Bolt does not parse: it would take a form in which the
    # word "payload" occurs for no form. Then it is told that the request came over HTTP.
    command = AsyncBoltRequest(
        body=_command(text), headers={"X-Slack-Request-Timestamp": timestamp}, mode="socket_mode"
    )
    command.mode, command.raw_body = "http", text
    return command


def _command(text: str) -> dict[str, str]:
    try:
        fields = parse_qsl(text, keep_blank_values=True, errors="strict", max_num_fields=MAX_FIELDS)
    except ValueError:
        raise web.HTTPBadRequest(text="the body cannot be read\n") from None
    form = dict(fields)
    if not form.get("command", "").startswith("/"):
        raise web.HTTPNotFound(text="no slash command\n")
    if len(form) < len(fields):
        raise web.HTTPBadRequest(text="a field is there twice\n")
    for name, shape in IDENTITIES.items():
        if not shape.fullmatch(form.get(name, "")):
            raise web.HTTPBadRequest(text=f"no {name}\n")
    return {name: form[name] for name in PASSED_ON if name in form}


@asynccontextmanager
async def serving(app: web.Application, host: str, port: int) -> AsyncIterator[int]:
    """The app on that address, on a port of the system's choice where 0 is given; which one.

    On leaving, requests in hand have three seconds to finish. OSError when the port is taken.
    """
    runner = web.AppRunner(app, access_log=None, handle_signals=False, shutdown_timeout=3)
    await runner.setup()
    try:
        site = web.TCPSite(runner, host, port)
        await site.start()
        yield int(runner.addresses[0][1])
    finally:
        await runner.cleanup()

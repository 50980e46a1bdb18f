"""`/log` over HTTP: Bolt behind a door that lets in nothing that Slack would not send."""

import json
import logging
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import parse_qsl

from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response
from slack_bolt.async_app import AsyncApp, AsyncBoltRequest
from slack_bolt.middleware.request_verification.async_request_verification import (
    AsyncRequestVerification,
)
from slack_sdk.signature import SignatureVerifier

from companion.entrypoints.listeners import authorize, listen_for_commands, quiet_logger
from companion.ports import Clock
from companion.usecases.capture import CaptureCommand

log = logging.getLogger(__name__)

MAX_BODY = 64 * 1024
MAX_FIELDS = 100


class Verification(AsyncRequestVerification):
    """Bolt's check of Slack's signature, by our clock, and without the body in the log."""

    def __init__(self, signing_secret: str, clock: Clock) -> None:
        super().__init__(signing_secret)
        self._clock = clock

    def now(self) -> float:
        return self._clock.now().timestamp()

    @property
    def verifier(self) -> SignatureVerifier:
        return SignatureVerifier(self._signing_secret, clock=self)  # type: ignore[arg-type]  # only `now` is used

    def _debug_log_error(self, signature: str, timestamp: str, body: str) -> None:
        log.info("request.refused reason=signature")


def build_app(capture: CaptureCommand, signing_secret: str, clock: Clock) -> web.Application:
    """The HTTP app: `POST /slack/events` and `GET /healthz`."""
    bolt = AsyncApp(
        name="companion",
        logger=quiet_logger(),
        signing_secret=signing_secret,
        authorize=authorize,
        process_before_response=True,
        request_verification_enabled=False,  # Bolt's own comes next, as a Verification
        before_authorize=Verification(signing_secret, clock),
        ssl_check_enabled=False,  # it would answer before the signature is checked
        ignoring_self_events_enabled=False,
        attaching_function_token_enabled=False,
    )
    listen_for_commands(bolt, capture)

    async def slack_events(request: web.Request) -> web.Response:
        bolt_request = await read_request(request)
        return await to_aiohttp_response(await bolt.async_dispatch(bolt_request))

    async def healthz(_: web.Request) -> web.Response:
        return web.Response(text="ok\n")

    app = web.Application(client_max_size=MAX_BODY)
    app.router.add_post("/slack/events", slack_events)
    app.router.add_get("/healthz", healthz)
    return app


async def read_request(request: web.Request) -> AsyncBoltRequest:
    """What Bolt can be given: it answers 500 to bytes and headers that are broken, and 404 to
    forms in which the word "payload" occurs.

    Raises HTTPBadRequest, HTTPUnauthorized or, over 64 KiB, HTTPRequestEntityTooLarge.
    """
    timestamp = request.headers.get("X-Slack-Request-Timestamp", "")
    signature = request.headers.get("X-Slack-Signature", "")
    if not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) <= 12):
        raise web.HTTPUnauthorized(text="no request of Slack's\n")
    if not signature.isascii():
        raise web.HTTPUnauthorized(text="no request of Slack's\n")
    raw = await request.read()
    try:
        text = raw.decode("utf-8")
        body = _parse(text, request.content_type)
    except (ValueError, RecursionError) as error:
        log.info("request.refused reason=%s", type(error).__name__)
        raise web.HTTPBadRequest(text="the body cannot be read\n") from None
    # Given a body that is parsed already, Bolt does not parse; then it is told what was signed.
    bolt_request = AsyncBoltRequest(
        body=body, headers=dict(request.headers), query=request.query_string, mode="socket_mode"
    )
    bolt_request.mode, bolt_request.raw_body = "http", text
    return bolt_request


def _parse(text: str, content_type: str) -> dict[str, Any]:
    if content_type == "application/json" or text.startswith("{"):
        return _object(text)
    form = dict(parse_qsl(text, keep_blank_values=True, errors="strict", max_num_fields=MAX_FIELDS))
    return _object(form["payload"]) if "payload" in form else form


def _object(text: str) -> dict[str, Any]:
    value = json.loads(text)
    if not isinstance(value, Mapping):
        raise ValueError("no JSON object")
    return dict(value)


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

"""Slack over HTTP: Bolt, and in front of it the checks that need no body or that Bolt fails at."""

import logging
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from importlib.metadata import version

from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response
from slack_bolt.async_app import AsyncApp, AsyncBoltRequest
from slack_bolt.middleware.async_middleware import AsyncMiddleware
from slack_bolt.middleware.ssl_check.async_ssl_check import AsyncSslCheck
from slack_bolt.response import BoltResponse

from companion.domain.manifest import EVENTS_PATH, HEALTH_PATH, VERSION_HEADER, CommandNames
from companion.entrypoints.bolt import bolt_app, quiet_logger
from companion.entrypoints.forms import read_form
from companion.entrypoints.http_server import Connection, Limits, listening
from companion.entrypoints.signature import MAX_AGE_S, SIGNATURE, Verification
from companion.entrypoints.slack.commands import (
    OpenForm,
    listen_for_log,
    listen_for_other_commands,
)
from companion.ports import Clock, SlackText
from companion.usecases.capture import CaptureCommand

log = logging.getLogger(__name__)

MAX_BODY = 256 * 1024
"""In bytes."""
SHUTDOWN_TIMEOUT_S = 3
"""So long may requests that are in flight take to finish."""

BOLTS_OWN = "x-slack-bolt-"
"""Headers by which Bolt's processes talk to each other: from outside they mean nothing."""

type Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class FormReader(AsyncMiddleware):
    """Reads the form of a request that Bolt has verified, and refuses what is neither a command
    nor an interaction.

    In Bolt's place: for a form in which the word "payload" occurs, Bolt reads nothing.
    """

    async def async_process(
        self,
        *,
        req: AsyncBoltRequest,
        resp: BoltResponse,
        next: Callable[[], Awaitable[BoltResponse]],  # noqa: A002 -- Bolt's name for it
    ) -> BoltResponse:
        try:
            req.body = read_form(req.raw_body)
        except web.HTTPException as refusal:
            return BoltResponse(status=refusal.status, body=refusal.text or "")
        return await next()


def build_app(
    capture: CaptureCommand,
    signing_secret: str,
    clock: Clock,
    slack_text: SlackText,
    names: CommandNames | None = None,
    listeners: Iterable[Callable[[AsyncApp], None]] = (),
    open_form: OpenForm | None = None,
) -> web.Application:
    """The HTTP app: what Slack sends at EVENTS_PATH, and whether it is up at HEALTH_PATH.

    Each of the `listeners` is called once with Bolt's app, and adds its own to `/log`, which opens
    a form by `open_form` when it comes alone.
    """
    bolt = bolt_app(Verification(signing_secret, clock))
    bolt.use(FormReader())
    bolt.use(AsyncSslCheck(base_logger=quiet_logger()))
    names = names or CommandNames()
    listen_for_log(bolt, names.log, capture, slack_text, open_form)
    for listen in listeners:
        listen(bolt)
    listen_for_other_commands(bolt, names, slack_text)
    ours = {VERSION_HEADER: version("companion-memory")}

    async def slack_events(request: web.Request) -> web.StreamResponse:
        asked = await _to_bolt(request, clock)
        answer = await to_aiohttp_response(await bolt.async_dispatch(asked))
        if answer.status == 200:
            answer.headers.update(ours)
        return answer

    async def healthz(_: web.Request) -> web.Response:
        return web.Response(text="ok\n", headers=ours)

    app = web.Application(client_max_size=MAX_BODY, middlewares=[_refuse_and_close])
    app.router.add_post(EVENTS_PATH, slack_events)
    app.router.add_get(HEALTH_PATH, healthz)
    return app


async def _to_bolt(request: web.Request, clock: Clock) -> AsyncBoltRequest:
    """The request as Bolt can verify it: nothing of its body is parsed yet.

    Its body is read only if Slack could have sent the headers: else HTTPUnauthorized,
    HTTPUnsupportedMediaType or HTTPRequestEntityTooLarge.
    """
    headers = {name.lower(): request.headers.getall(name) for name in request.headers}
    _check_headers(headers, clock)
    if (length := request.content_length or 0) > MAX_BODY:
        raise web.HTTPRequestEntityTooLarge(MAX_BODY, length)
    try:
        text = (await request.read()).decode()
    except (UnicodeDecodeError, web.RequestPayloadError, ConnectionError) as error:
        error.__traceback__ = None  # the request holds the error, and this would hold the request
        raise _not_signed() from None
    if isinstance(request.protocol, Connection):
        request.protocol.request_read()
    # A body that is a dict is not parsed by Bolt, and Bolt takes one over a socket only.
    bolt_request = AsyncBoltRequest(
        body={},
        headers={name: v for name, v in headers.items() if not name.startswith(BOLTS_OWN)},
        mode="socket_mode",
    )
    bolt_request.mode, bolt_request.raw_body = "http", text
    return bolt_request


def _check_headers(headers: Mapping[str, Sequence[str]], clock: Clock) -> None:
    """Raises HTTPUnauthorized for what Bolt would refuse whatever the body is, and
    HTTPUnsupportedMediaType for a body that would have to be unpacked: Slack sends none."""
    timestamps = headers.get("x-slack-request-timestamp", [])
    signatures = headers.get("x-slack-signature", [])
    if len(timestamps) != 1 or not re.fullmatch(r"\d{1,12}", timestamps[0], re.ASCII):
        raise _not_signed()
    if abs(clock.now().timestamp() - int(timestamps[0])) > MAX_AGE_S:
        raise _not_signed()
    if len(signatures) != 1 or not SIGNATURE.fullmatch(signatures[0]):
        raise _not_signed()
    if any(value.strip().lower() != "identity" for value in headers.get("content-encoding", [])):
        raise web.HTTPUnsupportedMediaType(text="the body is compressed\n")


def _not_signed() -> web.HTTPUnauthorized:
    """The same answer as Bolt's, so that it does not tell which of us refused."""
    return web.HTTPUnauthorized(
        text='{"error": "invalid request"}', content_type="application/json"
    )


@web.middleware
async def _refuse_and_close(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Slack's requests are not refused, and anybody else has to connect again."""
    try:
        answer = await handler(request)
    except web.HTTPException as refusal:
        # Not raised again: aiohttp keeps what is raised, and with it the request and its body,
        # in a circle that waits for the garbage collector.
        answer = web.Response(
            status=refusal.status, reason=refusal.reason, body=refusal.body, headers=refusal.headers
        )
    if answer.status >= 500:  # Bolt answers so to an exception, and its logger is quiet
        log.error("request.failed status=%d", answer.status)
    elif answer.status >= 400:
        log.info("request.refused status=%d", answer.status)
        answer.force_close()
    return answer


@asynccontextmanager
async def serving(
    app: web.Application, host: str, port: int, limits: Limits | None = None
) -> AsyncIterator[int]:
    """The app on that address; its port, which the system chooses where 0 is given.

    On leaving, requests in flight have SHUTDOWN_TIMEOUT_S to finish. OSError when the port is
    taken.
    """
    async with listening(app, host, port, SHUTDOWN_TIMEOUT_S, limits or Limits()) as chosen:
        yield chosen

"""Socket Mode that heals: one client for one session, replaced with a new ticket when it ends.

slack_sdk's client (3.47) would retry one dead ticket for ever. Here its own reconnecting is the
signal that the session is over.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress

from slack_bolt.adapter.socket_mode.async_internals import run_async_bolt_app, send_async_response
from slack_bolt.async_app import AsyncApp
from slack_sdk.errors import SlackApiError
from slack_sdk.http_retry.builtin_async_handlers import AsyncRateLimitErrorRetryHandler
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.web.async_client import AsyncWebClient

from companion.adapters.slack import code_of, web_client
from companion.entrypoints.listeners import quiet_logger
from companion.errors import CompanionError

log = logging.getLogger(__name__)

REFUSED_TOKEN = {
    "account_inactive",
    "invalid_auth",
    "not_allowed_token_type",
    "not_authed",
    "token_expired",
    "token_revoked",
}
"""Slack's answers to any call that no repeating changes."""
REFUSED = REFUSED_TOKEN | {
    "missing_scope",
    "no_permission",
    "socket_mode_disabled",
    "team_access_not_granted",
}
"""Slack's answers to a ticket's request that no repeating changes."""


class TokenRefusedError(CompanionError):
    """Slack does not take a token: only its owner can mend that."""

    def __init__(self, token: str, code: str, advice: str) -> None:
        self.code = code
        super().__init__(
            f"Slack refuses the {token}: {code}. {advice}, then start the daemon again."
        )


class _Session(SocketModeClient):
    """One session. Whatever would make the SDK reconnect ends it."""

    def __init__(self, app_token: str, web_client: AsyncWebClient, ping_interval_s: float) -> None:
        super().__init__(
            app_token=app_token,
            web_client=web_client,
            logger=quiet_logger(),
            ping_interval=ping_interval_s,
        )
        self.over = asyncio.Event()

    async def connect_to_new_endpoint(self, force: bool = False) -> None:
        """Called by the SDK on `disconnect`, on a closed socket, and when pongs stay away."""
        self.over.set()

    async def leave(self) -> None:
        """Close the socket, and end the SDK's tasks also where the other side is gone."""
        try:
            with suppress(Exception):
                async with asyncio.timeout(min(1.0, self.ping_interval)):
                    await self.disconnect()  # type: ignore[no-untyped-call]  # the SDK has none
        finally:
            # The SDK's own `close` begins with waiting for the goodbye, and ends nothing without.
            self.current_session = None
            await self.close()  # type: ignore[no-untyped-call]


class Connection:
    """Keeps one session open. `on_connect` runs after each hello of Slack's.

    A session that lasted `most_wait_s` is replaced at once. For one that did not, and for one
    that never came about, the wait doubles each time, up to that.
    """

    def __init__(
        self,
        app: AsyncApp,
        app_token: str,
        base_url: str,
        on_connect: Callable[[], Awaitable[object]],
        ping_interval_s: float = 10,
        most_wait_s: float = 60,
    ) -> None:
        self._app = app
        self._app_token = app_token
        self._web_client = web_client(None, base_url, AsyncRateLimitErrorRetryHandler(2))
        self._on_connect = on_connect
        self._ping_interval_s = ping_interval_s
        self._most_wait_s = most_wait_s
        self._in_flight: set[asyncio.Task[object]] = set()
        self._session: _Session | None = None
        self._renewing = False
        self.connected = asyncio.Event()

    def renew(self) -> None:
        """Replace the session: the machine slept, and its socket may be dead without knowing.

        At once, however short it was: nothing failed.
        """
        if self._session is not None:
            self._renewing = True
            self._session.over.set()

    async def run(self) -> None:
        """Connect, and connect again, until cancelled. TokenRefusedError when that is of no use."""
        wait_s = 0.0
        try:
            while True:
                lasted_s = await self._one_session()
                if lasted_s >= self._most_wait_s or self._renewing:
                    wait_s = 0.0
                self._renewing = False
                await asyncio.sleep(wait_s)
                wait_s = min(max(2 * wait_s, self._ping_interval_s / 10), self._most_wait_s)
        finally:
            for task in self._in_flight:
                task.cancel()
            await asyncio.gather(*self._in_flight, return_exceptions=True)

    async def _one_session(self) -> float:
        """From its ticket to its end; how many seconds it lasted."""
        loop = asyncio.get_running_loop()
        began: float | None = None
        try:
            async with self._open(await self._ticket()) as session:
                began = loop.time()
                await session.over.wait()
                log.info("socket.over")
                self.connected.clear()
                # What it brought may still be acked through it.
                await self.finish(timeout_s=3)
        except CompanionError:
            raise
        except Exception as error:
            log.warning("socket.failed error=%s", type(error).__name__)
        return 0.0 if began is None else loop.time() - began

    async def finish(self, timeout_s: float) -> None:
        """Let the events that are in hand be stored and acked."""
        if self._in_flight:
            await asyncio.wait(self._in_flight, timeout=timeout_s)

    async def _ticket(self) -> str:
        try:
            answer = await self._web_client.apps_connections_open(app_token=self._app_token)
        except SlackApiError as error:
            code = code_of(error)
            if code in REFUSED:
                raise TokenRefusedError(
                    "app-level token",
                    code,
                    "Check SLACK_APP_TOKEN (xapp-…, with connections:write) and that Socket Mode "
                    "is on",
                ) from error
            raise
        return str(answer["url"])

    @asynccontextmanager
    async def _open(self, url: str) -> AsyncIterator[_Session]:
        session = _Session(self._app_token, self._web_client, self._ping_interval_s)
        try:
            session.wss_uri = url
            session.socket_mode_request_listeners.append(self._handle)  # type: ignore[arg-type]  # it is given itself
            hello = asyncio.Event()
            session.message_listeners.append(_when_greeted(hello))
            # `connect` never gives up by itself.
            async with asyncio.timeout(2 * self._ping_interval_s):
                await session.connect()  # type: ignore[no-untyped-call]  # the SDK has none
                await hello.wait()
            self._session = session
            self.connected.set()
            log.info("socket.connected")
            self._spawn(self._on_connect())
            yield session
        finally:
            self._session = None
            self.connected.clear()
            await session.leave()

    def _spawn(self, work: Awaitable[object]) -> None:
        async def to_the_end() -> None:
            try:
                await work
            except CompanionError as error:
                log.warning("socket.work_failed error=%r", str(error))
            except Exception as error:
                # Only its kind: an error's own text may repeat what somebody said.
                log.error("socket.work_broke error=%s", type(error).__name__)

        self._keep(asyncio.create_task(to_the_end()))

    def _keep(self, task: "asyncio.Task[object]") -> None:
        self._in_flight.add(task)
        task.add_done_callback(self._in_flight.discard)

    async def _handle(self, session: _Session, request: SocketModeRequest) -> None:
        task = asyncio.current_task()
        if task is not None:
            self._keep(task)
        response = await run_async_bolt_app(self._app, request)
        if response.status == 200:
            await send_async_response(session, request, response, 0)
        else:
            # No ack: Slack sends it again, and what it does not, the read-back finds.
            log.warning("event.not_acked status=%d", response.status)


def _when_greeted(hello: asyncio.Event) -> Callable[..., Awaitable[None]]:
    async def listener(_: SocketModeClient, message: dict[str, object], __: str | None) -> None:
        if message.get("type") == "hello":
            hello.set()

    return listener

"""Socket Mode that heals: one client for one session, replaced with a new address when it ends.

slack_sdk's client (3.47) would try one dead address for ever. Here its own reconnecting is the
signal that the session is over.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from typing import Any

from slack_bolt.adapter.socket_mode.async_internals import run_async_bolt_app, send_async_response
from slack_bolt.async_app import AsyncApp
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest

from companion.entrypoints.bolt import quiet_logger
from companion.entrypoints.watched_token import WatchedToken
from companion.errors import (
    APP_TOKEN,
    CompanionError,
    MessengerError,
    SlackRefusedError,
    TokenRefusedError,
)
from companion.ports import SocketAddress, SocketMode
from companion.texts.certificates import certificate_problem

log = logging.getLogger(__name__)

ACK_TIMEOUT_S = 3.0
"""So long may what a session brought still be acked after it ended."""
GOODBYE_TIMEOUT_S = 1.0


class _Session(SocketModeClient):
    """One session. Whatever would make the SDK reconnect ends it."""

    def __init__(self, address: SocketAddress, ping_interval_s: float) -> None:
        # The SDK needs the token for new addresses only, and those it does not get itself.
        super().__init__(app_token="", logger=quiet_logger(), ping_interval=ping_interval_s)
        self.wss_uri = address.url
        self.proxy = address.proxy  # in place of what the SDK takes by itself
        self.over = asyncio.Event()

    async def connect_to_new_endpoint(self, force: bool = False) -> None:
        """Called by the SDK on `disconnect`, on a closed socket, and when pongs stay away."""
        self.over.set()

    async def leave(self) -> None:
        """Close the socket, and end the SDK's tasks also where the other side is gone."""
        try:
            with suppress(Exception):
                async with asyncio.timeout(min(GOODBYE_TIMEOUT_S, self.ping_interval)):
                    await self.disconnect()  # type: ignore[no-untyped-call]  # the SDK has none
        finally:
            # The SDK's own `close` first waits for the goodbye, and without one ends nothing.
            self.current_session = None
            await self.close()  # type: ignore[no-untyped-call]


def _ignore(_: dict[str, Any]) -> None:
    """Nobody has to know."""


class Connection:
    """Keeps one session open. `on_connect` runs after each hello of Slack's, and `on_answered` is
    given each payload that was acked.

    A session that lasted `max_wait_s` is replaced at once. After one that did not, or that never
    opened, the wait doubles each time, up to that.
    """

    def __init__(
        self,
        app: AsyncApp,
        socket_mode: SocketMode,
        on_connect: Callable[[], Awaitable[object]],
        ping_interval_s: float = 10,
        max_wait_s: float = 60,
        app_token: WatchedToken | None = None,
        on_answered: Callable[[dict[str, Any]], None] = _ignore,
    ) -> None:
        self._app = app
        self._socket_mode = socket_mode
        self._on_connect = on_connect
        self._ping_interval_s = ping_interval_s
        self._max_wait_s = max_wait_s
        self._app_token = app_token or WatchedToken(APP_TOKEN)
        self._on_answered = on_answered
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
        """Connect, and connect again, until cancelled. TokenRefusedError when that cannot help."""
        wait_s = 0.0
        try:
            while True:
                lasted_s = await self._one_session()
                if lasted_s >= self._max_wait_s or self._renewing:
                    wait_s = 0.0
                self._renewing = False
                await asyncio.sleep(wait_s)
                wait_s = min(max(2 * wait_s, self._ping_interval_s / 10), self._max_wait_s)
        finally:
            for task in self._in_flight:
                task.cancel()
            await asyncio.gather(*self._in_flight, return_exceptions=True)

    async def finish(self, timeout_s: float) -> None:
        """Let the events that are in flight be stored and acked."""
        if self._in_flight:
            await asyncio.wait(self._in_flight, timeout=timeout_s)

    async def _one_session(self) -> float:
        """From its address to its end; how many seconds it lasted."""
        loop = asyncio.get_running_loop()
        began: float | None = None
        try:
            async with self._open(await self._new_address()) as session:
                began = loop.time()
                await session.over.wait()
                log.info("socket.closed")
                self.connected.clear()
                await self.finish(ACK_TIMEOUT_S)
        except TokenRefusedError:
            raise
        except MessengerError as error:
            _log_failure(error.code, error.cause)
        except Exception as error:
            cause = " ".join(certificate_problem(error, "SSL_CERT_FILE") or ())
            _log_failure(type(error).__name__, cause)
        return 0.0 if began is None else loop.time() - began

    async def _new_address(self) -> SocketAddress:
        try:
            address = await self._socket_mode.new_address()
        except SlackRefusedError as error:
            if error.bad_token:
                self._app_token.refused(error.code)
            else:
                self._app_token.no_answer()
            raise
        except MessengerError:
            self._app_token.no_answer()
            raise
        self._app_token.taken()
        return address

    @asynccontextmanager
    async def _open(self, address: SocketAddress) -> AsyncIterator[_Session]:
        session = _Session(address, self._ping_interval_s)
        try:
            session.socket_mode_request_listeners.append(self._handle)  # type: ignore[arg-type]  # it is given itself
            hello = asyncio.Event()
            session.message_listeners.append(_on_hello(hello))
            # `connect` never gives up by itself.
            async with asyncio.timeout(2 * self._ping_interval_s):
                await session.connect()  # type: ignore[no-untyped-call]  # the SDK has none
                await hello.wait()
            self._session = session
            self.connected.set()
            log.info("socket.connected")
            self._keep(asyncio.create_task(_reported(self._on_connect())))
            yield session
        finally:
            self._session = None
            self.connected.clear()
            await session.leave()

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
            self._on_answered(request.payload)
        else:
            # No ack: Slack sends it again, and what it does not, the read-back finds.
            log.warning("event.not_acked status=%d", response.status)


def _log_failure(code: str, cause: str) -> None:
    log.warning("socket.failed error=%s", code, extra={"cause": cause} if cause else None)


async def _reported(work: Awaitable[object]) -> object:
    """The work's result; its failure is logged, and ends nothing else."""
    try:
        return await work
    except CompanionError as error:
        log.warning("socket.work_failed error=%r", str(error))
    except Exception as error:
        # Only its kind: an error's own text may repeat what somebody said.
        log.error("socket.work_crashed error=%s", type(error).__name__)
    return None


def _on_hello(hello: asyncio.Event) -> Callable[..., Awaitable[None]]:
    async def listener(_: SocketModeClient, message: dict[str, object], __: str | None) -> None:
        if message.get("type") == "hello":
            hello.set()

    return listener

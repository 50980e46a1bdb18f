"""HTTP for the whole internet: what a stranger's connections may hold, in number, time and bytes.

aiohttp reads and answers; it has no bound of its own for these.
"""

import asyncio
import logging
import resource
import socket
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from aiohttp import web
from aiohttp.http import HttpProcessingError

log = logging.getLogger(__name__)

ACCEPTED_AT_ONCE = 32
"""So many files may be open for a moment beside the connections that count."""
WAITING_TO_BE_ACCEPTED = 1024
"""In the system's queue. Where it is full, a client tries again only after a second."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What connections may hold. One that wants more is closed."""

    connections: int = 200
    request_s: float = 10.0
    """For each request: from connecting, or from the answer before, until it is read; then the
    same again until it is answered."""
    request_bytes: int = 320 * 1024
    """Of head and body together, with what a client sends before it has its answer."""
    drain_s: float = 2.0
    """How long the rest of a refused body is read, so that its sender sees the answer."""


class Connection(web.RequestHandler):
    """One connection, which its server can close at any time."""

    __slots__ = ("_bytes", "_open", "_socket", "in_flight", "since")

    def __init__(
        self, open_connections: "OpenConnections", *arguments: Any, **options: Any
    ) -> None:
        super().__init__(*arguments, **options)
        self._open = open_connections
        self._socket: asyncio.WriteTransport | None = None
        self._bytes = 0
        self.since = self._loop.time()
        self.in_flight = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.WriteTransport)  # noqa: S101 -- what create_server makes
        self._socket = transport
        self._open.add(self)
        super().connection_made(transport)

    def connection_lost(self, exc: BaseException | None) -> None:
        self._open.remove(self)
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        self._bytes += len(data)
        if self._bytes > self._open.limits.request_bytes:
            self._open.close(self, "too_long")
        else:
            super().data_received(data)

    def request_read(self) -> None:
        """The whole request is here: until its answer, no other connection takes its place."""
        self.since, self.in_flight = self._loop.time(), True

    async def finish_response(
        self, request: web.BaseRequest, resp: web.StreamResponse, start_time: float | None
    ) -> tuple[web.StreamResponse, bool]:
        finished = await super().finish_response(request, resp, start_time)
        self.since, self.in_flight, self._bytes = self._loop.time(), False, 0
        return finished

    def log_exception(self, *arguments: Any, **options: Any) -> None:
        """What a client sends is not an error of ours, even if it is not HTTP."""
        if isinstance(refusal := options.get("exc_info"), HttpProcessingError):
            log.info("request.refused status=%d", refusal.code)
        else:
            super().log_exception(*arguments, **options)

    def abort(self) -> None:
        """Close it at once, without sending what is still unsent."""
        self._open.remove(self)
        if self._socket is not None:
            self._socket.abort()


class OpenConnections:
    """The connections that are open: no more than the limit, none longer than its time.

    Where the limit is reached, the one that has waited longest for its next request makes room
    for a new one, so that a flood of them does not keep a signed request out.
    """

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self._most = min(limits.connections, _open_files() // 2)
        self._open: set[Connection] = set()
        self._closed = Counter[str]()
        self._timer: asyncio.TimerHandle | None = None

    def add(self, connection: Connection) -> None:
        """Closes another one where there are too many; this one if all others are in flight."""
        if len(self._open) >= self._most:
            waiting = (known for known in self._open if not known.in_flight)
            self.close(min(waiting, key=lambda known: known.since, default=connection), "too_many")
        self._open.add(connection)  # a closed one leaves when its socket does
        if self._timer is None:
            self._check_later()

    def remove(self, connection: Connection) -> None:
        self._open.discard(connection)

    def close(self, connection: Connection, reason: str) -> None:
        self._closed[reason] += 1
        connection.abort()

    def stop(self) -> None:
        """Stop looking after them."""
        if self._timer is not None:
            self._timer.cancel()

    def _check_later(self) -> None:
        # One timer for all: a timer for each request would cost each request.
        loop = asyncio.get_running_loop()
        self._timer = loop.call_later(self.limits.request_s / 5, self._check)

    def _check(self) -> None:
        self._timer = None
        earliest = asyncio.get_running_loop().time() - self.limits.request_s
        for connection in [known for known in self._open if known.since < earliest]:
            self.close(connection, "too_slow")
        if self._closed:  # one line for many, so that a flood does not fill the log
            log.info("connections.closed", extra=dict(self._closed))
            self._closed.clear()
        if self._open:
            self._check_later()


@asynccontextmanager
async def listening(
    app: web.Application, host: str, port: int, shutdown_timeout_s: float, limits: Limits
) -> AsyncIterator[int]:
    """The app on that address, within the limits; its port.

    Raises OSError if it cannot listen there.
    """
    runner = web.AppRunner(app, handle_signals=False, shutdown_timeout=shutdown_timeout_s)
    await runner.setup()
    loop, connections = asyncio.get_running_loop(), OpenConnections(limits)

    def connection() -> Connection:
        return Connection(
            connections,
            runner.server,
            loop=loop,
            access_log=None,
            auto_decompress=False,
            keepalive_timeout=limits.request_s,
            lingering_time=limits.drain_s,
        )

    try:
        with socket.create_server((host, port)) as listener:
            server = await loop.create_server(connection, sock=listener, backlog=ACCEPTED_AT_ONCE)
            listener.listen(WAITING_TO_BE_ACCEPTED)  # asyncio takes its backlog for both
            try:
                yield int(listener.getsockname()[1])
            finally:
                server.close()
    finally:
        await runner.cleanup()
        connections.stop()


def _open_files() -> int:
    """How many files this process may have open."""
    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return 1024 if soft == resource.RLIM_INFINITY else soft

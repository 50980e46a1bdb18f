"""Socket Mode: one-time tickets, envelopes to exactly one of the sockets, and redelivery."""

import asyncio
import secrets
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from aiohttp import WSMsgType, web

from companion.sandbox.workspace.change_signal import ChangeSignal
from companion.sandbox.workspace.message import Body

_RETRIES = 3
_CLOSE_TIMEOUT_S = 0.5


@dataclass(eq=False, slots=True)
class _Link:
    """A client that is connected."""

    request: web.Request
    socket: web.WebSocketResponse
    closed: asyncio.Event = field(default_factory=asyncio.Event)


class SocketMode:
    """The server's side of Socket Mode. It stores nothing for a client that is not connected."""

    def __init__(self, changed: ChangeSignal, app_id: str, ack_timeout_s: float) -> None:
        self.refuse = False
        self.hold = False
        self.held: list[Body] = []
        self._changed = changed
        self._app_id = app_id
        self._ack_timeout_s = ack_timeout_s
        self._tickets: set[str] = set()
        self._links: list[_Link] = []
        self._acks: dict[str, asyncio.Future[Body]] = {}
        self._tasks: set[asyncio.Task[Any]] = set()

    @property
    def count(self) -> int:
        """How many sockets are open."""
        return len(self._links)

    def issue_ticket(self) -> str:
        """A ticket for one connection."""
        ticket = secrets.token_urlsafe(16)
        self._tickets.add(ticket)
        return ticket

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Accept a client with a valid ticket, and read its acks until it leaves."""
        ticket = request.query.get("ticket", "")
        known = ticket in self._tickets
        self._tickets.discard(ticket)
        if self.refuse or not known:
            return web.Response(status=403, text="This ticket is not valid.")
        socket = web.WebSocketResponse(timeout=_CLOSE_TIMEOUT_S)
        await socket.prepare(request)
        link = _Link(request, socket)
        try:
            await socket.send_json(
                {
                    "type": "hello",
                    "num_connections": len(self._links) + 1,
                    "connection_info": {"app_id": self._app_id},
                    "debug_info": {"host": "127.0.0.1", "approximate_connection_time": 18060},
                }
            )
            self._links.append(link)
            self._changed.fire()
            async for message in socket:
                if message.type == WSMsgType.TEXT:
                    self._receive(message.json())
        except ConnectionError:
            pass  # the client went away
        finally:
            if link in self._links:
                self._links.remove(link)
            link.closed.set()
            self._changed.fire()
        return socket

    def _receive(self, answer: Body) -> None:
        ack = self._acks.get(str(answer.get("envelope_id")))
        if ack is not None and not ack.done():
            ack.set_result(answer.get("payload") or {})

    def publish(self, payload: Body) -> None:
        """Start to deliver an event, or hold it."""
        if self.hold:
            self.held.append(payload)
            return
        task = asyncio.create_task(self.deliver(payload))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def deliver(self, payload: Body) -> bool:
        """Send an event until it is acked, with three retries; returns whether it was acked."""
        reason = ""
        for attempt in range(1 + _RETRIES):
            if attempt:
                await self._await_client()
            if not self._links:
                if attempt:
                    continue
                return False
            envelope = {
                "payload": payload,
                "type": "events_api",
                "accepts_response_payload": False,
                "retry_attempt": attempt,
                "retry_reason": reason,
            }
            if await self._send(envelope) is not None:
                return True
            reason = "timeout"
        return False

    async def ask(self, kind: str, payload: Body) -> Body | None:
        """Send an envelope once; returns the payload of its ack, or None if none came in time."""
        if not self._links:
            return None
        return await self._send(
            {"payload": payload, "type": kind, "accepts_response_payload": True}
        )

    async def _await_client(self) -> None:
        """Wait for a client: a retry may reach one that has just reconnected."""
        try:
            async with asyncio.timeout(self._ack_timeout_s):
                await self._changed.until(lambda: self._links or None)
        except TimeoutError:
            pass

    async def _send(self, envelope: Body) -> Body | None:
        link = self._links.pop(0)
        self._links.append(link)  # another client gets the next envelope
        envelope_id = str(uuid4())
        ack = self._acks[envelope_id] = asyncio.get_running_loop().create_future()
        closed = asyncio.create_task(link.closed.wait())
        try:
            await link.socket.send_json({"envelope_id": envelope_id, **envelope})
            await asyncio.wait(
                (ack, closed),
                timeout=self._ack_timeout_s,
                return_when=asyncio.FIRST_COMPLETED,
            )
            return ack.result() if ack.done() else None
        except ConnectionError:
            return None
        finally:
            closed.cancel()
            del self._acks[envelope_id]

    async def cut(self) -> None:
        """Break every connection without closing it properly."""
        links = list(self._links)
        for link in links:
            if link.request.transport is not None:
                link.request.transport.abort()
        for link in links:
            await link.closed.wait()

    async def send_disconnect(self, reason: str) -> None:
        """Ask every client to reconnect, as Slack does every few hours."""
        for link in list(self._links):
            with suppress(ConnectionError):  # it is closing already
                await link.socket.send_json(
                    {"type": "disconnect", "reason": reason, "debug_info": {"host": "127.0.0.1"}}
                )

    async def close(self) -> None:
        """Stop retrying, and close every connection."""
        self.refuse = True
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        for link in list(self._links):
            await link.socket.close(code=1001)

"""Sends what changes to every page that is open."""

import asyncio
import json

from aiohttp import web

from companion.sandbox.page.page_security import PAGE_HEADERS
from companion.sandbox.workspace.message import Body

_HEARTBEAT_S = 15.0


class PageStreams:
    """Server-sent events, one stream for each open page."""

    def __init__(self) -> None:
        self._streams: set[asyncio.Queue[Body | None]] = set()

    def send(self, change: Body) -> None:
        """Send a change to every page."""
        for stream in self._streams:
            stream.put_nowait(change)

    def close(self) -> None:
        """End every stream."""
        for stream in self._streams:
            stream.put_nowait(None)

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """One page's stream, until the page or the sandbox closes."""
        response = web.StreamResponse(
            headers={**PAGE_HEADERS, "Content-Type": "text/event-stream; charset=utf-8"}
        )
        stream: asyncio.Queue[Body | None] = asyncio.Queue()
        self._streams.add(stream)
        try:
            await response.prepare(request)
            await response.write(b": hello\n\n")
            while (line := await _next_line(stream)) is not None:
                await response.write(line)
        except ConnectionError:
            pass  # the page was closed
        finally:
            self._streams.discard(stream)
        return response


async def _next_line(stream: asyncio.Queue[Body | None]) -> bytes | None:
    """The stream's next line: a change, a heartbeat after a quiet while, None at the end."""
    try:
        async with asyncio.timeout(_HEARTBEAT_S):
            change = await stream.get()
    except TimeoutError:
        return b": still here\n\n"
    return None if change is None else f"data: {json.dumps(change)}\n\n".encode()

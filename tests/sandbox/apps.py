"""Apps without Bolt at the other end of the local Slack: they note what comes, and answer."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

import aiohttp
from aiohttp import web
from slack_sdk.signature import Clock, SignatureVerifier

from companion.sandbox import LocalSlack
from companion.sandbox.workspace.change_signal import ChangeSignal

type Payload = dict[str, Any]
type Answer = Callable[[str, Payload], Awaitable[Payload | None]]
"""Gets the kind (`interactive`, `events_api`, `slash_commands`) and the payload. None: no ack."""


async def ack(kind: str, payload: Payload) -> Payload | None:
    return {}


async def keep_silent(kind: str, payload: Payload) -> Payload | None:
    return None


@dataclass
class ScriptedApp:
    """What an app got, oldest first, and how it answers."""

    answer: Answer = ack
    got: list[Payload] = field(default_factory=list)
    more: ChangeSignal = field(default_factory=ChangeSignal)

    async def take(self, kind: str, payload: Payload) -> Payload | None:
        self.got.append(payload)
        self.more.fire()
        return await self.answer(kind, payload)

    def all_of(self, kind: str) -> list[Payload]:
        """The interactions of a type that it got, such as `block_actions`."""
        return [payload for payload in self.got if payload.get("type") == kind]

    async def wait_for(self, kind: str, count: int = 1) -> Payload:
        """Wait for so many interactions of a type; returns the last of them."""
        async with asyncio.timeout(60):
            found = await self.more.until(
                lambda: found if len(found := self.all_of(kind)) >= count else None
            )
        return found[-1]


@asynccontextmanager
async def daemon_app(slack: LocalSlack, answer: Answer = ack) -> AsyncIterator[ScriptedApp]:
    """The app in Socket Mode, connected."""
    app = ScriptedApp(answer)
    url = f"{slack.api_url}apps.connections.open"
    headers = {"Authorization": f"Bearer {slack.app_token}"}
    async with aiohttp.ClientSession() as session:
        async with session.post(url, headers=headers) as response:
            address = (await response.json())["url"]
        async with session.ws_connect(address) as socket:
            working = asyncio.create_task(_work(socket, app))
            await slack.wait_connected()
            try:
                yield app
            finally:
                working.cancel()
                with suppress(asyncio.CancelledError):
                    await working


async def _work(socket: aiohttp.ClientWebSocketResponse, app: ScriptedApp) -> None:
    async def one(envelope: Payload) -> None:
        answer = await app.take(envelope["type"], envelope["payload"])
        if answer is not None:
            await socket.send_json({"envelope_id": envelope["envelope_id"], "payload": answer})

    async with asyncio.TaskGroup() as tasks:
        async for message in socket:
            envelope = message.json()
            if "envelope_id" in envelope:
                tasks.create_task(one(envelope))


@asynccontextmanager
async def web_app(slack: LocalSlack, answer: Answer = ack) -> AsyncIterator[ScriptedApp]:
    """The app over HTTP, for commands and interactions; it looks at each signature."""
    app = ScriptedApp(answer)

    class SlackClock(Clock):
        def now(self) -> float:
            return slack.now().timestamp()

    async def handle(request: web.Request) -> web.StreamResponse:
        body = await request.text()
        verifier = SignatureVerifier(slack.signing_secret, clock=SlackClock())
        assert verifier.is_valid_request(body, dict(request.headers))
        form = await request.post()
        interactive = "payload" in form
        payload = json.loads(str(form["payload"])) if interactive else dict(form)
        answer = await app.take("interactive" if interactive else "slash_commands", payload)
        if answer is None:
            await asyncio.Event().wait()
        return web.json_response(answer) if answer else web.Response()

    server = web.Application()
    server.router.add_post("/", handle)
    runner = web.AppRunner(server, shutdown_timeout=0.1)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        slack.command_url = f"http://127.0.0.1:{runner.addresses[0][1]}/"
        slack.interactivity_url = slack.command_url
        yield app
    finally:
        slack.command_url = slack.interactivity_url = None
        await runner.cleanup()

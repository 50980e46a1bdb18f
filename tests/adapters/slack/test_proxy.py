"""Behind a proxy: what it is for goes through it, what is on this machine never does."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import pytest
from aiohttp import web

from companion.adapters.slack.proxy import proxy_for
from companion.bootstrap import socket_mode
from companion.bootstrap.surroundings import slack_account
from companion.domain.manifest import DM_SCOPES
from companion.entrypoints.bolt import bolt_app
from companion.entrypoints.connection import Connection
from companion.sandbox import Body, LocalSlack
from tests.system import workplace

PROXY = "http://proxy.corp:3128"
ELSEWHERE = "slack.test"
NOBODY = "http://127.0.0.1:9"
"""A proxy that takes no connection."""


@pytest.fixture(autouse=True)
def no_proxy_of_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)


@pytest.mark.parametrize(
    ("url", "environment", "proxy"),
    [
        ("https://slack.com/api/", {}, None),
        ("https://slack.com/api/", {"HTTPS_PROXY": PROXY}, PROXY),
        ("https://slack.com/api/", {"https_proxy": PROXY}, PROXY),
        ("https://slack.com/api/", {"HTTPS_PROXY": "proxy.corp:3128"}, PROXY),
        ("https://slack.com/api/", {"HTTP_PROXY": PROXY}, PROXY),
        ("https://slack.com/api/", {"ALL_PROXY": PROXY}, PROXY),
        ("https://slack.com/api/", {"HTTPS_PROXY": " "}, None),
        ("wss://wss-primary.slack.com/link", {"HTTPS_PROXY": PROXY}, PROXY),
        ("http://fly.test/", {"HTTPS_PROXY": PROXY}, None),
        ("https://slack.com/api/", {"HTTPS_PROXY": PROXY, "NO_PROXY": "slack.com"}, None),
        ("wss://a.slack.com/link", {"HTTPS_PROXY": PROXY, "no_proxy": ".slack.com"}, None),
        ("https://slack.com:8443/", {"HTTPS_PROXY": PROXY, "NO_PROXY": "slack.com:8443"}, None),
        ("https://slack.com/api/", {"HTTPS_PROXY": PROXY, "NO_PROXY": "*"}, None),
        ("https://slack.com/api/", {"HTTPS_PROXY": PROXY, "NO_PROXY": "corp"}, PROXY),
        ("http://127.0.0.1:8750/api/", {"HTTP_PROXY": PROXY}, None),
        ("ws://127.3.2.1/link", {"HTTP_PROXY": PROXY, "HTTPS_PROXY": PROXY}, None),
        ("http://[::1]:8750/api/", {"HTTP_PROXY": PROXY}, None),
        ("http://localhost:8750/api/", {"HTTP_PROXY": PROXY}, None),
    ],
)
def test_the_proxy_of_an_address(
    monkeypatch: pytest.MonkeyPatch, url: str, environment: dict[str, str], proxy: str | None
) -> None:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert proxy_for(url) == proxy


async def test_beside_a_proxy_that_takes_nothing_the_local_slack_is_reached(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for name in ("HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy"):
        monkeypatch.setenv(name, NOBODY)
    async with workplace(tmp_path) as place, place.run():
        ts = await place.slack.say("past the proxy")
        await place.slack.wait_for(lambda m: m["ts"] == ts and m.get("reactions"))
        account = slack_account(place.slack.bot_token, place.slack.api_url)
        await account.check_bot_token(DM_SCOPES)
        await account.greet(place.slack.app_token)


@dataclass
class Recording:
    """A proxy in front of the local Slack, which those behind the proxy know as `ELSEWHERE`."""

    url: str = ""
    asked: list[str] = field(default_factory=list)
    """The first lines of what went through."""


@asynccontextmanager
async def recording(slack: LocalSlack) -> AsyncIterator[Recording]:
    host, _, port = slack.url.removeprefix("http://").rstrip("/").partition(":")
    record, pumps = Recording(), set[asyncio.Task[None]]()

    async def pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while piece := await reader.read(65536):
            writer.write(piece)
            await writer.drain()
        writer.close()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        record.asked.append(head.partition("\r\n")[0])
        there, back = await asyncio.open_connection(host, int(port))
        back.write(head.replace(ELSEWHERE, f"{host}:{port}").encode())
        for one, other in ((reader, back), (there, writer)):
            task = asyncio.create_task(pump(one, other))
            pumps.add(task)

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    record.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    try:
        yield record
    finally:
        server.close()
        for task in pumps:
            task.cancel()
        await asyncio.gather(*pumps, return_exceptions=True)


async def test_slack_is_reached_through_the_proxy_by_the_daemon_and_by_the_doctor_alike(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with (
        LocalSlack(now=lambda: datetime.now(UTC)) as slack,
        recording(slack) as proxy,
    ):
        own = slack.url.removeprefix("http://").rstrip("/")

        async def elsewhere(method: str, _: Body) -> web.StreamResponse | None:
            """The socket's address, as if this Slack were not on this machine."""
            if method != "apps.connections.open":
                return None
            ticket = slack._open_connection()
            return web.json_response({"ok": True, "url": ticket.replace(own, ELSEWHERE)})

        monkeypatch.setenv("HTTP_PROXY", proxy.url)
        slack.before_api = elsewhere
        api_url = slack.api_url.replace(own, ELSEWHERE)
        await slack_account(slack.bot_token, api_url).greet(slack.app_token)
        doctors, proxy.asked[:] = list(proxy.asked), []

        async def nothing() -> None:
            pass

        connection = Connection(bolt_app(), socket_mode(slack.app_token, api_url), nothing)
        running = asyncio.create_task(connection.run())
        async with asyncio.timeout(60):
            await connection.connected.wait()
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)

    for asked in (doctors, proxy.asked):
        assert asked[0].startswith("POST http://slack.test/api/apps.connections.open")
        assert any(line.startswith(f"GET ws://{ELSEWHERE}/link") for line in asked[1:]), asked

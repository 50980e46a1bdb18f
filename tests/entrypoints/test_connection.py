"""Sockets that heal: the SDK's real client against Slacks that end, freeze, refuse and lie."""

import asyncio
import logging
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from aiohttp import web
from slack_bolt.async_app import AsyncApp

from companion.adapters.slack.client import REFUSED_TOKEN
from companion.adapters.slack.socket import REFUSED_SOCKET
from companion.adapters.status import read_status, status_path
from companion.bootstrap import socket_mode
from companion.entrypoints.bolt import bolt_app
from companion.entrypoints.connection import Connection
from companion.entrypoints.sandbox import System
from companion.entrypoints.watched_token import WatchedToken
from companion.errors import APP_TOKEN, MessengerError, TokenRefusedError
from companion.sandbox import LocalSlack
from tests.fakes import FakeClock
from tests.system import BY_HAND, MORNING, Workplace, workplace

PING_S = 0.1
QUICK = replace(BY_HAND, ping_interval_s=PING_S)
TICKET = "apps.connections.open"

type Trouble = Callable[[Workplace, "Proxy"], Awaitable[object]]


async def until(condition: Callable[[], object], timeout: float = 60) -> None:
    async with asyncio.timeout(timeout):
        while not condition():  # noqa: ASYNC110 -- much of it is inside the SDK
            await asyncio.sleep(0.005)


class Proxy:
    """Stands between the client's socket and Slack's, and can fall silent without a word."""

    def __init__(self, slack: LocalSlack) -> None:
        self.slack = slack
        self.pieces = 0
        """How often the client sent something."""
        self._pumps: set[asyncio.Task[None]] = set()
        self._frozen: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> "Proxy":
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self._port = self._server.sockets[0].getsockname()[1]
        self.slack.before_api = self._own_ticket
        return self

    async def __aexit__(self, *problem: object) -> None:
        self._server.close()
        for task in self._pumps:
            task.cancel()
        await asyncio.gather(*self._pumps, return_exceptions=True)

    @property
    def open(self) -> int:
        """How many connections there are, the frozen ones too."""
        return len(self._pumps)

    def freeze(self) -> None:
        """Forward nothing more on the connections that there are; they stay open."""
        self._frozen |= self._pumps

    async def _own_ticket(self, method: str, _: dict[str, Any]) -> web.Response | None:
        if method != TICKET:
            return None
        url = self.slack._open_connection()
        return web.json_response(
            {"ok": True, "url": url.replace(self.slack.url[7:], f"127.0.0.1:{self._port}")}
        )

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._pumps.add(task)
        there, back = await asyncio.open_connection("127.0.0.1", int(self.slack.url[17:]))
        try:
            async with asyncio.TaskGroup() as pumps:
                down = pumps.create_task(self._pump(task, there, writer))
                await self._pump(task, reader, back)
                down.cancel()
        except* ConnectionError:
            pass
        finally:
            self._pumps.discard(task)
            for end in (writer, back):
                end.close()
                with suppress(ConnectionError):
                    await end.wait_closed()

    async def _pump(
        self, link: asyncio.Task[None], reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        while piece := await reader.read(65536):
            if link not in self._frozen:
                self.pieces += 1
                writer.write(piece)
                await writer.drain()
        if link not in self._frozen:
            writer.close()


@pytest.fixture
async def slack() -> AsyncIterator[LocalSlack]:
    async with LocalSlack(now=FakeClock(MORNING).now, ack_timeout_s=2) as slack:
        yield slack


async def nothing() -> None:
    """What is done on connecting."""


@asynccontextmanager
async def connecting(
    slack: LocalSlack | SimpleNamespace,
    app: AsyncApp | None = None,
    on_connect: Callable[[], Awaitable[object]] = nothing,
    max_wait_s: float = 0.05,
) -> AsyncIterator[Connection]:
    """A connection that runs; it is stopped as the daemon stops it."""
    sockets = socket_mode(slack.app_token, slack.api_url)
    connection = Connection(app or bolt_app(), sockets, on_connect, PING_S, max_wait_s)
    task = asyncio.create_task(connection.run())
    try:
        yield connection
    finally:
        task.cancel()
        async with asyncio.timeout(60):
            await asyncio.gather(task, return_exceptions=True)


async def settled(it: System) -> None:
    """Connected, and everything read."""
    await it.daemon.connection.connected.wait()
    await it.daemon.connection.finish(timeout_s=5)


async def said_unheard(place: Workplace, text: str) -> str:
    """Said while no event comes."""
    place.slack.hold_events = True
    ts = await place.slack.say(text)
    place.slack.hold_events = False
    return ts


def tickets(slack: LocalSlack) -> int:
    return slack.api_calls.count(TICKET)


async def answer_first(slack: LocalSlack, times: int, answer: Callable[[], web.Response]) -> None:
    """Answer the first requests for a ticket in Slack's place."""

    async def hook(method: str, _: dict[str, Any]) -> web.Response | None:
        return answer() if method == TICKET and tickets(slack) <= times else None

    slack.before_api = hook


async def test_a_refused_ticket_is_replaced_by_a_new_one(slack: LocalSlack) -> None:
    slack.refuse_sockets = True
    async with connecting(slack) as connection:
        await until(lambda: tickets(slack) >= 3)
        assert not connection.connected.is_set()
        slack.refuse_sockets = False
        await slack.wait_connected()


async def test_a_ticket_that_was_used_up_is_replaced_by_a_new_one(slack: LocalSlack) -> None:
    await answer_first(
        slack,
        2,
        lambda: web.json_response({"ok": True, "url": f"{slack.url}/link?ticket=used-up"}),
    )
    async with connecting(slack):
        await slack.wait_connected()
    assert tickets(slack) == 3


async def warn(place: Workplace, _: Proxy) -> None:
    await place.slack.send_disconnect("warning")


async def refresh(place: Workplace, _: Proxy) -> None:
    await place.slack.send_disconnect("refresh_requested")


async def disable(place: Workplace, _: Proxy) -> None:
    await place.slack.send_disconnect("link_disabled")


async def cut(place: Workplace, _: Proxy) -> None:
    await place.slack.cut_sockets()


async def hang_up(place: Workplace, _: Proxy) -> None:
    for link in list(place.slack._sockets._links):
        await link.socket.close(code=1001)


async def freeze(_: Workplace, proxy: Proxy) -> None:
    proxy.freeze()


@pytest.mark.parametrize("trouble", [warn, refresh, disable, cut, hang_up, freeze])
async def test_however_a_session_ends_it_is_replaced_and_what_was_said_meanwhile_is_captured(
    tmp_path: Path, trouble: Trouble
) -> None:
    async with (
        workplace(tmp_path) as place,
        Proxy(place.slack) as proxy,
        place.run(QUICK) as it,
    ):
        await it.daemon.connection.connected.wait()
        await it.daemon.connection.finish(timeout_s=5)  # it has read back once
        before = tickets(place.slack)
        place.slack.hold_events = True
        ts = await place.slack.say("in between")
        await trouble(place, proxy)
        await place.slack.wait_for(lambda m: m["ts"] == ts and m.get("reactions"))
        place.slack.hold_events = False
        await until(it.daemon.connection.connected.is_set)
        ts = await place.slack.say("by event again")
        await place.slack.wait_for(lambda m: m["ts"] == ts and m.get("reactions"))
        assert tickets(place.slack) == before + 1
    assert [entry.text for entry in await place.entries()] == ["in between", "by event again"]


async def test_a_healthy_connection_on_which_nothing_is_said_is_left_alone(
    slack: LocalSlack,
) -> None:
    async with Proxy(slack) as proxy, connecting(slack) as connection:
        await slack.wait_connected()
        await until(lambda: proxy.pieces > 20)  # pings, and nothing else
        assert connection.connected.is_set()
    assert tickets(slack) == 1


PORTALS = {
    "a page for a ticket": lambda _: web.Response(text="<html>", content_type="text/html"),
    "a text for a ticket": lambda _: web.Response(text="Welcome to our hotel"),
    "broken JSON for a ticket": lambda _: web.Response(text="{", content_type="application/json"),
    "a ticket without an address": lambda _: web.json_response({"ok": True}),
    "a redirection": lambda _: web.Response(status=302, headers={"Location": "http://[::1]:9/"}),
    "a page on the socket": lambda slack: web.json_response(
        {"ok": True, "url": slack.url.replace("http", "ws")}
    ),
    "a socket where nothing listens": lambda _: web.json_response(
        {"ok": True, "url": "ws://127.0.0.1:9/"}
    ),
    "a server error": lambda _: web.Response(status=500),
    "an error that passes": lambda _: web.json_response({"ok": False, "error": "internal_error"}),
    "a rate limit that says nothing of when": lambda _: web.json_response(
        {"ok": False, "error": "ratelimited"}
    ),
}


@pytest.mark.parametrize("portal", PORTALS.values(), ids=PORTALS.keys())
async def test_whatever_stands_between_the_daemon_and_slack_is_waited_out(
    slack: LocalSlack, portal: Callable[[LocalSlack], web.Response]
) -> None:
    await answer_first(slack, 2, lambda: portal(slack))
    async with connecting(slack):
        await slack.wait_connected()
    assert tickets(slack) == 3


async def test_no_network_at_login_is_waited_for(caplog: pytest.LogCaptureFixture) -> None:
    with socket.socket() as reserved:  # bound, but it does not listen
        reserved.bind(("127.0.0.1", 0))
        port = reserved.getsockname()[1]
        slack = LocalSlack(now=FakeClock(MORNING).now, port=port)
        with caplog.at_level(logging.WARNING, logger="companion.entrypoints"):
            async with connecting(slack) as connection:
                await until(lambda: len(caplog.messages) >= 3)
                reserved.close()
                async with slack:
                    await slack.wait_connected()
                    await connection.connected.wait()
    assert set(caplog.messages) == {"socket.failed error=ClientConnectorError"}


async def test_a_rate_limit_on_tickets_is_kept(
    slack: LocalSlack, monkeypatch: pytest.MonkeyPatch
) -> None:
    waits: list[float] = []

    async def sleep(seconds: float) -> None:
        waits.append(seconds)

    monkeypatch.setattr(
        "slack_sdk.http_retry.builtin_async_handlers.asyncio", SimpleNamespace(sleep=sleep)
    )
    await answer_first(
        slack,
        2,
        lambda: web.json_response(
            {"ok": False, "error": "ratelimited"}, status=429, headers={"Retry-After": "30"}
        ),
    )
    async with connecting(slack):
        await slack.wait_connected()
    assert tickets(slack) == 3
    assert len(waits) == 2
    assert all(30 <= wait <= 31 for wait in waits)


@pytest.mark.parametrize("code", sorted(REFUSED_SOCKET))
async def test_a_refused_token_ends_it_with_words_and_without_another_try(
    slack: LocalSlack, code: str
) -> None:
    await answer_first(slack, 99, lambda: web.json_response({"ok": False, "error": code}))
    sockets = socket_mode(slack.app_token, slack.api_url)
    connection = Connection(bolt_app(), sockets, nothing, PING_S)
    with pytest.raises(TokenRefusedError, match=f"{code}.*SLACK_APP_TOKEN"):
        await connection.run()
    assert tickets(slack) == 1


async def test_a_token_that_is_revoked_later_ends_the_daemon(tmp_path: Path) -> None:
    async def revoke(place: Workplace) -> None:
        async with place.run(QUICK) as it:
            await it.daemon.connection.connected.wait()
            refusal = {"ok": False, "error": "socket_mode_disabled"}
            await answer_first(place.slack, 99, lambda: web.json_response(refusal))
            await place.slack.send_disconnect("link_disabled")
            await asyncio.Event().wait()  # cancelled when the connection gives up

    async with workplace(tmp_path) as place:
        with pytest.raises(ExceptionGroup) as caught:
            await revoke(place)
    assert caught.group_contains(TokenRefusedError)


async def test_an_app_token_that_is_refused_for_a_while_is_tried_until_slack_takes_it(
    slack: LocalSlack, caplog: pytest.LogCaptureFixture
) -> None:
    slack.refuse(TICKET, "invalid_auth", times=4)
    with caplog.at_level(logging.WARNING, logger="companion.entrypoints"):
        async with connecting(slack):
            await slack.wait_connected()
    refusals = [text for text in caplog.messages if "token.refused token='app-level" in text]
    assert len(refusals) == 4
    assert slack.app_token not in caplog.text


@pytest.mark.parametrize("code", sorted(REFUSED_TOKEN))
async def test_a_token_that_stays_refused_ends_it_with_words_after_its_time(
    slack: LocalSlack, code: str
) -> None:
    slack.refuse(TICKET, code)
    sockets = socket_mode(slack.app_token, slack.api_url)
    token = WatchedToken(APP_TOKEN, max_refusal_s=0.1)
    connection = Connection(bolt_app(), sockets, nothing, PING_S, 0.02, token)
    with pytest.raises(TokenRefusedError, match=f"{code}.*SLACK_APP_TOKEN"):
        async with asyncio.timeout(60):
            await connection.run()
    assert tickets(slack) == 1 if code in REFUSED_SOCKET else tickets(slack) > 2


async def test_a_bot_token_that_is_refused_for_a_while_is_tried_until_slack_takes_it(
    tmp_path: Path,
) -> None:
    async with workplace(tmp_path) as place, place.run(QUICK) as it:
        await settled(it)
        refusal = place.slack.refuse("conversations.history", "invalid_auth")
        ts = await said_unheard(place, "meanwhile")
        for n in range(5):
            place.clock.advance(QUICK.read_back)
            await it.daemon.tick()
            await until(lambda n=n: refusal.refused == n + 1)  # type: ignore[misc]
            await it.daemon.tick()
        status = read_status(status_path(place.settings.companion_db))
        assert status is not None
        assert "Slack rejects the bot token now (invalid_auth)" in (status.problem or "")
        place.slack.accept(refusal)
        place.clock.advance(QUICK.read_back)
        await it.daemon.tick()
        await place.slack.wait_for(lambda m: m["ts"] == ts and m.get("reactions"))
        await it.daemon.tick()
        status = read_status(status_path(place.settings.companion_db))
        assert status is not None
        assert status.problem is None


@pytest.mark.parametrize("zone", ["UTC", None])
async def test_a_bot_token_that_stays_refused_ends_the_daemon(
    tmp_path: Path, zone: str | None
) -> None:
    """By the reading; and where each look at the day asks Slack for the zone, by that."""

    async def revoke(place: Workplace) -> None:
        if zone is None:
            refuse_all(place.slack)
        async with place.run(replace(QUICK, max_refusal_s=0.1)) as it:
            if zone:
                await settled(it)
                refuse_all(place.slack)
            for _ in range(1000):
                place.clock.advance(QUICK.read_back)
                with suppress(MessengerError):
                    await it.daemon.tick()
                await asyncio.sleep(0.01)

    def refuse_all(slack: LocalSlack) -> None:
        for method in ("conversations.history", "conversations.open", "users.info"):
            slack.refuse(method, "token_revoked")

    async with workplace(tmp_path, companion_timezone=zone) as place:
        with pytest.raises(ExceptionGroup) as caught:
            await revoke(place)
        status = read_status(status_path(place.settings.companion_db))
    refused, _ = caught.value.split(TokenRefusedError)
    assert refused is not None
    assert "SLACK_BOT_TOKEN" in str(refused.exceptions[0])
    assert status is not None
    assert "SLACK_BOT_TOKEN" in (status.problem or "")


async def test_only_refusals_in_a_row_end_a_token() -> None:
    token = WatchedToken(APP_TOKEN, max_refusal_s=0.02)
    for _ in range(10):
        token.refused("invalid_auth")
        await asyncio.sleep(0.005)
        token.no_answer()
    token.refused("invalid_auth")
    await asyncio.sleep(0.02)
    with pytest.raises(TokenRefusedError):
        token.refused("invalid_auth")


async def test_a_token_that_slack_never_took_is_not_tried_again_where_a_person_waits() -> None:
    token = WatchedToken(APP_TOKEN, first_refusal_ends=True)
    with pytest.raises(TokenRefusedError):
        token.refused("invalid_auth")
    token.taken()
    token.refused("invalid_auth")


@asynccontextmanager
async def flighty(
    goodbye: Callable[[web.WebSocketResponse], Awaitable[object]],
) -> AsyncIterator[SimpleNamespace]:
    """A Slack that greets every session and ends it at once."""

    async def ticket(request: web.Request) -> web.Response:
        return web.json_response({"ok": True, "url": f"ws://{request.host}/link"})

    async def link(request: web.Request) -> web.WebSocketResponse:
        session = web.WebSocketResponse(timeout=0.1)
        await session.prepare(request)
        await session.send_json({"type": "hello"})
        await goodbye(session)
        await session.receive()
        return session

    app = web.Application()
    app.router.add_post(f"/api/{TICKET}", ticket)
    app.router.add_get("/link", link)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        api_url = f"http://127.0.0.1:{runner.addresses[0][1]}/api/"
        yield SimpleNamespace(api_url=api_url, app_token="xapp-1")
    finally:
        await runner.cleanup()


GOODBYES: dict[str, Callable[[web.WebSocketResponse], Awaitable[object]]] = {
    "close": lambda session: session.close(),
    "disconnect": lambda session: session.send_json({"type": "disconnect", "reason": "warning"}),
}


@pytest.fixture
def waits(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """How long the connection waited from one session to the next; it does not really wait."""
    waited: list[float] = []
    sleep = asyncio.sleep

    async def record(seconds: float) -> None:
        task = asyncio.current_task()
        if task is not None and task.get_coro().__qualname__ == "Connection.run":  # type: ignore[union-attr]
            waited.append(seconds)
            seconds = 0
        await sleep(seconds)

    monkeypatch.setattr(asyncio, "sleep", record)
    return waited


@pytest.mark.parametrize("goodbye", GOODBYES.values(), ids=GOODBYES.keys())
async def test_sessions_that_end_at_once_are_replaced_ever_more_slowly(
    goodbye: Callable[[web.WebSocketResponse], Awaitable[object]], waits: list[float]
) -> None:
    async with flighty(goodbye) as slack, connecting(slack, max_wait_s=0.08):
        await until(lambda: len(waits) >= 7)
    assert waits[:7] == [0, 0.01, 0.02, 0.04, 0.08, 0.08, 0.08]


async def test_a_session_that_lasted_is_replaced_at_once(
    slack: LocalSlack, waits: list[float]
) -> None:
    """Slack refreshes sockets every few hours: that is no reason to stay away for longer."""
    loop = asyncio.get_running_loop()
    async with connecting(slack, max_wait_s=0.2) as connection:
        for n in range(1, 4):
            await connection.connected.wait()
            await slack.send_disconnect()
            await until(lambda n=n: len(waits) == n)  # type: ignore[misc]
        await connection.connected.wait()
        began = loop.time()
        await until(lambda: loop.time() - began > 0.25)
        await slack.send_disconnect()
        await until(lambda: len(waits) == 4)
    assert waits == [0, 0.01, 0.02, 0]


async def test_a_session_that_was_renewed_lets_only_itself_be_replaced_at_once(
    slack: LocalSlack, waits: list[float]
) -> None:
    """Those that fail after it are replaced ever more slowly, as always."""
    async with connecting(slack, max_wait_s=60) as connection:
        for n in range(1, 6):
            await connection.connected.wait()
            if n == 3:
                connection.renew()
            else:
                await slack.send_disconnect()
            await until(lambda n=n: len(waits) == n)  # type: ignore[misc]
    assert waits == [0, 0.01, 0, 0.01, 0.02]


async def test_an_event_in_flight_when_the_session_ends_is_still_acked(
    slack: LocalSlack,
) -> None:
    app, stored, begun = bolt_app(), asyncio.Event(), asyncio.Event()

    @app.event("message")
    async def on_message() -> None:
        begun.set()
        await stored.wait()

    slack.hold_events = True
    await slack.say("just now")
    async with connecting(slack, app) as connection:
        await slack.wait_connected()
        delivering = asyncio.create_task(slack.deliver(slack.held[0]))
        await begun.wait()
        begun.clear()
        await slack.send_disconnect("warning")
        await until(lambda: not connection.connected.is_set())
        stored.set()
        assert await delivering is True
        assert not begun.is_set()  # the first delivery was the one that was acked


async def test_stopping_waits_for_nothing_that_hangs(slack: LocalSlack) -> None:
    before = asyncio.all_tasks()
    async with Proxy(slack) as proxy:
        async with connecting(slack, on_connect=asyncio.Event().wait) as connection:
            await connection.connected.wait()
            proxy.freeze()
        await until(lambda: not connection._in_flight)
    async with asyncio.timeout(60):
        await until(lambda: not _of_clients(before))


def _of_clients(before: set[asyncio.Task[Any]]) -> set[str]:
    """What the SDK and the connection left running."""
    names = {task.get_coro().__qualname__ for task in asyncio.all_tasks() - before}  # type: ignore[union-attr]
    return {name for name in names if "Client" in name or "Connection" in name}


def open_files() -> int:
    return len(list(Path("/dev/fd").iterdir()))


async def test_many_reconnects_leave_no_task_and_no_socket_behind(slack: LocalSlack) -> None:
    connects = 0

    async def count() -> None:
        nonlocal connects
        connects += 1

    async def settled(number: int) -> tuple[int, int]:
        await until(lambda: connects == number and proxy.open == 1 and slack.socket_count == 1)
        await connection.finish(timeout_s=5)
        await asyncio.sleep(0)
        return len(asyncio.all_tasks()), open_files()

    async with Proxy(slack) as proxy, connecting(slack, on_connect=count) as connection:
        first = await settled(1)

        async def freeze_and_renew() -> None:
            proxy.freeze()
            connection.renew()

        ends = [slack.send_disconnect, slack.cut_sockets, freeze_and_renew]
        for n in range(5 * len(ends)):
            await ends[n % len(ends)]()
            await until(lambda n=n: connects == n + 2)  # type: ignore[misc]
            slack_side = list(slack._sockets._links)
            if len(slack_side) > 1:  # what was frozen, Slack's side knows nothing of
                slack_side[0].request.transport.abort()  # type: ignore[union-attr]
            await settled(n + 2)
        last = await settled(1 + 5 * len(ends))
    assert last == first

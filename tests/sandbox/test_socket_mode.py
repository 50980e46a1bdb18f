"""Socket Mode, with the real clients at the other end."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import aiohttp
import pytest
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.async_client import AsyncBaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.socket_mode.response import SocketModeResponse
from slack_sdk.web.async_client import AsyncWebClient

from companion.sandbox import LocalSlack
from tests.sandbox.conftest import StandingClock

type Answer = Callable[[AsyncBaseSocketModeClient, SocketModeRequest], Awaitable[None]]


async def ack(client: AsyncBaseSocketModeClient, request: SocketModeRequest) -> None:
    await client.send_socket_mode_response(SocketModeResponse(request.envelope_id))


async def keep_silent(client: AsyncBaseSocketModeClient, request: SocketModeRequest) -> None:
    pass


class Client:
    """A real client that notes what it gets and then answers as told."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer
        self.got: asyncio.Queue[SocketModeRequest] = asyncio.Queue()

    async def listen(self, client: AsyncBaseSocketModeClient, request: SocketModeRequest) -> None:
        self.got.put_nowait(request)
        await self.answer(client, request)

    async def next_event(self) -> dict[str, Any]:
        async with asyncio.timeout(60):
            return dict((await self.got.get()).payload["event"])


async def hang_up(client: SocketModeClient) -> None:
    """Close a client, and wait for the tasks that it only cancels."""
    await client.close()  # type: ignore[no-untyped-call]
    tasks = (client.message_receiver, client.message_processor, client.current_session_monitor)
    for task in tasks:
        if task is not None:
            task.cancel()
    await asyncio.gather(*filter(None, tasks), return_exceptions=True)


@contextlib.asynccontextmanager
async def connected(slack: LocalSlack, answer: Answer = ack) -> AsyncIterator[Client]:
    seen = Client(answer)
    client = SocketModeClient(
        slack.app_token, web_client=AsyncWebClient(base_url=slack.api_url), ping_interval=0.1
    )
    client.socket_mode_request_listeners.append(seen.listen)
    before = slack.socket_count
    try:
        await client.connect()  # type: ignore[no-untyped-call]
        await slack.wait_connected(before + 1)
        yield seen
    finally:
        await hang_up(client)


async def test_what_is_said_arrives_as_slack_sends_it(slack: LocalSlack) -> None:
    async with connected(slack) as client:
        ts = await slack.say("a & b")
        async with asyncio.timeout(60):
            request = await client.got.get()
    assert request.type == "events_api"
    assert request.payload["type"] == "event_callback"
    event = request.payload["event"]
    assert (
        event.items()
        >= {
            "type": "message",
            "channel": slack.dm_channel,
            "channel_type": "im",
            "user": slack.user_id,
            "text": "a &amp; b",
            "ts": ts,
            "event_ts": ts,
        }.items()
    )


async def test_edits_and_deletions_arrive_with_what_was_there_before(slack: LocalSlack) -> None:
    async with connected(slack) as client:
        ts = await slack.say("one")
        await slack.edit(ts, "two")
        await slack.delete(ts)
        said, changed, deleted = [await client.next_event() for _ in range(3)]
    assert said["text"] == "one"
    assert changed["subtype"] == "message_changed"
    assert changed["message"]["text"] == "two"
    assert changed["previous_message"]["text"] == "one"
    assert (deleted["subtype"], deleted["deleted_ts"]) == ("message_deleted", ts)
    assert said["event_ts"] < changed["event_ts"] < deleted["event_ts"]


async def test_deleting_a_message_with_replies_is_a_change_into_a_tombstone(
    slack: LocalSlack,
) -> None:
    ts = await slack.say("one")
    reply = await slack.say("two", thread_ts=ts)
    async with connected(slack) as client:
        await slack.delete(ts)
        await slack.delete(reply)
        changed, first, second = [await client.next_event() for _ in range(3)]
    assert changed["message"]["subtype"] == "tombstone"
    assert changed["previous_message"]["text"] == "one"
    assert (first["deleted_ts"], second["deleted_ts"]) == (reply, ts)


async def test_the_bots_own_messages_arrive_with_its_id_and_those_of_channels_do_not(
    slack: LocalSlack, web: AsyncWebClient
) -> None:
    async with connected(slack) as client:
        await web.chat_postMessage(channel=slack.channel, text="in #general")
        await web.chat_postMessage(channel=slack.user_id, text="in the DM")
        event = await client.next_event()
    assert event["text"] == "in the DM"
    assert event["bot_id"]


async def test_an_event_goes_to_exactly_one_of_the_sockets(slack: LocalSlack) -> None:
    async with connected(slack) as one, connected(slack) as two:
        for number in range(6):
            slack.hold_events = True
            await slack.say(str(number))
            assert await slack.deliver(slack.held.pop())
        assert (one.got.qsize(), two.got.qsize()) == (3, 3)


async def test_an_event_without_an_ack_comes_again_three_times_and_says_so(
    slack: LocalSlack,
) -> None:
    slack.hold_events = True
    await slack.say("hello?")
    async with connected(slack, keep_silent) as client:
        assert not await slack.deliver(slack.held[0])
        requests = [client.got.get_nowait() for _ in range(client.got.qsize())]
    attempts = [(request.retry_attempt, request.retry_reason) for request in requests]
    assert attempts == [(0, ""), (1, "timeout"), (2, "timeout"), (3, "timeout")]
    assert len({request.envelope_id for request in requests}) == 4
    assert len({request.payload["event_id"] for request in requests}) == 1


async def test_an_event_comes_again_at_once_when_the_socket_dies_before_the_ack(
    clock: StandingClock,
) -> None:
    async def cut(client: AsyncBaseSocketModeClient, request: SocketModeRequest) -> None:
        if request.retry_attempt == 0:
            await slack.cut_sockets()
        else:
            await ack(client, request)

    async with LocalSlack(now=clock, ack_timeout_s=60) as slack:
        slack.hold_events = True
        await slack.say("hello?")
        async with connected(slack, cut) as client, asyncio.timeout(60):
            delivered = asyncio.create_task(slack.deliver(slack.held[0]))
            assert (await client.next_event())["text"] == "hello?"
            assert (await client.next_event())["text"] == "hello?"
            assert await delivered


async def test_what_is_said_while_no_client_is_there_is_not_kept(slack: LocalSlack) -> None:
    await slack.say("into the void")
    async with connected(slack) as client:
        await slack.say("heard")
        assert (await client.next_event())["text"] == "heard"


async def test_events_can_be_held_and_delivered_doubled_and_in_another_order(
    slack: LocalSlack,
) -> None:
    async with connected(slack) as client:
        slack.hold_events = True
        await slack.say("one")
        await slack.say("two")
        one, two = slack.held
        for payload in (two, one, one):
            assert await slack.deliver(payload)
        texts = [(await client.next_event())["text"] for _ in range(3)]
    assert texts == ["two", "one", "one"]


async def test_a_ticket_is_good_for_one_connection(slack: LocalSlack) -> None:
    web = AsyncWebClient(base_url=slack.api_url)
    url = str((await web.apps_connections_open(app_token=slack.app_token))["url"])
    async with aiohttp.ClientSession() as session:
        async with session.ws_connect(url) as socket:
            assert (await socket.receive_json())["type"] == "hello"
        for used in (url, url.replace("ticket=", "ticket=x")):
            with pytest.raises(aiohttp.WSServerHandshakeError):
                await session.ws_connect(used)


async def test_sockets_can_be_refused(slack: LocalSlack) -> None:
    slack.refuse_sockets = True
    web = AsyncWebClient(base_url=slack.api_url)
    url = str((await web.apps_connections_open(app_token=slack.app_token))["url"])
    async with aiohttp.ClientSession() as session:
        with pytest.raises(aiohttp.WSServerHandshakeError):
            await session.ws_connect(url)
    assert slack.socket_count == 0


async def test_a_client_that_was_cut_off_or_sent_away_comes_back(slack: LocalSlack) -> None:
    async with connected(slack) as client:
        await slack.send_disconnect("refresh_requested")
        await slack.wait_disconnected()
        await slack.wait_connected()
        await slack.cut_sockets()
        await slack.wait_connected()
        await slack.say("still there?")
        assert (await client.next_event())["text"] == "still there?"


async def test_bolt_answers_events_and_commands_through_the_socket(slack: LocalSlack) -> None:
    app = AsyncApp(
        client=AsyncWebClient(slack.bot_token, base_url=slack.api_url),
        process_before_response=True,
    )
    heard: asyncio.Queue[str] = asyncio.Queue()

    @app.event("message")
    async def on_message(event: dict[str, Any]) -> None:
        heard.put_nowait(event["text"])

    @app.command("/log")
    async def on_log(ack: Callable[..., Awaitable[Any]], command: dict[str, Any]) -> None:
        await ack(f"Logged: {command['text']}")

    handler = AsyncSocketModeHandler(app, slack.app_token)
    try:
        await handler.connect_async()  # type: ignore[no-untyped-call]
        await slack.wait_connected()
        await slack.say("hello")
        async with asyncio.timeout(60):
            assert await heard.get() == "hello"
        answer = await slack.run_command("/log", "fixed it")
        assert answer["text"] == "Logged: fixed it"
        assert answer["user"] == slack.bot_user_id
    finally:
        await hang_up(handler.client)


async def test_a_command_that_the_client_does_not_ack_times_out(slack: LocalSlack) -> None:
    async with connected(slack, keep_silent):
        answer = await slack.run_command("/log", "hello?")
    assert answer["text"] == '/log failed with the error "operation_timeout"'


async def test_a_command_without_a_client_cannot_be_dispatched(slack: LocalSlack) -> None:
    answer = await slack.run_command("/log", "hello?")
    assert answer["text"] == '/log failed with the error "dispatch_failed"'

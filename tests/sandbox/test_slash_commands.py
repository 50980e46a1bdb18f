"""Slash commands over HTTP, as the app sees them and as the user does."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta
from urllib.parse import parse_qs

import aiohttp
import pytest
from aiohttp import web
from slack_sdk.signature import Clock, SignatureVerifier

from companion.sandbox import LocalSlack
from tests.sandbox.conftest import StandingClock

type Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@contextlib.asynccontextmanager
async def answering(slack: LocalSlack, handler: Handler) -> AsyncIterator[None]:
    """The app's own server, for as long as the block lasts."""
    app = web.Application()
    app.router.add_post("/slack/events", handler)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        slack.command_url = f"http://127.0.0.1:{runner.addresses[0][1]}/slack/events"
        yield
    finally:
        await runner.cleanup()


def answer_with(text: str = "", status: int = 200, json: dict[str, str] | None = None) -> Handler:
    async def handle(request: web.Request) -> web.StreamResponse:
        if json:
            return web.json_response(json, status=status)
        return web.Response(text=text, status=status)

    return handle


async def test_a_command_is_signed_and_complete(slack: LocalSlack, clock: StandingClock) -> None:
    class SlackClock(Clock):
        def now(self) -> float:
            return clock().timestamp()

    forms: list[dict[str, str]] = []

    async def handle(request: web.Request) -> web.Response:
        body = await request.text()
        verifier = SignatureVerifier(slack.signing_secret, clock=SlackClock())
        assert verifier.is_valid_request(body, dict(request.headers))
        forms.append({name: values[0] for name, values in parse_qs(body).items()})
        return web.Response(text="Logged.")

    async with answering(slack, handle):
        answer = await slack.run_command("/log", "fix <payload> & ship ☃")
        await slack.run_command("/log", "again")

    assert answer["text"] == "Logged."
    assert slack.ephemerals()[0]["text"] == "Logged."
    assert slack.messages() == []
    assert (
        forms[0].items()
        >= {
            "command": "/log",
            "text": "fix &lt;payload&gt; &amp; ship ☃",
            "user_id": slack.user_id,
            "user_name": "ada",
            "channel_id": slack.channel,
            "channel_name": "general",
        }.items()
    )
    assert {"team_id", "team_domain", "api_app_id", "response_url", "token"} <= forms[0].keys()
    assert forms[0]["trigger_id"] != forms[1]["trigger_id"]


async def test_a_json_answer_may_be_for_all(slack: LocalSlack) -> None:
    async with answering(slack, answer_with(json={"response_type": "in_channel", "text": "Look!"})):
        answer = await slack.run_command("/log", "x", channel=slack.dm_channel)
    assert answer["text"] == "Look!"
    assert [message["text"] for message in slack.messages(slack.dm_channel)] == ["Look!"]


async def test_an_empty_answer_shows_nothing(slack: LocalSlack) -> None:
    async with answering(slack, answer_with("")):
        assert (await slack.run_command("/log", "x"))["text"] == ""
    assert slack.ephemerals() == []


async def test_another_user_sees_the_own_answer_alone(slack: LocalSlack) -> None:
    other = slack.add_user("grace", "Asia/Tokyo")
    async with answering(slack, answer_with("Not for you.")):
        await slack.run_command("/log", "x", user_id=other)
    assert slack.ephemerals() == []
    assert [message["text"] for message in slack.ephemerals(other)] == ["Not for you."]


async def test_an_answer_that_is_late_is_a_timeout(slack: LocalSlack) -> None:
    async def never(request: web.Request) -> web.Response:
        await asyncio.Event().wait()
        return web.Response()

    async with answering(slack, never):
        answer = await slack.run_command("/log", "x")
    assert answer["text"] == '/log failed with the error "operation_timeout"'
    assert answer["user"] == "USLACKBOT"


@pytest.mark.parametrize("status", [201, 401, 404, 500])
async def test_an_answer_that_is_not_200_is_a_failed_dispatch(
    slack: LocalSlack, status: int
) -> None:
    async with answering(slack, answer_with("no", status=status)):
        answer = await slack.run_command("/log", "x")
    assert answer["text"] == '/log failed with the error "dispatch_failed"'


async def test_a_redirect_is_not_followed(slack: LocalSlack) -> None:
    async def elsewhere(request: web.Request) -> web.Response:
        if request.query:
            return web.Response(text="followed")
        return web.Response(status=307, headers={"Location": "/slack/events?again=1"})

    async with answering(slack, elsewhere):
        answer = await slack.run_command("/log", "x")
    assert answer["text"] == '/log failed with the error "dispatch_failed"'


async def test_a_server_that_is_not_there_is_a_failed_dispatch(slack: LocalSlack) -> None:
    async with answering(slack, answer_with("x")):
        pass
    answer = await slack.run_command("/log", "x")
    assert answer["text"] == '/log failed with the error "dispatch_failed"'


async def test_a_command_that_nobody_has_is_not_valid(slack: LocalSlack) -> None:
    answer = await slack.run_command("/lgo", "x")
    assert answer["text"] == "/lgo is not a valid command."
    assert answer["user"] == "USLACKBOT"


async def test_a_response_url_takes_five_answers_in_thirty_minutes(
    slack: LocalSlack, clock: StandingClock
) -> None:
    urls: list[str] = []

    async def handle(request: web.Request) -> web.Response:
        urls.append(str((await request.post())["response_url"]))
        return web.Response()

    async with answering(slack, handle):
        await slack.run_command("/log", "x")
        await slack.run_command("/log", "y")
    async with aiohttp.ClientSession() as session:

        async def respond(url: str) -> int:
            async with session.post(url, json={"text": "Later."}) as response:
                return response.status

        assert [await respond(urls[0]) for _ in range(6)] == [200] * 5 + [404]
        clock.move(timedelta(minutes=30))
        assert await respond(urls[1]) == 404
    assert [message["text"] for message in slack.ephemerals()] == ["Later."] * 5

"""What the page gets and sends, over HTTP."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
from slack_sdk.web.async_client import AsyncWebClient

from companion.errors import CompanionError
from companion.sandbox import LocalSlack
from companion.sandbox.page import page_streams
from tests.sandbox.conftest import StandingClock


class Page:
    """The page's side of the HTTP API."""

    def __init__(self, slack: LocalSlack, session: aiohttp.ClientSession) -> None:
        self.slack, self.session = slack, session

    async def get(self, path: str) -> Any:
        async with self.session.get(f"{self.slack.url}{path}") as response:
            assert response.status == 200
            return await response.json()

    async def post(self, path: str, **body: Any) -> tuple[int, Any]:
        async with self.session.post(f"{self.slack.url}/sandbox/{path}", json=body) as response:
            return response.status, await response.json()

    async def shown(self) -> list[dict[str, Any]]:
        messages: list[dict[str, Any]] = (await self.get("/sandbox/state"))["messages"]
        return messages


@pytest.fixture
async def page(slack: LocalSlack) -> AsyncIterator[Page]:
    async with aiohttp.ClientSession() as session:
        yield Page(slack, session)


async def next_change(stream: aiohttp.ClientResponse) -> dict[str, Any]:
    async with asyncio.timeout(60):
        async for line in stream.content:
            if line.startswith(b"data: "):
                change: dict[str, Any] = json.loads(line.removeprefix(b"data: "))
                return change
    raise AssertionError("the stream ended")


async def test_the_page_and_its_files_are_served_with_strict_headers(page: Page) -> None:
    for path, kind in (("/", "text/html"), ("/scripts/app.js", "text/javascript")):
        async with page.session.get(f"{page.slack.url}{path}") as response:
            assert response.status == 200
            assert response.content_type == kind
            assert response.headers["Cache-Control"] == "no-cache"


@pytest.mark.parametrize(
    "path", ["/", "/scripts/app.js", "/sandbox/state", "/sandbox/events", "/scripts/none.js", "/no"]
)
async def test_every_answer_keeps_the_page_to_itself(page: Page, path: str) -> None:
    async with page.session.get(f"{page.slack.url}{path}") as response:
        policy = response.headers["Content-Security-Policy"].split("; ")
        assert {"default-src 'none'", "script-src 'self'", "frame-ancestors 'none'"} <= set(policy)
        assert "unsafe" not in str(policy)
        assert response.headers["X-Frame-Options"] == "DENY"
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        assert response.headers["Referrer-Policy"] == "no-referrer"


@pytest.mark.parametrize("name", ["..%2Fpage_api.py", "%2e%2e/page_api.py", ".a.js", "none.js"])
async def test_only_files_of_the_page_are_served(page: Page, name: str) -> None:
    async with page.session.get(f"{page.slack.url}/scripts/{name}") as response:
        assert response.status == 404


async def test_the_state_says_who_is_there_and_what_was_said(
    page: Page, slack: LocalSlack, web: AsyncWebClient
) -> None:
    ts = await slack.say("a < b")
    await slack.edit(ts, "a < b & *c*")
    reply = await slack.say("more", thread_ts=ts)
    await web.reactions_add(channel=slack.dm_channel, timestamp=ts, name="white_check_mark")
    await slack.run_command("/lgo", "x")

    state = await page.get("/sandbox/state")
    assert state["team"] == "Sandbox"
    assert state["team_id"].startswith("T")
    assert state["user"] == {"id": slack.user_id, "name": "ada"}
    assert state["bot"] == {"id": slack.bot_user_id, "name": "Companion"}
    assert state["users"][slack.bot_user_id] == {"name": "Companion", "is_bot": True}
    assert [place["kind"] for place in state["places"]] == ["channel", "im"]
    assert (state["stored_in"], state["connected"], state["actions"]) == (None, False, [])

    said, answered, failed = state["messages"]
    assert said == {
        "channel": slack.dm_channel,
        "ts": ts,
        "user": slack.user_id,
        "user_name": "ada",
        "is_bot": False,
        "html": "a &lt; b &amp; <strong>c</strong>",
        "raw": "a < b & *c*",
        "thread_ts": None,
        "edited": True,
        "deleted": False,
        "ephemeral": False,
        "answers": None,
        "reactions": [{"name": "white_check_mark", "emoji": "✅", "count": 1, "own": False}],
        "reply_count": 1,
        "own": True,
    }
    assert (answered["ts"], answered["thread_ts"]) == (reply, ts)
    assert (failed["user_name"], failed["ephemeral"]) == ("Slackbot", True)
    assert failed["answers"] == "/lgo x"


async def test_changes_arrive_as_they_happen(page: Page, slack: LocalSlack) -> None:
    async with page.session.get(f"{slack.url}/sandbox/events") as stream:
        assert stream.content_type == "text/event-stream"
        ts = await slack.say("one")
        assert (await next_change(stream))["message"]["ts"] == ts
        reply = await slack.say("two", thread_ts=ts)
        assert (await next_change(stream))["message"]["ts"] == reply
        assert (await next_change(stream))["message"]["reply_count"] == 1
        await slack.delete(reply)
        gone = {"type": "deleted", "channel": slack.dm_channel, "ts": reply}
        assert await next_change(stream) == gone
        assert (await next_change(stream))["message"]["reply_count"] == 0
        await slack.delete(ts)
        assert (await next_change(stream))["type"] == "deleted"


async def test_the_page_learns_when_the_daemon_comes_and_goes(
    page: Page, slack: LocalSlack
) -> None:
    web = AsyncWebClient(base_url=slack.api_url)
    url = str((await web.apps_connections_open(app_token=slack.app_token))["url"])
    async with page.session.get(f"{slack.url}/sandbox/events") as stream:
        async with page.session.ws_connect(url):
            assert await next_change(stream) == {"type": "connection", "connected": True}
            assert (await page.get("/sandbox/state"))["connected"] is True
        assert await next_change(stream) == {"type": "connection", "connected": False}


async def test_a_quiet_stream_has_a_heartbeat(
    page: Page, slack: LocalSlack, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(page_streams, "_HEARTBEAT_S", 0.01)
    async with page.session.get(f"{slack.url}/sandbox/events") as stream, asyncio.timeout(60):
        async for line in stream.content:
            if line == b": still here\n":
                break


async def test_stopping_does_not_wait_for_an_open_page(clock: StandingClock) -> None:
    async with aiohttp.ClientSession() as session, asyncio.timeout(60):
        async with LocalSlack(now=clock) as slack:
            stream = await session.get(f"{slack.url}/sandbox/events")
            assert await stream.content.readline() == b": hello\n"
        await stream.read()


async def test_people_can_say_edit_and_delete(page: Page, slack: LocalSlack) -> None:
    dm = slack.dm_channel
    status, answer = await page.post("messages", channel=dm, text="one")
    assert (status, answer["ok"]) == (200, True)
    reply = await page.post("messages", channel=dm, text="two", thread_ts=answer["ts"])
    assert (await page.shown())[1]["thread_ts"] == answer["ts"]
    await page.post("delete", channel=dm, ts=reply[1]["ts"])
    await page.post("edit", channel=dm, ts=answer["ts"], text="<changed>")
    assert [message["raw"] for message in await page.shown()] == ["<changed>"]


async def test_a_command_is_answered_in_the_place_where_it_was_typed(
    page: Page, slack: LocalSlack
) -> None:
    status, answer = await page.post("commands", channel=slack.dm_channel, command="/log", text="x")
    assert (status, answer) == (200, {"ok": True})
    [shown] = await page.shown()
    assert (shown["channel"], shown["ephemeral"]) == (slack.dm_channel, True)
    assert shown["raw"] == '/log failed with the error "dispatch_failed"'


@pytest.mark.parametrize(("typed", "meant"), [("/lgo", "/log"), ("/LOG", "/log"), ("/em", "/me")])
async def test_an_unknown_command_is_refused_with_the_one_that_was_meant(
    page: Page, slack: LocalSlack, typed: str, meant: str
) -> None:
    asked = {"channel": slack.channel, "command": typed, "text": "x"}
    status, answer = await page.post("commands", **asked)
    assert (status, answer["suggestion"]) == (400, meant)
    assert answer["error"] == f"{typed} is not a command here. Did you mean {meant}?"
    assert await page.shown() == []


@pytest.mark.parametrize("typed", ["/blah", "/", "//"])
async def test_a_command_that_is_like_none_is_refused_with_all_that_there_are(
    page: Page, slack: LocalSlack, typed: str
) -> None:
    asked = {"channel": slack.channel, "command": typed, "text": "y"}
    status, answer = await page.post("commands", **asked)
    assert (status, answer.get("suggestion")) == (400, None)
    assert (
        answer["error"]
        == f"{typed} is not a command here. The commands are /log, /companion and /me."
    )


async def test_me_says_what_one_does(page: Page, slack: LocalSlack) -> None:
    await page.post("commands", channel=slack.dm_channel, command="/me", text="is testing & well")
    [message] = slack.messages(slack.dm_channel)
    assert (message["subtype"], message["text"]) == ("me_message", "is testing &amp; well")


async def test_an_action_runs_and_says_what_went_wrong(page: Page, slack: LocalSlack) -> None:
    asked: list[str] = []

    async def ask() -> None:
        asked.append("yes")

    async def summarize() -> None:
        raise CompanionError("No summary from the model: it sleeps.")

    async def broken() -> None:
        raise KeyError("detail")

    slack.actions.update(ask=ask, summarize=summarize, broken=broken)
    assert (await page.get("/sandbox/state"))["actions"] == ["ask", "summarize", "broken"]
    assert await page.post("actions/ask") == (200, {"ok": True})
    assert asked == ["yes"]
    status, answer = await page.post("actions/summarize")
    assert (status, answer["error"]) == (400, "No summary from the model: it sleeps.")
    status, answer = await page.post("actions/broken")
    assert (status, "detail" in answer["error"]) == (500, False)
    assert (await page.post("actions/dance"))[0] == 404


@pytest.mark.parametrize(
    ("path", "body", "error"),
    [
        ("messages", {"channel": "C0", "text": "x"}, "channel_not_found"),
        ("messages", {"text": "x"}, "invalid_arguments"),
        ("messages", {"channel": "C0", "text": 5}, "invalid_arguments"),
        ("edit", {"channel": "C0", "ts": "1.0", "text": "x"}, "channel_not_found"),
        ("commands", {"channel": "C0", "command": "/log", "text": ""}, "channel_not_found"),
    ],
)
async def test_a_mistake_of_the_page_is_answered_with_an_error(
    page: Page, path: str, body: dict[str, Any], error: str
) -> None:
    assert await page.post(path, **body) == (400, {"ok": False, "error": error})


async def test_nobody_can_change_what_somebody_else_said(
    page: Page, slack: LocalSlack, web: AsyncWebClient
) -> None:
    ts = (await web.chat_postMessage(channel=slack.user_id, text="What now?"))["ts"]
    edit = await page.post("edit", channel=slack.dm_channel, ts=ts, text="Nothing.")
    assert edit == (400, {"ok": False, "error": "cant_update_message"})
    empty = await page.post("messages", channel=slack.dm_channel, text=" \n")
    assert empty == (400, {"ok": False, "error": "no_text"})


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Host": "evil.example"}, 403),
        ({"Host": "evil.example:8000"}, 403),
        ({"Host": "127.0.0.1.evil.example"}, 403),
        ({"Origin": "https://evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Origin": "http://localhost:1"}, 403),
        ({"Content-Type": "text/plain"}, 415),
        ({"Content-Type": "application/x-www-form-urlencoded"}, 415),
        ({}, 200),
    ],
)
async def test_other_web_sites_are_kept_out(
    page: Page, slack: LocalSlack, headers: dict[str, str], status: int
) -> None:
    body = json.dumps({"channel": slack.dm_channel, "text": "x"}).encode()
    headers = {"Content-Type": "application/json", **headers}
    url = f"{slack.url}/sandbox/messages"
    async with page.session.post(url, data=body, headers=headers) as response:
        assert response.status == status
    assert len(slack.messages()) == (1 if status == 200 else 0)


async def test_the_state_is_not_for_other_hosts_either(page: Page, slack: LocalSlack) -> None:
    for path in ("/", "/sandbox/state", "/sandbox/events", "/api/auth.test"):
        url, headers = f"{slack.url}{path}", {"Host": "evil.example"}
        async with page.session.get(url, headers=headers) as response:
            assert response.status == 403


async def test_the_pages_own_origin_is_let_in(page: Page, slack: LocalSlack) -> None:
    port = slack.url.rpartition(":")[2]
    for host in ("127.0.0.1", "localhost"):
        headers = {"Host": f"{host}:{port}", "Origin": f"http://{host}:{port}"}
        body = {"channel": slack.dm_channel, "text": "x"}
        url = f"{slack.url}/sandbox/messages"
        async with page.session.post(url, json=body, headers=headers) as response:
            assert response.status == 200


async def test_a_messages_own_address_opens_its_thread(page: Page, slack: LocalSlack) -> None:
    ts = await slack.say("fixed OPS-1")
    reply = await slack.say("and tested it", thread_ts=ts)
    for said in (ts, reply):
        path = f"/archives/{slack.dm_channel}/p{said.replace('.', '')}"
        async with page.session.get(f"{slack.url}{path}", allow_redirects=False) as answer:
            assert answer.status == 302
            assert answer.headers["Location"] == f"/#{slack.dm_channel}/{ts}"
    async with page.session.get(f"{slack.url}/archives/{slack.dm_channel}/p1234567") as answer:
        assert answer.status == 404

"""`/log` over real HTTP: what is captured, what is refused, and what the user reads."""

import asyncio
import hmac
import json
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from importlib.metadata import version
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import aiohttp
import pytest
from aiohttp import web
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from slack_bolt.middleware.request_verification.async_request_verification import (
    AsyncRequestVerification,
)

from companion.adapters.sqlite import SqliteLogStore
from companion.bootstrap import slack_text
from companion.domain.entry import Entry
from companion.domain.manifest import VERSION_HEADER, CommandNames
from companion.entrypoints.forms import read_form
from companion.entrypoints.webhook import MAX_BODY, build_app, serving
from companion.errors import StoreError
from companion.ports import LogStore
from companion.texts.slack import NOT_ALLOWED
from companion.usecases.capture import CaptureCommand
from tests.fakes import FakeClock
from tests.memory_store import MemoryLogStore
from tests.slack_requests import SECRET, command_form, interaction, interaction_form, signed
from tests.system import MORNING

NOW = MORNING.timestamp()
LONG = timedelta(days=9)
BERLIN = ZoneInfo("Europe/Berlin")

type Post = Callable[..., Awaitable[tuple[int, str]]]


@asynccontextmanager
async def webhook(
    store: LogStore,
    allowed: frozenset[str] | None = None,
    timeout_s: float = 60.0,
    zone: ZoneInfo | None = None,
    late: timedelta = timedelta(),
    names: CommandNames | None = None,
) -> AsyncIterator[Post]:
    """A running webhook, and how to send it something that was signed `late` ago."""
    clock = FakeClock(MORNING + late)
    capture = CaptureCommand(
        store=store, clock=clock, zone_of=lambda _: zone, allowed=allowed, timeout_s=timeout_s
    )
    async with (
        serving(build_app(capture, SECRET, clock, slack_text(), names), "127.0.0.1", 0) as port,
        aiohttp.ClientSession(f"http://127.0.0.1:{port}") as client,
    ):

        async def post(body: bytes, headers: dict[str, str] | None = None) -> tuple[int, str]:
            headers = signed(body, NOW) if headers is None else headers
            async with client.post("/slack/events", data=body, headers=headers) as answer:
                return answer.status, await answer.text()

        yield post


async def everything(store: LogStore, user_id: str = "U0AAAAAA") -> list[Entry]:
    return await store.fetch_logs(user_id, MORNING - LONG, MORNING + LONG)


TEXTS = [
    "plain",
    'fix the "payload" parser',
    "payload={}",
    "it's “quoted” & <tagged> 'text'",
    "first line\nsecond line\n\n  fourth, indented",
    "🎉 ünïcödé 中文 \u200d",
    "100% +1 a=b;c=d %20",
    "R&D",
    "x" * 4000,
]


@pytest.mark.parametrize("text", TEXTS)
async def test_any_text_is_captured_as_typed(text: str) -> None:
    async with MemoryLogStore.open() as store, webhook(store) as post:
        status, answer = await post(command_form(text))
        assert status == 200
        assert [entry.text for entry in await everything(store)] == [text]
        assert "Logged at" in answer


def _is_text(text: str) -> bool:
    """Neither nothing nor perhaps a moment."""
    return bool(text.strip()) and not text.strip().startswith("@")


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1).filter(_is_text))
async def test_whatever_somebody_types_is_captured_as_typed(text: str) -> None:
    async with MemoryLogStore.open() as store, webhook(store) as post:
        escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
        status, _ = await post(command_form(escaped))
        assert status == 200
        assert [entry.text for entry in await everything(store)] == [text]


async def test_the_same_signed_request_is_one_entry_also_after_a_restart(tmp_path: Path) -> None:
    body = command_form("once")
    for _ in range(2):
        async with SqliteLogStore.open(tmp_path / "memory.db") as store, webhook(store) as post:
            for _ in range(2):
                status, answer = await post(body)
                assert status == 200
                assert "Logged at" in answer
    async with SqliteLogStore.open(tmp_path / "memory.db") as store:
        assert len(await everything(store)) == 1


async def test_two_commands_in_the_same_second_are_two_entries() -> None:
    async with MemoryLogStore.open() as store, webhook(store) as post:
        await post(command_form("same", trigger_id="1"))
        await post(command_form("same", trigger_id="2"))
        assert len(await everything(store)) == 2


@pytest.mark.parametrize(
    ("text", "at", "confirmed"),
    [
        ("@yesterday 16:00 fixed it", "2026-11-19T15:00", "Logged for Thursday 2026-11-19 16:00\n"),
        (
            "@mon fixed it",
            "2026-11-16T11:00",
            "Monday 2026-11-16 12:00 (a day alone means its noon)",
        ),
        ("@-45m fixed it", "2026-11-20T06:15", "Logged for Friday 2026-11-20 07:15\n"),
    ],
)
async def test_a_moment_before_the_text_dates_the_entry_and_is_confirmed(
    text: str, at: str, confirmed: str
) -> None:
    async with MemoryLogStore.open() as store, webhook(store, zone=BERLIN) as post:
        _, answer = await post(command_form(text))
        [entry] = await everything(store)
    assert (entry.text, f"{entry.timestamp:%Y-%m-%dT%H:%M}") == ("fixed it", at)
    assert entry.logged_at is not None
    assert int(entry.logged_at.timestamp()) == NOW
    assert confirmed in answer
    assert "&gt; fixed it" in answer


async def test_a_backdated_command_is_one_entry_however_often_it_is_delivered(
    tmp_path: Path,
) -> None:
    body, entries = command_form("@-45m once"), []
    for minutes in (0, 2):  # on another machine, later: the key must come out the same
        late = timedelta(minutes=minutes)
        async with SqliteLogStore.open(tmp_path / f"{minutes}.db") as store:
            async with webhook(store, late=late) as post:
                await post(body)
                await post(body)
            entries += await everything(store)
    assert len(entries) == 2
    assert entries[0] == entries[1]
    assert entries[0].logged_at == entries[0].timestamp + timedelta(minutes=45)


async def test_a_webhook_that_knows_no_zone_reads_what_needs_none() -> None:
    async with MemoryLogStore.open() as store, webhook(store) as post:
        _, refused = await post(command_form("@yesterday 16:00 fixed <it>"))
        assert "Nothing saved" in refused
        assert "`COMPANION_TIMEZONE`" in refused
        assert "&gt; @yesterday 16:00 fixed &lt;it&gt;" in refused
        assert await everything(store) == []

        _, answer = await post(command_form("@-45m fixed it"))
        at_s = int(NOW) - 45 * 60
        assert f"<!date^{at_s}^{{date_long}} {{time}}|2026-11-20 06:15 UTC>" in answer
        assert [entry.text for entry in await everything(store)] == ["fixed it"]


@pytest.mark.parametrize("text", ["@bo helped me", "@bo", "mail to @mon", "@may helped me"])
async def test_a_mention_before_the_text_is_text(text: str) -> None:
    async with MemoryLogStore.open() as store, webhook(store, zone=BERLIN) as post:
        _, answer = await post(command_form(text))
        assert "Logged at" in answer
        assert [(entry.text, entry.logged_at) for entry in await everything(store)] == [
            (text, None)
        ]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("@yesterdy 16:00 fixed it", "I don't understand the date “@yesterdy 16:00”"),
        ("@last week fixed it", "“@last week” is a range of days"),
        ("@23:00 fixed it", "in the future"),
        ("@today fixed it", "a day alone means its noon".capitalize()),
    ],
)
async def test_a_moment_that_is_not_taken_is_refused_with_the_text_given_back(
    text: str, reason: str
) -> None:
    async with MemoryLogStore.open() as store, webhook(store, zone=BERLIN) as post:
        _, answer = await post(command_form(text))
        assert answer.startswith("Nothing saved: ")
        assert reason in answer
        assert answer.endswith(f"&gt; {text}")
        assert await everything(store) == []


async def test_a_command_of_another_name_is_answered_and_never_stored() -> None:
    body = command_form("fixed <it>").replace(b"%2Flog", b"%2Fdid")
    async with MemoryLogStore.open() as store, webhook(store) as post:
        status, answer = await post(body)
        assert await everything(store) == []
    assert status == 200
    assert answer.startswith("Nothing saved: I don't know `/did` here: entries come with `/log`,")
    assert "set `COMPANION_LOG_COMMAND=/did`" in answer
    assert answer.endswith("&gt; fixed &lt;it&gt;")


async def test_a_command_has_the_name_that_it_was_given() -> None:
    names = CommandNames(log="/did")
    async with MemoryLogStore.open() as store, webhook(store, names=names) as post:
        _, refused = await post(command_form("one"))
        _, answer = await post(command_form("two").replace(b"%2Flog", b"%2Fdid"))
        assert [entry.text for entry in await everything(store)] == ["two"]
    assert "I don't know `/log` here: entries come with `/did`" in refused
    assert "Logged at" in answer


@pytest.mark.parametrize("text", ["", "   ", "\n", "@-45m", "@-45m  "])
async def test_an_empty_command_explains_itself_and_stores_nothing(text: str) -> None:
    async with MemoryLogStore.open() as store, webhook(store) as post:
        status, answer = await post(command_form(text))
        assert status == 200
        assert "`/log fixed the flaky test`" in answer
        assert await everything(store) == []


async def test_a_person_who_is_not_allowed_reads_whom_to_ask_and_stores_nothing() -> None:
    allowed = frozenset({"U0BBBBBB"})
    async with MemoryLogStore.open() as store, webhook(store, allowed) as post:
        status, answer = await post(command_form("hello"))
        assert (status, answer) == (200, NOT_ALLOWED)
        assert await everything(store) == []
        await post(command_form("hello", user_id="U0BBBBBB"))
        assert len(await everything(store, "U0BBBBBB")) == 1


async def test_each_member_writes_to_a_partition_of_their_own() -> None:
    async with MemoryLogStore.open() as store, webhook(store) as post:
        await post(command_form("mine"))
        await post(command_form("yours", user_id="U0BBBBBB"))
        assert [entry.text for entry in await everything(store)] == ["mine"]


def form_headers(**changes: str) -> dict[str, str]:
    return {**signed(command_form("hi"), NOW), **changes}


REFUSED = {
    "wrong signature": (command_form("hi"), form_headers(**{"X-Slack-Signature": "v0=beef"}), 401),
    "another's secret": (command_form("hi"), signed(command_form("hi"), NOW, "other"), 401),
    "another body": (command_form("ho"), form_headers(), 401),
    "missing signature": (command_form("hi"), {"X-Slack-Request-Timestamp": str(int(NOW))}, 401),
    "no headers": (command_form("hi"), {}, 401),
    "stale": (command_form("hi"), signed(command_form("hi"), NOW - 301), 401),
    "from the future": (command_form("hi"), signed(command_form("hi"), NOW + 301), 401),
    "no number": (command_form("hi"), form_headers(**{"X-Slack-Request-Timestamp": "now"}), 401),
    "many digits": (
        command_form("hi"),
        form_headers(**{"X-Slack-Request-Timestamp": "9" * 5000}),
        401,
    ),
    "signature beyond ASCII": (
        command_form("hi"),
        form_headers(**{"X-Slack-Signature": "v0=ü"}),
        401,
    ),
    "broken UTF-8": (b"text=\xff\xfe", signed(b"text=x", NOW), 401),
    "broken UTF-8 in the form": (b"text=%ff%fe", signed(b"text=%ff%fe", NOW), 400),
    "broken JSON": (b'{"type":', signed(b'{"type":', NOW), 404),
    "deep JSON": (b'{"a":' * 9000, signed(b'{"a":' * 9000, NOW), 404),
    "broken payload": (b"payload=%7B", signed(b"payload=%7B", NOW), 400),
    "too long": (b"x" * (MAX_BODY + 1), signed(b"x", NOW), 413),
}


UNSIGNED = {
    "a command": command_form("hi"),
    "a command without a user": b"command=%2Flog&text=hi&trigger_id=1",
    "a command with a field twice": command_form("hi") + b"&text=ho",
    "a form that is not a command": b"text=hi",
    "a check of Slack's": b"ssl_check=1&token=abc",
    "a payload": b"payload=%7B",
    "a press": interaction_form(interaction("block_actions")),
    "an event": b'{"event": 5}',
    "a challenge": b'{"type": "url_verification", "challenge": "abc"}',
    "a broken form": b"text=%ff",
    "broken UTF-8": b"text=\xff",
    "nothing": b"",
}


@pytest.mark.parametrize("body", UNSIGNED.values(), ids=UNSIGNED.keys())
async def test_whatever_is_not_signed_learns_nothing_of_what_it_has_the_shape_of(
    body: bytes,
) -> None:
    forged = {**signed(b"", NOW), "X-Slack-Signature": "v0=" + "0" * 64}
    json_ = {"Content-Type": "application/json"}
    async with MemoryLogStore.open() as store, webhook(store) as post:
        answers = [await post(body, headers) for headers in ({}, json_, forged, forged | json_)]
        assert [status for status, _ in answers] == [401] * 4
        assert set(answers) == {await post(command_form("another"), forged)}
        assert await everything(store) == []


async def test_bolt_alone_verifies_each_request_once(monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[str] = []

    def counting[**P, R](name: str, function: Callable[P, R]) -> Callable[P, R]:
        def counted(*args: P.args, **kwargs: P.kwargs) -> R:
            calls.append(name)
            return function(*args, **kwargs)

        return counted

    requests = [signed(command_form("hi"), NOW), signed(command_form("hi"), NOW, "another secret")]
    verify = AsyncRequestVerification.async_process
    monkeypatch.setattr(AsyncRequestVerification, "async_process", counting("bolt", verify))
    for name in ("new", "digest", "compare_digest"):
        monkeypatch.setattr(hmac, name, counting(name, getattr(hmac, name)))
    async with MemoryLogStore.open() as store, webhook(store) as post:
        for headers, status in zip(requests, (200, 401), strict=True):
            calls.clear()
            assert (await post(command_form("hi"), headers))[0] == status
            assert calls == ["bolt", "new", "compare_digest"]


async def test_where_bolt_lets_everything_through_a_forged_command_is_stored(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def let_through(_: object, **arguments: Any) -> Any:
        return await arguments["next"]()

    monkeypatch.setattr(AsyncRequestVerification, "async_process", let_through)
    async with MemoryLogStore.open() as store, webhook(store) as post:
        forged = form_headers(**{"X-Slack-Signature": "v0=" + "0" * 64})
        await post(command_form("hi"), forged)
        assert len(await everything(store)) == 1  # nothing else decides


async def test_a_check_of_slacks_is_answered_as_bolt_does() -> None:
    body = b"ssl_check=1&token=abc"
    async with MemoryLogStore.open() as store, webhook(store) as post:
        assert await post(body) == (200, "")
        assert await everything(store) == []


async def test_bolts_own_headers_mean_nothing_from_outside() -> None:
    body = command_form("hi")
    lazy = {"X-Slack-Bolt-Lazy-Only": "1", "X-Slack-Bolt-Lazy-Function-Name": "on_command"}
    async with MemoryLogStore.open() as store, webhook(store) as post:
        assert "Logged at" in (await post(body, signed(body, NOW) | lazy))[1]
        assert len(await everything(store)) == 1


@pytest.mark.parametrize(("body", "headers", "status"), REFUSED.values(), ids=REFUSED.keys())
async def test_what_is_no_request_of_slacks_is_refused_and_stores_nothing(
    body: bytes, headers: dict[str, str], status: int, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    async with MemoryLogStore.open() as store, webhook(store) as post:
        assert (await post(body, headers))[0] == status
        assert await everything(store) == []
    ours = [record.getMessage() for record in caplog.records if record.name != "asyncio"]
    assert not any("text=" in message or "hi" in message.split() for message in ours)


async def test_a_body_of_just_64_kib_is_read() -> None:
    body = b"text=".ljust(MAX_BODY, b"x")
    async with MemoryLogStore.open() as store, webhook(store) as post:
        assert (await post(body))[0] == 404  # signed, but no command


async def test_a_signed_request_that_is_no_command_is_not_found() -> None:
    body = json.dumps({"type": "event_callback", "event": {"type": "message"}}).encode()
    async with MemoryLogStore.open() as store, webhook(store) as post:
        assert (await post(body))[0] == 404


class GoneStore(MemoryLogStore):
    """A store that has no answer, or none in time."""

    def __init__(self, hangs: bool) -> None:
        super().__init__()
        self.hangs = hangs

    async def write_log(self, entry: Entry) -> bool:
        if self.hangs:
            await asyncio.Event().wait()
        raise StoreError("The table", "it is gone.")


@pytest.mark.parametrize("hangs", [True, False])
async def test_where_the_store_is_gone_the_user_reads_that_nothing_was_saved_with_their_text(
    hangs: bool,
) -> None:
    async with webhook(GoneStore(hangs), timeout_s=0.05) as post:
        status, answer = await post(command_form("precious & rare"))
        assert status == 200
        assert "Nothing saved" in answer
        assert "precious &amp; rare" in answer


async def test_the_store_has_less_time_than_slack_gives() -> None:
    capture: Any = CaptureCommand(store=MemoryLogStore(), clock=FakeClock(MORNING))
    assert capture.timeout_s <= 2.5


async def test_our_webhook_is_known_by_a_header_and_an_unsigned_request_does_not_see_it() -> None:
    capture = CaptureCommand(store=MemoryLogStore(), clock=FakeClock(MORNING))
    app = build_app(capture, SECRET, FakeClock(MORNING), slack_text())
    async with serving(app, "127.0.0.1", 0) as port, aiohttp.ClientSession() as client:
        async with client.get(f"http://127.0.0.1:{port}/healthz") as answer:
            assert answer.status == 200
            assert answer.headers[VERSION_HEADER] == version("companion-memory")
        async with client.get(f"http://127.0.0.1:{port}/elsewhere") as answer:
            assert answer.status == 404
        body = command_form("hi")
        events = f"http://127.0.0.1:{port}/slack/events"
        async with client.post(events, data=body, headers=signed(body, NOW)) as answer:
            assert answer.headers[VERSION_HEADER] == version("companion-memory")
        async with client.post(events, data=body) as answer:
            assert VERSION_HEADER not in answer.headers


WHOLE = "command=%2Flog&user_id=U0ADA&trigger_id=1.2"


def test_a_field_that_is_empty_is_there_all_the_same() -> None:
    assert read_form(f"{WHOLE}&text=&channel_id=D1") == {
        "command": "/log",
        "user_id": "U0ADA",
        "trigger_id": "1.2",
        "text": "",
        "channel_id": "D1",
    }


@pytest.mark.parametrize("twice", ["text=&text=tea", "text=tea&text=", "text=tea&text=tea"])
def test_a_form_that_says_two_things_is_not_chosen_from(twice: str) -> None:
    with pytest.raises(web.HTTPBadRequest):
        read_form(f"{WHOLE}&{twice}")


def payload_of(payload: object) -> dict[str, Any]:
    return read_form(interaction_form(payload).decode())


def test_an_interaction_is_passed_on_with_the_fields_of_its_kind_alone() -> None:
    pressed = payload_of(interaction("block_actions", event={"type": "message"}, command="/log"))
    assert pressed["user"]["id"] == "U0AAAAAA"
    assert pressed["actions"][0]["action_id"] == "more"
    assert not {"event", "command", "token", "enterprise"} & set(pressed)


def test_half_an_emoji_in_a_message_is_replaced_by_what_can_be_stored() -> None:
    message = {"text": "broken \ud83d here", "blocks": [{"text": ["\udc00"]}]}
    kept = payload_of(interaction("message_action", message=message))["message"]
    assert kept == {"text": "broken \ufffd here", "blocks": [{"text": ["\ufffd"]}]}


@pytest.mark.parametrize("text", ["fix payload bug", "payload", "payload={}&payload={}"])
def test_a_command_with_the_word_payload_is_a_command(text: str) -> None:
    assert read_form(command_form(text).decode())["text"] == text


def test_a_command_with_a_payload_beside_it_is_a_command() -> None:
    assert read_form(f"{WHOLE}&payload=%7B%7D")["command"] == "/log"

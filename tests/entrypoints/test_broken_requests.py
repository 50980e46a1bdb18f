"""Ten thousand broken requests: each is refused as such, and none of them is stored."""

import asyncio
import json
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from urllib.parse import urlencode

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from slack_bolt.async_app import AsyncAck, AsyncApp

from companion.bootstrap import slack_text
from companion.domain.entry import Entry
from companion.entrypoints.forms import MAX_FIELDS
from companion.entrypoints.webhook import MAX_BODY, build_app, serving
from companion.usecases.capture import CaptureCommand
from tests.fakes import FakeClock
from tests.memory_store import MemoryLogStore
from tests.slack_requests import INTERACTIONS, SECRET, interaction, interaction_form, signed
from tests.system import MORNING

NOW = MORNING.timestamp()
BATCH = 25
BATCHES = 400
FORM = {
    "command": "/log",
    "text": "hi",
    "user_id": "U0AAAAAA",
    "trigger_id": "1.2.abc",
    "team_id": "T0AAAAAA",
}
SOUND = urlencode(FORM).encode()


class Store(MemoryLogStore):
    """Counts what it was given by anybody."""

    def __init__(self) -> None:
        super().__init__()
        self.written = 0

    async def write_log(self, entry: Entry) -> bool:
        self.written += 1
        return await super().write_log(entry)


@dataclass(frozen=True, slots=True)
class Request:
    """What goes over the wire."""

    body: bytes
    headers: tuple[tuple[str, str], ...]
    method: str = "POST"
    path: str = "/slack/events"

    def __bytes__(self) -> bytes:
        headers = [("Host", "127.0.0.1"), *self.headers]
        if not any(name in {"Content-Length", "Transfer-Encoding"} for name, _ in headers):
            headers.append(("Content-Length", str(len(self.body))))
        lines = [f"{self.method} {self.path} HTTP/1.1", *(f"{n}: {v}" for n, v in headers)]
        return "\r\n".join([*lines, "", ""]).encode() + self.body


class Wire:
    """One connection to the webhook, kept for as many requests as the webhook allows."""

    def __init__(self, port: int, store: Store) -> None:
        self.store = store
        self._port = port
        self._writer: asyncio.StreamWriter | None = None

    async def status_of(self, request: bytes) -> int:
        """The answer's status; 0 where the connection ended without one."""
        async with asyncio.timeout(60):
            kept = self._writer is not None
            try:
                return await self._status_of(request)
            except (ConnectionError, asyncio.IncompleteReadError):
                await self.hang_up()
                # One that was kept may have ended before this request.
                return await self.status_of(request) if kept else 0

    async def _status_of(self, request: bytes) -> int:
        if self._writer is None:
            self._reader, self._writer = await asyncio.open_connection("127.0.0.1", self._port)
        self._writer.write(request)
        first, *lines = (await self._reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
        headers = dict(line.lower().split(": ", 1) for line in lines if line)
        await self._reader.readexactly(int(headers.get("content-length", "0")))
        if headers.get("connection") == "close":
            await self.hang_up()
        return int(first.split()[1])

    async def answer_to(self, sent: bytes) -> bytes:
        """All that comes back where nothing more is sent."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self._port)
        writer.write(sent)
        writer.write_eof()
        async with asyncio.timeout(60):
            answer = await reader.read()
        writer.close()
        await writer.wait_closed()
        return answer

    async def hang_up(self) -> None:
        if self._writer is not None:
            self._writer.close()
            await asyncio.gather(self._writer.wait_closed(), return_exceptions=True)
            self._writer = None


@pytest.fixture
async def wire() -> AsyncIterator[Wire]:
    """A wire to a webhook that runs, and that takes every interaction."""
    clock, store = FakeClock(MORNING), Store()
    capture = CaptureCommand(store=store, clock=clock)
    app = build_app(capture, SECRET, clock, slack_text(), listeners=[listen_for_everything])
    async with serving(app, "127.0.0.1", 0) as port:
        it = Wire(port, store)
        yield it
        await it.hang_up()


def listen_for_everything(bolt: AsyncApp) -> None:
    async def taken(ack: AsyncAck) -> None:
        await ack()

    anything = re.compile("")
    bolt.action(anything)(taken)
    bolt.view(anything)(taken)
    bolt.view_closed(anything)(taken)
    bolt.shortcut(anything)(taken)


def sent(body: bytes, **changes: str | None) -> Request:
    """Signed, with some headers changed or left out (`content_type` for `Content-Type`)."""
    try:
        headers: dict[str, str | None] = {**signed(body, NOW)}
    except UnicodeDecodeError:
        headers = {**signed(SOUND, NOW)}  # Slack signs no such thing
    headers |= {name.replace("_", "-").title(): value for name, value in changes.items()}
    return Request(body, tuple((name, value) for name, value in headers.items() if value))


def form(fields: list[tuple[str, str]]) -> Request:
    return sent(urlencode(fields, errors="surrogatepass").encode())


# A value with one of these in it is nobody's id.
JUNK = st.builds(
    lambda text, bad, more: text + bad + more,
    st.text(max_size=3),
    st.sampled_from(["\0", " ", "é", "\n", "<@U0AAAAAA>", "\ud800", "'; --", "🎉"]),
    st.text(max_size=3),
)
NEEDED = st.sampled_from(["command", "user_id", "trigger_id"])
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=2)
        | st.dictionaries(
            st.sampled_from(["type", "event", "team", "user", "command", "payload", "view"]),
            inner,
            max_size=3,
        )
    ),
    max_leaves=4,
)


def without(name: str) -> Request:
    return form([(key, value) for key, value in FORM.items() if key != name])


def with_junk(name: str, junk: str) -> Request:
    return form([*(FORM | {name: junk.lstrip("/") if name == "command" else junk}).items()])


def twice(name: str, value: str) -> Request:
    return form([*FORM.items(), (name, value)])


def too_much(fields: int) -> Request:
    return form([*FORM.items(), *((f"more{n}", "") for n in range(MAX_FIELDS + fields))])


def as_json(value: object, field: str | None) -> Request:
    text = json.dumps(value)
    body = urlencode({field: text}).encode() if field else text.encode()
    return sent(
        body, content_type="application/x-www-form-urlencoded" if field else "application/json"
    )


def payload(value: object) -> Request:
    return sent(interaction_form(value))


def payload_text(text: str) -> Request:
    return sent(urlencode({"payload": text}).encode())


def mixture(kind: str, others: str, changes: dict[str, object]) -> Request:
    """An interaction with the fields of another, and some that are anything."""
    return payload(interaction(others) | interaction(kind) | changes)


def tampered(at: int, byte: int, insert: bool) -> Request:
    """Signed, and then changed on its way."""
    at %= len(SOUND)
    changed = SOUND[:at] + bytes([byte]) + SOUND[at if insert else at + 1 :]
    if changed == SOUND:
        changed += b"&"
    return Request(changed, tuple(signed(SOUND, NOW).items()))


def aged(seconds: int, sign: int) -> Request:
    return Request(SOUND, tuple(signed(SOUND, max(0, NOW + sign * (301 + seconds))).items()))


def header(name: str, value: str) -> Request:
    """A signature or a time that is none."""
    return sent(SOUND, **{name: value})


def elsewhere(method: str, path: str) -> Request:
    return Request(SOUND, tuple(signed(SOUND, NOW).items()), method, path)


# Whatever a field of an interaction may hold: what is right, what is near it, and what is not.
FIELDS = st.sampled_from(
    ["type", "user", "team", "enterprise", "view", "actions", "channel", "message", "container",
     "state", "callback_id", "trigger_id", "response_url", "response_urls", "event", "command",
     "authorizations", "is_ext_shared_channel", "function_data", "message_ts", "is_cleared"]
)  # fmt: skip
NEAR: st.SearchStrategy[object] = st.sampled_from(
    [{}, [], [{}], [[]], "", "\0", "\ud83d", 10**400, -1.5e300, True, None, "block_actions",
     "view_submission", "interactive_message", "dialog_submission", "workflow_step_edit",
     "block_suggestion", "event_callback", "url_verification", {"id": 5}, {"id": "U0AAAAAA"},
     {"id": "\0"}, [{"action_id": 5}], [{"action_id": "more"}, 5], {"callback_id": "form"},
     {"callback_id": "form", "id": "V1", "type": "workflow_step"}, {"thread_ts": {"event": 5}},
     {"type": "event_callback", "event": {"type": "message"}}, {"event": {"event": {}}}]
)  # fmt: skip
KINDS = st.sampled_from(INTERACTIONS)
MIXTURES = st.builds(mixture, KINDS, KINDS, st.dictionaries(FIELDS, NEAR | JSON, max_size=4))
WRONG_FIELDS = st.sampled_from(
    [("user", "U0AAAAAA"), ("user", {}), ("user", {"id": None}), ("user", {"id": "U0AAAAAA\n"}),
     ("user", [{"id": "U0AAAAAA"}]), ("type", None), ("type", ["block_actions"]), ("type", "x"),
     ("team", "T0AAAAAA"), ("team", {"id": 5}), ("enterprise", [1]), ("trigger_id", 5),
     ("trigger_id", "\ud83d"), ("trigger_id", "1 2"), ("response_url", 5), ("channel", "D1"),
     ("container", "message"), ("message", "hi"), ("state", []), ("view", "V1"), ("view", []),
     ("view", {"callback_id": "x"}), ("callback_id", {}), ("actions", {}), ("actions", "more"),
     ("actions", []), ("actions", [None]), ("actions", [{"action_id": ["more"]}]),
     ("action_ts", 3.4), ("message_ts", 1.2), ("is_cleared", 1)]
)  # fmt: skip

# What HTTP lets a header be: https://www.rfc-editor.org/rfc/rfc9110#name-field-values
HEADER = st.text(
    st.characters(min_codepoint=0x20, exclude_characters="\x7f", exclude_categories=["Cs"]),
    max_size=12,
)
HEADER_NAMES = st.sampled_from(["x_slack_signature", "x_slack_request_timestamp"])
PATHS = st.sampled_from(
    [
        "/",
        "/slack",
        "/slack/events/",
        "/slack//events",
        "/slack/events/x",
        "//",
        "/healthz/",
        "/%00",
    ]
)
METHODS = st.sampled_from(["GET", "PUT", "DELETE", "PATCH", "OPTIONS", "SLACK"])

BROKEN = st.one_of(
    st.builds(without, NEEDED),
    st.builds(with_junk, NEEDED, JUNK),
    st.builds(with_junk, NEEDED, st.just("")),
    st.builds(twice, st.sampled_from(list(FORM)), JUNK),
    st.builds(too_much, st.integers(1, 100)),
    st.builds(as_json, JSON, st.none() | st.just("payload")),
    st.builds(lambda kind, wrong: payload(interaction(kind) | dict([wrong])), KINDS, WRONG_FIELDS),
    st.builds(payload_text, st.text(st.characters(exclude_categories=["Cs"]), max_size=20)),
    st.builds(sent, st.binary(max_size=40)),
    st.builds(lambda body: sent(b"command=/log&" + body), st.binary(max_size=20)),
    st.builds(tampered, st.integers(0, 500), st.integers(0, 255), st.booleans()),
    st.builds(aged, st.integers(0, 10**9), st.sampled_from([-1, 1])),
    st.builds(header, HEADER_NAMES, HEADER),
    st.builds(elsewhere, st.just("POST"), PATHS),
    st.builds(elsewhere, METHODS, st.just("/slack/events")),
)


@settings(
    max_examples=BATCHES,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(batch=st.lists(BROKEN, min_size=BATCH, max_size=BATCH))
async def test_ten_thousand_broken_requests_are_refused_and_nothing_is_stored(
    wire: Wire, batch: list[Request]
) -> None:
    before = wire.store.written
    for request in batch:
        status = await wire.status_of(bytes(request))
        assert 400 <= status < 500, request
        assert wire.store.written == before, request


@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(batch=st.lists(MIXTURES, min_size=BATCH, max_size=BATCH))
async def test_a_thousand_mixtures_of_interactions_are_taken_or_refused(
    wire: Wire, batch: list[Request]
) -> None:
    for request in batch:
        status = await wire.status_of(bytes(request))
        assert status == 200 or 400 <= status < 500, request
    assert wire.store.written == 0


@pytest.mark.parametrize("kind", INTERACTIONS)
async def test_each_kind_of_interaction_is_taken(wire: Wire, kind: str) -> None:
    assert await wire.status_of(bytes(payload(interaction(kind)))) == 200


PRESS = interaction("block_actions")
INTERESTING = {
    "an event that is a number": as_json({"event": 5}, None),
    "an event that is a text, in a form without a command": form([("event", "x")]),
    "a team that is a list": as_json({"team": [1]}, "payload"),
    "an empty list of response URLs": as_json({"response_urls": {}}, None),
    "an unsigned event that is a number": Request(b'{"event": 5}', ()),
    "a NUL in the user's id": with_junk("user_id", "U0AAAAAA\0"),
    "a NUL for a trigger": with_junk("trigger_id", "\0"),
    "a command without its slash": with_junk("command", "log"),
    "half an emoji in the text": sent(SOUND.replace(b"text=hi", b"text=%ED%A0%BD")),
    "two users": twice("user_id", "U0BBBBBB"),
    "two texts": twice("text", "ho"),
    "a payload of nothing": payload_text(""),
    "a payload that is broken": payload_text("{"),
    "a payload that is null": payload_text("null"),
    "a payload twice": sent(interaction_form(PRESS) + b"&" + interaction_form(PRESS)),
    "a payload as an object of JSON": sent(
        json.dumps({"payload": PRESS}).encode(), content_type="application/json"
    ),
    "a payload that nests as deep as it is long": payload_text("[" * 20_000 + "]" * 20_000),
    "a message that nests too deep": payload_text(
        json.dumps(PRESS | {"message": 5}).replace("5", '{"message": ' * 60 + "{}" + "}" * 60)
    ),
    "a number with ten thousand digits": payload_text(
        json.dumps(PRESS | {"is_cleared": 5}).replace("5", "9" * 10_000)
    ),
    "infinity": payload_text(json.dumps(PRESS | {"state": float("inf")})),
    "not a number, within": payload_text(json.dumps(PRESS | {"state": {"a": float("nan")}})),
    "half an emoji for a user": payload(PRESS | {"user": {"id": "\ud83d"}}),
    "a press of nothing": payload(PRESS | {"actions": []}),
    "a form without a view": payload({**interaction("view_submission"), "view": None}),
    "an interaction from before": payload(PRESS | {"type": "interactive_message"}),
    "an event in a payload": payload({"type": "event_callback", "event": {"type": "message"}}),
    "an empty body": sent(b""),
    "a body that is too long": sent(SOUND + b"&" * MAX_BODY),
    "two signatures, the first one wrong": Request(
        SOUND, (("X-Slack-Signature", "v0=beef"), *signed(SOUND, NOW).items())
    ),
    "a signature of nothing": header("x_slack_signature", "v0="),
    "a time in Arabic digits": header("x_slack_request_timestamp", "١٧٩٥١٥٨٠٠٠"),
    "a negative time": header("x_slack_request_timestamp", "-1795158000"),
    "gzip that is none": sent(SOUND, content_encoding="gzip"),
    "an unknown expectation": sent(SOUND, expect="a miracle"),
    "a length that is no number": sent(SOUND, content_length="many"),
    "a negative length": sent(SOUND, content_length="-1"),
    "chunks that are none": sent(SOUND, transfer_encoding="chunked"),
    "a header that is too long": sent(SOUND, x_long="x" * 10_000),
}


@pytest.mark.parametrize("request_", INTERESTING.values(), ids=INTERESTING.keys())
async def test_an_interesting_broken_request_is_refused_and_nothing_is_stored(
    wire: Wire, request_: Request
) -> None:
    assert 400 <= await wire.status_of(bytes(request_)) < 500
    assert wire.store.written == 0


@pytest.mark.parametrize(
    "field", ["event", "team", "user", "payload", "response_urls", "authorizations", "ssl_check"]
)
async def test_a_field_that_slack_may_add_one_day_keeps_no_command_from_being_stored(
    wire: Wire, field: str
) -> None:
    assert await wire.status_of(bytes(form([*FORM.items(), (field, "1")]))) == 200
    assert wire.store.written == 1


@pytest.mark.parametrize(
    "junk",
    [b"\r\n", b"\0", b"{}\r\n\r\n", b"POST /slack/events\r\n\r\n", b"\x16\x03\x01\x02\x00\r\n\r\n",
     bytes(sent(SOUND))[:-1], bytes(sent(SOUND)).replace(b"HTTP/1.1", b"HTTP/9.9"),
     bytes(sent(SOUND)).replace(b"Host: ", b"Host : ")],
)  # fmt: skip
async def test_what_is_no_http_stores_nothing_and_the_next_request_is_answered(
    wire: Wire, junk: bytes
) -> None:
    answer = await wire.answer_to(junk)
    assert re.match(rb"HTTP/\d\.\d 4|$", answer)
    assert wire.store.written == 0
    assert await wire.status_of(bytes(sent(SOUND))) == 200

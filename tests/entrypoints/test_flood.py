"""`companion webhook` under a flood of what strangers send: it answers Slack, and stays small."""

import asyncio
import gc
import logging
import os
import re
import resource
import sys
from asyncio.subprocess import DEVNULL, PIPE
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from companion.bootstrap import slack_text
from companion.domain.entry import Entry
from companion.entrypoints.http_server import Connection, Limits
from companion.entrypoints.webhook import MAX_BODY, build_app, serving
from companion.ports import LogStore
from companion.usecases.capture import CaptureCommand
from tests.benchmarks import load
from tests.fakes import FakeClock
from tests.flood import attacks, flood, head, resident_mb
from tests.memory_store import MemoryLogStore
from tests.slack_requests import SECRET, command_form, signed
from tests.system import MORNING

MOST_MEMORY_MB = 120
FILES = 1024
TIMES = {
    "an idle connection": FILES + 76,
    "a body that does not end": 600,
    "an unsigned body that does not end": 300,
}
"""All the other attacks come from 100 connections each."""
LONG = Limits(request_s=60, drain_s=60)
SHORT = Limits(request_s=0.05, drain_s=0.05)
ATTACKS = attacks()
GET = b"GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n"


class Webhook:
    """A process that serves, and what it writes."""

    def __init__(self, process: asyncio.subprocess.Process, port: int) -> None:
        self._process, self.pid, self.port = process, process.pid, port

    async def end(self) -> str:
        """Stop it; all that it wrote."""
        self._process.terminate()
        _, said = await self._process.communicate()
        return said.decode()


@asynccontextmanager
async def webhook_process(folder: Path) -> AsyncIterator[Webhook]:
    """`companion webhook` with as many files as most systems allow a program."""
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(folder),
        "COMPANION_DB": str(folder / "memory.db"),
        "PORT": "0",
        "LOG_LEVEL": "ERROR",
        "SLACK_SIGNING_SECRET": SECRET,
    }
    limited = ["/bin/sh", "-c", f'ulimit -n {FILES} && exec "$@"', "sh"]
    command = [*limited, sys.executable, "-m", "companion", "webhook"]
    process = await asyncio.create_subprocess_exec(
        *command, cwd=folder, env=environment, stdout=DEVNULL, stderr=PIPE
    )
    assert process.stderr is not None
    try:
        async with asyncio.timeout(120):
            said = (await process.stderr.readline()).decode()
            yield Webhook(process, int(said.rpartition("0.0.0.0:")[2].partition("/")[0]))
    finally:
        if process.returncode is None:
            process.kill()
            await process.communicate()


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="no /proc to read memory from")
async def test_under_all_attacks_at_once_a_signed_command_is_answered_and_memory_is_bounded(
    tmp_path: Path,
) -> None:
    async with webhook_process(tmp_path) as webhook:
        with flood(webhook.port) as attack:
            for name, data in ATTACKS.items():
                await asyncio.to_thread(attack.send, data, TIMES.get(name, 100))
                assert await asyncio.to_thread(load.once, webhook.port), name
            peak = resident_mb(webhook.pid, "VmHWM")
            open_files = len(os.listdir(f"/proc/{webhook.pid}/fd"))  # noqa: PTH208 -- links to sockets
        said = await webhook.end()
    assert peak < MOST_MEMORY_MB
    assert open_files < FILES / 2
    assert said == ""  # one refused or aborted request is not an error


class SlowStore(MemoryLogStore):
    """A store that answers when it is told to."""

    def __init__(self) -> None:
        super().__init__()
        self.asked, self.answers = asyncio.Event(), asyncio.Event()

    async def write_log(self, entry: Entry) -> bool:
        self.asked.set()
        await self.answers.wait()
        return await super().write_log(entry)


class Client:
    """One connection."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader, self.writer = reader, writer

    def send(self, data: bytes) -> None:
        self.writer.write(data)

    async def status(self) -> int:
        """The status of the next answer; 0 where the connection ends without one."""
        async with asyncio.timeout(60):
            try:
                answer = (await self.reader.readuntil(b"\r\n\r\n")).lower()
                length = re.search(rb"content-length: (\d+)", answer)
                await self.reader.readexactly(int(length[1]) if length else 0)
            except (asyncio.IncompleteReadError, ConnectionError):
                return 0
        return int(answer.split()[1])

    async def closed(self) -> None:
        """Until the other side ends it."""
        async with asyncio.timeout(60):
            try:
                while await self.reader.read(1024):
                    pass
            except ConnectionError:
                pass


class Clients:
    """Connections to one webhook."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._all: list[Client] = []

    async def connect(self, sent: bytes = b"") -> Client:
        self._all.append(Client(*await asyncio.open_connection("127.0.0.1", self._port)))
        self._all[-1].send(sent)
        return self._all[-1]

    async def healthy(self) -> Client:
        """Connected and answered."""
        client = await self.connect(GET)
        assert await client.status() == 200
        return client

    async def hang_up(self) -> None:
        for client in self._all:
            client.writer.close()
        await asyncio.gather(
            *(client.writer.wait_closed() for client in self._all), return_exceptions=True
        )


@asynccontextmanager
async def clients(limits: Limits, store: LogStore | None = None) -> AsyncIterator[Clients]:
    """Clients of a webhook with those limits."""
    clock = FakeClock(MORNING)
    capture = CaptureCommand(store=store or MemoryLogStore(), clock=clock, timeout_s=60)
    app = build_app(capture, SECRET, clock, slack_text())
    async with serving(app, "127.0.0.1", 0, limits) as port:
        all_of_them = Clients(port)
        try:
            yield all_of_them
        finally:
            await all_of_them.hang_up()


def fresh(attack: bytes) -> bytes:
    """The same with the time of the tests' clock."""
    name = b"X-Slack-Request-Timestamp: "
    before, found, after = attack.partition(name)
    return before + found + b"%d" % MORNING.timestamp() + after[10:] if found else attack


def command(text: str) -> bytes:
    body = command_form(text)
    named = {
        name.replace("-", "_"): value for name, value in signed(body, MORNING.timestamp()).items()
    }
    return head(len(body), **named) + body


@pytest.mark.parametrize("attack", ATTACKS.values(), ids=ATTACKS.keys())
async def test_nothing_unfinished_lives_longer_than_its_time(attack: bytes) -> None:
    async with clients(SHORT) as webhook:
        await (await webhook.connect(fresh(attack))).closed()


async def test_a_client_that_answers_to_nothing_more_is_closed_too() -> None:
    async with clients(SHORT) as webhook:
        await (await webhook.healthy()).closed()


def test_the_times_that_hold_in_earnest_leave_slack_its_three_seconds() -> None:
    limits = Limits()
    assert limits.request_s * 6 / 5 + limits.drain_s < 15
    assert limits.request_s > 3


async def test_where_there_is_no_room_what_waited_longest_is_closed_and_nothing_in_flight() -> None:
    store = SlowStore()
    async with clients(Limits(connections=3, request_s=60), store) as webhook:
        in_flight = await webhook.connect(command("precious"))
        await store.asked.wait()
        first, second = await webhook.healthy(), await webhook.healthy()
        first.send(GET)
        assert await first.status() == 200  # now the second waits longer
        await webhook.healthy()
        await second.closed()
        first.send(GET)
        assert await first.status() == 200
        store.answers.set()
        assert await in_flight.status() == 200


async def test_where_everything_is_in_flight_a_new_connection_is_closed() -> None:
    store = SlowStore()
    async with clients(Limits(connections=1, request_s=60), store) as webhook:
        in_flight = await webhook.connect(command("precious"))
        await store.asked.wait()
        await (await webhook.connect(GET)).closed()
        store.answers.set()
        assert await in_flight.status() == 200


async def test_a_connection_whose_command_was_answered_is_in_flight_no_more() -> None:
    async with clients(Limits(connections=1, request_s=60)) as webhook:
        answered = await webhook.connect(command("hi"))
        assert await answered.status() == 200
        await webhook.healthy()
        await answered.closed()


async def test_each_request_of_a_connection_may_have_its_length() -> None:
    async with clients(Limits(request_bytes=2 * len(GET), request_s=60)) as webhook:
        client = await webhook.healthy()
        for _ in range(5):
            client.send(GET)
            assert await client.status() == 200


@pytest.mark.parametrize("sent", [GET.replace(b"/healthz", b"/"), head(0, X_Slack_Signature="")])
async def test_a_refused_request_ends_its_connection(sent: bytes) -> None:
    async with clients(LONG) as webhook:
        client = await webhook.connect(sent)
        assert await client.status() in {401, 404}
        await client.closed()


async def test_connections_leave_files_for_the_store(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(resource, "getrlimit", lambda _: (4, 8))
    async with clients(LONG) as webhook:
        first = await webhook.healthy()
        await webhook.healthy()
        await webhook.healthy()
        await first.closed()


@pytest.mark.parametrize(
    "sent", [b"GET /" + b"x" * 2000, head() + b"x" * 2000, GET * 50], ids=["head", "body", "more"]
)
async def test_what_is_longer_than_a_request_may_be_is_closed(sent: bytes) -> None:
    async with clients(Limits(request_bytes=1000, request_s=60)) as webhook:
        client = await webhook.connect(sent)
        await client.closed()
        await webhook.healthy()


JUST_HEADS = {
    "an unsigned request": (head(10, X_Slack_Signature=""), 401),
    "a signature of another shape": (head(10, X_Slack_Signature="v0=beef"), 401),
    "a signature in capitals": (head(10, X_Slack_Signature="v0=" + "A" * 64), 401),
    "a stale request": (head(10, X_Slack_Request_Timestamp="1795150000"), 401),
    "a compressed body": (head(10, Content_Encoding="gzip"), 415),
    "a body in an encoding that nobody knows": (head(10, Content_Encoding="identity, x"), 415),
    "an unsigned compressed body": (head(10, X_Slack_Signature="", Content_Encoding="br"), 401),
    "a body that is too long": (head(MAX_BODY + 1), 413),
    "an unsigned body that is too long": (head(MAX_BODY + 1, X_Slack_Signature=""), 401),
    "a length that is not a number": (head(10, Content_Length="ten"), 400),
    "a body that is compressed in transfer": (head(Transfer_Encoding="gzip"), 400),
}


@pytest.mark.parametrize(("sent", "status"), JUST_HEADS.values(), ids=JUST_HEADS.keys())
async def test_what_its_head_tells_is_refused_before_its_body_is_there(
    sent: bytes, status: int
) -> None:
    stale = b"1795150000" in sent
    async with clients(LONG) as webhook:
        client = await webhook.connect(sent if stale else fresh(sent))
        assert await client.status() == status


async def test_chunks_over_the_limit_are_refused() -> None:
    chunk = b"8000\r\n" + b"x" * 0x8000 + b"\r\n"
    async with clients(LONG) as webhook:
        client = await webhook.connect(fresh(head(Transfer_Encoding="chunked") + chunk * 9))
        assert await client.status() == 413


async def test_an_identity_encoding_is_not_compressed() -> None:
    sent = command("hi").replace(b"\r\n\r\n", b"\r\nContent-Encoding: identity\r\n\r\n", 1)
    async with clients(LONG) as webhook:
        assert await (await webhook.connect(sent)).status() == 200


ABORTED = ATTACKS | {
    "an aborted command": command("hi")[:-1],
    "garbage after a request": GET + b"\x00\xff\r\n\r\n",
    "chunks that are none": head(Transfer_Encoding="chunked") + b"many\r\n",
    "half a head": b"POST /slack",
    "an upgrade": GET.strip() + b"\r\nConnection: upgrade\r\nUpgrade: h2c\r\n\r\nx",
}


@pytest.mark.parametrize("sent", ABORTED.values(), ids=ABORTED.keys())
async def test_one_refused_or_aborted_request_is_not_an_error_in_the_log(
    sent: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    async with clients(LONG) as webhook:
        client = await webhook.connect(fresh(sent))
        await client.writer.drain()
        await webhook.healthy()  # it has read what came before
        client.writer.transport.abort()
        await webhook.healthy()
    assert [record for record in caplog.records if record.levelno > logging.INFO] == []


@pytest.mark.parametrize("broken", ["read_form", "to_aiohttp_response"])
async def test_an_error_of_ours_is_one_in_the_log(
    broken: str, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_: object) -> None:
        raise RuntimeError

    monkeypatch.setattr(f"companion.entrypoints.webhook.{broken}", fail)
    async with clients(LONG) as webhook:
        assert await (await webhook.connect(command("hi"))).status() == 500
    assert [record for record in caplog.records if record.levelno == logging.ERROR] != []


@pytest.mark.parametrize("sent", [ATTACKS["a body that does not end"], ATTACKS["a bomb"]])
async def test_what_a_refused_request_held_is_free_before_any_collection_of_garbage(
    sent: bytes,
) -> None:
    gc.collect()
    gc.disable()
    try:
        async with clients(Limits(connections=1, request_s=60, drain_s=0)) as webhook:
            for _ in range(5):
                await webhook.connect(fresh(sent))
            await webhook.healthy()
            alive = [one for one in gc.get_objects() if isinstance(one, Connection)]
            assert len(alive) == 1
    finally:
        gc.enable()

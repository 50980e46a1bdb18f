"""`companion webhook`, as a process that is started and stopped."""

import asyncio
import json
import signal
import socket
import sqlite3
import subprocess
import sys
import textwrap
from asyncio.subprocess import Process
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from urllib.parse import urlencode

import aiohttp
import pytest
from slack_sdk.signature import SignatureVerifier

from tests.entrypoints.cli.conftest import Finished, Run, Start, end, line

SECRET = "a-signing-secret-of-somebody"
WORDS = "zebra crossing before midnight"
TRIGGER = "1337.42.trigger-of-somebody"
WEBHOOK = {"SLACK_SIGNING_SECRET": SECRET, "PORT": "0"}


async def port_of(process: Process) -> int:
    """The port that the webhook says it listens on."""
    said = await line(process)
    assert said.startswith("companion webhook: http://0.0.0.0:"), said
    return int(said.removeprefix("companion webhook: http://0.0.0.0:").partition("/")[0])


def signed(text: str, secret: str = SECRET) -> tuple[bytes, dict[str, str]]:
    """A command's body and headers."""
    fields = {
        "command": "/log",
        "text": text,
        "user_id": "U0ADA",
        "team_id": "T0TEAM",
        "trigger_id": TRIGGER,
        "token": "deprecated-token-of-slacks",
        "response_url": "https://hooks.slack.invalid/commands/secret-path",
    }
    body = urlencode(fields)
    timestamp = str(int(datetime.now(UTC).timestamp()))
    signature = SignatureVerifier(secret).generate_signature(timestamp=timestamp, body=body)
    return body.encode(), {
        "Content-Type": "application/x-www-form-urlencoded",
        "X-Slack-Request-Timestamp": timestamp,
        "X-Slack-Signature": signature or "",
    }


async def post(port: int, body: bytes, headers: dict[str, str]) -> tuple[int, str]:
    url = f"http://127.0.0.1:{port}/slack/events"
    async with (
        aiohttp.ClientSession() as session,
        session.post(url, data=body, headers=headers) as response,
    ):
        return response.status, await response.text()


class Unfinished:
    """A request that the server has begun to work on, and whose body is still to come."""

    def __init__(self, port: int, body: bytes, headers: dict[str, str]) -> None:
        self._port, self._body = port, body
        self._headers = headers | {
            "Host": "localhost",
            "Content-Length": str(len(body)),
            "Expect": "100-continue",
            "Connection": "close",
        }

    async def __aenter__(self) -> "Unfinished":
        self._reader, self._writer = await asyncio.open_connection("127.0.0.1", self._port)
        lines = [f"{name}: {value}" for name, value in self._headers.items()]
        head = "\r\n".join(["POST /slack/events HTTP/1.1", *lines, "", ""])
        self._writer.write(head.encode())
        assert b"100 Continue" in await self._reader.readuntil(b"\r\n\r\n")
        return self

    async def __aexit__(self, *problem: object) -> None:
        self._writer.close()

    def send_body(self) -> None:
        self._writer.write(self._body)

    async def answer(self) -> str:
        return (await self._reader.read()).decode()


async def healthy(port: int) -> None:
    url = f"http://127.0.0.1:{port}/healthz"
    async with aiohttp.ClientSession() as session, session.get(url) as response:
        assert response.status == 200


async def closed(port: int) -> None:
    """Until nothing listens there."""
    while True:
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", port)
        except ConnectionError:  # refused, or reset where it closed just then
            return
        writer.close()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_the_webhook_stores_what_is_signed_until_it_is_stopped(
    start: Start, companion: Run, number: signal.Signals
) -> None:
    async with start("webhook", **WEBHOOK) as process:
        status, answer = await post(await port_of(process), *signed(WORDS))
        process.send_signal(number)
        await end(process)

    assert (status, process.returncode) == (200, 0)
    assert "Logged at" in answer
    stored = await asyncio.to_thread(companion, "entries", "--format", "json")
    assert [entry["text"] for entry in json.loads(stored.stdout)] == [WORDS]


async def test_requests_in_flight_are_finished_before_it_stops(
    start: Start, environment: dict[str, str]
) -> None:
    async with start("webhook", **WEBHOOK) as process:
        port = await port_of(process)
        with closing(sqlite3.connect(environment["COMPANION_DB"], isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")  # now the webhook cannot store anything
            async with Unfinished(port, *signed(WORDS)) as request:
                request.send_body()
                await healthy(port)  # so it has read what came before
                process.terminate()
                await closed(port)
                other.execute("ROLLBACK")
                answer = await request.answer()
        await end(process)

    assert answer.startswith("HTTP/1.1 200")
    assert "Logged at" in answer
    assert process.returncode == 0


async def test_a_second_signal_ends_it_at_once(start: Start) -> None:
    async with start("webhook", **WEBHOOK) as process:
        port = await port_of(process)
        async with Unfinished(port, *signed(WORDS)):
            process.terminate()
            await closed(port)
            process.terminate()
            await end(process)

    assert process.returncode == -signal.SIGTERM


def test_what_hangs_does_not_keep_it_from_stopping() -> None:
    program = """
        import asyncio, os, signal
        from companion.entrypoints.cli.support import stopping

        async def hang(stop):
            os.kill(os.getpid(), signal.SIGTERM)
            await asyncio.Event().wait()

        stopping.SHUTDOWN_TIMEOUT_S = 0.1
        asyncio.run(stopping.until_stopped(hang))
    """
    ended = subprocess.run([sys.executable, "-c", textwrap.dedent(program)], timeout=5, check=False)

    assert ended.returncode == 0


def test_a_port_that_is_taken_is_one_line(process: Callable[..., Finished]) -> None:
    with socket.create_server(("0.0.0.0", 0)) as taken:
        port = str(taken.getsockname()[1])
        ended = process("webhook", SLACK_SIGNING_SECRET=SECRET, PORT=port)

    assert ended.returncode == 1
    assert ended.stderr == (
        f"companion: Cannot listen on port {port} (Address already in use). "
        "Stop what uses it, or set another PORT.\n"
    )


async def test_at_debug_the_log_tells_ids_and_neither_words_nor_secrets(start: Start) -> None:
    body, headers = signed(WORDS)
    _, forged = signed(WORDS, secret="another secret")
    async with start("webhook", LOG_LEVEL="DEBUG", **WEBHOOK) as process:
        port = await port_of(process)
        assert (await post(port, body, headers))[0] == 200
        assert (await post(port, body, forged))[0] == 401
        process.terminate()
        log = await end(process)

    assert "INFO entry.stored log_id=" in log
    assert "INFO request.refused " in log
    for private in (
        *(*WORDS.split(), SECRET, TRIGGER, "deprecated-token", "secret-path", "hooks.slack"),
        *(headers["X-Slack-Signature"], forged["X-Slack-Signature"]),
    ):
        assert private not in log

"""A load of signed `/log` requests over connections that are kept open."""

import asyncio
import http.client
import itertools
import time

from tests.slack_requests import command_form, signed

_number = itertools.count()
_run = time.time_ns()


def request() -> bytes:
    """One more `/log`, as it goes over the wire."""
    body = command_form("fixed the flaky test", trigger_id=f"{_run}.{next(_number)}")
    headers = {**signed(body, time.time()), "Host": "127.0.0.1", "Content-Length": str(len(body))}
    head = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    return f"POST /slack/events HTTP/1.1\r\n{head}\r\n".encode() + body


def once(port: int) -> bool:
    """One `/log` on a connection of its own; whether it was stored and answered."""
    body = command_form("fixed the flaky test", trigger_id=f"{_run}.{next(_number)}")
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.request("POST", "/slack/events", body, signed(body, time.time()))
        answer = connection.getresponse()
        return answer.status == 200 and b"Logged" in answer.read()
    finally:
        connection.close()


async def _send(port: int, requests: list[bytes]) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    for message in requests:
        if reader.at_eof():  # the server closes after each answer
            writer.close()
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(message)
        head = await reader.readuntil(b"\r\n\r\n")
        status, _, headers = head.decode("latin-1").partition("\r\n")
        length = next(
            int(line.partition(":")[2])
            for line in headers.lower().splitlines()
            if line.startswith("content-length:")
        )
        answer = await reader.readexactly(length)
        if "connection: close" in headers.lower():
            await reader.read()
        if " 200 " not in status or b"Logged" not in answer:
            raise RuntimeError(f"{status}: {answer[:200]!r}")
    writer.close()
    await writer.wait_closed()


def many(port: int, count: int, connections: int = 16) -> float:
    """So many `/log` over so many connections; how long they took together, in seconds."""
    batches = [[request() for _ in range(count // connections)] for _ in range(connections)]

    async def run() -> float:
        began = time.perf_counter()
        await asyncio.gather(*(_send(port, batch) for batch in batches))
        return time.perf_counter() - began

    return asyncio.run(run())

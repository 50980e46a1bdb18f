"""What a stranger can send to a webhook on 127.0.0.1: many of everything, and nothing ends."""

import contextlib
import gzip
import resource
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

BOMB = gzip.compress(bytes(60 * 1024**2), 9)
"""61 KB that unpack to 60 MB."""


def head(length: int | None = None, **headers: str) -> bytes:
    """The head of a request that could be Slack's, up to the signature, which is a forgery."""
    lines = ["POST /slack/events HTTP/1.1", "Host: 127.0.0.1"]
    shaped = {
        "Content-Type": "application/x-www-form-urlencoded",
        "X-Slack-Request-Timestamp": str(int(time.time())),
        "X-Slack-Signature": f"v0={0:064x}",
    }
    if length is not None:
        shaped["Content-Length"] = str(length)
    named = shaped | {name.replace("_", "-"): value for name, value in headers.items()}
    return "\r\n".join([*lines, *(f"{n}: {v}" for n, v in named.items() if v), "", ""]).encode()


def attacks() -> dict[str, bytes]:
    """What one connection sends before it waits, by a name for it."""
    unsigned = {"X_Slack_Signature": "", "X_Slack_Request_Timestamp": ""}
    return {
        "an idle connection": b"",
        "a body that does not end": head(60_000) + b"x" * 59_000,
        "an unsigned body that does not end": head(60_000, **unsigned) + b"x" * 30_000,
        "chunks that do not end": head(Transfer_Encoding="chunked") + b"7d00\r\n" + b"x" * 31_000,
        "a head that does not end": head().strip() + b"\r\nX-Long: " + b"x" * 8_000,
        "many headers that do not end": head().strip() + b"\r\n" + b"a: b\r\n" * 100,
        "a bomb": head(len(BOMB), Content_Encoding="gzip") + BOMB,
        "an unsigned bomb": head(len(BOMB), Content_Encoding="gzip", **unsigned) + BOMB,
        "many requests whose answers nobody reads": b"GET /x HTTP/1.1\r\nHost: a\r\n\r\n" * 900,
        "TLS": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(100),
        "HTTP/2": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        "garbage": b"\x00\xff" * 50 + b"\r\n\r\n",
    }


@dataclass(slots=True)
class Flood:
    """The connections of an attack, which stay open until the block is left."""

    port: int
    sockets: list[socket.socket]

    def send(self, data: bytes, times: int) -> None:
        """So many new connections, each of which sends that, as far as the other side takes it."""
        for _ in range(times):
            one = socket.socket()
            self.sockets.append(one)
            with contextlib.suppress(OSError):  # closed already, or more than its buffer holds
                one.settimeout(5)
                one.connect(("127.0.0.1", self.port))
                one.setblocking(False)
                one.send(data)

    def hang_up(self) -> None:
        for one in self.sockets:
            one.close()
        self.sockets.clear()


@contextmanager
def flood(port: int) -> Iterator[Flood]:
    """As many connections as this process may open."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    attack = Flood(port, [])
    try:
        yield attack
    finally:
        attack.hang_up()
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def resident_mb(pid: int, what: str = "VmRSS") -> float:
    """The memory that a process has now (VmRSS), or had at most (VmHWM)."""
    for line in Path(f"/proc/{pid}/status").read_text(encoding="utf-8").splitlines():
        if line.startswith(f"{what}:"):
            return int(line.split()[1]) / 1024
    raise LookupError(what)

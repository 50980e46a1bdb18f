"""Whole processes, measured from outside: when they answer, what they burn, what they hold."""

import contextlib
import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
SERVERS = Path(__file__).parent / "servers"
PYTHON = sys.executable
COMPANION = str(Path(sys.executable).with_name("companion"))
TICKS_PER_SECOND = os.sysconf("SC_CLK_TCK")
# As short as a busy machine can keep apart; all sides are polled alike.
POLL_S = 0.002


@dataclass(frozen=True, slots=True)
class Running:
    """A process that was started, and how long it took until it answered."""

    pid: int
    port: int
    start_s: float

    def cpu_s(self) -> float:
        """Processor time so far, in seconds, user and system, of all its threads."""
        nanoseconds = 0
        for task in Path(f"/proc/{self.pid}/task").iterdir():
            nanoseconds += int((task / "schedstat").read_text().split()[0])
        return nanoseconds / 1e9

    def memory_mb(self) -> float:
        """Resident memory of the process and its children, shared pages divided among them."""
        return sum(_pss_kb(pid) for pid in family(self.pid)) / 1024

    def wake_ups(self) -> int:
        """How often its threads gave up the processor and were woken again."""
        return sum(
            int(line.split()[1])
            for task in Path(f"/proc/{self.pid}/task").iterdir()
            for line in (task / "status").read_text().splitlines()
            if line.startswith("voluntary_ctxt_switches")
        )

    def family_cpu_s(self) -> float:
        """Processor time of the process and its children, to a hundredth of a second."""
        total = 0
        for pid in family(self.pid):
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
            total += int(fields[11]) + int(fields[12])
        return total / TICKS_PER_SECOND


def family(pid: int) -> list[int]:
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [pid, *(member for child in children for member in family(int(child)))]


def _pss_kb(pid: int) -> int:
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1])
    raise LookupError(pid)


def free_port() -> int:
    with socket.socket() as chosen:
        chosen.bind(("127.0.0.1", 0))
        return int(chosen.getsockname()[1])


def clean_environment(**added: str) -> dict[str, str]:
    """Nobody's own settings; byte code is kept, as it is where this runs in earnest."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    return {**kept, "PYTHONPATH": str(ROOT), **added}


def with_table(dynamodb_port: int, **added: str) -> dict[str, str]:
    """The environment of a program that stores in the loopback DynamoDB."""
    return clean_environment(
        DYNAMODB_TABLE="CompanionMemoryLogs",
        AWS_ENDPOINT_URL_DYNAMODB=f"http://127.0.0.1:{dynamodb_port}",
        AWS_ACCESS_KEY_ID="benchmark",
        AWS_SECRET_ACCESS_KEY="benchmark",
        **added,
    )


@contextmanager
def running(
    command: Sequence[str],
    environment: Mapping[str, str],
    port: int,
    answers: Callable[[int], bool],
    folder: Path,
    timeout_s: float = 30,
) -> Iterator[Running]:
    """A process from exec to its first answer, and on until the block is left."""
    began = time.perf_counter()
    process = subprocess.Popen(
        command,
        env=dict(environment),
        cwd=folder,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        while not _answers(answers, port):
            if process.poll() is not None or time.perf_counter() - began > timeout_s:
                raise RuntimeError(f"{' '.join(command)} did not come up")
            time.sleep(POLL_S)
        yield Running(process.pid, port, time.perf_counter() - began)
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _answers(answers: Callable[[int], bool], port: int) -> bool:
    try:
        return answers(port)
    except (OSError, http.client.HTTPException):
        return False


def seconds(command: Sequence[str], environment: Mapping[str, str], folder: Path) -> float:
    """How long a command takes from exec to its end; it must succeed."""
    began = time.perf_counter()
    subprocess.run(
        command,
        env=dict(environment),
        cwd=folder,
        check=True,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    return time.perf_counter() - began


def seconds_and_peak_mb(
    command: Sequence[str], environment: Mapping[str, str], folder: Path
) -> tuple[float, float]:
    """How long a command takes, and the most memory it held, looked at ten times a second."""
    began = time.perf_counter()
    peak_kb = 0
    with subprocess.Popen(
        command,
        env=dict(environment),
        cwd=folder,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as process:
        while process.poll() is None:
            # Not the accounting at its end: that has the parent's own size before the exec.
            for line in Path(f"/proc/{process.pid}/status").read_text().splitlines():
                if line.startswith("VmHWM:"):
                    peak_kb = max(peak_kb, int(line.split()[1]))
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(0.1)
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command)
    return time.perf_counter() - began, peak_kb / 1024


def get(port: int, path: str) -> bytes:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", path)
        return connection.getresponse().read()
    finally:
        connection.close()


@contextmanager
def engine(folder: Path) -> Iterator[Running]:
    """The loopback DynamoDB."""
    port = free_port()
    command = [PYTHON, "-m", "tests.benchmarks.engine", str(port)]
    with running(
        command, clean_environment(), port, lambda port: bool(get(port, "/stats")), folder
    ) as it:
        yield it


def peer(name: str, *packages: str) -> str:
    """The path of another project's command, in an environment of its own beside our cache.

    Made once, which needs the package index; the project itself does not depend on it.
    """
    folder = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache"))
    folder = folder / "companion-memory-benchmarks" / name
    command = folder / "bin" / name
    if not command.exists():
        for step in (
            ["uv", "venv", "--quiet", "--clear", "--python", PYTHON, str(folder)],
            ["uv", "pip", "install", "--quiet", "--compile-bytecode", "--python",
             str(folder / "bin" / "python"), *packages],
        ):  # fmt: skip
            subprocess.run(step, check=True)
    return str(command)

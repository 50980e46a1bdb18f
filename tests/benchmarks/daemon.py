"""The daemon at rest: connected, with a day planned, and nothing to do."""

import json
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.benchmarks.processes import (
    COMPANION,
    PYTHON,
    SERVERS,
    Running,
    clean_environment,
    free_port,
    get,
    running,
    with_table,
)
from tests.benchmarks.report import Figure

SETTLE_S = 10
WATCH_S = 60


@contextmanager
def local_slack() -> Iterator[tuple[int, dict[str, str]]]:
    """A Slack on this machine, and the settings for it."""
    port = free_port()
    process = subprocess.Popen(
        [PYTHON, "-m", "tests.benchmarks.local_slack", str(port)],
        env=clean_environment(),
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None
        yield port, json.loads(process.stdout.readline())
    finally:
        process.terminate()
        process.communicate(timeout=10)


@contextmanager
def complete_dynamodb() -> Iterator[int]:
    """moto's, which claims jobs too, with the table in it; its port."""
    process = subprocess.Popen(
        [PYTHON, "-m", "tests.benchmarks.complete_dynamodb"],
        env=clean_environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,  # a line for each request
        text=True,
    )
    try:
        assert process.stdout is not None
        yield int(process.stdout.readline())
    finally:
        process.terminate()
        process.communicate(timeout=10)


@contextmanager
def connected(command: list[str], dynamodb_port: int, folder: Path) -> Iterator[Running]:
    """A daemon, from exec until Slack sees it."""
    with local_slack() as (port, slack):
        environment = with_table(dynamodb_port, **slack)

        def is_connected(port: int) -> bool:
            return bool(json.loads(get(port, "/sandbox/state"))["connected"])

        with running(command, environment, port, is_connected, folder) as it:
            yield it


def idle(folder: Path) -> list[Figure]:
    """Memory, processor time and wake-ups of a minute in which nothing happens."""
    bare = [PYTHON, str(SERVERS / "bare_daemon.py")]
    with (
        complete_dynamodb() as dynamodb_port,
        connected([COMPANION, "daemon"], dynamodb_port, folder) as ours,
        connected(bare, dynamodb_port, folder) as theirs,
    ):
        time.sleep(SETTLE_S)
        cpu, wake_ups = ours.cpu_s(), ours.wake_ups()
        bare_cpu, bare_wake_ups = theirs.cpu_s(), theirs.wake_ups()
        time.sleep(WATCH_S)
        cpu, wake_ups = ours.cpu_s() - cpu, ours.wake_ups() - wake_ups
        bare_cpu, bare_wake_ups = theirs.cpu_s() - bare_cpu, theirs.wake_ups() - bare_wake_ups
        memory, bare_memory = ours.memory_mb(), theirs.memory_mb()
    return [
        Figure(
            name="daemon: memory idle, to a bare Socket Mode daemon",
            ours=f"{memory:.0f} MB",
            reference=f"{bare_memory:.0f} MB",
            ratio=memory / bare_memory,
            goal=1.2,
        ),
        Figure(
            name=f"daemon: percent of a core idle (bare: {100 * bare_cpu / WATCH_S:.3f})",
            ours=f"{100 * cpu / WATCH_S:.3f} %",
            reference="a core",
            ratio=100 * cpu / WATCH_S,
            goal=0.05,
        ),
        Figure(
            name=f"daemon: wake-ups a second idle (bare: {bare_wake_ups / WATCH_S:.2f})",
            ours=f"{wake_ups / WATCH_S:.2f}",
            reference="1",
            ratio=wake_ups / WATCH_S,
            goal=0.5,
        ),
    ]

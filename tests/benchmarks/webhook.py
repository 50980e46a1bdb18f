"""`/log`: from exec to the first answer, under load, and at rest."""

import os
import statistics
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from tests.benchmarks import load
from tests.benchmarks.processes import (
    COMPANION,
    PYTHON,
    SERVERS,
    Running,
    engine,
    free_port,
    peer,
    running,
    with_table,
)
from tests.benchmarks.report import Figure
from tests.slack_requests import SECRET

STARTS = 9
ROUNDS = 5
REQUESTS = 1600
LONG_RUN = int(os.environ.get("BENCHMARK_REQUESTS", "100000"))

LIBRARIES = "Bolt + aioboto3 + pydantic-settings"

type Command = Sequence[str]


def _flask() -> Command:
    gunicorn = peer("gunicorn", "gunicorn", "flask", "slack_bolt", "boto3")
    return [gunicorn, "--workers", "1", "--log-level", "error",
            "--chdir", str(SERVERS), "flask_app:app"]  # fmt: skip


OURS = [COMPANION, "webhook"]
FLOOR = [PYTHON, str(SERVERS / "floor.py")]
BOLT = [PYTHON, str(SERVERS / "bolt_alone.py")]
BOLT_AND_SETTINGS = [PYTHON, str(SERVERS / "bolt_settings.py")]


@contextmanager
def server(command: Command, dynamodb: Running, folder: Path) -> Iterator[Running]:
    port = free_port()
    if command[0].endswith("gunicorn"):
        command = [*command, "--bind", f"127.0.0.1:{port}"]
    environment = with_table(
        dynamodb.port, PORT=str(port), SLACK_SIGNING_SECRET=SECRET, LOG_LEVEL="WARNING"
    )
    with running(command, environment, port, load.once, folder) as it:
        yield it


def start(folder: Path) -> list[Figure]:
    """Exec to the first `/log` stored and answered."""
    sides: dict[str, list[float]] = {"ours": [], "bolt": []}
    with engine(folder) as dynamodb:
        for _ in range(STARTS):
            for name, command in (("ours", OURS), ("bolt", BOLT_AND_SETTINGS)):
                with server(command, dynamodb, folder) as it:
                    sides[name].append(it.start_s)
    ours, bolt = (statistics.median(sides[name]) for name in ("ours", "bolt"))
    return [
        Figure(
            name=f"webhook: exec to first `/log` answered, to {LIBRARIES} alone",
            ours=f"{1000 * ours:.0f} ms",
            reference=f"{1000 * bolt:.0f} ms",
            ratio=ours / bolt,
            goal=0.95,
        )
    ]


def requests(folder: Path) -> list[Figure]:
    """Processor time a request, and requests a second, of servers that are warm."""
    names = ("ours", "floor", "bolt", "flask")
    cpu: dict[str, list[float]] = {name: [] for name in names}
    rate: dict[str, list[float]] = {name: [] for name in names}
    with (
        engine(folder) as dynamodb,
        server(OURS, dynamodb, folder) as ours,
        server(FLOOR, dynamodb, folder) as floor,
        server(BOLT, dynamodb, folder) as bolt,
        server(_flask(), dynamodb, folder) as flask,
    ):
        sides = dict(zip(names, (ours, floor, bolt, flask), strict=True))
        for it in sides.values():
            load.many(it.port, 320)
        for _ in range(ROUNDS):
            for name, it in sides.items():
                before = it.family_cpu_s()
                elapsed = load.many(it.port, REQUESTS)
                cpu[name].append((it.family_cpu_s() - before) / REQUESTS)
                rate[name].append(REQUESTS / elapsed)
    burnt = {name: statistics.median(values) for name, values in cpu.items()}
    served = {name: statistics.median(values) for name, values in rate.items()}
    return [
        *(
            Figure(
                name=f"webhook: processor time per `/log`, to {reference}",
                ours=f"{1000 * burnt['ours']:.2f} ms",
                reference=f"{1000 * burnt[name]:.2f} ms",
                ratio=burnt["ours"] / burnt[name],
                goal=goal,
            )
            for name, reference, goal in (
                ("bolt", "Bolt + aioboto3 alone", 0.9),
                ("floor", "the floor", 1.1),
            )
        ),
        Figure(
            name="webhook: requests/s at 16, to Flask + gunicorn + boto3",
            ours=f"{served['ours']:.0f}",
            reference=f"{served['flask']:.0f}",
            ratio=served["ours"] / served["flask"],
            goal=2.2,
            at_most=False,
        ),
    ]


def memory(folder: Path) -> list[Figure]:
    """What the processes hold, idle and after many requests."""
    with (
        engine(folder) as dynamodb,
        server(OURS, dynamodb, folder) as ours,
        server(BOLT_AND_SETTINGS, dynamodb, folder) as bolt,
    ):
        load.many(ours.port, 160)
        load.many(bolt.port, 160)
        idle, reference = ours.memory_mb(), bolt.memory_mb()
        load.many(ours.port, LONG_RUN // 10)
        early = ours.memory_mb()
        for _ in range(9):
            load.many(ours.port, LONG_RUN // 10)
        late = ours.memory_mb()
    return [
        Figure(
            name=f"webhook: memory idle, to {LIBRARIES} alone",
            ours=f"{idle:.0f} MB",
            reference=f"{reference:.0f} MB",
            ratio=idle / reference,
            goal=1.05,
        ),
        Figure(
            name=f"webhook: memory after {LONG_RUN:,} requests, to after {LONG_RUN // 10:,}",
            ours=f"{late:.0f} MB",
            reference=f"{early:.0f} MB",
            ratio=late / early,
            goal=1.05,
        ),
    ]

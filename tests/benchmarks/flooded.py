"""`/log` while strangers send all that they can: how long it waits, and what the process holds."""

import threading
import time
from pathlib import Path

from tests.benchmarks import load, webhook
from tests.benchmarks.processes import engine
from tests.benchmarks.report import Figure
from tests.flood import attacks, flood, resident_mb

FILES = 1024
TIMES = {"an idle connection": 1100, "a body that does not end": 2000}
"""All the other attacks come from 100 connections each."""
PAUSE_S = 0.05
LIMITED = ["/bin/sh", "-c", f'ulimit -n {FILES} && exec "$@"', "sh"]


def flooded(folder: Path) -> list[Figure]:
    """The longest wait for a signed `/log`, and the most memory, while a flood lasts."""
    waits: list[float] = []
    with (
        engine(folder) as dynamodb,
        webhook.server([*LIMITED, *webhook.OURS], dynamodb, folder) as ours,
        flood(ours.port) as attack,
    ):

        def send() -> None:
            for name, data in attacks().items():
                attack.send(data, TIMES.get(name, 100))

        flooding = threading.Thread(target=send)
        flooding.start()
        while flooding.is_alive() or not waits:
            began = time.perf_counter()
            if not load.once(ours.port):
                raise RuntimeError("a signed /log was not stored")
            waits.append(time.perf_counter() - began)
            time.sleep(PAUSE_S)
        flooding.join()
        peak = resident_mb(ours.pid, "VmHWM")
    return [
        Figure(
            name=f"webhook: longest wait for `/log` of {len(waits)} in a flood, to a second",
            ours=f"{1000 * max(waits):.0f} ms",
            reference="1000 ms",
            ratio=max(waits),
            goal=1,
        ),
        Figure(
            name="webhook: most memory in a flood, to 120 MB",
            ours=f"{peak:.0f} MB",
            reference="120 MB",
            ratio=peak / 120,
            goal=1,
        ),
    ]

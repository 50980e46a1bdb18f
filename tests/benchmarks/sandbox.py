"""`companion sandbox`: from the command to a page that can be used."""

import os
import re
import signal
import statistics
import subprocess
import time
from pathlib import Path

from tests.benchmarks.processes import COMPANION, clean_environment, get
from tests.benchmarks.report import Figure

STARTS = 7
LIMIT_S = 1.2


def sandbox(folder: Path) -> list[Figure]:
    """Exec to the page with all that it loads, and the daemon connected behind it."""
    took = statistics.median(_start(folder / f"{number}") for number in range(STARTS))
    return [
        Figure(
            name=f"sandbox: command to usable page, to {1000 * LIMIT_S:.0f} ms",
            ours=f"{1000 * took:.0f} ms",
            reference=f"{1000 * LIMIT_S:.0f} ms",
            ratio=took / LIMIT_S,
            goal=1,
        )
    ]


def _start(folder: Path) -> float:
    folder.mkdir()
    environment = clean_environment(XDG_DATA_HOME=str(folder), COMPANION_ENV_FILE=os.devnull)
    began = time.perf_counter()
    with subprocess.Popen(
        [COMPANION, "sandbox", "--no-browser", "--port", "0"],
        env=environment,
        cwd=folder,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stderr is not None
        try:
            for line in process.stderr:
                if found := re.search(r"http://127\.0\.0\.1:(\d+)", line):
                    port = int(found[1])
                    break
            else:
                raise RuntimeError("the sandbox did not start")
            page = get(port, "/").decode()
            for path in re.findall(r'(?:href|src)="(/[^"]+)"', page):
                get(port, path)
            while b'"connected": true' not in get(port, "/sandbox/state"):
                time.sleep(0.005)
            return time.perf_counter() - began
        finally:
            process.send_signal(signal.SIGINT)
            process.communicate(timeout=90)

"""The tests without the browser, as somebody runs them who changes the code."""

import re
import subprocess
from pathlib import Path

from tests.benchmarks.processes import PYTHON, ROOT
from tests.benchmarks.report import Figure

LIMIT_S = 60


def suite(folder: Path) -> list[Figure]:
    """How long they take on all cores, and how many there are."""
    command = [PYTHON, "-m", "pytest", "-q", "-m", "not browser", f"--basetemp={folder / 'tests'}"]
    ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    found = re.search(r"(?:(\d+) failed, )?(\d+) passed.* in ([\d.]+)s", ran.stdout)
    if found is None:
        raise RuntimeError(f"the tests did not run:\n{ran.stdout[-3000:]}")
    failed, took = f", {found[1]} failed" if found[1] else "", float(found[3])
    return [
        Figure(
            name=f"tests without the browser: {int(found[2]):,} passed{failed}, to {LIMIT_S} s",
            ours=f"{took:.0f} s",
            reference=f"{LIMIT_S} s",
            ratio=took / LIMIT_S,
            goal=1,
        )
    ]

"""`uv run --group dev python -m tests.benchmarks [NAME …]`: each figure beside its reference."""

import argparse
import logging
import sys
import tempfile
import traceback
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from tests.benchmarks import (
    commits,
    daemon,
    flooded,
    image,
    lifetime,
    looking_back,
    moving,
    reads,
    sandbox,
    suite,
    terminal,
    webhook,
)
from tests.benchmarks.processes import ROOT
from tests.benchmarks.report import Figure, machine, table, write

ALL: dict[str, Callable[[Path], list[Figure]]] = {
    "start": webhook.start,
    "requests": webhook.requests,
    "memory": webhook.memory,
    "flood": flooded.flooded,
    "daemon": daemon.idle,
    "week": lifetime.week,
    "year": lifetime.year,
    "reads": reads.reads,
    "summary": looking_back.summary,
    "search": looking_back.search,
    "export": looking_back.export,
    "commits": commits.week,
    "moving": moving.moving,
    "log": terminal.log,
    "help": terminal.help_,
    "sandbox": sandbox.sandbox,
    "image": image.image,
    "suite": suite.suite,
}
RESULTS = ROOT / "docs" / "performance.md"


def main() -> None:
    logging.getLogger("werkzeug").setLevel(logging.ERROR)  # moto's line for each request
    parser = argparse.ArgumentParser(prog="tests.benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(ALL))
    names = parser.parse_args().names or list(ALL)
    if unknown := [name for name in names if name not in ALL]:
        parser.error(f"no benchmark {', '.join(unknown)}; there are {', '.join(ALL)}")
    figures: list[Figure] = []
    failed: list[str] = []
    for name in names:
        print(f"{name} …", file=sys.stderr, flush=True)
        try:
            with tempfile.TemporaryDirectory() as folder:
                figures += ALL[name](Path(folder))
        except Exception:
            # The others are measured all the same.
            traceback.print_exc()
            failed.append(name)
    print(f"{machine()}\n\n{table(figures)}")
    if failed:
        sys.exit(f"not measured, and nothing is written: {', '.join(failed)}")
    if names == list(ALL):
        write(RESULTS, figures, f"{datetime.now(UTC):%Y-%m-%d}")


main()

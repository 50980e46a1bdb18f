"""A daemon whose clock is moved from outside: each line on standard input is a moment, at which it
ticks; each line on standard output says what it holds after that."""

import argparse
import asyncio
import gc
import json
import os
import random
import sys
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from unittest.mock import patch

from companion import bootstrap
from companion.entrypoints.daemon import Intervals, running
from companion.errors import SummarizerError
from companion.settings import DaemonSettings, load_settings
from tests.fakes import FakeClock, FakePainter
from tests.flood import resident_mb

# The real scheduler ticks once; from then on the lines say when. What is read back is what
# the local Slack has to show, every three hours.
INTERVALS = Intervals(
    tick=timedelta(days=1), read_back=timedelta(hours=3), asleep_after=timedelta(days=30)
)


class NoModel:
    async def summarize(self, instruction: str, material: str) -> str:
        raise SummarizerError("none is measured here")

    async def fill_in(self, instruction: str, material: str, schema: Mapping[str, Any]) -> str:
        raise SummarizerError("none is measured here")


async def main(first: datetime, *, with_model: bool) -> None:
    if not with_model:  # of a year's summaries, each would start two processes
        patch.object(bootstrap, "model_process", lambda _: NoModel()).start()
        patch.object(bootstrap, "painter", FakePainter).start()
    clock = FakeClock(first)
    settings = load_settings(DaemonSettings)
    loop = asyncio.get_running_loop()
    async with (
        bootstrap.companion(settings, clock, random.Random(1)) as companion,
        running(companion, settings, INTERVALS) as daemon,
    ):
        while line := await loop.run_in_executor(None, sys.stdin.readline):
            clock.set(datetime.fromisoformat(line.strip()))
            await daemon.connection.connected.wait()
            await daemon.tick()
            await daemon.reading.wait()
            today = clock.now().date()
            jobs = await companion.store.fetch_jobs(
                companion.user_id, today - timedelta(days=1), today + timedelta(days=2)
            )
            due = [job.due.isoformat() for job in jobs if job.result is None]
            print(json.dumps({"due": due, **holds()}), flush=True)


def holds() -> dict[str, float]:
    """Memory in MB, and open files, tasks and threads."""
    gc.collect()
    return {
        # With what it shares: how many others share it changes during a run.
        "memory": resident_mb(os.getpid()),
        "handles": len(os.listdir("/proc/self/fd")),  # noqa: PTH208 -- not a folder of files
        "tasks": len(asyncio.all_tasks()),
    }


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("first", type=datetime.fromisoformat)
    parser.add_argument("--with-model", action="store_true")
    arguments = parser.parse_args()
    asyncio.run(main(arguments.first, with_model=arguments.with_model))

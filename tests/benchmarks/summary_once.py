"""A week's summary without a model, in a process of its own: how long, and how much it read."""

import argparse
import asyncio
import json
import statistics
import time
from pathlib import Path
from zoneinfo import ZoneInfo

from companion.bootstrap import open_store
from companion.errors import SummarizerError
from companion.settings import Settings, load_settings
from companion.usecases.summarize import WriteSummary
from tests.benchmarks.journals import NOW

TIMES = 30


class NoModel:
    async def summarize(self, instruction: str, material: str) -> str:
        raise SummarizerError("none is measured here")


def bytes_read() -> int:
    """What this process has read by system calls, from files and sockets."""
    return int(Path("/proc/self/io").read_text().split()[1])


async def main(user_id: str) -> None:
    settings = load_settings(Settings)
    async with open_store(settings) as store:
        write = WriteSummary(store=store, summarizer=NoModel(), rhythm=settings.rhythm)
        before = bytes_read()
        await write(user_id, NOW.date(), ZoneInfo("UTC"))
        read = bytes_read() - before
        took = []
        for _ in range(TIMES):
            began = time.perf_counter()
            summary = await write(user_id, NOW.date(), ZoneInfo("UTC"))
            took.append(time.perf_counter() - began)
    print(json.dumps({"s": statistics.median(took), "bytes": read, "size": len(summary.week.text)}))


parser = argparse.ArgumentParser()
parser.add_argument("user_id")
asyncio.run(main(parser.parse_args().user_id))

"""Journals of any length: the last week is the same in each, the rest lies before it."""

import asyncio
import atexit
import json
import shutil
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import batched
from pathlib import Path
from urllib.request import Request, urlopen
from uuid import UUID

from companion.adapters.sqlite import SqliteLogStore
from companion.domain.entry import Entry, Source, format_timestamp

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
FEW, FEWER, MANY = 1_000, 10_000, 1_000_000
IN_THE_WEEK = 200
TEXT = "wrote a failing test for the retry loop in billing-sync, number {}"


def entries(user_id: str, count: int) -> Iterator[Entry]:
    """So many entries, oldest first; `IN_THE_WEEK` of them in the seven days before NOW's day."""
    midnight = NOW.replace(hour=0)
    week = midnight - timedelta(days=7)
    older = count - IN_THE_WEEK
    # Thirty years before, or an entry a minute if that is shorter.
    step = min(timedelta(minutes=1), timedelta(days=30 * 365) / max(older, 1))
    moments = [week - (older - number) * step for number in range(older)]
    moments += [week + number * timedelta(days=7) / IN_THE_WEEK for number in range(IN_THE_WEEK)]
    for number, moment in enumerate(moments):
        yield Entry(
            user_id=user_id,
            timestamp=moment,
            text=TEXT.format(number),
            log_id=UUID(int=number),
            source=Source.MESSAGE,
            tz="Europe/Berlin",
        )


async def fill_sqlite(path: Path, user_id: str, count: int) -> None:
    async with SqliteLogStore.open(path) as store:
        for batch in batched(entries(user_id, count), 10_000, strict=False):
            await store.write_logs(batch)


def fill_engine(port: int, user_id: str, count: int) -> None:
    """The same items that the store would put, without a request for each."""
    for batch in batched(entries(user_id, count), 50_000, strict=False):
        lines = "\n".join(
            json.dumps(
                {
                    "PK": {"S": f"user:{user_id}"},
                    "SK": {"S": f"log:{format_timestamp(entry.timestamp)}"},
                    "timestamp": {"S": format_timestamp(entry.timestamp)},
                    "text": {"S": entry.text},
                    "log_id": {"S": str(entry.log_id)},
                    "source": {"S": entry.source},
                    "tz": {"S": str(entry.tz)},
                }
            )
            for entry in batch
        )
        request = Request(f"http://127.0.0.1:{port}/fill", lines.encode(), method="POST")
        with urlopen(request) as answer:
            answer.read()


@cache
def journal(count: int) -> Path:
    """A SQLite file with so many entries of `U0MANY`, the same one each time: not to be written."""
    folder = tempfile.mkdtemp(prefix="companion-benchmarks-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    path = Path(folder) / f"{count}.db"
    asyncio.run(fill_sqlite(path, "U0MANY", count))
    return path

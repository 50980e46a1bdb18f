"""Very many entries imported, and copied from DynamoDB, to SQLite's own bulk insert of the same."""

import asyncio
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from time import perf_counter

from companion.adapters.sqlite import SqliteLogStore
from tests.benchmarks.journals import FEWER, MANY, fill_engine, journal
from tests.benchmarks.processes import (
    COMPANION,
    clean_environment,
    engine,
    seconds_and_peak_mb,
    with_table,
)
from tests.benchmarks.report import Figure

USER = "U0MANY"
AT_ONCE = 10_000
COPIED = 250_000
"""As many a second as of a million, in a quarter of the time."""


def moving(folder: Path) -> list[Figure]:
    """How many entries a second, and how much memory they take."""
    bulk = _bulk_insert(journal(MANY), folder / "bulk.db")
    figures = []
    for what, move, many in (("import", _import, MANY), ("copy from DynamoDB", _copy, COPIED)):
        (_, few_mb), (took, many_mb) = (move(count, folder) for count in (FEWER, many))
        figures += [
            Figure(
                name=f"{what} of {many:,} entries into SQLite, to SQLite’s own bulk insert",
                ours=f"{many / took:,.0f}/s",
                reference=f"{MANY / bulk:,.0f}/s",
                ratio=(many / took) / (MANY / bulk),
                goal=0.3,
                at_most=False,
            ),
            Figure(
                name=f"{what}: memory for {many:,} entries, to that for {FEWER:,}",
                ours=f"{many_mb:.0f} MB",
                reference=f"{few_mb:.0f} MB",
                ratio=many_mb / few_mb,
                goal=1.2,
            ),
        ]
    return figures


def _import(count: int, folder: Path) -> tuple[float, float]:
    exported, target = folder / f"{count}.jsonl", folder / f"imported-{count}.db"
    _run(["export", "--format", "jsonl", "-o", str(exported)], folder, journal(count))
    return _run(["import", str(exported)], folder, target)


def _copy(count: int, folder: Path) -> tuple[float, float]:
    with engine(folder) as dynamodb:
        fill_engine(dynamodb.port, USER, count)
        target = folder / f"copied-{count}.db"
        command = [COMPANION, "copy", "--from", "dynamodb", "--to", "sqlite"]
        environment = with_table(dynamodb.port, SLACK_USER_ID=USER, COMPANION_DB=str(target))
        return seconds_and_peak_mb(command, environment, folder)


def _run(arguments: Sequence[str], folder: Path, database: Path) -> tuple[float, float]:
    environment = clean_environment(SLACK_USER_ID=USER, COMPANION_DB=str(database))
    return seconds_and_peak_mb([COMPANION, *arguments], environment, folder)


def _bulk_insert(source: Path, target: Path) -> float:
    """Seconds for the rows of one file in another of the same tables, in one transaction."""
    asyncio.run(_make(target))
    with closing(sqlite3.connect(source)) as read, closing(sqlite3.connect(target)) as write:
        rows = read.execute("SELECT * FROM entries")
        marks = ", ".join("?" * len(rows.description))
        took = 0.0
        while some := rows.fetchmany(AT_ONCE):
            began = perf_counter()
            write.executemany(f"INSERT INTO entries VALUES ({marks})", some)
            took += perf_counter() - began
        began = perf_counter()
        write.commit()
        return took + perf_counter() - began


async def _make(path: Path) -> None:
    async with SqliteLogStore.open(path):
        pass

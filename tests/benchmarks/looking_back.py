"""Looking back must not get slower with the years: the week's summary, and the export."""

import asyncio
import json
import subprocess
from pathlib import Path
from time import perf_counter

from companion.adapters.sqlite import SqliteLogStore
from companion.domain.calendar import BEGINNING, END
from companion.domain.search import parse_query
from companion.usecases.search import search_entries
from tests.benchmarks.journals import FEW, FEWER, MANY, fill_engine, journal
from tests.benchmarks.processes import (
    COMPANION,
    PYTHON,
    clean_environment,
    engine,
    seconds_and_peak_mb,
    with_table,
)
from tests.benchmarks.report import Figure

RUNS = 5
SEARCHES = {
    "words of each entry": "retr loop",
    "a word of one entry": "number 4242",
    "a tag of none": "tag:retry",
    "one letter and one digit": "w 9",
    "a word and not another": "retry -loop",
}


def summary(folder: Path) -> list[Figure]:
    """A week's summary of somebody with a million entries, to that of one with a thousand."""
    users = {FEW: "U0FEW", MANY: "U0MANY"}
    environments = {
        count: clean_environment(COMPANION_DB=str(journal(count))) for count in (FEW, MANY)
    }
    figures = _figures(
        "SQLite",
        {count: _summary("U0MANY", folder, found) for count, found in environments.items()},
    )
    with engine(folder) as dynamodb:
        for count, user_id in users.items():
            fill_engine(dynamodb.port, user_id, count)
        environment = with_table(dynamodb.port)
        figures += _figures(
            "DynamoDB",
            {count: _summary(users[count], folder, environment) for count in users},
        )
    return figures


def _summary(user_id: str, folder: Path, environment: dict[str, str]) -> tuple[float, int]:
    command = [PYTHON, "-m", "tests.benchmarks.summary_once", user_id]
    runs = [
        json.loads(
            subprocess.run(
                command,
                env=environment,
                cwd=folder,
                check=True,
                stdout=subprocess.PIPE,
            ).stdout
        )
        for _ in range(RUNS)
    ]
    return min(run["s"] for run in runs), min(run["bytes"] for run in runs)


def _figures(store: str, found: dict[int, tuple[float, int]]) -> list[Figure]:
    (many_s, many_bytes), (few_s, few_bytes) = found[MANY], found[FEW]
    return [
        Figure(
            name=f"week’s summary on {store}: time with {MANY:,} entries, to with {FEW:,}",
            ours=f"{1000 * many_s:.1f} ms",
            reference=f"{1000 * few_s:.1f} ms",
            ratio=many_s / few_s,
            goal=1.1,
        ),
        Figure(
            name=f"week’s summary on {store}: bytes read with {MANY:,} entries, to with {FEW:,}",
            ours=f"{many_bytes:,}",
            reference=f"{few_bytes:,}",
            ratio=many_bytes / few_bytes,
            goal=1.1,
        ),
    ]


def search(folder: Path) -> list[Figure]:
    """The newest 20 that a search finds among a million entries, to 300 ms; in the text of every
    entry or of one, and by the one letter that very many words begin with."""
    figures = []
    for name, typed in SEARCHES.items():
        few_s, many_s = (asyncio.run(_search(journal(count), typed)) for count in (FEW, MANY))
        figures.append(
            Figure(
                name=f"search among {MANY:,} entries on SQLite for {name}, to 300 ms"
                f" (among {FEW:,}: {1000 * few_s:.1f} ms)",
                ours=f"{1000 * many_s:.1f} ms",
                reference="300 ms",
                ratio=many_s / 0.3,
                goal=1,
            )
        )
    return figures


async def _search(database: Path, typed: str) -> float:
    """Seconds, once the index has all words."""
    query = parse_query(typed)
    took = []
    async with SqliteLogStore.open(database) as store:
        for _ in range(RUNS):
            began = perf_counter()
            await search_entries(store, "U0MANY", query, BEGINNING, END, 20)
            took.append(perf_counter() - began)
    return min(took[1:])


def export(folder: Path) -> list[Figure]:
    """`companion export` of a million entries from SQLite."""
    memory: dict[int, float] = {}
    took: dict[int, float] = {}
    for count in (FEWER, MANY):
        environment = clean_environment(SLACK_USER_ID="U0MANY", COMPANION_DB=str(journal(count)))
        command = [COMPANION, "export", "--format", "jsonl", "-o", str(folder / "out.jsonl")]
        took[count], memory[count] = seconds_and_peak_mb(command, environment, folder)
    small, large = memory.values()
    return [
        Figure(
            name=f"export of {MANY:,} entries from SQLite, to 100,000 entries a second",
            ours=f"{MANY / took[MANY]:,.0f}/s",
            reference="100,000/s",
            ratio=MANY / took[MANY] / 100_000,
            goal=1,
            at_most=False,
        ),
        Figure(
            name=f"export: memory for {MANY:,} entries, to that for {FEWER:,}",
            ours=f"{large:.0f} MB",
            reference=f"{small:.0f} MB",
            ratio=large / small,
            goal=1.2,
        ),
    ]

"""A week of commits out of a repository with 100,000 of them."""

import asyncio
import statistics
from pathlib import Path
from time import perf_counter

from companion.adapters.git import GitCommits
from tests.benchmarks.report import Figure
from tests.repositories import Repository, git_environment, history, moment

COMMITS, STEP_S, RUNS = 100_000, 600, 7
SINCE, UNTIL = moment("2026-11-13 00:00"), moment("2026-11-20 00:00")


def week(folder: Path) -> list[Figure]:
    """Finding a person's commits of a week, to a second."""
    environ = git_environment(folder / "home")
    repository = Repository.create(folder / "engine", environ)
    first_s = int(UNTIL.timestamp()) - COMMITS * STEP_S
    repository.import_history(history(COMMITS, first_s, STEP_S))
    commits = GitCommits(patterns=[str(repository.folder)], authors=(), environ=environ)
    times = []
    for _ in range(RUNS):
        began = perf_counter()
        found = asyncio.run(commits.fetch("U1", SINCE, UNTIL))
        times.append(perf_counter() - began)
        assert len(found) == 7 * 24 * 3600 // STEP_S // 2, len(found)
    took = statistics.median(times)
    return [
        Figure(
            name=f"a week of commits out of {COMMITS:,}, to a second",
            ours=f"{1000 * took:.0f} ms",
            reference="1000 ms",
            ratio=took,
            goal=1,
        )
    ]

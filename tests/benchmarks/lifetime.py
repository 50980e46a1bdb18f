"""The daemon through a week with a model, and through a year: what it holds at the end.

The local Slack is in this process, the daemon in one of its own. Both have one clock, which jumps
from each thing that happens to the next.
"""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from companion.adapters.sqlite import SqliteLogStore
from companion.sandbox import LocalSlack
from tests.benchmarks.processes import PYTHON, clean_environment
from tests.benchmarks.report import Figure
from tests.fakes import FakeClock

BEGIN = datetime(2026, 1, 5, 6, 0, tzinfo=UTC)  # a Monday
DAY, HOUR, MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)
YEAR, WEEK = 365, 7
SAYS_AT = (9.2, 10.6, 13.4, 14.8, 16.1)
"""Hours of a day at which the person says something."""
LOOKS_EVERY = 6 * HOUR


@dataclass(kw_only=True)
class Life:
    """A person's days with a daemon; `holds` is what the daemon held last."""

    slack: LocalSlack
    clock: FakeClock
    daemon: asyncio.subprocess.Process
    said: int = 0

    def __post_init__(self) -> None:
        self.holds: dict[str, float] = {}
        self._due: list[datetime] = []

    async def tick(self) -> None:
        """At the moment that the clock shows, in both processes."""
        assert self.daemon.stdin is not None
        assert self.daemon.stdout is not None
        self.daemon.stdin.write(f"{self.clock.now().isoformat()}\n".encode())
        told = json.loads(await self.daemon.stdout.readline())
        self._due = [datetime.fromisoformat(due) for due in told.pop("due")]
        self.holds = told

    async def day(self) -> None:
        """From six in the morning to six in the morning."""
        begun = self.clock.now()
        says = [begun.replace(hour=0) + hour * HOUR for hour in SAYS_AT]
        while (now := self.clock.now()) < begun + DAY:
            await self.tick()
            ahead = [due for due in (*self._due, *says) if due > now]
            self.clock.set(min(*ahead, now + LOOKS_EVERY, begun + DAY))
            if self.clock.now() in says:
                self.said += 1
                await self.slack.say(f"wrote a test for the retry loop, number {self.said}")


@asynccontextmanager
async def life(folder: Path, *arguments: str, **given: str) -> AsyncIterator[Life]:
    clock = FakeClock(BEGIN)
    async with LocalSlack(now=clock.now, time_zone="UTC") as slack:
        daemon = await asyncio.create_subprocess_exec(
            *(PYTHON, "-m", "tests.benchmarks.daemon_by_hand", BEGIN.isoformat(), *arguments),
            env=clean_environment(
                SLACK_API_URL=slack.api_url,
                SLACK_BOT_TOKEN=slack.bot_token,
                SLACK_APP_TOKEN=slack.app_token,
                SLACK_USER_ID=slack.user_id,
                COMPANION_DB=str(folder / "memory.db"),
                COMPANION_TIMEZONE="UTC",
                COMPANION_REVIEW="fri 16:00",
                COMPANION_ENV_FILE="/dev/null",
                LOG_LEVEL="ERROR",
                LLM_USER_PATH=str(folder / "llm"),
                **given,
            ),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            limit=2**20,
        )
        assert daemon.stdin is not None
        try:
            yield Life(slack=slack, clock=clock, daemon=daemon)
            daemon.stdin.close()
            await daemon.wait()
        finally:
            if daemon.returncode is None:
                daemon.kill()
                await daemon.wait()


def week(folder: Path) -> list[Figure]:
    """What the daemon holds after its first summary by a model, and after a week of them."""
    return asyncio.run(_week(folder))


async def _week(folder: Path) -> list[Figure]:
    async with life(folder, "--with-model", LLM_MODEL="echo") as it:
        await it.day()  # the day with nothing to look back on
        before = it.holds["memory"]
        await it.day()
        after = {"its first summary": it.holds["memory"]}
        for _ in range(WEEK - 1):
            await it.day()
        after["a week"] = it.holds["memory"]
    return [
        Figure(
            name=f"daemon: memory after {what}, to before its first summary",
            ours=f"{memory:.0f} MB",
            reference=f"{before:.0f} MB",
            ratio=memory / before,
            goal=1.1,
        )
        for what, memory in after.items()
    ]


def year(folder: Path) -> list[Figure]:
    """What the daemon and its file hold after a year."""
    return asyncio.run(_year(folder))


async def _year(folder: Path) -> list[Figure]:
    async with life(folder) as it:
        for _ in range(WEEK):
            await it.day()
        early = it.holds
        for _ in range(YEAR - WEEK):
            await it.day()
        late, user, said = it.holds, it.slack.user_id, it.said
    size = _size(folder)
    async with SqliteLogStore.open(folder / "memory.db") as store:
        entries = len(await store.fetch_logs(user, BEGIN, BEGIN + 400 * DAY))
        first = BEGIN.date()
        jobs = await store.fetch_jobs(user, first - DAY, first + 400 * DAY)
    if entries != said:
        raise RuntimeError(f"{said} messages were said, and {entries} are stored")
    left = [job.job_id for job in jobs if job.due < BEGIN + (YEAR - 1) * DAY and not job.result]
    if left:
        raise RuntimeError(f"jobs are left: {left}")
    year = f"daemon after a simulated year ({entries:,} entries, {len(jobs):,} jobs)"
    return [
        Figure(
            name=f"{year}: memory, to after a week",
            ours=f"{late['memory']:.0f} MB",
            reference=f"{early['memory']:.0f} MB",
            ratio=late["memory"] / early["memory"],
            goal=1.1,
        ),
        Figure(
            name=f"{year}: open files, to after a week",
            ours=f"{late['handles']:.0f}",
            reference=f"{early['handles']:.0f}",
            ratio=late["handles"] / early["handles"],
            goal=1,
        ),
        Figure(
            name=f"{year}: the file, to 1 KB an entry",
            ours=f"{size / 1e6:.1f} MB",
            reference=f"{entries / 1e3:.1f} MB",
            ratio=size / 1e3 / entries,
            goal=1,
        ),
    ]


def _size(folder: Path) -> int:
    return sum(file.stat().st_size for file in folder.glob("memory.db*"))

"""The whole system for a test: the local Slack, and webhook and daemon as bootstrap wires them."""

import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from companion.bootstrap import Store, open_store
from companion.domain.entry import Entry
from companion.domain.jobs.job import Job
from companion.domain.jobs.planning import Plan, skipped
from companion.entrypoints.daemon import Intervals
from companion.entrypoints.sandbox import System, settings_for, system
from companion.sandbox import LocalSlack
from companion.settings import DaemonAndWebhookSettings
from companion.texts.slack import QUESTION
from companion.usecases.welcome import NOT_NEW, welcome_job
from tests.fakes import FakeClock

BERLIN = "Europe/Berlin"
# Friday, before work.
MORNING = datetime(2026, 11, 20, 7, 0, tzinfo=UTC)
# The real scheduler ticks once at the start; from then on a test says when.
BY_HAND = Intervals(
    tick=timedelta(hours=1),
    read_back=timedelta(days=365),
    asleep_after=timedelta(days=365),
    ping_interval_s=5,
)


@dataclass(kw_only=True)
class Workplace:
    """A Slack, a store, and a clock, for as many runs of the system as a test wants."""

    slack: LocalSlack
    settings: DaemonAndWebhookSettings
    clock: FakeClock
    seed: int = 1
    intervals: Intervals = BY_HAND
    runs: int = field(default=0)

    @asynccontextmanager
    async def run(self, intervals: Intervals | None = None) -> AsyncIterator[System]:
        """One life of webhook and daemon, connected."""
        self.runs += 1
        rng = random.Random(f"{self.seed}/{self.runs}")
        async with system(
            self.slack, self.settings, self.clock, rng, intervals or self.intervals
        ) as it:
            await self.slack.wait_connected()
            yield it

    @asynccontextmanager
    async def store(self) -> AsyncIterator[Store]:
        """The store as somebody else opens it, to see what is really there."""
        async with open_store(self.settings) as store:
            yield store

    async def entries(self, user_id: str | None = None) -> list[Entry]:
        async with self.store() as store:
            return await store.fetch_logs(
                user_id or self.slack.user_id,
                self.clock.now() - timedelta(days=400),
                self.clock.now() + timedelta(days=400),
            )

    async def jobs(self) -> list[Job]:
        today = self.clock.now().date()
        async with self.store() as store:
            return await store.fetch_jobs(
                self.slack.user_id, today - timedelta(days=400), today + timedelta(days=400)
            )

    async def plans(self) -> list[Plan]:
        today = self.clock.now().date()
        async with self.store() as store:
            return await store.fetch_plans(
                self.slack.user_id, today - timedelta(days=400), today + timedelta(days=400)
            )

    def sent_by_companion(self) -> list[str]:
        """The texts of what the daemon posted in the DM, oldest first. What a prompt came to, which
        it says in a line below its question, is left out."""
        return [
            QUESTION if is_prompt(message) else message["text"]
            for message in self.slack.messages(self.slack.dm_channel)
            if message.get("bot_id")
        ]


def is_prompt(message: dict[str, Any]) -> bool:
    """Whether a message asks the question, or asked it."""
    return bool(message["text"].partition("\n")[0] == QUESTION)


@asynccontextmanager
async def workplace(
    tmp_path: Path,
    dynamodb: dict[str, str] | None = None,
    *,
    is_new: bool = False,
    **given: object,
) -> AsyncIterator[Workplace]:
    """A fresh workplace on SQLite, or on the DynamoDB table that `dynamodb` tells of.

    Its person knows the assistant, unless `is_new`.
    """
    clock = FakeClock(MORNING)
    if dynamodb:
        given = {
            "dynamodb_table": dynamodb["table"],
            "aws_region": dynamodb["region"],
            "aws_endpoint_url_dynamodb": dynamodb["endpoint_url"],
            "aws_access_key_id": dynamodb["access_key"],
            "aws_secret_access_key": dynamodb["secret_key"],
            **given,
        }
    given = {"llm_model": "no-such-model", "env_file": None, **given}
    async with LocalSlack(now=clock.now, time_zone=BERLIN) as slack:
        place = Workplace(
            slack=slack,
            settings=settings_for(slack, tmp_path / "memory.db", **given),
            clock=clock,
        )
        if not is_new:
            welcome = welcome_job(slack.user_id, MORNING, ZoneInfo(BERLIN))
            async with place.store() as store:
                await store.save_job(skipped(welcome, MORNING, NOT_NEW))
        yield place

"""What things cost, counted and not timed: imports, writes, reads and calls to Slack."""

import os
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from itertools import batched
from pathlib import Path
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from companion.adapters.dynamodb import DynamoLogStore
from companion.bootstrap import Store, open_store
from companion.domain.entry import Entry, Source
from companion.domain.jobs.job import Job, JobKind, job_id
from companion.domain.jobs.planning import ASKED_FOR
from companion.domain.person import TIME_ZONE
from companion.entrypoints.daemon import Intervals
from companion.entrypoints.sandbox import settings_for
from companion.entrypoints.web_app import serving_web_app
from companion.errors import SummarizerError
from companion.sandbox import LocalSlack
from companion.settings import Settings
from companion.texts.slack import QUESTION
from companion.usecases.summarize import WriteSummary
from tests.dynamodb_server import RecordingDynamoDB, recording_dynamodb
from tests.fakes import FakeClock
from tests.system import BERLIN, MORNING, workplace
from tests.webhook_process import modules_of_the_webhook

NOT_THE_WEBHOOKS = {
    "llm", "openai", "apscheduler", "rich", "keyring", "tzlocal", "aiosqlite",
    "companion.usecases.summarize", "companion.usecases.read_back", "companion.sandbox",
    "companion.usecases.answer_command", "companion.usecases.capture_form",
    "companion.usecases.keep_message", "companion.adapters.slack.answers",
    "companion.adapters.slack.interactions", "companion.domain.jobs.presses",
    "companion.domain.words", "companion.domain.summaries.summary",
    "companion.domain.backdating", "companion.domain.moments",
    "companion.adapters.dynamodb.table", "companion.adapters.dynamodb.table_check",
}  # fmt: skip
NOT_THE_LOGS = {
    "aioboto3", "aiohttp", "llm", "rich", "slack_bolt", "slack_sdk", "keyring", "difflib",
    "companion.domain.backdating", "companion.domain.jobs.job", "companion.domain.moments",
    "companion.domain.search", "companion.usecases.capture",
}  # fmt: skip


@pytest.fixture
def dynamodb() -> Iterator[RecordingDynamoDB]:
    with recording_dynamodb() as recording:
        yield recording


@pytest.fixture
async def table(dynamodb: RecordingDynamoDB) -> dict[str, Any]:
    place = {
        "table": "costs",
        "region": "us-west-2",
        "endpoint_url": dynamodb.url,
        "access_key": "test",
        "secret_key": "test",
    }
    async with DynamoLogStore.open(**place) as store:
        await store.create_table()
    dynamodb.times.clear()
    return place


def as_settings(place: dict[str, Any]) -> dict[str, Any]:
    return {
        "dynamodb_table": place["table"],
        "aws_endpoint_url_dynamodb": place["endpoint_url"],
        "aws_access_key_id": place["access_key"],
        "aws_secret_access_key": place["secret_key"],
        "env_file": None,
    }


@asynccontextmanager
async def web_app(
    clock: FakeClock, table: dict[str, Any], folder: Path, **given: object
) -> AsyncIterator[tuple[LocalSlack, Store]]:
    """The web app as `companion webhook` serves it, in a Slack, on that table."""
    async with LocalSlack(now=clock.now) as slack:
        settings = settings_for(slack, folder / "unused.db", **as_settings(table), **given)
        async with (
            open_store(settings) as store,
            serving_web_app(settings, store, clock, "127.0.0.1", 0) as port,
        ):
            slack.command_url = f"http://127.0.0.1:{port}/slack/events"
            yield slack, store


async def test_the_webhook_imports_only_what_it_runs(table: dict[str, Any], tmp_path: Path) -> None:
    loaded = await modules_of_the_webhook(sys.executable, table, tmp_path)
    assert "slack_bolt" in loaded
    assert "aiobotocore" in loaded
    assert loaded & NOT_THE_WEBHOOKS == set()


def test_what_is_typed_in_the_terminal_waits_for_nothing_else(tmp_path: Path) -> None:
    code = (
        "import sys; from companion.entrypoints.cli import cli;"
        "cli(['log', 'measured'], standalone_mode=False); print(*sys.modules, file=sys.stderr)"
    )
    ran = subprocess.run(
        [sys.executable, "-c", code],
        env={"COMPANION_DB": str(tmp_path / "memory.db"), "COMPANION_ENV_FILE": os.devnull},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert ran.stdout.startswith("Logged at"), ran.stderr
    loaded = set(ran.stderr.split())
    assert "aiosqlite" in loaded
    assert loaded & NOT_THE_LOGS == set()


async def test_a_log_command_is_one_write_no_read_and_no_call_to_slack(
    table: dict[str, Any], dynamodb: RecordingDynamoDB, tmp_path: Path
) -> None:
    async with web_app(FakeClock(MORNING), table, tmp_path) as (slack, _):
        answer = await slack.run_command("/log", "once")
        assert "Logged at" in answer["text"]
        assert dynamodb.times == {"PutItem": 1}
        assert slack.api_calls == []


@pytest.mark.parametrize(
    ("text", "zone", "times"),
    [
        ("@-45m fixed it", None, {"PutItem": 1}),
        ("@bo helped me", None, {"PutItem": 1}),
        ("@yesterday 16:00 fixed it", "Europe/Berlin", {"PutItem": 1}),
        ("@yesterday 16:00 fixed it", None, {"Query": 1, "PutItem": 1}),
    ],
)
async def test_a_moment_asks_for_the_zone_only_where_it_needs_one_and_none_is_set(
    table: dict[str, Any],
    dynamodb: RecordingDynamoDB,
    tmp_path: Path,
    text: str,
    zone: str | None,
    times: dict[str, int],
) -> None:
    clock = FakeClock(MORNING)
    async with web_app(clock, table, tmp_path, companion_timezone=zone) as (slack, store):
        await store.save_preference(slack.user_id, TIME_ZONE, "Asia/Tokyo")
        dynamodb.times.clear()
        answer = await slack.run_command("/log", text)
        assert "Logged" in answer["text"]
        assert dynamodb.times == times
        assert slack.api_calls == []


class NoModel:
    async def summarize(self, instruction: str, material: str) -> str:
        raise SummarizerError("none is asked here")


@pytest.mark.parametrize("years", [0, 10])
async def test_a_weeks_summary_takes_the_same_reads_for_a_journal_of_any_length(
    table: dict[str, Any], dynamodb: RecordingDynamoDB, years: int
) -> None:
    now = MORNING
    moments = [now - timedelta(days=1) - timedelta(hours=hour) for hour in range(0, 160, 4)]
    moments += [now - timedelta(days=30 + day) for day in range(30 * years)]
    entries = [
        Entry(
            user_id="U1",
            timestamp=moment,
            text=f"entry {number} " + "x" * 1000,
            log_id=UUID(int=number),
            source=Source.MESSAGE,
        )
        for number, moment in enumerate(moments)
    ]
    async with DynamoLogStore.open(**table) as store:
        for batch in batched(entries, 100, strict=False):
            await store.write_logs(batch)
        dynamodb.times.clear()
        write = WriteSummary(store=store, summarizer=NoModel(), rhythm=Settings().rhythm)
        summary = await write("U1", now.date(), ZoneInfo("UTC"))
    assert "entry 0 " in summary.week.text
    assert dynamodb.times == {"Query": 1}


TICK, HOUR = timedelta(seconds=20), timedelta(hours=1)
READ_UNITS_A_DAY = 3000
# It reads back at the times of the clock here, and its connection is as it is.
AT_REST = Intervals(tick=HOUR, asleep_after=timedelta(minutes=1))


async def test_an_hour_of_rest_is_cheap_and_a_prompt_asked_for_comes_at_the_next_tick(
    table: dict[str, Any], dynamodb: RecordingDynamoDB, tmp_path: Path
) -> None:
    async with workplace(tmp_path, table, companion_work_hours="12:00-20:00") as place:
        for text in ("one", "two", "three", "four", "five", "six", "seven"):
            await place.slack.say(f"{text} of the messages of a day, of the length that is usual")
            place.clock.advance(timedelta(minutes=1))
        async with place.run(AT_REST) as system:

            async def live(until: datetime) -> None:
                while place.clock.now() < until:
                    place.clock.advance(TICK)
                    await system.daemon.tick()
                    await system.daemon.reading.wait()

            await live(MORNING + timedelta(minutes=40))  # the summary is sent at half past eight
            begun, calls = dynamodb.read_units, dynamodb.times.copy()
            await live(place.clock.now() + HOUR)
            asked = dynamodb.times - calls
            assert (dynamodb.read_units - begun) * 24 <= READ_UNITS_A_DAY
            # A version a tick, a reading every five minutes, the jobs when that may be too old.
            assert asked.keys() == {"GetItem", "Query"}
            assert asked["GetItem"] == 180
            assert asked["Query"] <= 12 + 7

            async with place.store() as store:  # another process
                day = place.clock.now().date()
                await store.save_job(
                    Job(
                        user_id=place.slack.user_id,
                        job_id=job_id(day, f"{ASKED_FOR}1"),
                        kind=JobKind.PROMPT,
                        day=day,
                        due=place.clock.now(),
                        tz=BERLIN,
                    )
                )
            assert QUESTION not in place.sent_by_companion()
            await live(place.clock.now() + TICK)
            assert QUESTION in place.sent_by_companion()


ACTIONS: dict[str, dict[str, int]] = {
    "/log typed": {"PutItem": 1},
    "/companion today": {"Query": 2},
    "/companion week": {"Query": 2},
    "/companion search typed": {"Query": 2},
    "/companion where": {"Query": 4},
    "/companion next": {"Query": 2},
    "/companion why": {"Query": 4},
    "/companion pause": {"Query": 1, "PutItem": 2},
    "/companion resume": {"Query": 2, "PutItem": 2},
    "/companion undo": {"Query": 4, "GetItem": 1, "PutItem": 2, "UpdateItem": 1},
    "/companion help": {},
}
"""What the store is asked for. The zone and the day start are one query of these. What a daemon
is to notice, such as a pause, is two writes: itself, and the item that daemons look at."""


async def test_each_command_takes_so_many_reads_and_writes_and_no_call_to_slack(
    table: dict[str, Any], dynamodb: RecordingDynamoDB, tmp_path: Path
) -> None:
    clock = FakeClock(MORNING)
    async with web_app(clock, table, tmp_path) as (slack, _):
        took = {}
        for action in ACTIONS:
            clock.advance(timedelta(minutes=1))
            before = dynamodb.times.copy()
            await slack.run_command(*action.split(" ", 1))
            took[action] = dict(dynamodb.times - before)
        assert took == ACTIONS
        assert slack.api_calls == []

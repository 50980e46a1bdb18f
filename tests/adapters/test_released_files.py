"""The files that released versions wrote: each later version lists, exports and writes them.

`tests/cases/sqlite/VERSION.db` was written by the code of that version. A release adds its own.
"""

import json
import shutil
import sqlite3
from contextlib import closing
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from companion.adapters.sqlite import SqliteLogStore
from companion.adapters.sqlite.migrations import APPLICATION_ID, MIGRATIONS
from companion.domain.calendar import BEGINNING, END
from companion.domain.entry import Entry, Source, command_log_id
from companion.domain.formats.exports import renderer
from companion.domain.jobs.job import JobResult, JobState, Outcome
from companion.usecases.archive import export_entries, ignore
from tests.documents import ROOT

FILES = sorted((ROOT / "tests/cases/sqlite").glob("*.db"))
NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
DAYS = date(2026, 11, 22), date(2026, 11, 23)
TEXTS = [
    "the year one",
    "reviewed the parser",
    "at the same moment",
    "edited words\nin two lines",
    "größer & <tagged> 🎉",
    "the year 9999",
]


@pytest.fixture(params=FILES, ids=lambda path: path.stem)
def path(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    return Path(shutil.copy(request.param, tmp_path / "memory.db"))


def test_every_release_left_its_file() -> None:
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert [f"## [{file.stem}]" in changelog for file in FILES] == [True] * len(FILES)
    assert "0.1.0" in {file.stem for file in FILES}


def test_the_mark_of_our_files_never_changes(path: Path) -> None:
    with closing(sqlite3.connect(path)) as file:
        assert file.execute("PRAGMA application_id").fetchone() == (APPLICATION_ID,)


async def test_it_lists_every_entry_as_it_was_written(path: Path) -> None:
    async with SqliteLogStore.open(path) as store:
        entries = await store.fetch_logs("U1", BEGINNING, END)
        assert [entry.text for entry in entries] == TEXTS
        assert entries[1] == Entry(
            user_id="U1",
            timestamp=NOON,
            text="reviewed the parser",
            log_id=command_log_id("command"),
            source=Source.COMMAND,
            tz="Europe/Berlin",
        )
        assert entries[3] == Entry(
            user_id="U1",
            timestamp=NOON + HOUR,
            text="edited words\nin two lines",
            log_id=command_log_id("edited"),
            source=Source.REPLY,
            tz="Asia/Tokyo",
            answers="2026-11-22/prompt-1",
            revision="1763816400.000100",
        )
        tombstones = [each.log_id async for each in store.read_tombstones("U1")]
        assert tombstones == [command_log_id("deleted")]
        assert await store.fetch_users() == ["U1", "U2"]
        assert await store.fetch_read_cursor("U1") == "1763816400.000100"


async def test_it_shows_every_job_and_plan(path: Path) -> None:
    async with SqliteLogStore.open(path) as store:
        jobs = {job.job_id.partition("/")[2]: job for job in await store.fetch_jobs("U1", *DAYS)}
        assert {name: (job.state, job.outcome) for name, job in jobs.items()} == {
            "prompt-1": (JobState.DONE, Outcome.SENT),
            "prompt-2": (JobState.DONE, Outcome.SKIPPED),
            "prompt-3": (JobState.CLAIMED, None),
            "summary": (JobState.PLANNED, None),
        }
        assert jobs["prompt-1"].message_ts == "1763816400.000100"
        (plan,) = await store.fetch_plans("U1", *DAYS)
        assert (plan.moments, plan.reason) == ((NOON + HOUR,), "1 prompt")


@pytest.mark.parametrize("form", ["markdown", "jsonl", "csv"])
async def test_it_exports_everything(path: Path, form: str) -> None:
    written: list[str] = []
    render = renderer(form, ZoneInfo("Europe/Berlin"), time(4))
    async with SqliteLogStore.open(path) as store:
        count = await export_entries(store, "U1", BEGINNING, END, render, written.append, ignore)
    assert count == len(TEXTS)
    if form == "jsonl":
        assert [json.loads(line)["text"] for line in "".join(written).splitlines()] == TEXTS
    else:
        assert all(text[:6] in "".join(written) for text in TEXTS)


async def test_it_is_written_on(path: Path) -> None:
    new = Entry(
        user_id="U1",
        timestamp=NOON,
        text="of a later version",
        log_id=command_log_id("new"),
        source=Source.TERMINAL,
    )
    async with SqliteLogStore.open(path) as store:
        assert await store.write_log(new) is True
        assert await store.delete_log("U1", NOON, command_log_id("same")) is True
        lease = NOON + HOUR
        assert await store.claim_job("U1", "2026-11-22/prompt-3", "new", NOON + HOUR, lease + HOUR)
        result = JobResult(Outcome.SENT, NOON + HOUR)
        assert await store.finish_job("U1", "2026-11-22/prompt-3", "new", result) is True
        texts = [entry.text for entry in await store.fetch_logs("U1", NOON, NOON + HOUR)]
        assert texts == ["reviewed the parser", "of a later version"]
    with closing(sqlite3.connect(path)) as file:
        assert file.execute("PRAGMA user_version").fetchone() == (len(MIGRATIONS),)

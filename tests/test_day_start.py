"""A day begins at COMPANION_DAY_START everywhere: in what a model is told, headings and exports."""

import csv
import io
import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime, time
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from companion.adapters.sqlite import SqliteLogStore
from companion.domain.calendar import (
    BEGINNING,
    END,
    PromptsPerDay,
    Rhythm,
    WorkHours,
    local_day,
    parse_days,
)
from companion.domain.formats import jsonl
from companion.domain.formats.exports import renderer
from companion.domain.formats.found import EntryMaker, Found
from companion.domain.summaries.summary import WEEK, YESTERDAY, render
from companion.entrypoints.cli.support.view import show_entries, show_entries_as_json
from companion.errors import SummarizerError
from companion.usecases.summarize import WriteSummary, summarize_entries

CASE = Path(__file__).parent / "cases/import/daystart.jsonl"
BERLIN = ZoneInfo("Europe/Berlin")
FOUR = time(4)
NOW = datetime(2026, 11, 25, 1, 30, tzinfo=UTC)  # 02:30 in Berlin: still Tuesday
RHYTHM = Rhythm(
    hours=WorkHours.parse("09:00-17:00"),
    days=parse_days("mon-fri"),
    prompts=PromptsPerDay.parse("3-5"),
    summary_time=time(8, 30),
    day_start=FOUR,
)
MONDAY, TUESDAY = "Monday 2026-11-23", "Tuesday 2026-11-24"


class Model:
    def __init__(self, *, answers: bool) -> None:
        self.answers = answers
        self.asked: list[tuple[str, str]] = []

    async def summarize(self, instruction: str, material: str) -> str:
        self.asked.append((instruction, material))
        if not self.answers:
            raise SummarizerError("it is off")
        return "- something [1]"


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[SqliteLogStore]:
    maker = EntryMaker(user_id="U1", zone=BERLIN)
    lines = CASE.read_text(encoding="utf-8").splitlines()
    found = [each for each in jsonl.read_lines(lines, maker) if isinstance(each, Found)]
    async with SqliteLogStore.open(tmp_path / "memory.db") as store:
        await store.write_logs([each.entry for each in found])
        yield store


async def test_a_model_is_told_the_day_that_goes_on_after_midnight(store: SqliteLogStore) -> None:
    model = Model(answers=True)
    today = local_day(NOW, BERLIN, FOUR)
    await WriteSummary(store=store, summarizer=model, rhythm=RHYTHM)("U1", today, BERLIN)

    told = dict(model.asked)
    assert f'when="{MONDAY} 10:00"' in told[YESTERDAY.instruction]
    assert f'when="{MONDAY} 01:30, after midnight"' in told[YESTERDAY.instruction]
    assert TUESDAY not in told[YESTERDAY.instruction]
    assert TUESDAY not in told[WEEK.instruction]


async def test_without_a_model_yesterday_has_one_heading(store: SqliteLogStore) -> None:
    today = local_day(NOW, BERLIN, FOUR)
    write = WriteSummary(store=store, summarizer=Model(answers=False), rhythm=RHYTHM)
    summary = await write("U1", today, BERLIN)

    assert summary.yesterday.text.count("### ") == 1
    assert summary.yesterday.text.startswith(f"### {MONDAY}\n")
    assert "Monday work on billing" in summary.yesterday.text
    assert "late Monday night fix of billing" in summary.yesterday.text
    assert "Tuesday work" not in render(summary, str)
    assert TUESDAY not in render(summary, str)


async def test_a_week_that_is_noted_by_day_is_noted_by_the_persons_days(
    store: SqliteLogStore,
) -> None:
    entries = await store.fetch_logs("U1", BEGINNING, END)
    model = Model(answers=True)
    await summarize_entries(entries, [], BERLIN, model, max_material=300, day_start=FOUR)
    *by_day, notes = [material for _, material in model.asked]
    assert [material.count("<entry") for material in by_day] == [2, 2]
    assert [notes.count(f'day="{day}"') for day in (MONDAY, TUESDAY)] == [1, 1]


async def test_lists_and_exports_have_two_days_of_two_entries(
    store: SqliteLogStore, capsys: pytest.CaptureFixture[str]
) -> None:
    entries = await store.fetch_logs("U1", BEGINNING, END)
    show_entries(entries, BERLIN, FOUR)
    listed = capsys.readouterr().out
    markdown = "".join(map(renderer("markdown", BERLIN, FOUR), entries))
    for shown in (listed, markdown):
        before, _, after = shown.partition(TUESDAY)
        assert before.count("billing") == after.count("search") == 2
        assert [shown.count(day) for day in (MONDAY, TUESDAY)] == [1, 1]
    rows = csv.DictReader(io.StringIO("".join(map(renderer("csv", BERLIN, FOUR), entries))))
    days = ["2026-11-23"] * 2 + ["2026-11-24"] * 2
    assert [row["day"] for row in rows] == days
    show_entries_as_json(entries, BERLIN, FOUR)
    assert [each["day"] for each in json.loads(capsys.readouterr().out)] == days

"""A year of entries can be searched, summed up, charted and asked for, on every store alike."""

import asyncio
import json
import re
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from uuid import uuid4
from xml.etree import ElementTree

import pytest
import pytest_asyncio

from companion import bootstrap
from companion.adapters.dynamodb import DynamoLogStore
from companion.adapters.sqlite import SqliteLogStore
from companion.domain.calendar import BEGINNING, DEFAULT_RHYTHM, END
from companion.domain.chart import draw_statistics
from companion.domain.entry import Entry
from companion.domain.search import parse_query
from companion.domain.summaries.next_steps import Sort
from companion.domain.summaries.references import LinkReferences, Moments
from companion.domain.summaries.standup import render_standup
from companion.domain.summaries.summary import render
from companion.domain.summaries.where import render_where
from companion.domain.summaries.window_summary import SummaryWindow
from companion.domain.tags import entry_tags
from companion.errors import SummarizerError
from companion.ports import Store, Summarizer
from companion.usecases.search import search_entries
from companion.usecases.standup import MakeStandup
from companion.usecases.statistics import read_statistics
from companion.usecases.summarize import WriteSummary
from companion.usecases.summarize_window import SummarizeWindow
from companion.usecases.tags import count_tags
from companion.usecases.where import FindWhere
from tests.conftest import table
from tests.entrypoints.cli.conftest import Run, companion, environment
from tests.memory_store import MemoryLogStore
from tests.synthetic_year import VACATIONS, ZONE, Year, make_year

__all__ = ["companion", "environment"]  # fixtures

ON_ONE_LOOP = pytest.mark.asyncio(loop_scope="module")
DAY = timedelta(days=1)
FRIDAY = date(2026, 11, 20)
NOW = datetime(2026, 11, 20, 19, 30, tzinfo=UTC)
YEAR = make_year(11, FRIDAY)
FIRST_DAY = FRIDAY - 364 * DAY
MATERIAL = 60_000
MOMENTS = Moments(ZONE, time())
REFER = LinkReferences(MOMENTS, {})


def midnight(day: date) -> datetime:
    return datetime.combine(day, time(), tzinfo=ZONE).astimezone(UTC)


SUMMER = midnight(date(2026, 6, 1)), midnight(date(2026, 9, 1))
AUTUMN = midnight(date(2026, 9, 21)), midnight(date(2026, 10, 19))


async def fill(store: Store, year: Year) -> None:
    await store.write_logs(year.entries)
    for job in year.jobs[-30:]:  # those of the past month are what is counted here
        await store.save_job(job)


@pytest_asyncio.fixture(
    params=["memory", "sqlite", "dynamodb"], scope="module", loop_scope="module"
)
async def store(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Store]:
    """Each store in turn, with the year in it; no test changes it."""
    match request.param:
        case "memory":
            async with MemoryLogStore.open() as store:
                await fill(store, YEAR)
                yield store
        case "sqlite":
            path = tmp_path_factory.mktemp("year") / "companion.db"
            async with SqliteLogStore.open(path) as store:
                await fill(store, YEAR)
                yield store
        case _:
            settings = {
                "table": f"companion-test-{uuid4().hex}",
                "region": "us-west-2",
                "endpoint_url": request.getfixturevalue("dynamodb_url"),
                "access_key": "test",
                "secret_key": "test",
            }
            async with table(settings), DynamoLogStore.open(**settings) as store:
                await fill(store, YEAR)
                yield store


class NoModel:
    async def summarize(self, instruction: str, material: str) -> str:
        raise SummarizerError("no model answers")


@dataclass
class Quotes:
    """A model that quotes the first and the last entry that it reads, and makes up one more."""

    async def summarize(self, instruction: str, material: str) -> str:
        found = re.findall(r'number="(\d+)" when="[^"]*">\n(.*)', material)
        lines = [f"- {words} [{number}]" for number, words in (found[0], found[-1])]
        return "\n".join([*lines, f"- Released OPS-9999 [{found[0][0]}]"])


def of_day(day: date) -> list[Entry]:
    return YEAR.window(midnight(day), midnight(day + DAY))


def test_the_year_is_that_of_a_person() -> None:
    assert make_year(11, FRIDAY) == YEAR
    assert make_year(12, FRIDAY) != YEAR
    assert 1_400 < len(YEAR.entries) < 1_600
    days = {entry.local_day(ZONE, time()) for entry in YEAR.entries}
    away = {FIRST_DAY + n * DAY for first, last in VACATIONS for n in range(first, last)}
    assert not days & away
    assert {day.weekday() for day in days} == set(range(5))


@pytest.mark.parametrize(
    ("typed", "window"),
    [
        ("retry", (BEGINNING, END)),
        ('"waits for the lock"', (BEGINNING, END)),
        ("#Deploy", AUTUMN),
        ("größe", SUMMER),
        ("#ops", SUMMER),
        ("parser -fixed", SUMMER),
    ],
)
@ON_ONE_LOOP
async def test_a_search_finds_what_a_plain_filter_finds(
    typed: str, window: tuple[datetime, datetime], store: Store
) -> None:
    query = parse_query(typed)
    wanted = [entry for entry in reversed(YEAR.window(*window)) if query.finds(entry)]
    found = await search_entries(store, YEAR.user_id, query, *window, count=2_000)
    assert found.entries == wanted
    assert bool(wanted) is (typed != "#ops")  # a channel that is not a tag


@ON_ONE_LOOP
async def test_the_daily_summary_has_the_entries_of_its_days(store: Store) -> None:
    write = WriteSummary(
        store=store, summarizer=NoModel(), rhythm=DEFAULT_RHYTHM, max_material=MATERIAL
    )
    text = render(await write(YEAR.user_id, FRIDAY, ZONE), REFER)
    for entry in of_day(FRIDAY - DAY):
        assert f"{entry.local_time(ZONE):%H:%M}" in text
    assert "no model answers" in text
    assert f"{of_day(FRIDAY)[0].local_time(ZONE):%H:%M}" not in text


@ON_ONE_LOOP
async def test_a_models_daily_summary_names_entries_and_nothing_that_is_made_up(
    store: Store,
) -> None:
    write = WriteSummary(
        store=store, summarizer=Quotes(), rhythm=DEFAULT_RHYTHM, max_material=MATERIAL
    )
    summary = await write(YEAR.user_id, FRIDAY, ZONE)
    week, yesterday = (
        YEAR.window(midnight(FRIDAY - 7 * DAY), midnight(FRIDAY)),
        of_day(FRIDAY - DAY),
    )
    assert [line.entries for line in summary.week.lines] == [(week[0],), (week[-1],)]
    assert [line.entries for line in summary.yesterday.lines] == [(yesterday[0],), (yesterday[-1],)]
    assert "OPS-9999" not in render(summary, REFER)


@pytest.mark.parametrize("summarizer", [NoModel(), Quotes()])
@ON_ONE_LOOP
async def test_a_window_of_the_year_is_summed_up(summarizer: Summarizer, store: Store) -> None:
    summarize = SummarizeWindow(store=store, summarizer=summarizer, max_material=MATERIAL)
    found = await summarize(YEAR.user_id, SummaryWindow(*AUTUMN, ZONE))
    text = found.render(REFER)
    assert text.startswith("## Monday 2026-09-21 to Sunday 2026-10-18\n")
    assert "OPS-9999" not in text
    if found.reason:
        threads = re.findall(r"^### (.+?) \(", text, re.MULTILINE)
        tags = Counter(tag.lower() for each in YEAR.window(*AUTUMN) for tag in entry_tags(each))
        assert {f"#{tag}" for tag in tags} <= {thread.lower() for thread in threads}
        assert "#ops" not in threads
    else:
        entries = YEAR.window(*AUTUMN)
        assert [line.entries for line in found.body.lines] == [(entries[0],), (entries[-1],)]


@ON_ONE_LOOP
async def test_the_statistics_are_what_a_plain_count_gives(store: Store) -> None:
    since = midnight(FRIDAY - 27 * DAY)
    counted = await read_statistics(store, YEAR.user_id, since, END, NOW, ZONE, time())
    entries = YEAR.window(since, END)
    local = [entry.timestamp.astimezone(ZONE) for entry in entries]
    assert counted.entries == len(entries)
    assert counted.by_day == Counter(moment.date() for moment in local)
    assert counted.by_hour == Counter((moment.weekday(), moment.hour) for moment in local)
    tags = Counter(
        word.lower() for each in entries for word in re.findall(r"(?<= )#([a-zA-Z/]+)", each.text)
    )
    del tags["ops"]  # the channel
    assert {each.tag.lower(): each.entries for each in counted.tags} == tags
    jobs = [job for job in YEAR.jobs if job.due >= since]
    answered = {entry.answers for entry in entries} & {job.job_id for job in jobs}
    assert (counted.prompts.asked, counted.prompts.answered) == (len(jobs), len(answered))


@ON_ONE_LOOP
async def test_the_year_is_drawn() -> None:
    async with MemoryLogStore.open() as store:
        await fill(store, YEAR)
        year = await read_statistics(
            store, YEAR.user_id, midnight(FIRST_DAY), END, NOW, ZONE, time()
        )
    svg = await bootstrap.painter().draw(draw_statistics(year), "svg")
    description = ElementTree.fromstring(svg).find("{*}desc")
    assert description is not None
    assert description.text is not None
    assert description.text.startswith(f"{len(YEAR.entries):,} entries, {FIRST_DAY} to {FRIDAY}.")


@pytest.mark.parametrize(
    ("before", "day"),
    [
        (NOW, FRIDAY),
        (midnight(FIRST_DAY + 240 * DAY), date(2026, 6, 26)),  # after a vacation
    ],
)
@ON_ONE_LOOP
async def test_where_one_left_off_is_the_last_day_with_entries(
    before: datetime, day: date, store: Store
) -> None:
    find = FindWhere(store=store, rhythm=DEFAULT_RHYTHM, max_material=MATERIAL)
    where, _, _ = await find(YEAR.user_id, before, ZONE)
    assert where is not None
    assert where.day == day
    assert list(where.last) == of_day(day)[-5:]
    assert where.earlier == max(0, len(of_day(day)) - 5)
    text = render_where(where, None, MOMENTS, REFER, FRIDAY)
    assert all(end.bare.splitlines()[0][:10] in text for end in where.open_ends)


@ON_ONE_LOOP
async def test_before_the_first_entry_one_left_off_nowhere(store: Store) -> None:
    find = FindWhere(store=store, rhythm=DEFAULT_RHYTHM, max_material=MATERIAL)
    assert await find(YEAR.user_id, midnight(FIRST_DAY), ZONE) == (None, None, None)


@ON_ONE_LOOP
async def test_the_standup_has_what_was_done_since_the_last_working_day(store: Store) -> None:
    make = MakeStandup(store=store, rhythm=DEFAULT_RHYTHM, max_material=MATERIAL)
    standup, _ = await make(YEAR.user_id, NOW, ZONE)
    assert standup.since == FRIDAY - DAY
    stuck = "stuck in the retry loop again, src/retry.py does not see the header"
    recent = of_day(FRIDAY - DAY) + of_day(FRIDAY)
    assert list(standup.done) == [entry for entry in recent if entry.text != stuck]
    assert stuck in [end.words for end in standup.blocked]
    assert all(end.sort is not Sort.BLOCKED for end in standup.next)
    assert render_standup(standup, "text").startswith("Done:\n- ")


@ON_ONE_LOOP
async def test_the_tags_are_counted_however_they_are_written(store: Store) -> None:
    uses = (await count_tags(store, YEAR.user_id, BEGINNING, END)).uses()
    wanted = Counter(
        word.lower()
        for each in YEAR.entries
        for word in re.findall(
            r"(?<= )#(deploy|search|parser|backend/api|frontend)\b", each.text, re.IGNORECASE
        )
    )
    assert {use.tag.lower(): use.count for use in uses} == wanted


async def keep(path: Path) -> None:
    async with SqliteLogStore.open(path) as store:
        await fill(store, YEAR)


def test_the_terminal_answers_from_the_year(
    companion: Run, environment: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bootstrap.SystemClock, "now", lambda _: NOW)
    asyncio.run(keep(Path(environment["COMPANION_DB"])))

    def shown(*arguments: str) -> str:
        ran = companion(*arguments, LLM_MODEL="no-such-model")
        assert ran.exit_code == 0, ran.output
        return ran.stdout

    query = parse_query("retry loop -fixed")
    found = json.loads(shown("search", "retry", "loop", "-fixed", "-n", "20", "--format", "json"))
    wanted = [entry.text for entry in reversed(YEAR.entries) if query.finds(entry)]
    assert [each["text"] for each in found] == wanted[:20]
    assert "Monday 2026-11-09 to Sunday 2026-11-15" in shown("summary", "--last-week")
    month = YEAR.window(midnight(FRIDAY - 29 * DAY), END)
    assert shown("stats").startswith(f"{len(month)} entries, ")
    where = shown("where", "--no-model")
    assert of_day(FRIDAY)[-1].text.splitlines()[0] in where
    assert of_day(FRIDAY)[0].text in shown("standup", "--no-model")
    deploy = sum("deploy" in entry_tags(entry) for entry in YEAR.entries)
    assert re.search(rf"^#deploy +{deploy} +Friday 2026-11-20$", shown("tags"), re.MULTILINE)

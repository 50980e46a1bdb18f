"""The same file again adds nothing: in any zone, any store, and after any version imported it."""

import tracemalloc
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from contextlib import AsyncExitStack
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from uuid import UUID, uuid5
from zoneinfo import ZoneInfo

import pytest

from companion.adapters.dynamodb import DynamoLogStore
from companion.adapters.sqlite import SqliteLogStore
from companion.domain.calendar import BEGINNING, END
from companion.domain.entry import NAMESPACE, Entry, Source, format_timestamp, parse_timestamp
from companion.domain.formats import jrnl, jsonl
from companion.domain.formats.found import EntryMaker, Read, Unreadable, read_each
from companion.domain.formats.text import read_text
from companion.errors import StoreError
from companion.ports import LogStore
from companion.usecases.import_entries import Checked, Import

CASES = Path(__file__).parents[1] / "cases/import"
BERLIN, TOKYO, NEW_YORK = map(ZoneInfo, ("Europe/Berlin", "Asia/Tokyo", "America/New_York"))
REPEAT = (CASES / "repeat.txt").read_text(encoding="utf-8")
TEXT = "2026-11-20 14:05 fixed it\n\n# 2026-11-21\n- 09:00 größer\n- 09:00 größer\n"

type Reader = Callable[[EntryMaker], Iterable[Read]]


@pytest.fixture(params=["sqlite", "dynamodb"])
async def store(
    request: pytest.FixtureRequest, dynamodb_table: dict[str, str], tmp_path: Path
) -> AsyncIterator[LogStore]:
    async with AsyncExitStack() as stack:
        if request.param == "sqlite":
            yield await stack.enter_async_context(SqliteLogStore.open(tmp_path / "memory.db"))
        else:
            yield await stack.enter_async_context(DynamoLogStore.open(**dynamodb_table))


def ignore(_: object) -> None:
    pass


async def imported(store: LogStore, reader: Reader, zone: ZoneInfo = BERLIN) -> int:
    """How many of a file's entries are new."""
    maker = EntryMaker(user_id="U1", zone=zone)
    work = Import(maker=maker, read=lambda: iter(reader(maker)))
    assert work.check(ignore, ignore).unreadable == 0
    return await work.store(store, ignore)


def text(content: str) -> Reader:
    return lambda maker: read_text(content.split("\n"), maker)


def json_lines(*lines: str) -> Reader:
    return lambda maker: jsonl.read_lines(lines, maker)


def jrnl_of(*records: object) -> Reader:
    return lambda maker: read_each(records, partial(jrnl.read, maker))


async def texts(store: LogStore) -> list[str]:
    return [entry.text for entry in await store.fetch_logs("U1", BEGINNING, END)]


def of_first_version(moment: str, words: str, tz: str | None) -> Entry:
    """As version 0.1.0 imported it."""
    timestamp = parse_timestamp(moment)
    return Entry(
        user_id="U1",
        timestamp=timestamp,
        text=words,
        log_id=uuid5(NAMESPACE, f"import:{format_timestamp(timestamp)}:{words}"),
        source=Source.TERMINAL,
        tz=tz,
    )


@pytest.mark.parametrize(("content", "count"), [(TEXT, 3), (REPEAT, 7)])
@pytest.mark.parametrize("zone", [BERLIN, TOKYO, NEW_YORK])
async def test_the_same_file_again_adds_nothing_in_any_zone(
    store: LogStore, content: str, count: int, zone: ZoneInfo
) -> None:
    assert await imported(store, text(content)) == count
    before = await store.fetch_logs("U1", BEGINNING, END)
    assert await imported(store, text(content), zone) == 0
    assert await store.fetch_logs("U1", BEGINNING, END) == before


async def test_what_was_deleted_is_not_brought_back_in_any_zone(store: LogStore) -> None:
    await imported(store, text(TEXT))
    for entry in await store.fetch_logs("U1", BEGINNING, END):
        await store.delete_log("U1", entry.timestamp, entry.log_id)
    assert await imported(store, text(TEXT)) == 0
    assert await imported(store, text(TEXT), TOKYO) == 0
    assert await texts(store) == []


async def test_an_edited_entry_stays_as_it_was_edited(store: LogStore) -> None:
    await imported(store, text(TEXT))
    entry = (await store.fetch_logs("U1", BEGINNING, END))[0]
    await store.write_log(replace(entry, text="edited", revision="1763812800.000100"))
    assert await imported(store, text(TEXT), TOKYO) == 0
    assert (await texts(store))[0] == "edited"


@pytest.mark.parametrize("zone", [BERLIN, TOKYO])
async def test_a_file_that_the_first_version_imported_adds_nothing(
    store: LogStore, zone: ZoneInfo
) -> None:
    await store.write_logs(
        [
            of_first_version("2026-11-20T13:05Z", "fixed it", "Europe/Berlin"),
            of_first_version("2026-11-21T08:00Z", "größer", "Europe/Berlin"),
        ]
    )
    assert await imported(store, text(TEXT.replace("- 09:00 größer\n", "", 1)), zone) == 0


async def test_what_repeats_and_the_first_version_dropped_is_added_once(store: LogStore) -> None:
    await store.write_log(of_first_version("2026-11-20T11:00Z", "standup", "Europe/Berlin"))
    assert await imported(store, text("# 2026-11-20\n- standup\n- standup\n")) == 1
    assert await imported(store, text("# 2026-11-20\n- standup\n- standup\n")) == 0


async def test_what_the_first_version_imported_and_was_deleted_stays_so(store: LogStore) -> None:
    entry = of_first_version("2026-11-20T13:05Z", "fixed it", "Europe/Berlin")
    await store.write_log(entry)
    await store.delete_log("U1", entry.timestamp, entry.log_id)
    assert await imported(store, text("2026-11-20 14:05 fixed it")) == 0


@pytest.mark.parametrize(
    ("written", "record", "before"),
    [
        ("[2026-11-20 14:05] Fixed it.\nAt last.", {"title": "Fixed it.", "body": "At last."},
         "Fixed it.\nAt last."),
        ("[2026-11-20 02:05:33 PM] Met @ada *",
         {"title": "Met @ada", "tags": ["@ada"], "starred": True}, "Met @ada"),
    ],
)  # fmt: skip
async def test_json_and_text_of_one_journal_of_jrnl_are_imported_once(
    store: LogStore, written: str, record: dict[str, object], before: str
) -> None:
    from_json = jrnl_of({"date": "2026-11-20", "time": "14:05"} | record)
    assert await imported(store, from_json) == 1
    assert await imported(store, text(written), TOKYO) == 0
    assert await imported(store, from_json, NEW_YORK) == 0


async def test_a_journal_of_jrnl_that_the_first_version_imported_adds_nothing(
    store: LogStore,
) -> None:
    await store.write_logs(
        [
            of_first_version("2026-11-20T13:05Z", "Met @ada", "Europe/Berlin"),
            of_first_version("2026-11-20T14:05Z", "Starred *", "Europe/Berlin"),
        ]
    )
    from_json = jrnl_of({"date": "2026-11-20", "time": "14:05", "title": "Met @ada",
                         "tags": ["@ada"], "starred": True})  # fmt: skip
    assert await imported(store, from_json) == 0
    assert await imported(store, text("[2026-11-20 15:05] Starred *")) == 0


async def test_the_same_words_at_the_same_moment_are_the_same_in_any_format(
    store: LogStore,
) -> None:
    line = '{"timestamp": "2026-11-20T13:05Z", "text": "fixed it", "tz": "Europe/Berlin"}'
    ways: list[Reader] = [
        text("2026-11-20 14:05 fixed it"),
        json_lines(line),
        jrnl_of({"date": "2026-11-20", "time": "14:05", "title": "fixed it"}),
        text("2026-11-20T13:05Z fixed it"),
        text("# 2026-11-20\n- 14:05 fixed it"),
    ]
    for first in ways:
        for entry in await store.fetch_logs("U2", BEGINNING, END):
            await store.delete_log("U2", entry.timestamp, entry.log_id)
        assert await imported(store, first) == (1 if first is ways[0] else 0)
    assert await imported(store, json_lines(line, line)) == 1  # the second of the same


@pytest.mark.parametrize("first", [0, 1])
async def test_the_same_words_as_json_lines_and_as_text_are_imported_once(
    store: LogStore, first: int
) -> None:
    line = '{"timestamp": "2026-11-20T13:05Z", "text": "fixed it", "tz": "Europe/Berlin"}'
    ways: list[Reader] = [text("2026-11-20 14:05 fixed it"), json_lines(line)]
    assert await imported(store, ways[first]) == 1
    assert await imported(store, ways[1 - first]) == 0


async def test_an_import_that_was_interrupted_is_completed_by_the_same_again(
    store: LogStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("companion.usecases.import_entries.PAGE", 100)
    lines = [f"2026-11-20 {n // 60:02}:{n % 60:02} entry {n}" for n in range(130)]

    class Broken:
        def __init__(self, inner: LogStore) -> None:
            self._inner, self._pages = inner, 0

        def __getattr__(self, name: str) -> object:
            return getattr(self._inner, name)

        async def write_logs(self, entries: list[Entry]) -> int:
            self._pages += 1
            if self._pages > 1:
                raise StoreError("The store", "it is full.")
            return await self._inner.write_logs(entries)

    with pytest.raises(StoreError):
        await imported(Broken(store), text("\n".join(lines)))  # type: ignore[arg-type]
    assert len(await texts(store)) == 100
    assert await imported(store, text("\n".join(lines))) == 30
    assert await texts(store) == [f"entry {n}" for n in range(130)]


def test_a_file_is_described_and_its_problems_are_named() -> None:
    maker = EntryMaker(user_id="U1", zone=BERLIN)
    named: list[Unreadable] = []
    work = Import(maker=maker, read=lambda: read_text([*TEXT.split("\n"), "2026-11-22 x"], maker))
    checked = work.check(named.append, ignore)
    assert checked == Checked(
        3, 1, datetime(2026, 11, 20, 13, 5, tzinfo=UTC), datetime(2026, 11, 21, 8, tzinfo=UTC)
    )
    assert [each.number for each in named] == [7]


async def test_a_long_file_is_imported_in_memory_that_does_not_grow(tmp_path: Path) -> None:
    many, limit = 8_000, 6_000_000  # all of them at once take 8 MB

    def lines() -> Iterator[str]:
        start = datetime(2020, 1, 1)
        for n in range(many):
            yield f"{start + timedelta(minutes=7 * n):%Y-%m-%d %H:%M} entry {n} {'x' * 100}"

    async with SqliteLogStore.open(tmp_path / "memory.db") as store:
        tracemalloc.start()
        try:
            assert await imported(store, lambda maker: read_text(lines(), maker)) == many
            _, most = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
    assert most < limit


def test_counting_the_same_needs_no_memory_for_what_is_there_once() -> None:
    maker = EntryMaker(user_id="U1", zone=BERLIN)
    lines = [f"2026-11-20 14:05 entry {n}" for n in range(5_000)] + ["2026-11-20 14:05 entry 7"]
    ids: set[UUID] = set()
    for _ in range(2):
        ids = {each.entry.log_id for each in read_text(lines, maker)
               if not isinstance(each, Unreadable)}  # fmt: skip
        maker.occurrences.rewind()
    assert len(ids) == 5_001
    assert len(maker.occurrences._repeated) < 10

"""The index of words in the SQLite file: what it keeps, what it forgets, and how it comes to be."""

import asyncio
import random
import sqlite3
from collections.abc import Iterable, Sequence
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import chain
from pathlib import Path
from uuid import uuid5

import pytest

from companion.adapters.sqlite import SqliteLogStore
from companion.adapters.sqlite.index import MAX_PEOPLE, SCHEMA, TAGS_AGAIN
from companion.adapters.sqlite.migrations import MIGRATIONS
from companion.domain.calendar import BEGINNING, END
from companion.domain.entry import NAMESPACE, Entry, Source
from companion.domain.search import parse_query

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "companion.db"


def entry(number: int, text: str, user_id: str = "U1") -> Entry:
    return Entry(
        user_id=user_id,
        timestamp=NOON + number * SECOND,
        text=text,
        log_id=uuid5(NAMESPACE, f"{number}"),
        source=Source.TERMINAL,
    )


async def search(store: SqliteLogStore, typed: str, user_id: str = "U1") -> list[str]:
    found = store.search_logs(user_id, parse_query(typed), BEGINNING, END)
    return [entry.text async for entry in found]


async def write(path: Path, entries: Sequence[Entry]) -> None:
    """Store them and read their words into the index."""
    async with SqliteLogStore.open(path) as store:
        await store.write_logs(entries)
        await search(store, "anything")


def left(path: Path, words: Iterable[str]) -> set[str]:
    """Which of these words, or of what they begin with, are in the bytes of the file or its log."""
    content = b"".join(file.read_bytes() for file in path.parent.glob(f"{path.name}*")).lower()
    return {word for word in words if word.encode() in content}


def words_of(count: int) -> list[str]:
    rng = random.Random(7)
    return ["".join(rng.choices("bcdfghjklmnpqrstvwxz", k=12)) for _ in range(count)]


async def test_a_deletion_leaves_no_word_in_the_file(path: Path) -> None:
    words = words_of(3000)
    await write(path, [entry(number, f"About {word}!") for number, word in enumerate(words)])
    gone = words[100:1900:100]
    assert left(path, words) == set(words)
    async with SqliteLogStore.open(path) as store:
        for word in gone:
            number = words.index(word)
            assert await store.delete_log(
                "U1", NOON + number * SECOND, uuid5(NAMESPACE, f"{number}")
            )
    assert left(path, words) == set(words) - set(gone)


async def test_an_edit_leaves_no_old_word_in_the_file(path: Path) -> None:
    old, new = words_of(2)
    await write(path, [entry(0, old)])
    async with SqliteLogStore.open(path) as store:
        await store.write_log(replace(entry(0, new), revision="1"))
        assert await search(store, new) == [new]
    assert left(path, [old, new]) == {new}


async def test_what_a_daemon_deletes_is_gone_while_it_runs_on(path: Path) -> None:
    (word,) = words_of(1)
    await write(path, [entry(number, f"{word} {number}") for number in range(3)])
    async with SqliteLogStore.open(path, idle_s=0) as store:
        for number in range(3):
            await store.delete_log("U1", NOON + number * SECOND, uuid5(NAMESPACE, f"{number}"))
        async with asyncio.timeout(60):
            while left(path, [word]):  # noqa: ASYNC110 -- it happens in the store's thread
                await asyncio.sleep(0)


async def test_a_process_that_was_killed_leaves_the_rest_to_the_next(path: Path) -> None:
    (word,) = words_of(1)
    await write(path, [entry(0, word)])
    with closing(sqlite3.connect(path, isolation_level=None)) as killed:
        killed.execute("PRAGMA secure_delete = ON")
        killed.execute("UPDATE entries SET text = '', deleted = 1")
        assert left(path, [word])
    async with SqliteLogStore.open(path):
        pass
    assert not left(path, [word])


async def test_erasing_leaves_nothing_of_a_person_in_the_index(path: Path) -> None:
    word, other = words_of(2)
    await write(path, [entry(0, word), entry(1, other, "U2")])
    async with SqliteLogStore.open(path) as store:
        await store.erase_user("U1")
        assert left(path, [word, other, "u1"]) == {other}
        assert await search(store, other, "U2") == [other]


async def test_a_file_from_before_the_index_is_searched(path: Path) -> None:
    async with SqliteLogStore.open(path) as store:
        await store.write_logs([entry(number, f"old {number}") for number in range(2500)])
        await store.delete_log("U1", NOON, uuid5(NAMESPACE, "0"))
    _without_index(path)
    async with SqliteLogStore.open(path) as store:
        assert len(await search(store, "old")) == 2499
        assert await search(store, "2499") == ["old 2499"]


async def test_tags_that_an_earlier_version_read_in_part_are_read_again(path: Path) -> None:
    await write(path, [entry(0, "#தமிழ் x"), entry(1, "#deploy y"), entry(2, "größe z")])
    version = MIGRATIONS.index(TAGS_AGAIN)
    with closing(sqlite3.connect(path, isolation_level=None)) as older:
        older.execute("UPDATE search SET words = 'தமிழ் x #தம' WHERE words LIKE '%#தமிழ்'")
        older.execute(f"PRAGMA user_version = {version}")
    async with SqliteLogStore.open(path) as store:
        rows = await store._run("SELECT count(*) FROM search_pending")
        assert rows[0][0] == 1
        assert await search(store, "tag:தமிழ்") == ["#தமிழ் x"]
        assert await search(store, "tag:தம") == []
        assert await search(store, "tag:deploy") == ["#deploy y"]


def _without_index(path: Path) -> None:
    """Make the file one of the version before the index."""
    older, version = path.with_suffix(".older"), MIGRATIONS.index(SCHEMA)
    with closing(sqlite3.connect(older, isolation_level=None)) as file:
        for statement in chain.from_iterable(MIGRATIONS[:version]):
            file.execute(statement)
        file.execute(f"PRAGMA user_version = {version}")
        columns = ", ".join(row[1] for row in file.execute("PRAGMA table_info(entries)"))
        file.execute("ATTACH ? AS newer", (str(path),))
        file.execute(f"INSERT INTO entries ({columns}) SELECT {columns} FROM newer.entries")
    older.replace(path)


async def test_what_another_program_writes_into_the_file_is_found(path: Path) -> None:
    await write(path, [entry(0, "before")])
    with closing(sqlite3.connect(path, isolation_level=None)) as another:
        another.execute("UPDATE entries SET text = 'after'")
        another.execute(
            "INSERT INTO entries (user_id, timestamp, log_id, text, source, revision)"
            " VALUES ('U1', '2026-11-22T13:00:00.000000+00:00',"
            " '8d1e6c1a-5f0b-4f2e-9a5c-3d6b7c0e2f41', 'beside', 'terminal', '')"
        )
    async with SqliteLogStore.open(path) as store:
        assert await search(store, "before") == []
        assert await search(store, "after") == ["after"]
        assert await search(store, "beside") == ["beside"]


async def test_more_people_than_the_index_has_room_for_find_their_entries(path: Path) -> None:
    people = [f"U{number:02}" for number in range(MAX_PEOPLE + 2)]
    await write(path, [entry(0, f"said by {user_id}", user_id) for user_id in people])
    async with SqliteLogStore.open(path) as store:
        for user_id in people:
            assert await search(store, "said", user_id) == [f"said by {user_id}"]


async def test_where_nothing_can_be_written_a_search_still_finds(path: Path) -> None:
    async with SqliteLogStore.open(path, busy_timeout_s=0) as store:
        await store.write_log(entry(0, "not in the index yet"))
        with closing(sqlite3.connect(path, isolation_level=None)) as another:
            another.execute("BEGIN IMMEDIATE")
            assert await search(store, "index") == ["not in the index yet"]
        assert await search(store, "index") == ["not in the index yet"]


async def test_an_entry_deleted_while_the_index_is_filled_is_not_found(path: Path) -> None:
    async with SqliteLogStore.open(path) as one, SqliteLogStore.open(path) as other:
        entries = [entry(number, f"word {number}") for number in range(2500)]
        await one.write_logs(entries)
        searching = asyncio.create_task(search(one, "word"))
        for each in entries[::50]:
            await other.delete_log("U1", each.timestamp, each.log_id)
        await searching
        assert await search(one, "word") == [
            each.text for each in reversed(entries) if each not in entries[::50]
        ]


async def test_the_file_stays_whole(path: Path) -> None:
    async with SqliteLogStore.open(path) as store:
        await store.write_logs([entry(number, f"word{number}") for number in range(50)])
        await search(store, "word")
        await store.delete_log("U1", NOON, uuid5(NAMESPACE, "0"))
        await store.erase_user("U1")
    with closing(sqlite3.connect(path, isolation_level=None)) as file:
        file.execute("INSERT INTO search (search) VALUES ('integrity-check')")
        assert file.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        for table in ("search", "search_people", "search_pending", "search_removed"):
            assert file.execute(f"SELECT count(*) FROM {table}").fetchone() == (0,), table

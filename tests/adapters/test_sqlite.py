"""What only a file can do wrong."""

import asyncio
import multiprocessing
import os
import sqlite3
import sys
import tempfile
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from multiprocessing.connection import Connection
from pathlib import Path

import pytest

from companion.adapters.sqlite import SqliteLogStore
from companion.adapters.sqlite.file import OpenFile, connected
from companion.adapters.sqlite.migrations import MIGRATIONS
from companion.adapters.sqlite.statements import PAGE
from companion.domain.entry import Entry, Source, command_log_id
from companion.domain.jobs.planning import Plan
from companion.errors import StoreError

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


def entry(text: str = "fixing the parser", *, name: str = "first") -> Entry:
    return Entry(
        user_id="U1",
        timestamp=NOON,
        text=text,
        log_id=command_log_id(name),
        source=Source.COMMAND,
    )


async def texts(path: Path) -> list[str]:
    async with SqliteLogStore.open(path) as store:
        return [entry.text for entry in await store.fetch_logs("U1", NOON, NOON + HOUR)]


def mode(file: Path) -> int:
    return file.stat().st_mode & 0o777


def content(file: Path) -> bytes:
    return file.read_bytes()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "companion.db"


@pytest.fixture
def diary(path: Path) -> Path:
    path.write_text("Dear diary, " * 100)
    return path


@pytest.fixture
def open_folder(tmp_path: Path) -> Path:
    tmp_path.chmod(0o755)
    return tmp_path


async def test_what_is_written_is_there_after_a_restart(path: Path) -> None:
    async with SqliteLogStore.open(path) as store:
        await store.write_log(entry())
    assert await texts(path) == ["fixing the parser"]


async def test_the_file_its_company_and_its_folder_are_the_owners_alone(tmp_path: Path) -> None:
    path = tmp_path / "new" / "companion.db"
    async with SqliteLogStore.open(path) as store:
        await store.write_log(entry())
        files = {file.name: mode(file) for file in path.parent.iterdir()}
    assert files == {
        "companion.db": 0o600,
        "companion.db-wal": 0o600,
        "companion.db-shm": 0o600,
    }
    assert mode(path.parent) == 0o700


async def test_a_folder_that_is_there_keeps_its_permissions(open_folder: Path) -> None:
    async with SqliteLogStore.open(open_folder / "companion.db"):
        assert mode(open_folder) == 0o755


async def test_closing_leaves_one_file(path: Path) -> None:
    async with SqliteLogStore.open(path) as store:
        await store.write_log(entry())
    assert [file.name for file in path.parent.iterdir()] == ["companion.db"]


async def test_a_commit_reaches_the_disk_before_it_is_confirmed(path: Path) -> None:
    async with SqliteLogStore.open(path) as store:
        for pragma, value in (("journal_mode", "wal"), ("synchronous", 2), ("fullfsync", 1)):
            assert (await store._run(f"PRAGMA {pragma}"))[0][0] == value


async def test_a_range_of_entries_is_found_by_the_primary_key(path: Path) -> None:
    async with SqliteLogStore.open(path) as store:
        plan = await store._run(
            "EXPLAIN QUERY PLAN SELECT * FROM entries"
            " WHERE user_id = ? AND timestamp >= ? AND timestamp < ? AND NOT deleted"
            " ORDER BY timestamp",
            "U1",
            "a",
            "b",
        )
    assert [step["detail"] for step in plan] == [
        "SEARCH entries USING INDEX sqlite_autoindex_entries_1"
        " (user_id=? AND timestamp>? AND timestamp<?)"
    ]


async def test_a_deleted_text_is_nowhere_in_the_file(path: Path) -> None:
    async with SqliteLogStore.open(path) as store:
        await store.write_log(entry("hunter2"))
    assert b"hunter2" in content(path)
    async with SqliteLogStore.open(path) as store:
        await store.delete_log("U1", NOON, command_log_id("first"))
    assert b"hunter2" not in content(path)


async def test_reading_does_not_wait_for_another_process_that_writes(path: Path) -> None:
    async with SqliteLogStore.open(path) as store:
        await store.write_log(entry())
    with closing(sqlite3.connect(path, isolation_level=None)) as another:
        another.execute("BEGIN IMMEDIATE")
        async with SqliteLogStore.open(path, busy_timeout_s=0) as store:
            read = await store.fetch_logs("U1", NOON, NOON + HOUR)
    assert [entry.text for entry in read] == ["fixing the parser"]


async def test_a_file_of_a_newer_version_is_refused_and_left_as_it_was(path: Path) -> None:
    async with SqliteLogStore.open(path) as store:
        await store.write_log(entry())
        await store._run(f"PRAGMA user_version = {len(MIGRATIONS) + 1}")
    before = content(path)
    with pytest.raises(StoreError, match="Upgrade Companion Memory"):
        await texts(path)
    assert content(path) == before


async def test_a_migration_that_fails_leaves_nothing_of_itself(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with SqliteLogStore.open(path) as store:
        await store.write_log(entry())
    broken = (*MIGRATIONS, ("CREATE TABLE half (x TEXT)", "CREATE TABLE entries (x TEXT)"))
    with monkeypatch.context() as patch:
        patch.setattr("companion.adapters.sqlite.file.MIGRATIONS", broken)
        with pytest.raises(StoreError, match="already exists"):
            await texts(path)
    assert await texts(path) == ["fixing the parser"]
    with closing(sqlite3.connect(path)) as file:
        assert file.execute("SELECT 1 FROM sqlite_schema WHERE name = 'half'").fetchall() == []


async def test_a_file_of_an_older_version_is_brought_up_with_its_entries(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with SqliteLogStore.open(path) as store:
        await store.write_log(entry())
    newer = (*MIGRATIONS, ("ALTER TABLE entries ADD COLUMN mood TEXT",))
    monkeypatch.setattr("companion.adapters.sqlite.file.MIGRATIONS", newer)
    assert await texts(path) == ["fixing the parser"]
    async with SqliteLogStore.open(path) as store:
        assert (await store._run("SELECT mood FROM entries"))[0]["mood"] is None
        assert await store.write_log(entry("another", name="second")) is True


async def test_another_programs_database_is_refused_and_left_as_it_was(path: Path) -> None:
    with closing(sqlite3.connect(path)) as other:
        other.execute("CREATE TABLE bookmarks (url TEXT)")
    before = content(path)
    with pytest.raises(StoreError, match="another program's database"):
        await texts(path)
    assert content(path) == before


async def test_a_file_that_is_not_a_database_is_refused_and_left_as_it_was(diary: Path) -> None:
    before = content(diary)
    with pytest.raises(StoreError, match="not an SQLite database"):
        await texts(diary)
    assert content(diary) == before


async def test_a_folder_in_the_place_of_the_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="cannot be opened"):
        await texts(tmp_path)


async def test_a_folder_that_cannot_be_made_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StoreError, match="cannot be made"):
        await texts(tmp_path / "file" / "companion.db")


async def test_a_read_only_file_is_an_error_that_says_what_to_do(path: Path) -> None:
    async with SqliteLogStore.open(path) as store:
        await store.write_log(entry())
        await store._run("PRAGMA query_only = ON")  # file modes do not bind root
        with pytest.raises(StoreError, match=r"read-only.*permission"):
            await store.write_log(entry("another", name="second"))
    assert await texts(path) == ["fixing the parser"]


async def test_a_full_disk_is_an_error_and_nothing_is_lost(path: Path) -> None:
    async with SqliteLogStore.open(path) as store:
        await store.write_log(entry())
        (pages,) = (await store._run("PRAGMA page_count"))[0]
        await store._run(f"PRAGMA max_page_count = {pages}")
        with pytest.raises(StoreError, match="disk is full"):
            await store.write_log(entry("x" * 250_000, name="second"))
        await store._run("PRAGMA max_page_count = 1000000")
        assert await store.write_log(entry("another", name="second")) is True
    assert await texts(path) == ["fixing the parser", "another"]


async def test_a_file_that_stays_locked_is_an_error_and_then_works_again(path: Path) -> None:
    async with SqliteLogStore.open(path, busy_timeout_s=0) as store:
        with closing(sqlite3.connect(path, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            with pytest.raises(StoreError, match="locked"):
                await store.write_log(entry())
            assert await store.fetch_logs("U1", NOON, NOON + HOUR) == []
        assert await store.write_log(entry()) is True


async def test_a_closed_store_is_an_error(path: Path) -> None:
    async with SqliteLogStore.open(path) as store:
        pass
    with pytest.raises(StoreError):
        await store.write_log(entry())


async def test_an_error_never_holds_the_text(path: Path) -> None:
    async with SqliteLogStore.open(path) as store:
        await store._run("DROP TABLE entries")
        with pytest.raises(StoreError) as caught:
            await store.write_log(entry("hunter2"))
    assert "hunter2" not in str(caught.value)


async def test_a_job_that_cannot_be_read_is_an_error(path: Path) -> None:
    async with SqliteLogStore.open(path) as store:
        await store._run(
            "INSERT INTO jobs (user_id, job_id, job_definition, state, attempts)"
            " VALUES ('U1', '2026-11-22/dance', '{\"kind\": \"dance\"}', 'planned', 0)"
        )
        with pytest.raises(StoreError, match="upgrade"):
            await store.fetch_jobs("U1", NOON.date(), NOON.date() + timedelta(days=1))


async def test_a_plan_that_version_0_1_0_stored_is_read_and_written_alike(path: Path) -> None:
    columns = "user_id, job_id, job_definition, state, attempts, outcome, reason, finished_at"
    row = (
        "U1",
        "2026-11-22/plan@Asia/Tokyo",
        '{"kind": "plan", "day": "2026-11-22", "due": "2026-11-22T12:00:00.000000+00:00",'
        ' "tz": "Asia/Tokyo", "moments": ["2026-11-22T13:00:00.000000+00:00"]}',
        "done",
        0,
        "sent",
        "1 prompt",
        "2026-11-22T12:00:00.000000+00:00",
    )
    span = NOON.date(), NOON.date() + timedelta(days=1)
    async with SqliteLogStore.open(path) as store:
        await store._run(f"INSERT INTO jobs ({columns}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)", *row)
        (plan,) = await store.fetch_plans("U1", *span)
        assert plan == Plan(
            user_id="U1",
            plan_id="2026-11-22/plan@Asia/Tokyo",
            day=NOON.date(),
            made_at=NOON,
            tz="Asia/Tokyo",
            moments=(NOON + timedelta(hours=1),),
            reason="1 prompt",
        )
        assert await store.fetch_jobs("U1", *span) == []
        await store._run("DELETE FROM jobs")
        await store.save_plan(plan)
        assert [tuple(found) for found in await store._run(f"SELECT {columns} FROM jobs")] == [row]


async def test_a_cancelled_write_is_done_or_not_and_the_store_goes_on(path: Path) -> None:
    async with SqliteLogStore.open(path) as store:
        for n in range(20):
            writing = asyncio.create_task(store.write_log(entry(str(n), name=str(n))))
            for _ in range(n):
                await asyncio.sleep(0)
            writing.cancel()
            await asyncio.gather(writing, return_exceptions=True)
            assert not store._connection._opened.database.in_transaction
        assert await store.write_log(entry("after", name="after")) is True
    assert "after" in await texts(path)


async def test_a_cancelled_opening_is_cancelled_and_leaves_no_connection_open(path: Path) -> None:
    """An open one would be a ResourceWarning, which is an error here."""
    cancelled = 0
    for steps in range(6):
        opening = asyncio.create_task(connected(path, 2.0))
        for _ in range(steps):
            await asyncio.sleep(0)
        opening.cancel()
        (outcome,) = await asyncio.gather(opening, return_exceptions=True)
        if isinstance(outcome, asyncio.CancelledError):
            cancelled += 1
        else:  # it was ready before
            assert isinstance(outcome, OpenFile)
            await outcome.close()
    assert cancelled
    assert await texts(path) == []


def write_ten(path: Path, process: int) -> None:
    async def write() -> None:
        async with SqliteLogStore.open(path, busy_timeout_s=30) as store:
            for n in range(10):
                assert await store.write_log(entry(f"{process}.{n}", name=f"{process}.{n}"))

    asyncio.run(write())


async def test_processes_that_start_and_write_at_once_lose_nothing(path: Path) -> None:
    """The file is new, and all of their entries want the same key."""
    context = multiprocessing.get_context("spawn")
    writers = [context.Process(target=write_ten, args=(path, n)) for n in range(3)]
    for writer in writers:
        writer.start()
    for writer in writers:
        await asyncio.to_thread(writer.join)
    assert [writer.exitcode for writer in writers] == [0, 0, 0]
    assert sorted(await texts(path)) == sorted(f"{p}.{n}" for p in range(3) for n in range(10))


def write_on_a_full_disk(path: Path, said: Connection) -> None:
    """The system itself refuses to let the file and its log grow; later it lets them."""
    import resource
    import signal

    async def write() -> None:
        async with SqliteLogStore.open(path) as store:
            await store.write_log(entry())
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            _, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
            largest = max(file.stat().st_size for file in path.parent.iterdir())
            resource.setrlimit(resource.RLIMIT_FSIZE, (largest, hard))
            try:
                await store.write_log(entry("x" * 250_000, name="second"))
                said.send("stored")
            except StoreError as error:
                said.send(str(error))
            said.send([e.text for e in await store.fetch_logs("U1", NOON, NOON + HOUR)])
            resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))
            await store.write_log(entry("another", name="second"))

    asyncio.run(write())


@pytest.mark.skipif(sys.platform == "win32", reason="has no limits of this kind")
async def test_a_disk_that_the_system_calls_full_is_an_error_and_nothing_is_lost(
    path: Path,
) -> None:
    here, there = multiprocessing.Pipe()
    writer = multiprocessing.get_context("spawn").Process(
        target=write_on_a_full_disk, args=(path, there)
    )
    writer.start()
    there.close()  # so that its death would be noticed
    await asyncio.to_thread(writer.join)
    problem, kept = here.recv(), here.recv()
    here.close()
    assert writer.exitcode == 0
    assert "disk" in problem
    assert kept == ["fixing the parser"]
    assert await texts(path) == ["fixing the parser", "another"]


def write_as_somebody_else(path: Path, said: Connection) -> None:
    """As one who may read the file and its folder, and no more."""

    async def write() -> None:
        try:
            async with SqliteLogStore.open(path) as store:
                await store.write_log(entry("another", name="second"))
            said.send("stored")
        except StoreError as error:
            said.send(str(error))

    asyncio.run(asyncio.to_thread(int))  # Python's own modules may be closed to nobody, too
    if os.geteuid() == 0:  # file modes do not bind root
        os.setgid(65534)
        os.setuid(65534)
    asyncio.run(write())


@pytest.mark.skipif(sys.platform == "win32", reason="has no modes of this kind")
@pytest.mark.parametrize(("folder_mode", "file_mode"), [(0o555, 0o444), (0o777, 0o444)])
async def test_a_file_without_write_permission_is_refused_with_what_to_do_and_left_as_it_was(
    folder_mode: int, file_mode: int
) -> None:
    # Not in pytest's own folder, which is closed to everybody else.
    with tempfile.TemporaryDirectory() as name:
        path = Path(name) / "companion.db"
        async with SqliteLogStore.open(path) as store:
            await store.write_log(entry())
        before = content(path)
        set_modes({path: file_mode, path.parent: folder_mode})
        here, there = multiprocessing.Pipe()
        writer = multiprocessing.get_context("spawn").Process(
            target=write_as_somebody_else, args=(path, there)
        )
        writer.start()
        there.close()  # so that its death would be noticed
        await asyncio.to_thread(writer.join)
        problem = here.recv()
        here.close()
        set_modes({path.parent: 0o700, path: 0o600})
        assert writer.exitcode == 0
        assert "read-only" in problem
        assert "COMPANION_DB" in problem
        assert content(path) == before


def set_modes(modes: dict[Path, int]) -> None:
    for file, mode in modes.items():
        file.chmod(mode)


async def test_erasing_says_when_another_reader_keeps_the_bytes_and_a_second_time_does_it(
    path: Path,
) -> None:
    async with SqliteLogStore.open(path, busy_timeout_s=0.05) as store:
        await store.write_log(entry("a very secret thought"))
        with closing(sqlite3.connect(path, isolation_level=None)) as reader:
            reader.execute("BEGIN")
            reader.execute("SELECT * FROM entries").fetchall()
            with pytest.raises(StoreError, match="another process"):
                await store.erase_user("U1")
        await store.erase_user("U1")
        files = path.parent.glob(f"{path.name}*")
        assert not any(b"very secret" in content(file) for file in files)


async def test_more_than_one_statement_takes_is_written_read_and_erased(path: Path) -> None:
    many = [
        replace(entry(str(n), name=str(n)), timestamp=NOON + n * timedelta(seconds=1))
        for n in range(2 * PAGE + 1)
    ]
    async with SqliteLogStore.open(path) as store:
        assert await store.write_logs(many) == len(many)
        assert await store.write_logs(many) == 0
        assert await store.fetch_logs("U1", NOON, NOON + HOUR) == many
        assert (await store.erase_user("U1")).entries == len(many)


async def test_another_process_can_write_between_the_pages_of_a_reader(path: Path) -> None:
    async with SqliteLogStore.open(path) as store, SqliteLogStore.open(path) as other:
        await store.write_logs(
            [replace(entry(str(n), name=str(n)), timestamp=NOON + n * HOUR) for n in range(PAGE)]
        )
        reading = store.read_logs("U1", NOON, NOON + 2 * PAGE * HOUR)
        await anext(reading)
        late = replace(entry("late", name="late"), timestamp=NOON + PAGE * HOUR)
        assert await other.write_log(late) is True
        assert [each.text async for each in reading][-1] == "late"

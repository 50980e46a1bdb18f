# ruff: noqa: ASYNC221, ASYNC240 -- files of a few bytes
"""The file under an open store: copied, deleted, moved, replaced."""

import asyncio
import shutil
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from companion.adapters.sqlite import SqliteLogStore
from companion.domain.entry import Entry, Source, command_log_id
from companion.errors import StoreError

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
NEVER_S = 3600.0
LOOK = """
import sqlite3, sys
file = sqlite3.connect(sys.argv[1])
file.execute("SELECT 1 FROM entries")
file.close()
"""


def entry(text: str) -> Entry:
    return Entry(
        user_id="U1",
        timestamp=NOON,
        text=text,
        log_id=command_log_id(text),
        source=Source.COMMAND,
    )


async def texts_in(store: SqliteLogStore) -> list[str]:
    return [entry.text for entry in await store.fetch_logs("U1", NOON, NOON + HOUR)]


async def texts(path: Path) -> list[str]:
    async with SqliteLogStore.open(path) as store:
        return await texts_in(store)


def plain_copy(path: Path) -> Path:
    """The one file, as another program copies it: to read it here would end SQLite's locks."""
    copy = path.with_name("copy.db")
    subprocess.run(["cp", path, copy], check=True)
    return copy


async def settled(store: SqliteLogStore) -> None:
    """Until the store has nothing left to write back."""
    async with asyncio.timeout(60):
        while store._connection._checkpoint or store._connection._checkpointing:  # noqa: ASYNC110
            await asyncio.sleep(0)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "folder" / "memory.db"


async def test_a_plain_copy_of_the_file_has_every_entry_after_a_moment(path: Path) -> None:
    async with SqliteLogStore.open(path, idle_s=0) as store:
        for n in range(60):
            await store.write_log(entry(f"entry {n}"))
        await settled(store)
        assert await texts(plain_copy(path)) == [f"entry {n}" for n in range(60)]
        assert path.with_name("memory.db-wal").stat().st_size == 0


async def test_a_write_puts_off_what_is_to_be_done_in_a_moment_of_rest(path: Path) -> None:
    async with SqliteLogStore.open(path, idle_s=NEVER_S) as store:
        await store.write_log(entry("first"))
        first = store._connection._checkpoint
        await store.write_log(entry("second"))
        assert first is not None
        assert first.cancelled()


async def test_nothing_is_to_be_done_after_reading(path: Path) -> None:
    async with SqliteLogStore.open(path, idle_s=NEVER_S) as store:
        await texts_in(store)
        assert store._connection._checkpoint is None


async def test_what_a_command_wrote_beside_the_daemon_is_in_the_file_when_it_ends(
    path: Path,
) -> None:
    async with SqliteLogStore.open(path, idle_s=NEVER_S):
        async with SqliteLogStore.open(path, idle_s=NEVER_S) as command:
            await command.write_log(entry("from a terminal"))
        assert await texts(plain_copy(path)) == ["from a terminal"]


async def test_a_moment_of_rest_that_meets_a_lock_changes_nothing(path: Path) -> None:
    async with SqliteLogStore.open(path, idle_s=NEVER_S) as store:
        await store.write_log(entry("first"))
        async with SqliteLogStore.open(path) as reader:
            database = reader._connection._opened.database
            database.execute("BEGIN")
            database.execute("SELECT * FROM entries").fetchone()
            store._connection._start_checkpoint()
            await settled(store)
            assert await store.write_log(entry("second"))
            database.execute("COMMIT")
    assert await texts(path) == ["first", "second"]


def delete_file(path: Path) -> None:
    path.unlink()


def delete_all_three(path: Path) -> None:
    for file in path.parent.iterdir():
        file.unlink()


def delete_folder(path: Path) -> None:
    shutil.rmtree(path.parent)


DELETIONS = [delete_file, delete_all_three, delete_folder]


@pytest.mark.parametrize("delete", DELETIONS)
async def test_a_deleted_file_is_restored_with_all_that_was_stored(
    path: Path, delete: Callable[[Path], None], caplog: pytest.LogCaptureFixture
) -> None:
    async with SqliteLogStore.open(path, idle_s=NEVER_S) as store:
        await store.write_log(entry("before"))
        delete(path)
        assert await store.write_log(entry("after")) is True
        assert await store.write_log(entry("after")) is False
        assert await texts_in(store) == ["before", "after"]
        assert await texts(path) == ["before", "after"]
        assert path.stat().st_mode & 0o777 == 0o600
        assert sorted(file.name for file in path.parent.iterdir()) == [
            "memory.db",
            "memory.db-shm",
            "memory.db-wal",
        ]
        assert await store.write_log(entry("later")) is True
    assert await texts(path) == ["before", "after", "later"]
    assert caplog.messages == [f"store.restored path={path}"]


@pytest.mark.parametrize("delete", DELETIONS)
async def test_a_deleted_file_is_restored_also_when_its_store_is_closed(
    path: Path, delete: Callable[[Path], None]
) -> None:
    async with SqliteLogStore.open(path, idle_s=NEVER_S) as store:
        await store.write_log(entry("before"))
        delete(path)
    assert await texts(path) == ["before"]


async def test_a_file_that_is_deleted_while_it_is_written_is_restored_with_what_was_written(
    path: Path,
) -> None:
    async with SqliteLogStore.open(path, idle_s=NEVER_S) as store:
        await store.write_log(entry("before"))
        # SQLite calls this when the statement begins: we have looked at the path by then.
        store._connection._opened.database.set_trace_callback(
            lambda _: path.unlink(missing_ok=True)
        )
        assert await store.write_log(entry("meanwhile")) is True
        assert await texts(path) == ["before", "meanwhile"]


async def test_writes_at_once_restore_a_deleted_file_once(
    path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with SqliteLogStore.open(path, idle_s=NEVER_S) as store:
        path.unlink()
        names = [f"entry {n}" for n in range(20)]
        assert all(await asyncio.gather(*(store.write_log(entry(name)) for name in names)))
        assert sorted(await texts(path)) == sorted(names)
    assert len(caplog.messages) == 1


async def test_two_stores_of_one_process_both_go_on_after_a_deletion(path: Path) -> None:
    async with (
        SqliteLogStore.open(path, idle_s=NEVER_S) as webhook,
        SqliteLogStore.open(path, idle_s=NEVER_S) as daemon,
    ):
        await daemon.write_log(entry("before"))
        path.unlink()
        assert await webhook.write_log(entry("a command"))
        assert await daemon.write_log(entry("a reply"))
        assert await texts_in(webhook) == ["before", "a command", "a reply"]


async def test_two_stores_of_one_process_that_notice_a_deletion_at_once_lose_nothing(
    path: Path,
) -> None:
    async with (
        SqliteLogStore.open(path, idle_s=NEVER_S) as webhook,
        SqliteLogStore.open(path, idle_s=NEVER_S) as daemon,
    ):
        await daemon.write_log(entry("before"))
        once = iter([path.unlink])
        for store in (webhook, daemon):  # when it has looked at the path already
            store._connection._opened.database.set_trace_callback(
                lambda _: next(once, lambda: None)()
            )
        names = [f"entry {n}" for n in range(10)]
        await asyncio.gather(
            *(store.write_log(entry(name)) for name in names for store in (webhook, daemon))
        )
        assert sorted(await texts_in(webhook)) == sorted(await texts_in(daemon))
    assert sorted(await texts(path)) == sorted(["before", *names])


async def test_a_caller_that_stops_waiting_does_not_stop_the_restoring(path: Path) -> None:
    for steps in range(12):
        async with SqliteLogStore.open(path, idle_s=NEVER_S) as store:
            await store.write_log(entry("before"))
            path.unlink()
            writing = asyncio.create_task(store.write_log(entry(f"cancelled {steps}")))
            for _ in range(steps):
                await asyncio.sleep(0.001)
            writing.cancel()
            await asyncio.gather(writing, return_exceptions=True)
            assert await store.write_log(entry(f"after {steps}"))
        stored = await texts(path)
        assert stored[0] == "before"
        assert f"after {steps}" in stored


async def test_a_file_that_cannot_be_restored_is_an_error_until_it_can(path: Path) -> None:
    async with SqliteLogStore.open(path, idle_s=NEVER_S) as store:
        await store.write_log(entry("before"))
        delete_folder(path)
        path.parent.write_text("a file in the folder's place")
        with pytest.raises(StoreError, match="cannot be made"):
            await store.write_log(entry("after"))
        path.parent.unlink()
        assert await store.write_log(entry("after"))
    assert await texts(path) == ["before", "after"]


async def test_a_deleted_file_behind_a_link_is_restored_behind_it(tmp_path: Path) -> None:
    real, link = tmp_path / "real" / "memory.db", tmp_path / "link.db"
    real.parent.mkdir()
    link.symlink_to(real)
    async with SqliteLogStore.open(link, idle_s=NEVER_S) as store:
        await store.write_log(entry("before"))
        real.unlink()
        assert await store.write_log(entry("after"))
    assert link.is_symlink()
    assert await texts(real) == ["before", "after"]


def move_file(path: Path) -> None:
    path.rename(path.with_name("elsewhere.db"))


def move_folder(path: Path) -> None:
    path.parent.rename(path.parent.with_name("elsewhere"))


@pytest.mark.parametrize("move", [move_file, move_folder])
async def test_nothing_is_confirmed_into_a_file_that_was_moved(
    path: Path, move: Callable[[Path], None]
) -> None:
    async with SqliteLogStore.open(path, idle_s=NEVER_S) as store:
        await store.write_log(entry("before"))
        await store._run("PRAGMA wal_checkpoint(TRUNCATE)")
        move(path)
        with pytest.raises(StoreError, match=r"moved away .* Move it back .* COMPANION_DB"):
            await store.write_log(entry("after"))
        assert not path.exists()
    moved = path.with_name("elsewhere.db")
    if move is move_folder:
        moved = path.parent.with_name("elsewhere") / path.name
    assert await texts(moved) == ["before"]


async def test_a_file_that_is_moved_back_is_written_to_again(path: Path) -> None:
    elsewhere = path.with_name("elsewhere.db")
    async with SqliteLogStore.open(path, idle_s=NEVER_S) as store:
        path.rename(elsewhere)
        with pytest.raises(StoreError):
            await store.write_log(entry("refused"))
        elsewhere.rename(path)
        assert await store.write_log(entry("after"))
    assert await texts(path) == ["after"]


async def test_a_link_that_leads_elsewhere_now_is_reported(tmp_path: Path) -> None:
    link = tmp_path / "link.db"
    link.symlink_to(tmp_path / "first.db")
    async with SqliteLogStore.open(link, idle_s=NEVER_S) as store:
        link.unlink()
        with pytest.raises(StoreError, match="moved away"):
            await store.write_log(entry("refused"))
        (tmp_path / "second.db").touch()
        link.symlink_to(tmp_path / "second.db")
        with pytest.raises(StoreError, match="another file"):
            await store.write_log(entry("refused"))
        # Later it leads back.
        link.unlink()
        link.symlink_to(tmp_path / "first.db")
        assert await store.write_log(entry("after"))
    assert await texts(tmp_path / "first.db") == ["after"]


async def test_nothing_is_confirmed_where_another_file_took_the_place_and_nothing_is_lost(
    path: Path,
) -> None:
    async with SqliteLogStore.open(path.with_name("other.db")) as other:
        await other.write_log(entry("another file's"))
    async with SqliteLogStore.open(path, idle_s=NEVER_S) as store:
        await store.write_log(entry("before"))
        path.with_name("other.db").replace(path)
        for _ in range(2):
            with pytest.raises(StoreError, match=r"another file .* saved as .* restart") as caught:
                await store.write_log(entry("after"))
    (rescued,) = path.parent.glob("memory.rescued-*.db")
    assert rescued.name in str(caught.value)
    assert rescued.stat().st_mode & 0o777 == 0o600
    assert await texts(rescued) == ["before"]
    assert await texts(path) == ["another file's"]


async def test_a_file_that_comes_back_after_another_took_its_place_needs_a_restart(
    path: Path,
) -> None:
    """Its log was taken away, so that it is not played into the other file."""
    async with SqliteLogStore.open(path, idle_s=NEVER_S) as store:
        await store.write_log(entry("before"))
        await store._run("PRAGMA wal_checkpoint(TRUNCATE)")
        path.rename(path.with_name("old.db"))
        path.touch()
        with pytest.raises(StoreError, match="another file"):
            await store.write_log(entry("refused"))
        path.with_name("old.db").replace(path)
        with pytest.raises(StoreError, match="restart the daemon"):
            await store.write_log(entry("refused"))
    async with SqliteLogStore.open(path) as store:
        await store.write_log(entry("after"))
    assert await texts(path) == ["before", "after"]


async def test_a_file_that_was_replaced_is_saved_also_when_nothing_is_written(path: Path) -> None:
    async with SqliteLogStore.open(path, idle_s=NEVER_S) as store:
        await store.write_log(entry("before"))
        (path.parent / "other.db").touch()
        (path.parent / "other.db").replace(path)
    (rescued,) = path.parent.glob("memory.rescued-*.db")
    assert await texts(rescued) == ["before"]


async def test_locks_hold_while_one_of_two_stores_in_a_process_is_closed(path: Path) -> None:
    """A closed descriptor would end them: then a process that ends takes the -wal file with it."""
    async with SqliteLogStore.open(path, idle_s=NEVER_S) as daemon:
        await daemon.write_log(entry("first"))
        async with SqliteLogStore.open(path, idle_s=NEVER_S):
            pass
        subprocess.run([sys.executable, "-c", LOOK, path], check=True)
        assert path.with_name("memory.db-wal").exists()
        await daemon.write_log(entry("second"))
        assert await texts(path) == ["first", "second"]

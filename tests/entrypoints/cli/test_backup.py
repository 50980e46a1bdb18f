"""`companion backup`: a whole copy, at any time."""

import asyncio
from datetime import datetime
from pathlib import Path

import pytest

from companion.adapters.sqlite import SqliteLogStore
from tests.entrypoints.cli.conftest import USER, Keep, Run, Start, entry


async def texts(path: Path) -> list[str]:
    async with SqliteLogStore.open(path) as store:
        everything = (
            datetime.fromisoformat("2000-01-01T00:00Z"),
            datetime.fromisoformat("2100-01-01T00:00Z"),
        )
        return [entry.text for entry in await store.fetch_logs(USER, *everything)]


def test_the_copy_has_everything_and_only_its_owner_can_read_it(
    companion: Run, keep: Keep, tmp_path: Path
) -> None:
    keep(entry("2026-11-20T08:12Z", "reviewed the parser"))
    result = companion("backup", "copy.db")
    assert result.exit_code == 0
    assert "is copied to copy.db" in result.stderr
    copy = tmp_path / "copy.db"
    assert asyncio.run(texts(copy)) == ["reviewed the parser"]
    assert copy.stat().st_mode & 0o777 == 0o600
    assert sorted(file.name for file in tmp_path.glob("*.db*")) == ["copy.db", "memory.db"]


async def test_a_copy_that_is_made_while_entries_are_written_is_whole(
    start: Start, tmp_path: Path
) -> None:
    """Nothing that was stored before it began is missing, and what is in it has no gap."""
    entries = [
        entry(f"2026-11-20T{h:02}:{m:02}:{s:02}Z", f"entry {h:02}:{m:02}:{s:02}")
        for h in range(8, 10)
        for m in range(60)
        for s in range(60)
    ]
    stored = 0
    async with SqliteLogStore.open(tmp_path / "memory.db", idle_s=3600) as store:
        for stored in range(60):
            await store.write_log(entries[stored])
        async with start("backup", "copy.db") as command:
            while command.returncode is None:
                stored += 1
                await store.write_log(entries[stored])
            assert command.returncode == 0
    copied = await texts(tmp_path / "copy.db")
    assert len(copied) >= 60
    assert copied == [each.text for each in entries[: len(copied)]]


def test_an_older_copy_is_replaced_only_when_that_is_asked_for(
    companion: Run, keep: Keep, tmp_path: Path
) -> None:
    keep(entry("2026-11-20T08:12Z", "reviewed the parser"))
    copy = tmp_path / "copy.db"
    copy.write_text("an older one")
    result = companion("backup", "copy.db")
    assert result.exit_code == 2
    assert "--force" in result.stderr
    assert copy.read_text() == "an older one"
    assert companion("backup", "copy.db", "--force").exit_code == 0
    assert asyncio.run(texts(copy)) == ["reviewed the parser"]


@pytest.mark.parametrize("name", ["memory.db", "memory.db-wal", "link.db"])
def test_the_database_is_never_replaced_by_its_copy(
    companion: Run, keep: Keep, tmp_path: Path, name: str
) -> None:
    keep(entry("2026-11-20T08:12Z", "reviewed the parser"))
    (tmp_path / "link.db").symlink_to("memory.db")
    before = (tmp_path / "memory.db").read_bytes()
    result = companion("backup", name, "--force")
    assert result.exit_code == 2
    assert "is the database itself" in result.stderr
    assert (tmp_path / "memory.db").read_bytes() == before


def test_nothing_is_made_where_there_is_nothing_to_copy(companion: Run, tmp_path: Path) -> None:
    result = companion("backup", "copy.db")
    assert result.exit_code == 2
    assert "There is no file" in result.stderr
    assert list(tmp_path.glob("*.db*")) == []


def test_another_programs_file_is_not_copied(companion: Run, tmp_path: Path) -> None:
    (tmp_path / "memory.db").write_text("Dear diary, " * 100)
    result = companion("backup", "copy.db")
    assert result.exit_code == 1
    assert "not an SQLite database" in result.stderr
    assert not (tmp_path / "copy.db").exists()


def test_a_folder_that_is_missing_is_named(companion: Run, keep: Keep) -> None:
    keep(entry("2026-11-20T08:12Z", "reviewed the parser"))
    result = companion("backup", "no-such-folder/copy.db")
    assert result.exit_code == 1
    assert "cannot be written" in result.stderr


def test_with_dynamodb_it_says_what_to_use(companion: Run) -> None:
    result = companion("backup", "copy.db", DYNAMODB_TABLE="CompanionMemoryLogs")
    assert result.exit_code == 2
    assert "companion export" in result.stderr
    assert "point-in-time recovery" in result.stderr


def test_a_damaged_file_does_not_replace_a_good_copy(
    companion: Run, keep: Keep, tmp_path: Path
) -> None:
    keep(entry("2026-11-20T08:12Z", "reviewed the parser"))
    assert companion("backup", "copy.db").exit_code == 0
    good = (tmp_path / "copy.db").read_bytes()
    damaged = bytearray((tmp_path / "memory.db").read_bytes())
    damaged[4096 : 5 * 4096] = b"\xa5" * (4 * 4096)
    (tmp_path / "memory.db").write_bytes(damaged)

    refused = companion("backup", "copy.db", "--force")

    assert refused.exit_code == 1
    assert "is damaged" in refused.stderr
    assert (tmp_path / "copy.db").read_bytes() == good


@pytest.mark.parametrize("name", ["-", "folder", "folder/"])
def test_what_is_not_a_file_is_refused_before_anything_is_written(
    companion: Run, keep: Keep, tmp_path: Path, name: str
) -> None:
    keep(entry("2026-11-20T08:12Z", "reviewed the parser"))
    (tmp_path / "folder").mkdir()
    refused = companion("backup", name)
    assert refused.exit_code == 2
    assert "Nothing was written" in refused.stderr
    assert not (tmp_path / "-").exists()

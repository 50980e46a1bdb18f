"""`companion undo`."""

import asyncio
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from companion.adapters.sqlite import SqliteLogStore
from companion.domain.change import deleted
from tests.entrypoints.cli.conftest import Keep, Run, entry

SECRET = b"a very secret thought"


def test_a_log_an_edit_and_a_deletion_are_taken_back_and_shown(companion: Run) -> None:
    companion("log", "fixed the falky test")
    companion("edit", "last", "fixed the flaky test")

    assert companion("undo").stdout.startswith("Undone. The text of ")
    assert "  fixed the falky test\n" in companion("entries").stdout

    companion("delete", "last")
    undone = companion("undo")
    assert undone.stdout.startswith("Undone. Restored the entry of ")
    assert undone.stdout.endswith(": fixed the falky test\n")
    assert "  fixed the falky test\n" in companion("entries").stdout

    companion("log", "a mistake")
    assert companion("undo").stdout.startswith("Undone. Deleted the entry of ")
    assert "a mistake" not in companion("entries").stdout


def test_a_second_undo_is_refused_in_words(companion: Run) -> None:
    assert "no change to undo" in companion("undo").stderr
    companion("log", "one")
    companion("undo")

    refused = companion("undo")

    assert refused.exit_code == 1
    assert refused.stderr == (
        "companion: The last change is undone already. Nothing was changed.\n"
    )


def test_a_message_in_slack_is_not_undone(companion: Run, keep: Keep) -> None:
    keep(entry(datetime.now(UTC).isoformat(), "said in Slack"))

    assert companion("undo").exit_code == 1
    assert "said in Slack" in companion("export").stdout


def bytes_of(folder: Path) -> bytes:
    return b"".join(each.read_bytes() for each in folder.glob("memory.db*"))


@pytest.mark.parametrize("change", [("delete", "last"), ("edit", "last", "nothing")])
def test_erasing_leaves_no_byte_of_the_former_text(
    companion: Run, tmp_path: Path, change: tuple[str, ...]
) -> None:
    companion("log", SECRET.decode())
    companion(*change)
    assert SECRET in bytes_of(tmp_path)

    companion("erase", "--yes")

    assert SECRET not in bytes_of(tmp_path)


def test_after_a_day_the_former_text_is_removed_by_the_next_command(
    companion: Run, environment: dict[str, str], tmp_path: Path
) -> None:
    async def change_of_yesterday() -> None:
        async with SqliteLogStore.open(Path(environment["COMPANION_DB"])) as store:
            former = entry("2026-11-20T08:00Z", SECRET.decode())
            await store.save_change(deleted(former, datetime.now(UTC) - timedelta(hours=25)))

    asyncio.run(change_of_yesterday())
    assert SECRET in bytes_of(tmp_path)

    companion("entries")

    assert SECRET not in bytes_of(tmp_path)
    with closing(sqlite3.connect(environment["COMPANION_DB"])) as file:
        assert file.execute("SELECT count(*) FROM changes").fetchone() == (0,)

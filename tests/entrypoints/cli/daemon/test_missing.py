"""`companion daemon missing`: nothing is deleted or kept until somebody says so."""

import asyncio
import json
from pathlib import Path

import pytest

from companion.adapters.sqlite import SqliteLogStore
from companion.bootstrap import SystemClock, missing_messages
from tests.entrypoints.cli.conftest import USER, Keep, Run, entry

ENTRIES = [entry(f"2026-11-2{day}T08:00Z", f"day {day}") for day in range(6)]


@pytest.fixture
def held(keep: Keep, environment: dict[str, str]) -> None:
    async def hold() -> None:
        async with SqliteLogStore.open(Path(environment["COMPANION_DB"])) as store:
            messages = missing_messages(USER, store, SystemClock())
            assert await messages.hold(ENTRIES, [], len(ENTRIES))

    keep(*ENTRIES)
    asyncio.run(hold())


@pytest.mark.usefixtures("held")
def test_it_says_what_is_missing_and_how_to_decide(companion: Run) -> None:
    for command in ("missing", "status"):
        output = " ".join(companion("daemon", command).output.split())
        assert "6 entries from Friday 2026-11-20, 09:00 to" in output
        assert "companion daemon missing --keep` or `" in output
    status = json.loads(companion("daemon", "status", "--format", "json").stdout)
    assert status["missing_in_slack"] == 6


@pytest.mark.usefixtures("held")
def test_they_can_be_kept(companion: Run) -> None:
    assert companion("daemon", "missing", "--keep").output == (
        "6 entries stay, whatever Slack shows.\n"
    )
    assert companion("daemon", "missing").output == "Nothing waits for a decision.\n"
    assert len(companion("export", "--format", "jsonl").stdout.splitlines()) == 6


@pytest.mark.usefixtures("held")
def test_they_can_be_deleted(companion: Run) -> None:
    assert companion("daemon", "missing", "--delete").output == "6 entries deleted.\n"
    assert companion("daemon", "missing", "--delete").output == "Nothing waits for a decision.\n"
    assert companion("export", "--format", "jsonl").stdout == ""

"""The terminal on SQLite with nothing set, what becomes of its entries, and the sandbox's."""

import asyncio
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from companion.adapters.sqlite import SqliteLogStore
from companion.bootstrap import new_id
from companion.entrypoints.local_entries import adopted_text
from companion.entrypoints.sandbox import settings_for, system
from companion.sandbox import LocalSlack
from companion.usecases.adopt import Adopted
from tests.entrypoints.cli.conftest import USER, Run


@pytest.fixture
def nothing_set(environment: dict[str, str], tmp_path: Path) -> Path:
    """A machine on which nothing is set; where entries will be."""
    for name in ("SLACK_USER_ID", "COMPANION_TIMEZONE", "COMPANION_DB", "LLM_MODEL"):
        environment.pop(name)
    return tmp_path / "companion-memory" / "memory.db"


def test_every_command_for_entries_works_with_nothing_set(
    nothing_set: Path, companion: Run, tmp_path: Path
) -> None:
    assert "companion sandbox" in companion().stdout  # help
    assert not nothing_set.exists()
    for arguments in (
        ("log", "fixed the falky test"),
        ("edit", "last", "fixed the flaky test"),
        ("log", "a mistake"),
        ("delete", "last"),
        ("undo",),
        ("undo",),
        ("entries",),
        ("summary",),
        ("jobs",),
        ("export", "-o", str(tmp_path / "backup.jsonl")),
        ("import", str(tmp_path / "backup.jsonl")),
        (),
    ):
        done = companion(*arguments)
        again = arguments == ("undo",) and "already" in done.stderr
        assert done.exit_code == 0 or again, (arguments, done.output)
    listed = companion("entries")
    assert "fixed the flaky test" in listed.stdout
    assert "Slack ID" not in listed.stderr
    assert nothing_set.exists()


def test_a_shared_table_needs_an_id(nothing_set: Path, companion: Run) -> None:
    refused = companion("log", "hello", DYNAMODB_TABLE="CompanionMemoryLogs")
    assert refused.exit_code == 2
    assert "SLACK_USER_ID is missing" in refused.stderr


def test_an_export_of_slack_s_says_that_it_needs_an_id(
    nothing_set: Path, companion: Run, tmp_path: Path
) -> None:
    messages = [{"type": "message", "user": USER, "text": "hi", "ts": "1763812800.000100"}]
    (tmp_path / "export.json").write_text(json.dumps(messages))
    refused = companion("import", "--format", "slack", str(tmp_path / "export.json"))
    assert refused.exit_code == 2
    assert "SLACK_USER_ID, which is missing" in refused.stderr


def test_earlier_entries_are_named_until_they_are_moved(nothing_set: Path, companion: Run) -> None:
    companion("log", "before Slack")
    assert (
        "1 entry from before there was a Slack ID"
        in companion("entries", SLACK_USER_ID=USER).stderr
    )
    found = companion("doctor", SLACK_USER_ID=USER).stdout
    assert "1 entry from before there was a Slack ID" in found
    assert "`companion adopt` moves them" in found

    moved = companion("adopt", SLACK_USER_ID=USER)
    assert moved.stdout == "1 entry from before there was a Slack ID moved to U0ADA.\n"
    listed = companion("entries", SLACK_USER_ID=USER)
    assert "before Slack" in listed.stdout
    assert "Slack ID" not in listed.stderr
    assert "no entries from before" in companion("adopt", SLACK_USER_ID=USER).stdout


def test_what_was_moved_before_is_counted_apart() -> None:
    assert adopted_text(Adopted(entries=3, new=1, left=0), USER) == (
        "3 entries from before there was a Slack ID moved to U0ADA; 2 of them were stored there "
        "already."
    )


def test_entries_that_stay_are_not_shown_as_nobody_s_by_the_doctor(
    nothing_set: Path, companion: Run
) -> None:
    companion("log", "before Slack")
    assert "1 entry stored without a Slack ID" in companion("doctor").stdout


async def _use_sandbox(folder: Path, *texts: str) -> str:
    """What a sandbox leaves that was used like this; whose entries they are."""
    async with LocalSlack(now=lambda: datetime.now(UTC), storage=folder / "slack.db") as slack:
        settings = settings_for(slack, folder / "memory.db", env_file=None)
        async with system(slack, settings) as it:
            await it.companion.day.ask_now(new_id())
            for text in texts:
                ts = await slack.say(text)
                await slack.wait_for(lambda m: m["ts"] == ts and m.get("reactions"), timeout=60)  # noqa: B023
        return slack.user_id


def test_the_sandbox_s_entries_are_read_and_changed_from_the_terminal(
    nothing_set: Path, companion: Run
) -> None:
    empty = companion("--sandbox", "entries")
    assert empty.exit_code == 2
    assert "Start `companion sandbox` first" in empty.stderr

    folder = nothing_set.parent / "sandbox"
    user_id = asyncio.run(_use_sandbox(folder, "said in the sandbox"))
    companion("log", "my own")
    own = {"SLACK_USER_ID": USER, "DYNAMODB_TABLE": "CompanionMemoryLogs"}
    for command in ("entries", "export", "jobs", "summary"):
        shown = companion("--sandbox", command, **own)
        assert shown.exit_code == 0, shown.output
        assert "my own" not in shown.stdout
    assert "said in the sandbox" in companion("--sandbox", "entries", **own).stdout
    advice = companion("--sandbox", "entries", "--since", "2019-01", "--until", "2019-02").stderr
    assert "companion --sandbox log" in advice
    assert companion("--sandbox", "log", "typed", **own).exit_code == 0
    assert "typed" not in companion("entries").stdout

    async def kept() -> list[str]:
        async with SqliteLogStore.open(folder / "memory.db") as store:
            moments = datetime(2020, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)
            return [each.text for each in await store.fetch_logs(user_id, *moments)]

    assert asyncio.run(kept()) == ["said in the sandbox", "typed"]


def test_what_has_nothing_to_do_with_entries_is_refused(nothing_set: Path, companion: Run) -> None:
    for command in ("daemon", "prompt", "init", "erase", "copy", "doctor"):
        refused = companion("--sandbox", command)
        assert refused.exit_code == 2
        assert f"--sandbox does not work with `companion {command}`" in refused.stderr
        assert "It is for `companion` alone and for log, today," in refused.stderr
    assert companion("--sandbox", "summary", "--send").exit_code == 2


READING = [
    (),
    ("today",),
    ("yesterday",),
    ("week",),
    ("entries",),
    ("entries", "-n", "1"),
    ("entries", "--tag", "deploy"),
    ("tags",),
    ("summary",),
    ("summary", "--day", "yesterday"),
    ("where",),
    ("standup",),
    ("stats",),
    ("jobs",),
    ("export",),
    ("daemon", "missing"),
    ("daemon", "status"),
    ("undo",),
    ("edit", "last", "text"),
    ("delete", "last"),
    ("erase", "--yes"),
]


@pytest.mark.parametrize("arguments", READING, ids=" ".join)
def test_only_a_command_that_stores_creates_the_file(
    companion: Run, tmp_path: Path, arguments: tuple[str, ...]
) -> None:
    place = tmp_path / "new" / "memory.db"

    shown = companion(*arguments, COMPANION_DB=str(place), HOME=str(tmp_path))

    assert not isinstance(shown.exception, Exception) or isinstance(shown.exception, SystemExit)
    assert "nexpected" not in shown.output
    assert not place.parent.exists()

    companion("log", "something", COMPANION_DB=str(place))
    assert place.exists()


@pytest.mark.usefixtures("nothing_set")
def test_the_status_shows_the_last_entry_that_was_typed_without_an_id(companion: Run) -> None:
    assert companion("log", "something").exit_code == 0
    shown = json.loads(companion("daemon", "status", "--format", "json").stdout)
    assert shown["last_entry_at"] is not None

"""`companion copy`: from SQLite to DynamoDB and back."""

from dataclasses import replace
from pathlib import Path
from uuid import uuid4

import pytest

from companion.domain.entry import Source
from tests.entrypoints.cli.conftest import USER, Keep, Run, entry

TO_DYNAMODB = ("copy", "--from", "sqlite", "--to", "dynamodb")
TO_SQLITE = ("copy", "--from", "dynamodb", "--to", "sqlite")


@pytest.fixture
def table(dynamodb_url: str) -> dict[str, str]:
    return {
        "DYNAMODB_TABLE": f"companion-test-{uuid4().hex}",
        "AWS_ENDPOINT_URL_DYNAMODB": dynamodb_url,
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
    }


def test_there_and_back_again_is_the_same_and_says_what_to_do_next(
    companion: Run, table: dict[str, str], tmp_path: Path
) -> None:
    companion("table", "create", **table)
    for text in ("one", "two"):
        companion("log", text)
    before = companion("export", "--format", "jsonl").stdout

    there = companion(*TO_DYNAMODB, **table)
    again = companion(*TO_DYNAMODB, **table)
    back = companion(*TO_SQLITE, COMPANION_DB=str(tmp_path / "new.db"), **table)

    assert there.stdout == (
        f"{USER}: 2 entries, 2 of them now in both stores (2 written); 0 tombstones, 0 jobs.\n"
    )
    assert "(0 written)" in again.stdout
    assert f"DYNAMODB_TABLE={table['DYNAMODB_TABLE']}" in there.stderr
    assert f"remove DYNAMODB_TABLE from {tmp_path / '.env'}" in back.stderr
    assert there.exit_code == again.exit_code == back.exit_code == 0
    assert companion("export", "--format", "jsonl", **table).stdout == before
    moved = companion("export", "--format", "jsonl", COMPANION_DB=str(tmp_path / "new.db"))
    assert moved.stdout == before


def test_everybodys_is_copied_on_request(companion: Run, table: dict[str, str]) -> None:
    companion("table", "create", **table)
    companion("log", "mine")
    companion("log", "yours", SLACK_USER_ID="U0BOB")

    copied = companion(*TO_DYNAMODB, "--all-users", **{**table, "SLACK_USER_ID": ""})

    assert f"{USER}: 1 entry, 1 of them" in copied.stdout
    assert [line.partition(":")[0] for line in copied.stdout.splitlines()] == [USER, "U0BOB"]
    assert "yours" in companion("export", **{**table, "SLACK_USER_ID": "U0BOB"}).stdout


def test_what_cannot_be_meant_is_refused(companion: Run, table: dict[str, str]) -> None:
    same = companion("copy", "--from", "sqlite", "--to", "sqlite", **table)
    no_table = companion(*TO_DYNAMODB)
    no_file = companion(*TO_DYNAMODB, **table)
    for refused, words in (
        (same, "Name two different stores"),
        (no_table, "DYNAMODB_TABLE is missing"),
        (no_file, "There is no file"),
    ):
        assert refused.exit_code == 2
        assert words in refused.stderr


def test_a_table_that_is_not_there_says_how_to_make_it(
    companion: Run, table: dict[str, str]
) -> None:
    companion("log", "one")
    refused = companion(*TO_DYNAMODB, **table)

    assert refused.exit_code == 1
    assert "companion table create" in refused.stderr


def test_an_entry_that_is_too_large_is_named_and_all_else_is_copied(
    companion: Run, keep: Keep, table: dict[str, str]
) -> None:
    companion("table", "create", **table)
    large = replace(entry("2026-11-20T09:00Z", "x" * 450 * 1024), source=Source.COMMAND)
    keep(entry("2026-11-20T08:00Z", "one"), large, entry("2026-11-20T10:00Z", "three"))

    for _ in range(2):
        copied = companion(*TO_DYNAMODB, **table)
        assert copied.exit_code == 1
        assert f"{large.log_id} is missing: its text has 450 KB" in copied.stderr
        assert "3 entries, 2 of them now in both" in copied.stdout
    companion("edit", str(large.log_id), "shorter")
    assert companion(*TO_DYNAMODB, **table).exit_code == 0

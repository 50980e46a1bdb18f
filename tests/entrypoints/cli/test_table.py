"""`companion table`, against a DynamoDB."""

from uuid import uuid4

import pytest

from tests.entrypoints.cli.conftest import Run


@pytest.fixture
def table(dynamodb_url: str) -> dict[str, str]:
    return {
        "DYNAMODB_TABLE": f"companion-test-{uuid4().hex}",
        "AWS_ENDPOINT_URL_DYNAMODB": dynamodb_url,
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
    }


def test_a_table_that_is_missing_is_a_problem_with_its_cure(
    companion: Run, table: dict[str, str]
) -> None:
    checked = companion("table", "check", **table)

    assert checked.exit_code == 1
    assert checked.stdout == ""
    assert checked.stderr == (
        "companion: The table does not exist: run `companion table create`.\n"
    )


def test_making_the_table_says_what_was_done_and_then_all_is_well(
    companion: Run, table: dict[str, str]
) -> None:
    name = table["DYNAMODB_TABLE"]

    made, again = companion("table", "create", **table), companion("table", "create", **table)
    checked = companion("table", "check", **table)

    assert made.stdout == f"Made the table {name}.\nSwitched on its TTL on expires_at.\n"
    assert again.stdout == f"The table {name} is there already.\n"
    assert checked.stdout == f"The table {name} is as it should be.\n"
    assert made.exit_code == again.exit_code == checked.exit_code == 0


def test_entries_go_to_the_table_where_one_is_named(companion: Run, table: dict[str, str]) -> None:
    companion("table", "create", **table)

    assert companion("log", "in the cloud", **table).exit_code == 0
    assert "in the cloud" in companion("entries", **table).stdout
    assert companion("entries").stdout == ""


def test_logging_into_a_table_that_is_missing_says_what_to_do(
    companion: Run, table: dict[str, str]
) -> None:
    refused = companion("log", "hello", **table)

    assert refused.exit_code == 1
    assert "Run `companion table create`." in refused.stderr
    assert refused.stderr.count("\n") == 1


def test_without_a_name_there_is_no_table(companion: Run) -> None:
    checked = companion("table", "check")

    assert checked.exit_code == 2
    assert "DYNAMODB_TABLE is missing" in checked.stderr

"""`companion table`, against a DynamoDB."""

import json
from uuid import uuid4

import boto3
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


def test_a_missing_table_is_reported_with_what_to_do(companion: Run, table: dict[str, str]) -> None:
    checked = companion("table", "check", **table)

    assert checked.exit_code == 1
    assert checked.stdout == ""
    assert checked.stderr == (
        "companion: The table does not exist in us-west-2: check AWS_REGION and DYNAMODB_TABLE, "
        "or run `companion table create`.\n"
    )


def test_making_the_table_says_what_was_done_and_then_all_is_well(
    companion: Run, table: dict[str, str]
) -> None:
    name = table["DYNAMODB_TABLE"]

    made, again = companion("table", "create", **table), companion("table", "create", **table)
    checked = companion("table", "check", **table)

    assert made.stdout == (
        f"Made the table {name}, with deletion protection.\n"
        "Switched on its TTL on expires_at.\n"
        "Switched on its point-in-time recovery (35 days).\n"
    )
    assert again.stdout == f"The table {name} already exists.\n"
    assert checked.stdout == f"The table {name} is as it should be.\n"
    assert made.exit_code == again.exit_code == checked.exit_code == 0


def test_a_table_that_differs_is_changed_with_apply_alone(
    companion: Run, table: dict[str, str]
) -> None:
    companion("table", "create", **table)
    client = boto3.client(
        "dynamodb",
        endpoint_url=table["AWS_ENDPOINT_URL_DYNAMODB"],
        region_name="us-west-2",
        aws_access_key_id="test",
        aws_secret_access_key="test",
    )
    client.update_table(TableName=table["DYNAMODB_TABLE"], DeletionProtectionEnabled=False)

    left, checked = companion("table", "create", **table), companion("table", "check", **table)
    applied = companion("table", "create", "--apply", **table)
    again = companion("table", "check", "--for", "admin", **table)
    client.close()

    assert left.exit_code == checked.exit_code == 1
    assert "deletion protection is off" in left.stderr
    assert "Nothing was changed. Use --apply to change it." in left.stderr
    assert "`companion table create --apply`" in checked.stderr
    assert applied.stdout == "Switched on its deletion protection.\n"
    assert applied.exit_code == again.exit_code == 0


def test_the_policy_is_json_for_the_table_of_the_settings(companion: Run) -> None:
    printed = companion(
        "table", "policy", "--for", "webhook", DYNAMODB_TABLE="Logs", AWS_REGION="eu-central-1"
    )

    (statement,) = json.loads(printed.stdout)["Statement"]
    assert statement["Action"] == [
        f"dynamodb:{action}" for action in ("GetItem", "PutItem", "Query", "UpdateItem")
    ]
    assert statement["Resource"] == "arn:aws:dynamodb:eu-central-1:*:table/Logs"


def test_the_policy_needs_no_settings(companion: Run) -> None:
    printed = companion("table", "policy")

    (statement,) = json.loads(printed.stdout)["Statement"]
    assert statement["Resource"] == "arn:aws:dynamodb:us-west-2:*:table/CompanionMemoryLogs"


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
    assert "does not exist in this region. Check AWS_REGION" in refused.stderr
    assert "run `companion table create`." in refused.stderr
    assert refused.stderr.count("\n") == 2


def test_without_a_name_there_is_no_table(companion: Run) -> None:
    checked = companion("table", "check")

    assert checked.exit_code == 2
    assert "DYNAMODB_TABLE is missing" in checked.stderr

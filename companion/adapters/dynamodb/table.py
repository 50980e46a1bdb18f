"""The table itself: made once, and checked."""

from collections.abc import Mapping
from typing import Any

from botocore.exceptions import ClientError

from companion.adapters.dynamodb.items import TTL_ATTRIBUTE
from companion.adapters.dynamodb.refusals import code, explained
from companion.errors import StoreError

KEY_SCHEMA = (("PK", "HASH"), ("SK", "RANGE"))


async def create_table(client: Any, table_name: str) -> list[str]:
    """Make the table and switch on its TTL, as far as that is not done; say what was done.

    Safe to repeat. Returns when the table can be used. StoreError if a table of this name
    has other keys.
    """
    done = []
    with explained(table_name):
        if await _describe(client, table_name) is None:
            await _create(client, table_name)
            done.append(f"made the table {table_name}")
        await client.get_waiter("table_exists").wait(
            TableName=table_name, WaiterConfig={"Delay": 1, "MaxAttempts": 120}
        )
        if problems := _key_problems(await _describe(client, table_name) or {}):
            raise StoreError(
                f"DynamoDB table {table_name}", problems[0], "Choose another DYNAMODB_TABLE."
            )
        if not await _ttl_is_on(client, table_name):
            await client.update_time_to_live(
                TableName=table_name,
                TimeToLiveSpecification={"Enabled": True, "AttributeName": TTL_ATTRIBUTE},
            )
            done.append(f"switched on its TTL on {TTL_ATTRIBUTE}")
    return done


async def check_table(client: Any, table_name: str) -> list[str]:
    """What is not as it should be, in words; empty if all is well."""
    with explained(table_name):
        table = await _describe(client, table_name)
        if table is None:
            return ["The table does not exist: run `companion table create`."]
        problems = _key_problems(table)
        if table["TableStatus"] != "ACTIVE":
            problems.append(f"The table is not ready, it is {table['TableStatus']}.")
        mode = table.get("BillingModeSummary", {}).get("BillingMode", "PROVISIONED")
        if mode != "PAY_PER_REQUEST":
            problems.append(f"It is billed as {mode}, not PAY_PER_REQUEST.")
        if not await _ttl_is_on(client, table_name):
            problems.append(
                f"Its TTL on {TTL_ATTRIBUTE} is off, old jobs would stay:"
                " run `companion table create`."
            )
    return problems


async def _create(client: Any, table_name: str) -> None:
    try:
        await client.create_table(
            TableName=table_name,
            BillingMode="PAY_PER_REQUEST",
            KeySchema=[{"AttributeName": name, "KeyType": kind} for name, kind in KEY_SCHEMA],
            AttributeDefinitions=[
                {"AttributeName": name, "AttributeType": "S"} for name, _ in KEY_SCHEMA
            ],
        )
    except ClientError as error:
        if code(error) != "ResourceInUseException":  # made by another at the same moment
            raise


async def _describe(client: Any, table_name: str) -> dict[str, Any] | None:
    try:
        answer = await client.describe_table(TableName=table_name)
    except ClientError as error:
        if code(error) == "ResourceNotFoundException":
            return None
        raise
    table: dict[str, Any] = answer["Table"]
    return table


async def _ttl_is_on(client: Any, table_name: str) -> bool:
    answer = await client.describe_time_to_live(TableName=table_name)
    ttl = answer["TimeToLiveDescription"]
    return (
        ttl["TimeToLiveStatus"] in {"ENABLED", "ENABLING"}
        and ttl.get("AttributeName") == TTL_ATTRIBUTE
    )


def _key_problems(table: Mapping[str, Any]) -> list[str]:
    keys = {(key["AttributeName"], key["KeyType"]) for key in table.get("KeySchema", ())}
    types = {
        attribute["AttributeType"]
        for attribute in table.get("AttributeDefinitions", ())
        if attribute["AttributeName"] in dict(KEY_SCHEMA)
    }
    if keys == set(KEY_SCHEMA) and types == {"S"}:
        return []
    return ["Its keys must be PK (partition key) and SK (sort key), both strings."]

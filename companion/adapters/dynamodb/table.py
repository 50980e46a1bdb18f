"""The table itself: created, and changed where it differs from what it should be."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError

from companion.adapters.dynamodb.items import TTL_ATTRIBUTE
from companion.adapters.dynamodb.refusals import code, store_errors
from companion.domain.table import TableChanges
from companion.errors import StoreError

KEY_SCHEMA = (("PK", "HASH"), ("SK", "RANGE"))
BACKUPS_READY_S = 60
"""How long after a table was made AWS may refuse to switch on its recovery."""


@dataclass(frozen=True, slots=True)
class Difference:
    problem: str
    done: str = ""
    """What `fix` did, in words."""
    fix: Callable[[], Awaitable[object]] | None = None
    """None where a person has to decide."""


async def create_table(client: Any, table_name: str, *, apply: bool = False) -> TableChanges:
    """Create the table. One that exists is changed only with `apply`.

    Safe to repeat. Returns when the table can be used. StoreError if a table of this name
    has other keys.
    """
    done, differs = [], []
    with store_errors(table_name):
        is_new = await describe(client, table_name) is None
        if is_new:
            await _create(client, table_name)
            done.append(f"made the table {table_name}, with deletion protection")
        await _wait(client, table_name)
        table = await describe(client, table_name) or {}
        if problems := key_problems(table):
            raise StoreError(f"DynamoDB table {table_name}", problems[0])
        for difference in (
            *settings_of(client, table_name, table),
            *await time_to_live(client, table_name),
            *await recovery(client, table_name),
        ):
            if difference.fix and (is_new or apply):
                await difference.fix()
                await _wait(client, table_name)  # one change at a time
                done.append(difference.done)
            else:
                differs.append(difference.problem)
    return TableChanges(done=done, differs=differs)


async def table_exists(client: Any, table_name: str) -> bool:
    """Whether there is a table of that name; True also where the credentials may not see it."""
    with store_errors(table_name):
        try:
            return await describe(client, table_name) is not None
        except ClientError as error:
            if code(error) == "AccessDeniedException":
                return True
            raise


async def _create(client: Any, table_name: str) -> None:
    try:
        await client.create_table(
            TableName=table_name,
            BillingMode="PAY_PER_REQUEST",
            KeySchema=[{"AttributeName": name, "KeyType": kind} for name, kind in KEY_SCHEMA],
            AttributeDefinitions=[
                {"AttributeName": name, "AttributeType": "S"} for name, _ in KEY_SCHEMA
            ],
            DeletionProtectionEnabled=True,
        )
    except ClientError as error:
        if code(error) != "ResourceInUseException":  # another process made it at the same moment
            raise


async def _wait(client: Any, table_name: str) -> None:
    await client.get_waiter("table_exists").wait(
        TableName=table_name, WaiterConfig={"Delay": 1, "MaxAttempts": 120}
    )


async def describe(client: Any, table_name: str) -> dict[str, Any] | None:
    try:
        answer = await client.describe_table(TableName=table_name)
    except ClientError as error:
        if code(error) == "ResourceNotFoundException":
            return None
        raise
    table: dict[str, Any] = answer["Table"]
    return table


def settings_of(client: Any, table_name: str, table: Mapping[str, Any]) -> list[Difference]:
    """Differences in its billing and its deletion protection."""
    differences = []
    mode = table.get("BillingModeSummary", {}).get("BillingMode", "PROVISIONED")
    if mode != "PAY_PER_REQUEST":
        differences.append(
            Difference(
                f"It is billed as {mode}, not PAY_PER_REQUEST.",
                "switched its billing to PAY_PER_REQUEST",
                lambda: client.update_table(TableName=table_name, BillingMode="PAY_PER_REQUEST"),
            )
        )
    if not table.get("DeletionProtectionEnabled"):
        differences.append(
            Difference(
                "Its deletion protection is off: one wrong click deletes everything.",
                "switched on its deletion protection",
                lambda: client.update_table(TableName=table_name, DeletionProtectionEnabled=True),
            )
        )
    return differences


async def time_to_live(client: Any, table_name: str) -> list[Difference]:
    answer = await client.describe_time_to_live(TableName=table_name)
    ttl = answer["TimeToLiveDescription"]
    is_on, attribute = ttl["TimeToLiveStatus"] in {"ENABLED", "ENABLING"}, ttl.get("AttributeName")
    if is_on and attribute == TTL_ATTRIBUTE:
        return []
    if is_on:
        return [
            Difference(
                f"Its TTL is on {attribute}, not on {TTL_ATTRIBUTE}, so old jobs stay:"
                " switch it off in AWS's console and, an hour later, run this again."
            )
        ]
    return [
        Difference(
            f"Its TTL on {TTL_ATTRIBUTE} is off, so old jobs stay.",
            f"switched on its TTL on {TTL_ATTRIBUTE}",
            lambda: client.update_time_to_live(
                TableName=table_name,
                TimeToLiveSpecification={"Enabled": True, "AttributeName": TTL_ATTRIBUTE},
            ),
        )
    ]


async def recovery(client: Any, table_name: str) -> list[Difference]:
    try:
        answer = await client.describe_continuous_backups(TableName=table_name)
    except ClientError as error:
        if code(error) == "UnknownOperationException":  # DynamoDB Local has none
            return []
        raise
    recovery = answer["ContinuousBackupsDescription"].get("PointInTimeRecoveryDescription", {})
    if recovery.get("PointInTimeRecoveryStatus") == "ENABLED":
        return []
    return [
        Difference(
            "Its point-in-time recovery is off: what is deleted by mistake is lost.",
            "switched on its point-in-time recovery (35 days)",
            lambda: _switch_on_recovery(client, table_name),
        )
    ]


async def _switch_on_recovery(client: Any, table_name: str) -> None:
    """For some seconds after a table was made, AWS refuses this."""
    for seconds_left in reversed(range(BACKUPS_READY_S)):
        try:
            await client.update_continuous_backups(
                TableName=table_name,
                PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": True},
            )
        except ClientError as error:
            if code(error) != "ContinuousBackupsUnavailableException" or not seconds_left:
                raise
            await asyncio.sleep(1)
        else:
            return


def key_problems(table: Mapping[str, Any]) -> list[str]:
    keys = {(key["AttributeName"], key["KeyType"]) for key in table.get("KeySchema", ())}
    types = {
        attribute["AttributeType"]
        for attribute in table.get("AttributeDefinitions", ())
        if attribute["AttributeName"] in dict(KEY_SCHEMA)
    }
    if keys == set(KEY_SCHEMA) and types == {"S"}:
        return []
    return [
        "Its keys must be PK (partition key) and SK (sort key), both strings: choose another"
        " DYNAMODB_TABLE."
    ]

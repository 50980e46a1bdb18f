"""The table itself: created, changed where it differs, and checked."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError

from companion.adapters.dynamodb.items import TTL_ATTRIBUTE
from companion.adapters.dynamodb.policy import ACTIONS
from companion.adapters.dynamodb.refusals import code, store_errors
from companion.domain.table import Role, TableChanges
from companion.errors import StoreError

KEY_SCHEMA = (("PK", "HASH"), ("SK", "RANGE"))
RESERVED: dict[str, Any] = {"PK": {"S": "check:companion"}, "SK": {"S": "check:companion"}}
"""The key that `check_table` writes to; no user has it."""
NEVER = "attribute_exists(PK) AND attribute_not_exists(PK)"
BACKUPS_READY_S = 60
"""How long after a table was made AWS may refuse to switch on its recovery."""


@dataclass(frozen=True, slots=True)
class _Difference:
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
        is_new = await _describe(client, table_name) is None
        if is_new:
            await _create(client, table_name)
            done.append(f"made the table {table_name}, with deletion protection")
        await _wait(client, table_name)
        table = await _describe(client, table_name) or {}
        if problems := _key_problems(table):
            raise StoreError(f"DynamoDB table {table_name}", problems[0])
        for difference in (
            *_settings_of(client, table_name, table),
            *await _time_to_live(client, table_name),
            *await _recovery(client, table_name),
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
            return await _describe(client, table_name) is not None
        except ClientError as error:
            if code(error) == "AccessDeniedException":
                return True
            raise


async def check_table(client: Any, table_name: str, role: Role = Role.DAEMON) -> list[str]:
    """What is wrong, in words; empty if all is well.

    Makes each request that the role makes. A role that may delete writes an item under a reserved
    key and removes it; for other roles every write has a condition that never holds. Settings that
    the credentials may not see are left out, unless the role should see them.
    """
    denied: set[str] = set()

    async def tried[T](asked: Awaitable[T], otherwise: T) -> T:
        try:
            return await asked
        except ClientError as error:
            if code(error) == "ConditionalCheckFailedException":
                return otherwise
            if code(error) != "AccessDeniedException":
                raise
            denied.add(error.operation_name)
            return otherwise

    with store_errors(table_name):
        table = await tried(_describe(client, table_name), {})
        if table is None:
            return [
                f"The table does not exist in {client.meta.region_name}: check AWS_REGION and"
                " DYNAMODB_TABLE, or run `companion table create`."
            ]
        problems = _key_problems(table) if table else []
        if table and table["TableStatus"] != "ACTIVE":
            problems.append(f"The table is not ready, it is {table['TableStatus']}.")
        differences = _settings_of(client, table_name, table) if table else []
        differences += await tried(_time_to_live(client, table_name), [])
        differences += await tried(_recovery(client, table_name), [])
        cure = "`companion table create --apply` changes that."
        problems += [f"{each.problem}{f' {cure}' if each.fix else ''}" for each in differences]
        if not table or not _key_problems(table):
            for request in _requests(client, table_name, ACTIONS[role], lambda: denied):
                await tried(request(), None)
    return problems + [
        f"dynamodb:{action} is not allowed: allow it, `companion table policy --for {role}`"
        " prints how."
        for action in sorted(denied & ACTIONS[role])
    ]


def _requests(
    client: Any, table_name: str, actions: set[str], denied: Callable[[], set[str]]
) -> list[Callable[[], Awaitable[Any]]]:
    """One request for each action that works on items, in an order that leaves nothing behind."""

    def unless_removable() -> dict[str, str]:
        removable = "DeleteItem" in actions - denied()
        return {} if removable else {"ConditionExpression": NEVER}

    def of(action: str, call: Callable[[], Awaitable[Any]]) -> list[Callable[[], Awaitable[Any]]]:
        return [call] if action in actions else []

    at: dict[str, Any] = {"TableName": table_name}
    return [
        # First, while there is nothing to delete: credentials that may not delete must not write.
        *of("DeleteItem", lambda: client.delete_item(**at, Key=RESERVED)),
        *of("PutItem", lambda: client.put_item(**at, Item=RESERVED, **unless_removable())),
        *of("GetItem", lambda: client.get_item(**at, Key=RESERVED)),
        *of(
            "Query",
            lambda: client.query(
                **at,
                KeyConditionExpression="PK = :pk",
                ExpressionAttributeValues={":pk": RESERVED["PK"]},
            ),
        ),
        *of("Scan", lambda: client.scan(**at, Limit=1)),
        *of(
            "UpdateItem",
            lambda: client.update_item(
                **at,
                Key=RESERVED,
                UpdateExpression="SET checked = :yes",
                ExpressionAttributeValues={":yes": {"BOOL": True}},
                **unless_removable(),
            ),
        ),
        *of(
            "BatchWriteItem",
            lambda: client.batch_write_item(
                RequestItems={table_name: [{"DeleteRequest": {"Key": RESERVED}}]}
            ),
        ),
        *of("DeleteItem", lambda: client.delete_item(**at, Key=RESERVED)),
    ]


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


async def _describe(client: Any, table_name: str) -> dict[str, Any] | None:
    try:
        answer = await client.describe_table(TableName=table_name)
    except ClientError as error:
        if code(error) == "ResourceNotFoundException":
            return None
        raise
    table: dict[str, Any] = answer["Table"]
    return table


def _settings_of(client: Any, table_name: str, table: Mapping[str, Any]) -> list[_Difference]:
    """Differences in its billing and its deletion protection."""
    differences = []
    mode = table.get("BillingModeSummary", {}).get("BillingMode", "PROVISIONED")
    if mode != "PAY_PER_REQUEST":
        differences.append(
            _Difference(
                f"It is billed as {mode}, not PAY_PER_REQUEST.",
                "switched its billing to PAY_PER_REQUEST",
                lambda: client.update_table(TableName=table_name, BillingMode="PAY_PER_REQUEST"),
            )
        )
    if not table.get("DeletionProtectionEnabled"):
        differences.append(
            _Difference(
                "Its deletion protection is off: one wrong click deletes everything.",
                "switched on its deletion protection",
                lambda: client.update_table(TableName=table_name, DeletionProtectionEnabled=True),
            )
        )
    return differences


async def _time_to_live(client: Any, table_name: str) -> list[_Difference]:
    answer = await client.describe_time_to_live(TableName=table_name)
    ttl = answer["TimeToLiveDescription"]
    is_on, attribute = ttl["TimeToLiveStatus"] in {"ENABLED", "ENABLING"}, ttl.get("AttributeName")
    if is_on and attribute == TTL_ATTRIBUTE:
        return []
    if is_on:
        return [
            _Difference(
                f"Its TTL is on {attribute}, not on {TTL_ATTRIBUTE}, so old jobs stay:"
                " switch it off in AWS's console and, an hour later, run this again."
            )
        ]
    return [
        _Difference(
            f"Its TTL on {TTL_ATTRIBUTE} is off, so old jobs stay.",
            f"switched on its TTL on {TTL_ATTRIBUTE}",
            lambda: client.update_time_to_live(
                TableName=table_name,
                TimeToLiveSpecification={"Enabled": True, "AttributeName": TTL_ATTRIBUTE},
            ),
        )
    ]


async def _recovery(client: Any, table_name: str) -> list[_Difference]:
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
        _Difference(
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


def _key_problems(table: Mapping[str, Any]) -> list[str]:
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

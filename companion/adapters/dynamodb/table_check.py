"""Checks the table for one role, by making each request that the role makes."""

from collections.abc import Awaitable, Callable, Iterable
from typing import Any

from botocore.exceptions import ClientError

from companion.adapters.dynamodb.policy import ACTIONS
from companion.adapters.dynamodb.refusals import code, store_errors
from companion.adapters.dynamodb.table import (
    describe,
    key_problems,
    recovery,
    settings_of,
    time_to_live,
)
from companion.domain.table import Role

RESERVED: dict[str, Any] = {"PK": {"S": "check:companion"}, "SK": {"S": "check:companion"}}
"""The key that is written to; no user has it."""
NEVER = "attribute_exists(PK) AND attribute_not_exists(PK)"
_FIX = "`companion table create --apply` changes that."

type Request = Callable[[], Awaitable[Any]]


async def check_table(client: Any, table_name: str, role: Role = Role.DAEMON) -> list[str]:
    """What is wrong, in words; empty if all is well.

    Makes each request that the role makes. A role that may delete writes an item under a reserved
    key and removes it; for other roles every write has a condition that never holds. Settings that
    the credentials may not see are left out, unless the role should see them.
    """
    with store_errors(table_name):
        return await _Check(client, table_name, ACTIONS[role], role).problems()


class _Check:
    """One check. `_denied` are the actions that the credentials do not allow."""

    def __init__(self, client: Any, table_name: str, actions: set[str], role: Role) -> None:
        self._client, self._table_name = client, table_name
        self._actions, self._role = actions, role
        self._denied: set[str] = set()

    async def problems(self) -> list[str]:
        table = await self._tried(describe(self._client, self._table_name), {})
        if table is None:
            return [
                f"The table does not exist in {self._client.meta.region_name}: check AWS_REGION and"
                " DYNAMODB_TABLE, or run `companion table create`."
            ]
        problems = [*key_problems(table)] if table else []
        has_right_keys = not problems
        if table and table["TableStatus"] != "ACTIVE":
            problems.append(f"The table is not ready, it is {table['TableStatus']}.")
        problems += await self._differences(table)
        if has_right_keys:
            for request in self._requests():
                await self._tried(request(), None)
        return problems + self._missing_permissions()

    async def _differences(self, table: dict[str, Any]) -> list[str]:
        client, name = self._client, self._table_name
        differences = [
            *(settings_of(client, name, table) if table else ()),
            *await self._tried(time_to_live(client, name), []),
            *await self._tried(recovery(client, name), []),
        ]
        return [f"{each.problem} {_FIX}" if each.fix else each.problem for each in differences]

    def _missing_permissions(self) -> list[str]:
        return [
            f"dynamodb:{action} is not allowed: allow it, `companion table policy --for"
            f" {self._role}` prints how."
            for action in sorted(self._denied & self._actions)
        ]

    async def _tried[T](self, asked: Awaitable[T], otherwise: T) -> T:
        try:
            return await asked
        except ClientError as error:
            if code(error) == "ConditionalCheckFailedException":
                return otherwise
            if code(error) != "AccessDeniedException":
                raise
            self._denied.add(error.operation_name)
            return otherwise

    def _requests(self) -> Iterable[Request]:
        """One for each action on items, in an order that leaves nothing behind."""
        requests: list[tuple[str, Request]] = [
            # First, while there is nothing to delete: credentials that may not delete must not
            # write.
            ("DeleteItem", self._delete),
            ("PutItem", self._put),
            ("GetItem", lambda: self._client.get_item(TableName=self._table_name, Key=RESERVED)),
            ("Query", self._query),
            ("Scan", lambda: self._client.scan(TableName=self._table_name, Limit=1)),
            ("UpdateItem", self._update),
            ("BatchWriteItem", self._batch_write),
            ("DeleteItem", self._delete),
        ]
        return (request for action, request in requests if action in self._actions)

    def _delete(self) -> Any:
        return self._client.delete_item(TableName=self._table_name, Key=RESERVED)

    def _put(self) -> Any:
        return self._client.put_item(TableName=self._table_name, Item=RESERVED, **self._condition())

    def _query(self) -> Any:
        return self._client.query(
            TableName=self._table_name,
            KeyConditionExpression="PK = :pk",
            ExpressionAttributeValues={":pk": RESERVED["PK"]},
        )

    def _update(self) -> Any:
        return self._client.update_item(
            TableName=self._table_name,
            Key=RESERVED,
            UpdateExpression="SET checked = :yes",
            ExpressionAttributeValues={":yes": {"BOOL": True}},
            **self._condition(),
        )

    def _batch_write(self) -> Any:
        return self._client.batch_write_item(
            RequestItems={self._table_name: [{"DeleteRequest": {"Key": RESERVED}}]}
        )

    def _condition(self) -> dict[str, str]:
        """None for a write that can be removed again; otherwise one that never holds."""
        removable = "DeleteItem" in self._actions - self._denied
        return {} if removable else {"ConditionExpression": NEVER}

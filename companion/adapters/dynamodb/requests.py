"""The requests that the store makes: conditional writes, and reads page by page."""

import asyncio
import re
from collections.abc import AsyncIterator, Coroutine, Mapping, Sequence
from typing import Any
from uuid import uuid4

from botocore.exceptions import ClientError

from companion.adapters.dynamodb.items import VERSION, Item, attribute, item_key
from companion.adapters.dynamodb.refusals import code, store_errors
from companion.errors import StoreError

AT_ONCE = 32
"""Requests in flight where there are many to make."""
FIRST_PAGE, MAX_PAGE = 100, 6_400
"""Items in a page, where a reader may have enough before the end."""


class Requests:
    """What the parts of the store have in common: one client and one table."""

    def __init__(self, client: Any, table: str) -> None:
        self._client = client
        self._table = table

    async def _put_if_free(self, item: Item) -> Item | None:
        """Put an item unless its key is taken; what is there instead, or None."""
        with store_errors(self._table):
            try:
                await self._client.put_item(
                    TableName=self._table,
                    Item=item,
                    ConditionExpression="attribute_not_exists(PK)",
                    ReturnValuesOnConditionCheckFailure="ALL_OLD",
                )
            except ClientError as error:
                if code(error) != "ConditionalCheckFailedException":
                    raise
                stored: Item | None = error.response.get("Item")
                if stored is None:
                    # Read on its own, it could be another by now; and the webhook may only put.
                    raise StoreError(
                        f"DynamoDB table {self._table}",
                        "this DynamoDB does not say what is stored at a key that is taken.",
                        "Use AWS's own, or a newer version of the engine (with"
                        " ReturnValuesOnConditionCheckFailure).",
                    ) from error
                return stored
        return None

    async def _renew_version(self, user_id: str) -> None:
        """Let `fetch_version` give another value."""
        # A plain put: the webhook may do nothing else. Random, so that no two are the same,
        # whichever machine writes them.
        version = item_key(user_id, VERSION) | {"version": attribute(uuid4().hex)}
        with store_errors(self._table):
            await self._client.put_item(TableName=self._table, Item=version)

    async def _update(
        self, key: Item, change: str, condition: str, values: Mapping[str, str | int | bool]
    ) -> Item | None:
        """Change an item if the condition holds; the whole item then, or None.

        Names are written `#name`, because `text`, `owner`, `state` and more are reserved words.
        """
        names = re.findall(r"#(\w+)", f"{change} {condition}")
        with store_errors(self._table):
            try:
                answer = await self._client.update_item(
                    TableName=self._table,
                    Key=key,
                    UpdateExpression=change,
                    ConditionExpression=condition,
                    ExpressionAttributeNames={f"#{name}": name for name in names},
                    ExpressionAttributeValues={
                        f":{name}": attribute(value) for name, value in values.items()
                    },
                    ReturnValues="ALL_NEW",
                )
            except ClientError as error:
                if code(error) != "ConditionalCheckFailedException":
                    raise
                return None
        item: Item = answer["Attributes"]
        return item

    async def _query(self, user_id: str, first: str, last: str) -> list[Item]:
        """All items between two sort keys, both included, whatever the number of pages."""
        return [item async for page in self._pages(user_id, first, last) for item in page]

    async def _pages(
        self, user_id: str, first: str, last: str, only: Sequence[str] = (), having: str = ""
    ) -> AsyncIterator[list[Item]]:
        """The same a page at a time, in the order of the keys; of `only` those attributes, and
        only the items `having` that one."""
        if first > last:  # DynamoDB calls that an error
            return
        request = self._range(user_id, first, last)
        if only:
            request["ProjectionExpression"] = ", ".join(f"#{name}" for name in only)
            request["ExpressionAttributeNames"] = {f"#{name}": name for name in only}
        if having:
            request["FilterExpression"] = f"attribute_exists({having})"
        async for page in self._paginate("query", request):
            yield page

    async def _pages_backwards(
        self, user_id: str, first: str, last: str
    ) -> AsyncIterator[list[Item]]:
        """All items between two sort keys, from the last to the first. Pages are small at first:
        what is not asked for is not read, and not paid for."""
        if first > last:
            return
        request = self._range(user_id, first, last) | {"ScanIndexForward": False}
        size = FIRST_PAGE
        while True:
            with store_errors(self._table):
                answer = await self._client.query(**request, Limit=size)
            yield answer["Items"]
            if "LastEvaluatedKey" not in answer:
                return
            request["ExclusiveStartKey"] = answer["LastEvaluatedKey"]
            size = min(4 * size, MAX_PAGE)

    def _range(self, user_id: str, first: str, last: str) -> dict[str, Any]:
        return {
            "TableName": self._table,
            "KeyConditionExpression": "PK = :pk AND SK BETWEEN :first AND :last",
            "ExpressionAttributeValues": {
                ":pk": {"S": f"user:{user_id}"},
                ":first": {"S": first},
                ":last": {"S": last},
            },
            # What was confirmed a moment ago must be seen now.
            "ConsistentRead": True,
        }

    async def _paginate(self, operation: str, request: dict[str, Any]) -> AsyncIterator[list[Item]]:
        with store_errors(self._table):
            pages = aiter(self._client.get_paginator(operation).paginate(**request))
        while True:
            with store_errors(self._table):  # not around the `yield`: errors of readers are theirs
                page = await anext(pages, None)
            if page is None:
                return
            yield page["Items"]


async def together[T](works: Sequence[Coroutine[Any, Any, T]]) -> list[T]:
    """All of them at once; the first that fails ends the others, and its error is the error."""
    try:
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(work) for work in works]
    except ExceptionGroup as failures:
        first = failures.exceptions[0]
        raise first from first.__cause__
    return [task.result() for task in tasks]

"""The last change of each user, and how a deletion is taken back, in DynamoDB's requests."""

from datetime import datetime

from companion.adapters.dynamodb.items import (
    LAST_CHANGE,
    change_item,
    entry_attributes,
    item_key,
    read_change,
)
from companion.adapters.dynamodb.refusals import store_errors
from companion.adapters.dynamodb.requests import Requests
from companion.domain.change import EntryChange
from companion.domain.entry import Entry, format_timestamp


class DynamoChanges(Requests):
    """The part of LogStore that undo needs."""

    async def restore_log(self, entry: Entry) -> bool:
        values = {name: value["S"] for name, value in entry_attributes(entry).items()}
        changed = await self._update(
            item_key(entry.user_id, f"log:{format_timestamp(entry.timestamp)}"),
            "SET " + ", ".join(f"#{name} = :{name}" for name in values) + " REMOVE #deleted",
            "attribute_exists(#deleted) AND #log_id = :log_id",
            {**values, "log_id": str(entry.log_id)},
        )
        return changed is not None

    async def save_change(self, change: EntryChange) -> None:
        with store_errors(self._table):
            await self._client.put_item(TableName=self._table, Item=change_item(change))

    async def fetch_change(self, user_id: str, now: datetime) -> EntryChange | None:
        with store_errors(self._table):
            answer = await self._client.get_item(
                TableName=self._table, Key=item_key(user_id, LAST_CHANGE), ConsistentRead=True
            )
        if "Item" not in answer:
            return None
        # The TTL removes it, up to two days late:
        # https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/TTL.html
        change = read_change(user_id, answer["Item"])
        return None if change.is_over(now) else change

    async def purge_changes(self, now: datetime) -> None:
        """The table does it, by its TTL."""

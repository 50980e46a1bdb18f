"""LogStore and JobStore in DynamoDB's requests."""

import logging
import re
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, date, datetime, timedelta
from typing import Any, Self
from uuid import UUID

import aioboto3
from botocore.config import Config
from botocore.exceptions import ClientError

from companion.adapters.dynamodb.items import (
    Item,
    attribute,
    entry_attributes,
    item_key,
    job_attributes,
    job_key,
    log_id_of,
    read_entry,
    read_job,
    text_of,
)
from companion.adapters.dynamodb.refusals import code, explained
from companion.adapters.dynamodb.table import check_table, create_table
from companion.domain.entry import TICK, Entry, format_timestamp
from companion.domain.job import Job, JobState, Outcome
from companion.errors import StoreError

logger = logging.getLogger(__name__)

WEST_OF_UTC, EAST_OF_UTC = timedelta(hours=12, seconds=1), timedelta(hours=14, seconds=1)
"""The offsets that the world's zones have, and a second for how a second may be written.

We write UTC; a row of another tool may hold its moment in any zone, so that its key sorts by up
to this much off. Half a day more of one person's entries on either side costs a read unit or two,
and then none is missed.
"""

CONFIG = Config(
    connect_timeout=2,
    read_timeout=5,
    # With the first. More would only keep people waiting: what failed is delivered again.
    retries={"mode": "standard", "total_max_attempts": 3},
)


class DynamoLogStore:
    """LogStore and JobStore on one table. Made by `open`."""

    def __init__(self, client: Any, table: str) -> None:
        self._client = client
        self._table = table

    @classmethod
    @asynccontextmanager
    async def open(
        cls,
        *,
        table: str,
        region: str,
        endpoint_url: str | None = None,
        access_key: str | None = None,
        secret_key: str | None = None,
        session_token: str | None = None,
    ) -> AsyncIterator[Self]:
        """The store in that table. No request is made yet.

        Without keys AWS's default chain is asked (profiles, roles, SSO); without an endpoint
        botocore's own settings are, and then the region's.
        """
        async with AsyncExitStack() as stack:
            with explained(table):
                session = aioboto3.Session(
                    aws_access_key_id=access_key or None,
                    aws_secret_access_key=secret_key or None,
                    aws_session_token=session_token or None,
                    region_name=region,
                )
                client = await stack.enter_async_context(
                    session.client("dynamodb", endpoint_url=endpoint_url or None, config=CONFIG)
                )
            yield cls(client, table)

    async def write_log(self, entry: Entry) -> bool:
        with explained(self._table):
            entry.text.encode()  # botocore would send half a character as it is
        key, stored = await self._place(
            entry.user_id, entry.timestamp, entry.log_id, entry_attributes(entry)
        )
        if stored is None:
            return True
        if "deleted" in stored or text_of(stored, "revision", "") >= entry.revision:
            return False
        # What the person said changes; when and where they said it does not.
        changed = await self._update(
            key,
            "SET #text = :text, #revision = :revision",
            "attribute_exists(PK) AND attribute_not_exists(#deleted)"
            " AND (attribute_not_exists(#revision) OR #revision < :revision)",
            {"text": entry.text, "revision": entry.revision},
        )
        return changed is not None

    async def delete_log(self, user_id: str, timestamp: datetime, log_id: UUID) -> bool:
        mark: Item = {"deleted": {"BOOL": True}}
        key, stored = await self._place(user_id, timestamp, log_id, mark)
        if stored is None or "deleted" in stored:
            return False
        changed = await self._update(
            key,
            "SET #deleted = :deleted REMOVE #text",
            "attribute_exists(PK) AND attribute_not_exists(#deleted)",
            {"deleted": True},
        )
        return changed is not None

    async def fetch_logs(self, user_id: str, since: datetime, until: datetime) -> list[Entry]:
        first = format_timestamp(_shifted(since, -WEST_OF_UTC))
        last = format_timestamp(_shifted(until, EAST_OF_UTC))
        entries = [
            entry
            for item in await self._query(user_id, f"log:{first}", f"log:{last}")
            if "deleted" not in item
            and (entry := self._entry(user_id, item))
            and since <= entry.timestamp < until
        ]
        return sorted(entries, key=lambda entry: entry.timestamp)

    async def fetch_mark(self, user_id: str) -> str | None:
        with explained(self._table):
            answer = await self._client.get_item(
                TableName=self._table, Key=item_key(user_id, "mark:dm"), ConsistentRead=True
            )
        return text_of(answer["Item"], "ts") if "Item" in answer else None

    async def save_mark(self, user_id: str, ts: str) -> None:
        await self._update(
            item_key(user_id, "mark:dm"),
            "SET #ts = :ts",
            "attribute_not_exists(#ts) OR #ts < :ts",
            {"ts": ts},
        )

    async def save_job(self, job: Job) -> Job:
        key = job_key(job.user_id, job.job_id)
        stored = await self._put_if_free(key | job_attributes(job))
        return job if stored is None else self._job(stored)

    async def fetch_jobs(self, user_id: str, since: date, until: date) -> list[Job]:
        # An id begins with its day, so no id is as short as the upper end.
        items = await self._query(user_id, f"job:{since.isoformat()}", f"job:{until.isoformat()}")
        return sorted(map(self._job, items), key=lambda job: (job.due, job.job_id))

    async def claim_job(
        self, user_id: str, job_id: str, owner: str, now: datetime, lease_until: datetime
    ) -> Job | None:
        item = await self._update(
            job_key(user_id, job_id),
            "SET #state = :claimed, #owner = :owner, #lease_until = :lease_until"
            " ADD #attempts :one",
            "#state = :planned OR (#state = :claimed AND #lease_until <= :now)",
            {
                "claimed": JobState.CLAIMED,
                "planned": JobState.PLANNED,
                "owner": owner,
                "lease_until": format_timestamp(lease_until),
                "now": format_timestamp(now),
                "one": 1,
            },
        )
        return None if item is None else self._job(item)

    async def finish_job(
        self,
        user_id: str,
        job_id: str,
        owner: str,
        outcome: Outcome,
        finished_at: datetime,
        reason: str | None = None,
        message_ts: str | None = None,
    ) -> bool:
        result = {
            "state": JobState.DONE,
            "outcome": outcome,
            "finished_at": format_timestamp(finished_at),
            "reason": reason,
            "message_ts": message_ts,
        }
        known = {name: value for name, value in result.items() if value is not None}
        changed = await self._update(
            job_key(user_id, job_id),
            "SET " + ", ".join(f"#{name} = :{name}" for name in known),
            "#state = :claimed AND #owner = :owner",
            {"claimed": JobState.CLAIMED, "owner": owner, **known},
        )
        return changed is not None

    async def create_table(self) -> list[str]:
        """Make the table and switch on its TTL, as far as that is not done; say what was done.

        Safe to repeat. Returns when the table can be used. StoreError if a table of this name
        has other keys.
        """
        return await create_table(self._client, self._table)

    async def check_table(self) -> list[str]:
        """What is not as it should be, in words; empty if all is well."""
        return await check_table(self._client, self._table)

    async def _place(
        self, user_id: str, timestamp: datetime, log_id: UUID, attributes: Item
    ) -> tuple[Item, Item | None]:
        """Put an entry under the first free key from its timestamp on.

        Returns the key, and what is stored there if the entry had it already. Rows are never
        taken out, so an entry always finds its own before a free key; that row stays its own.
        """
        while True:
            written = format_timestamp(timestamp)
            key = item_key(user_id, f"log:{written}")
            identity = {"timestamp": {"S": written}, "log_id": {"S": str(log_id)}}
            stored = await self._put_if_free(key | identity | attributes)
            if stored is None or log_id_of(stored) == log_id:
                return key, stored
            timestamp += TICK

    async def _put_if_free(self, item: Item) -> Item | None:
        """Put an item unless its key is taken; what is there instead, or None."""
        with explained(self._table):
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
                stored: Item = error.response["Item"]
                return stored
        return None

    async def _update(
        self, key: Item, change: str, condition: str, values: Mapping[str, str | int | bool]
    ) -> Item | None:
        """Change an item if the condition holds; the whole item then, or None.

        Names are written `#name`, because `text`, `owner`, `state` and more are reserved words.
        """
        names = re.findall(r"#(\w+)", f"{change} {condition}")
        with explained(self._table):
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
        if first > last:  # DynamoDB calls that an error
            return []
        with explained(self._table):
            pages = self._client.get_paginator("query").paginate(
                TableName=self._table,
                KeyConditionExpression="PK = :pk AND SK BETWEEN :first AND :last",
                ExpressionAttributeValues={
                    ":pk": {"S": f"user:{user_id}"},
                    ":first": {"S": first},
                    ":last": {"S": last},
                },
                # What was confirmed a moment ago is to be seen now.
                ConsistentRead=True,
            )
            return [item async for page in pages for item in page["Items"]]

    def _entry(self, user_id: str, item: Item) -> Entry | None:
        """None for a row that no one can read: one such must not hide all others."""
        try:
            return read_entry(user_id, item)
        except ValueError as error:
            logger.warning(
                "store.row_unreadable",
                extra={"table": self._table, "key": text_of(item, "SK"), "error": repr(error)},
            )
            return None

    def _job(self, item: Item) -> Job:
        try:
            return read_job(item)
        except ValueError as error:
            raise StoreError(
                f"DynamoDB table {self._table}",
                f"the job {text_of(item, 'SK')} cannot be read.",
                "A newer version of Companion Memory may have planned it: upgrade this one.",
            ) from error


def _shifted(moment: datetime, by: timedelta) -> datetime:
    """Stays within what a datetime can be, for those who ask for “everything”."""
    moment = moment.astimezone(UTC)
    try:
        return moment + by
    except OverflowError:
        return moment

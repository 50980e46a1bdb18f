"""LogStore and JobStore in DynamoDB's requests."""

import asyncio
import logging
import re
from bisect import bisect_left
from collections import Counter
from collections.abc import AsyncIterator, Coroutine, Iterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, date, datetime, timedelta
from itertools import batched
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
    moment_of,
    read_entry,
    read_job,
    text_of,
)
from companion.adapters.dynamodb.refusals import code, store_errors
from companion.adapters.dynamodb.table import check_table, create_table, table_exists
from companion.domain.entry import TICK, Entry, format_timestamp
from companion.domain.job import Job, JobState, Outcome
from companion.domain.table import Role, TableChanges
from companion.errors import StoreError
from companion.ports import Erased, Tombstone

logger = logging.getLogger(__name__)

WEST_OF_UTC, EAST_OF_UTC = timedelta(hours=12, seconds=1), timedelta(hours=14, seconds=1)
"""The offsets that the world's zones have, and a second for how a second may be written.

We write UTC; a row of another tool may hold its moment in any zone, so that its key sorts by up
to this much off. Half a day more of one person's entries on either side costs a read unit or two,
and then none is missed.
"""

ALL_ROWS = ("\x00", "\U0010ffff")
AT_ONCE = 32
"""Requests under way where there are many to make."""
BATCH = 25
"""The most that BatchWriteItem takes."""
PAUSE_S = 0.5
"""Before what DynamoDB left undone in a batch is asked again."""

CONFIG = Config(
    max_pool_connections=AT_ONCE,
    connect_timeout=2,
    read_timeout=5,
    # Each request would build a long one anew, twice.
    user_agent="companion-memory",
    # What is sent is made in this package alone, of types that its tests hold to.
    parameter_validation=False,
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
            with store_errors(table):
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
        with store_errors(self._table):
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

    async def write_logs(self, entries: Sequence[Entry]) -> int:
        # A batch of DynamoDB's own takes no conditions. Those at one timestamp follow each other.
        chains: dict[datetime, list[Entry]] = {}
        for entry in entries:
            chains.setdefault(entry.timestamp, []).append(entry)
        waiting = iter(chains.values())

        async def work() -> int:
            return sum([await self.write_log(entry) for chain in waiting for entry in chain])

        return sum(await _together([work() for _ in range(AT_ONCE)]))

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
        return [entry async for entry in self.read_logs(user_id, since, until)]

    async def read_logs(
        self, user_id: str, since: datetime, until: datetime
    ) -> AsyncIterator[Entry]:
        first = format_timestamp(_shifted(since, -WEST_OF_UTC))
        last = format_timestamp(_shifted(until, EAST_OF_UTC))
        held: list[Entry] = []
        async for page in self._pages(user_id, f"log:{first}", f"log:{last}"):
            if not page:
                continue
            held += [
                entry
                for item in page
                if "deleted" not in item
                and (entry := self._entry(user_id, item))
                and since <= entry.timestamp < until
            ]
            held.sort(key=lambda entry: entry.timestamp)
            # An earlier one may still come, in another zone, as long as its key could.
            read = text_of(page[-1], "SK")
            safe = bisect_left(held, read, key=_last_key)
            for entry in held[:safe]:
                yield entry
            del held[:safe]
        for entry in held:
            yield entry

    async def read_tombstones(self, user_id: str) -> AsyncIterator[Tombstone]:
        async for page in self._pages(user_id, "log:", "log;"):
            for item in page:
                if "deleted" in item and (timestamp := moment_of(item, "timestamp")):
                    yield Tombstone(timestamp, log_id_of(item))

    async def fetch_read_cursor(self, user_id: str) -> str | None:
        with store_errors(self._table):
            answer = await self._client.get_item(
                TableName=self._table, Key=item_key(user_id, "mark:dm"), ConsistentRead=True
            )
        return text_of(answer["Item"], "ts") if "Item" in answer else None

    async def save_read_cursor(self, user_id: str, ts: str) -> None:
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

    async def fetch_users(self) -> list[str]:
        request = {
            "TableName": self._table,
            "ProjectionExpression": "PK",
            "ConsistentRead": True,
        }
        keys: set[str] = set()
        async for page in self._paginate("scan", request):
            keys.update(text_of(item, "PK") for item in page)
        return sorted(key.removeprefix("user:") for key in keys if key.startswith("user:"))

    async def erase_user(self, user_id: str) -> Erased:
        kinds: Counter[str] = Counter()
        async for page in self._pages(user_id, *ALL_ROWS, only=("PK", "SK", "deleted")):
            kinds.update(map(_kind, page))
            keys = [{name: item[name] for name in ("PK", "SK")} for item in page]
            batches = batched(keys, BATCH, strict=False)

            async def work(waiting: Iterator[Sequence[Item]] = batches) -> None:
                for batch in waiting:
                    await self._remove(batch)

            await _together([work() for _ in range(AT_ONCE)])
        return Erased(
            entries=kinds["log"],
            tombstones=kinds["deleted"],
            jobs=kinds["job"],
            read_cursors=kinds["mark"],
        )

    async def _remove(self, keys: Sequence[Item]) -> None:
        """At most `BATCH`, gone when this returns."""
        left = {self._table: [{"DeleteRequest": {"Key": key}} for key in keys]}
        while True:
            with store_errors(self._table):
                answer = await self._client.batch_write_item(RequestItems=left)
            left = answer.get("UnprocessedItems") or {}
            if not left:
                return
            await asyncio.sleep(PAUSE_S)

    async def create_table(self, *, apply: bool = False) -> TableChanges:
        """Make the table as it should be. Of one that is there only `apply` changes anything.

        Safe to repeat. Returns when the table can be used. StoreError if a table of this name
        has other keys.
        """
        return await create_table(self._client, self._table, apply=apply)

    async def table_exists(self) -> bool:
        """Whether the table is there; True also where the credentials may not see it."""
        return await table_exists(self._client, self._table)

    async def check_table(self, role: Role = Role.DAEMON) -> list[str]:
        """What is not as it should be for that role, in words; empty if all is well."""
        return await check_table(self._client, self._table, role)

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
        self, user_id: str, first: str, last: str, only: Sequence[str] = ()
    ) -> AsyncIterator[list[Item]]:
        """The same a page at a time, in the order of the keys; of `only` those attributes."""
        if first > last:  # DynamoDB calls that an error
            return
        request: dict[str, Any] = {
            "TableName": self._table,
            "KeyConditionExpression": "PK = :pk AND SK BETWEEN :first AND :last",
            "ExpressionAttributeValues": {
                ":pk": {"S": f"user:{user_id}"},
                ":first": {"S": first},
                ":last": {"S": last},
            },
            # What was confirmed a moment ago is to be seen now.
            "ConsistentRead": True,
        }
        if only:
            request["ProjectionExpression"] = ", ".join(f"#{name}" for name in only)
            request["ExpressionAttributeNames"] = {f"#{name}": name for name in only}
        async for page in self._paginate("query", request):
            yield page

    async def _paginate(self, operation: str, request: dict[str, Any]) -> AsyncIterator[list[Item]]:
        with store_errors(self._table):
            pages = aiter(self._client.get_paginator(operation).paginate(**request))
        while True:
            with store_errors(self._table):  # not around the `yield`: errors of readers are theirs
                page = await anext(pages, None)
            if page is None:
                return
            yield page["Items"]

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


def _last_key(entry: Entry) -> str:
    """The last key that a row of this moment can have."""
    return f"log:{format_timestamp(_shifted(entry.timestamp, EAST_OF_UTC))}"


def _kind(item: Item) -> str:
    kind: str = text_of(item, "SK").partition(":")[0]
    return "deleted" if "deleted" in item else kind


async def _together[T](works: Sequence[Coroutine[Any, Any, T]]) -> list[T]:
    """All of them at once; the first that fails ends the others, and its error is the error."""
    try:
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(work) for work in works]
    except ExceptionGroup as failures:
        first = failures.exceptions[0]
        raise first from first.__cause__
    return [task.result() for task in tasks]

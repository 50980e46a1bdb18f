"""The store in one DynamoDB table: opened, its users listed and erased, the table managed."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from itertools import batched
from typing import TYPE_CHECKING, Self

import aioboto3
from aiobotocore.config import AioConfig
from aiobotocore.session import get_session

from companion.adapters.dynamodb.changes import DynamoChanges
from companion.adapters.dynamodb.entries import DynamoEntries
from companion.adapters.dynamodb.items import Item, text_of
from companion.adapters.dynamodb.jobs import DynamoJobs
from companion.adapters.dynamodb.refusals import store_errors
from companion.adapters.dynamodb.requests import AT_ONCE, together
from companion.ports import Erased

if TYPE_CHECKING:
    # `/log` need not wait for what manages a table.
    from companion.domain.table import Role, TableChanges

ALL_ROWS = ("\x00", "\U0010ffff")
SERVICE = "dynamodb"
CREDENTIAL_SERVICES = ("sso", "sso-oidc", "sts", "signin")
"""What botocore asks for keys, by profiles that say so."""
BATCH = 25
"""The most that BatchWriteItem takes."""
PAUSE_S = 0.5
"""How long to wait before asking again for what DynamoDB did not do of a batch."""

CONFIG = AioConfig(
    # A daemon's next tick uses the connection of the last one, and needs no handshake.
    connector_args={"keepalive_timeout": 30},
    max_pool_connections=AT_ONCE,
    connect_timeout=2,
    read_timeout=5,
    # botocore would build a long one for each request, twice.
    user_agent="companion-memory",
    # Only this package makes what is sent, and its tests check the types.
    parameter_validation=False,
    # The first one counts. More would keep people waiting, and what failed is delivered again.
    retries={"mode": "standard", "total_max_attempts": 3},
)


class DynamoLogStore(DynamoEntries, DynamoChanges, DynamoJobs):
    """LogStore and JobStore on one table. Made by `open`."""

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

        Without keys, AWS's default chain is used (profiles, roles, SSO). Without an endpoint,
        botocore's own settings apply, and then the region's.
        """
        async with AsyncExitStack() as stack:
            with store_errors(table):
                core = get_session()
                # For each client botocore would look into the folders of all 400 services of AWS
                # to learn whether this is one of them.
                core.get_component("data_loader").list_available_services = lambda _: [
                    SERVICE,
                    *CREDENTIAL_SERVICES,
                ]
                session = aioboto3.Session(
                    botocore_session=core,
                    aws_access_key_id=access_key or None,
                    aws_secret_access_key=secret_key or None,
                    aws_session_token=session_token or None,
                    region_name=region,
                )
                client = await stack.enter_async_context(
                    session.client(SERVICE, endpoint_url=endpoint_url or None, config=CONFIG)
                )
            yield cls(client, table)

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

            await together([work() for _ in range(AT_ONCE)])
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

    async def create_table(self, *, apply: bool = False) -> "TableChanges":
        """Create the table. One that exists is changed only with `apply`.

        Safe to repeat. Returns when the table can be used. StoreError if a table of this name
        has other keys.
        """
        from companion.adapters.dynamodb.table import create_table

        return await create_table(self._client, self._table, apply=apply)

    async def table_exists(self) -> bool:
        """Whether the table is there; True also where the credentials may not see it."""
        from companion.adapters.dynamodb.table import table_exists

        return await table_exists(self._client, self._table)

    async def check_table(self, role: "Role | None" = None) -> list[str]:
        """What is wrong for that role (the daemon's), in words; empty if all is well."""
        from companion.adapters.dynamodb.table_check import check_table
        from companion.domain.table import Role

        return await check_table(self._client, self._table, role or Role.DAEMON)


def _kind(item: Item) -> str:
    kind: str = text_of(item, "SK").partition(":")[0]
    return "deleted" if "deleted" in item else kind

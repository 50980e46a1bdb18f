"""moto's DynamoDB as a process of its own, with the table of a daemon that is measured."""

import asyncio
import signal

from companion.adapters.dynamodb import DynamoLogStore
from companion.settings import DEFAULT_REGION, DEFAULT_TABLE
from tests.dynamodb_server import dynamodb


async def make_table(url: str) -> None:
    async with DynamoLogStore.open(
        table=DEFAULT_TABLE,
        region=DEFAULT_REGION,
        endpoint_url=url,
        access_key="benchmark",
        secret_key="benchmark",
    ) as store:
        await store.create_table()


if __name__ == "__main__":
    with dynamodb() as url:
        asyncio.run(make_table(url))
        print(url.rpartition(":")[2], flush=True)
        signal.pause()

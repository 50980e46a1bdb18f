"""Each store in turn, by the name `store`."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from companion.adapters.dynamodb import DynamoLogStore
from companion.adapters.sqlite import SqliteLogStore
from companion.ports import Store as Store
from tests.conftest import table
from tests.memory_store import MemoryLogStore


@pytest.fixture(params=["memory", "sqlite", "dynamodb"])
async def stores(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[list[Store]]:
    """Two handles on the same data, as two processes have them."""
    async with AsyncExitStack() as stack:
        match request.param:
            case "memory":
                yield [await stack.enter_async_context(MemoryLogStore.open())] * 2
            case "sqlite":
                path = tmp_path / "companion.db"
                yield [await stack.enter_async_context(SqliteLogStore.open(path)) for _ in range(2)]
            case "dynamodb":
                settings = request.getfixturevalue("dynamodb_settings")
                await stack.enter_async_context(table(settings))
                yield [
                    await stack.enter_async_context(DynamoLogStore.open(**settings))
                    for _ in range(2)
                ]


@pytest.fixture
def store(stores: list[Store]) -> Store:
    return stores[0]

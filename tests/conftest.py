"""What many tests share."""

import os
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from contextlib import asynccontextmanager
from threading import Lock
from typing import Any
from uuid import uuid4

import pytest
from moto.moto_server.threaded_moto_server import ThreadedMotoServer

from companion.adapters.dynamodb import DynamoLogStore

TABLES = pytest.StashKey[list[str]]()
"""Lines that tests want to be shown at the end, whether they passed or not."""


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    for line in config.stash.get(TABLES, []):
        terminalreporter.write_line(line)


@pytest.fixture(scope="session")
def dynamodb_url() -> Iterator[str]:
    """A DynamoDB: the one that COMPANION_TEST_DYNAMODB_URL names, or moto's on this machine."""
    if url := os.environ.get("COMPANION_TEST_DYNAMODB_URL"):
        yield url
        return
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    http = server._server
    assert http is not None
    http.app = _one_at_a_time(http.app)
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()
    http.server_close()


@pytest.fixture
def dynamodb_settings(dynamodb_url: str) -> dict[str, str]:
    """What `DynamoLogStore.open` takes, with the name of a table that does not exist yet."""
    return {
        "table": f"companion-test-{uuid4().hex}",
        "region": "us-west-2",
        "endpoint_url": dynamodb_url,
        "access_key": "test",
        "secret_key": "test",
    }


@asynccontextmanager
async def table(settings: dict[str, str]) -> AsyncIterator[None]:
    """The table that the settings name, for as long as it is needed."""
    async with DynamoLogStore.open(**settings) as store:
        await store.create_table()
        yield
        await store._client.update_table(
            TableName=settings["table"], DeletionProtectionEnabled=False
        )
        await store._client.delete_table(TableName=settings["table"])


@pytest.fixture
async def dynamodb_table(dynamodb_settings: dict[str, str]) -> AsyncIterator[dict[str, str]]:
    """What `DynamoLogStore.open` takes, for a table that is ready."""
    async with table(dynamodb_settings):
        yield dynamodb_settings


def _one_at_a_time(app: Callable[..., Iterable[bytes]]) -> Callable[..., Iterable[bytes]]:
    """DynamoDB checks a condition and writes in one step; moto's threads do not."""
    lock = Lock()

    def locked(*request: Any) -> Iterable[bytes]:
        with lock:
            return app(*request)

    return locked

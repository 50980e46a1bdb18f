"""What many tests share."""

import os
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

import certifi
import hypothesis
import pytest
from botocore.loaders import Loader, create_loader

from companion import bootstrap
from companion.adapters.dynamodb import DynamoLogStore
from tests.dynamodb_server import dynamodb

MODEL_PROCESS = bootstrap.model_process
TABLES = pytest.StashKey[dict[str, list[str]]]()
"""Headings, each with lines that tests want to be shown at the end, whether they passed or not."""

# For mutation testing: each test runs many times, slowed down by what counts its calls.
hypothesis.settings.register_profile(
    "mutation", deadline=None, derandomize=True, max_examples=15, database=None
)
# How long one example takes says more about the machine than about the code. Where CI is set,
# Hypothesis knows that by itself.
hypothesis.settings.register_profile("unhurried", deadline=None)
if os.environ.get("HYPOTHESIS_PROFILE") == "mutation":
    hypothesis.settings.load_profile("mutation")
elif "CI" not in os.environ:
    hypothesis.settings.load_profile("unhurried")

SLOWEST = (
    "test_leaving.py",
    "test_architecture.py",
    "test_docs_commands.py",
    "cli/test_init.py",
    "test_simulated_month.py",
    "test_model.py",
    "test_crash_matrix.py",
    "test_whole_system.py",
)
"""Files whose tests take seconds each: started last, one of them would keep a single core busy
when all the others are done. Those that wait come first, so that others work meanwhile."""


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    def place(item: pytest.Item) -> int:
        path = item.path.as_posix()
        return next(
            (n for n, name in enumerate(SLOWEST) if path.endswith(f"/{name}")), len(SLOWEST)
        )

    items.sort(key=place)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """One more than there are cores: some tests wait for other processes."""
    return (os.process_cpu_count() or 1) + 1


def pytest_sessionfinish(session: pytest.Session) -> None:
    """One of xdist's workers hands its lines to the process that shows them."""
    handed: dict[str, object] | None = getattr(session.config, "workeroutput", None)
    if handed is not None:
        handed["tables"] = session.config.stash.get(TABLES, {})


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    tables = node.config.stash.setdefault(TABLES, {})
    # A worker that crashed has handed over nothing.
    for heading, lines in getattr(node, "workeroutput", {}).get("tables", {}).items():
        tables.setdefault(heading, []).extend(lines)


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    for heading, lines in config.stash.get(TABLES, {}).items():
        for line in (heading, *lines):
            terminalreporter.write_line(line)


@pytest.fixture(scope="session")
def dynamodb_url() -> Iterator[str]:
    """A DynamoDB: the one that COMPANION_TEST_DYNAMODB_URL names, or moto's on this machine."""
    if url := os.environ.get("COMPANION_TEST_DYNAMODB_URL"):
        yield url
        return
    with dynamodb() as url:
        yield url


@pytest.fixture(scope="session", autouse=True)
def aws_described_once(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """botocore reads its description of AWS and all authorities that the machine trusts from the
    disk for every client: 50 ms, more than the rest of most tests takes. The description is the
    same each time, and no test speaks TLS with AWS: one authority is enough."""
    mark = "-----END CERTIFICATE-----\n"
    first, _, _ = Path(certifi.where()).read_text("utf-8").partition(mark)
    authority = tmp_path_factory.mktemp("aws") / "authority.pem"
    authority.write_text(first + mark, encoding="utf-8")
    read: dict[object, object] = {}

    def loader(search_path: str | None = None) -> Loader:
        fresh = create_loader(search_path)
        fresh._cache = read
        return fresh

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("botocore.session.create_loader", loader)
        patch.setenv("AWS_CA_BUNDLE", str(authority))
        yield


@pytest.fixture(scope="session", autouse=True)
def model_in_this_process() -> Iterator[None]:
    """The daemon asks its model in a process of its own: a second for each section of a summary.
    Tests that want that too use `model_process`."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(bootstrap, "model_process", bootstrap._summarizer)
        yield


@pytest.fixture
def model_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """The model in a process of its own, as in earnest."""
    monkeypatch.setattr(bootstrap, "model_process", MODEL_PROCESS)


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

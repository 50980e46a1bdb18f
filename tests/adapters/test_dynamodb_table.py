"""The table: created once, changed only on request, checked with real requests."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from uuid import uuid4

import pytest

from companion.adapters.dynamodb import DynamoLogStore
from companion.adapters.dynamodb.policy import ACTIONS
from companion.domain.table import Role, TableChanges
from companion.errors import StoreError
from tests.dynamodb_server import RecordingDynamoDB, recording_dynamodb

CURE = "`companion table create --apply` changes that."


@pytest.fixture(scope="module")
def server() -> Iterator[RecordingDynamoDB]:
    with recording_dynamodb() as server:
        yield server


@pytest.fixture
def dynamodb(server: RecordingDynamoDB) -> RecordingDynamoDB:
    server.asked.clear()
    server.errors.clear()
    return server


@pytest.fixture
async def store(dynamodb: RecordingDynamoDB) -> AsyncIterator[DynamoLogStore]:
    """With the name of a table that is not there."""
    async with DynamoLogStore.open(
        table=f"companion-test-{uuid4().hex}",
        region="us-west-2",
        endpoint_url=dynamodb.url,
        access_key="test",
        secret_key="test",
    ) as store:
        yield store


async def bare_table(store: DynamoLogStore) -> None:
    """As one makes it by hand, with nothing but the right keys."""
    await store._client.create_table(
        TableName=store._table,
        KeySchema=[
            {"AttributeName": "PK", "KeyType": "HASH"},
            {"AttributeName": "SK", "KeyType": "RANGE"},
        ],
        AttributeDefinitions=[
            {"AttributeName": "PK", "AttributeType": "S"},
            {"AttributeName": "SK", "AttributeType": "S"},
        ],
        ProvisionedThroughput={"ReadCapacityUnits": 1, "WriteCapacityUnits": 1},
    )


async def test_a_table_is_created_right_and_then_left_alone(store: DynamoLogStore) -> None:
    (missing,) = await store.check_table()
    assert "does not exist in us-west-2" in missing
    assert "AWS_REGION" in missing
    assert await store.create_table() == TableChanges(
        done=[
            f"made the table {store._table}, with deletion protection",
            "switched on its TTL on expires_at",
            "switched on its point-in-time recovery (35 days)",
        ],
        differs=[],
    )
    for role in Role:
        assert await store.check_table(role) == []
    assert await store.create_table() == TableChanges(done=[], differs=[])
    assert await store.create_table(apply=True) == TableChanges(done=[], differs=[])


async def test_a_table_that_differs_is_named_and_changed_only_on_request(
    store: DynamoLogStore, dynamodb: RecordingDynamoDB
) -> None:
    await bare_table(store)
    dynamodb.asked.clear()
    found = await store.create_table()
    assert found.done == []
    assert [problem.partition(":")[0] for problem in found.differs] == [
        "It is billed as PROVISIONED, not PAY_PER_REQUEST.",
        "Its deletion protection is off",
        "Its TTL on expires_at is off, so old jobs stay.",
        "Its point-in-time recovery is off",
    ]
    assert not {action for action in dynamodb.asked if not action.startswith("Describe")}
    assert await store.check_table() == [f"{problem} {CURE}" for problem in found.differs]

    changed = await store.create_table(apply=True)
    assert changed.differs == []
    assert len(changed.done) == 4
    assert await store.check_table() == []


async def test_a_table_of_other_keys_is_described_and_left_alone(store: DynamoLogStore) -> None:
    await store._client.create_table(
        TableName=store._table,
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "N"}],
        BillingMode="PAY_PER_REQUEST",
    )
    keys, *others = await store.check_table(Role.ADMIN)
    assert "PK (partition key) and SK (sort key)" in keys
    assert len(others) == 3
    for apply in (False, True):
        with pytest.raises(StoreError, match="DYNAMODB_TABLE"):
            await store.create_table(apply=apply)
    assert len(await store.check_table()) == 4


async def test_a_ttl_on_another_attribute_is_for_a_person_to_decide(store: DynamoLogStore) -> None:
    await store.create_table()
    for on, attribute in ((False, "expires_at"), (True, "gone_at")):
        await store._client.update_time_to_live(
            TableName=store._table,
            TimeToLiveSpecification={"Enabled": on, "AttributeName": attribute},
        )
    (problem,) = await store.check_table()
    assert "gone_at" in problem
    assert (await store.create_table(apply=True)).differs == [problem]


async def test_recovery_is_asked_for_again_while_a_new_table_is_not_ready_for_it(
    store: DynamoLogStore, dynamodb: RecordingDynamoDB, monkeypatch: pytest.MonkeyPatch
) -> None:
    pauses = []

    async def pause(seconds: float) -> None:
        pauses.append(seconds)

    monkeypatch.setattr(asyncio, "sleep", pause)
    dynamodb.errors["UpdateContinuousBackups"] = ("ContinuousBackupsUnavailableException", 3)
    await store.create_table()
    assert pauses == [1, 1, 1]
    monkeypatch.undo()
    assert await store.check_table() == []


async def test_a_dynamodb_without_recovery_is_not_asked_for_it(
    store: DynamoLogStore, dynamodb: RecordingDynamoDB
) -> None:
    dynamodb.errors["DescribeContinuousBackups"] = ("UnknownOperationException", 99)
    await store.create_table()
    assert await store.check_table(Role.ADMIN) == []


@pytest.mark.parametrize("role", Role)
async def test_each_permission_that_is_missing_is_named(
    store: DynamoLogStore, dynamodb: RecordingDynamoDB, role: Role
) -> None:
    await store.create_table()
    # These change the table, so that a check does not try them.
    tried = ACTIONS[role] - {
        "CreateTable",
        "UpdateTable",
        "UpdateTimeToLive",
        "UpdateContinuousBackups",
    }
    dynamodb.deny(*tried)
    problems = await store.check_table(role)
    assert [problem.partition(" ")[0] for problem in problems] == [
        f"dynamodb:{action}" for action in sorted(tried)
    ]
    assert all(f"companion table policy --for {role}" in problem for problem in problems)


@pytest.mark.parametrize("role", Role)
async def test_a_check_leaves_nothing_behind_whatever_is_allowed(
    store: DynamoLogStore, dynamodb: RecordingDynamoDB, role: Role
) -> None:
    await store.create_table()
    for denied in ((), ("DeleteItem",)):
        dynamodb.deny(*denied)
        await store.check_table(role)
        scanned = await store._client.scan(TableName=store._table)
        assert scanned["Items"] == []


async def test_what_the_daemon_need_not_see_is_not_a_problem(
    store: DynamoLogStore, dynamodb: RecordingDynamoDB
) -> None:
    await store.create_table()
    dynamodb.deny("DescribeTable", "DescribeTimeToLive", "DescribeContinuousBackups", "DeleteItem")
    assert await store.check_table(Role.DAEMON) == []
    assert len(await store.check_table(Role.ADMIN)) == 4


async def test_what_a_batch_did_not_do_is_asked_again(
    store: DynamoLogStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    await store.create_table()
    await store.save_read_cursor("U1", "1763812800.000100")
    really, left = store._client.batch_write_item, [1, 1]
    monkeypatch.setattr("companion.adapters.dynamodb.store.PAUSE_S", 0)

    async def busy(RequestItems: dict[str, object]) -> object:  # noqa: N803 -- boto3's own name
        if left:
            left.pop()
            return {"UnprocessedItems": RequestItems}
        return await really(RequestItems=RequestItems)

    monkeypatch.setattr(store._client, "batch_write_item", busy)
    assert (await store.erase_user("U1")).read_cursors == 1
    assert await store.fetch_users() == []

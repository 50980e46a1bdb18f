"""What only DynamoDB does: keys and attributes, pages, rows of other tools, refusals."""

import json
import logging
import socket
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError
from botocore.loaders import Loader

from companion.adapters.dynamodb import DynamoLogStore
from companion.domain.entry import Entry, Source, command_log_id
from companion.domain.jobs.job import Job, JobKind, JobResult, Outcome, job_id
from companion.domain.jobs.planning import Plan
from companion.domain.search import parse_query
from companion.errors import StoreError
from companion.usecases.search import search_entries

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
DAY = date(2026, 11, 22)


def entry(text: str = "fixing the parser", *, name: str = "first", at: datetime = NOON) -> Entry:
    return Entry(
        user_id="U1",
        timestamp=at,
        text=text,
        log_id=command_log_id(name),
        source=Source.COMMAND,
        tz="Europe/Berlin",
    )


@pytest.fixture
async def store(dynamodb_table: dict[str, str]) -> AsyncIterator[DynamoLogStore]:
    async with DynamoLogStore.open(**dynamodb_table) as store:
        yield store


@pytest.fixture
def requests(store: DynamoLogStore) -> Counter[str]:
    """How often each operation was asked for."""
    counted: Counter[str] = Counter()

    def count(model: Any, **_: Any) -> None:
        counted[model.name] += 1

    store._client.meta.events.register("before-call.dynamodb", count)
    return counted


async def items(store: DynamoLogStore) -> list[dict[str, Any]]:
    answer = await store._client.scan(TableName=store._table)
    return list(answer["Items"])


async def put_row(store: DynamoLogStore, sort_key: str, **attributes: str) -> None:
    """A row as another tool writes it."""
    row = {"PK": "user:U1", "SK": sort_key, **attributes}
    await store._client.put_item(
        TableName=store._table, Item={name: {"S": value} for name, value in row.items()}
    )


async def texts(store: DynamoLogStore, since: datetime, until: datetime) -> list[str]:
    return [entry.text for entry in await store.fetch_logs("U1", since, until)]


async def test_an_entry_is_one_item_and_one_request(
    store: DynamoLogStore, requests: Counter[str]
) -> None:
    await store.write_log(entry())
    assert requests == {"PutItem": 1}
    assert await items(store) == [
        {
            "PK": {"S": "user:U1"},
            "SK": {"S": "log:2026-11-22T12:00:00.000000+00:00"},
            "timestamp": {"S": "2026-11-22T12:00:00.000000+00:00"},
            "text": {"S": "fixing the parser"},
            "log_id": {"S": str(command_log_id("first"))},
            "source": {"S": "command"},
            "tz": {"S": "Europe/Berlin"},
        }
    ]


async def test_a_deleted_entry_keeps_no_words(store: DynamoLogStore) -> None:
    await store.write_log(entry())
    await store.delete_log("U1", NOON, command_log_id("first"))
    (item,) = await items(store)
    assert "text" not in item
    assert item["deleted"] == {"BOOL": True}


async def test_an_edit_that_meets_a_deletion_on_its_way_changes_nothing(
    store: DynamoLogStore, dynamodb_table: dict[str, str]
) -> None:
    await store.write_log(entry())
    async with DynamoLogStore.open(**dynamodb_table) as other:

        async def delete_first(**_: Any) -> None:
            await other.delete_log("U1", NOON, command_log_id("first"))

        store._client.meta.events.register("before-call.dynamodb.UpdateItem", delete_first)
        edited = replace(entry("edited"), revision="1763812800.000100")
        assert await store.write_log(edited) is False
    assert await texts(store, NOON, NOON + HOUR) == []


async def test_a_job_is_one_item_that_goes_ninety_days_after_it_was_due(
    store: DynamoLogStore,
) -> None:
    await store.save_job(
        Job(
            user_id="U1",
            job_id=job_id(DAY, "prompt-1"),
            kind=JobKind.PROMPT,
            day=DAY,
            due=NOON,
            tz="Europe/Berlin",
        )
    )
    (item, _) = await items(store)  # and the version
    assert json.loads(item.pop("job_definition")["S"]) == {
        "kind": "prompt",
        "day": "2026-11-22",
        "due": "2026-11-22T12:00:00.000000+00:00",
        "tz": "Europe/Berlin",
        "moments": [],
    }
    assert item == {
        "PK": {"S": "user:U1"},
        "SK": {"S": "job:2026-11-22/prompt-1"},
        "state": {"S": "planned"},
        "attempts": {"N": "0"},
        "expires_at": {"N": str(int((NOON + timedelta(days=90)).timestamp()))},
    }


async def test_a_plan_is_stored_as_version_0_1_0_stores_it(store: DynamoLogStore) -> None:
    plan = Plan(
        user_id="U1",
        plan_id=job_id(DAY, "plan"),
        day=DAY,
        made_at=NOON,
        tz="Europe/Berlin",
        moments=(NOON + HOUR,),
        reason="1 prompt",
    )
    await store.save_plan(plan)
    (item,) = await items(store)
    assert json.loads(item.pop("job_definition")["S"]) == {
        "kind": "plan",
        "day": "2026-11-22",
        "due": "2026-11-22T12:00:00.000000+00:00",
        "tz": "Europe/Berlin",
        "moments": ["2026-11-22T13:00:00.000000+00:00"],
    }
    assert item == {
        "PK": {"S": "user:U1"},
        "SK": {"S": "job:2026-11-22/plan"},
        "state": {"S": "done"},
        "attempts": {"N": "0"},
        "outcome": {"S": "sent"},
        "reason": {"S": "1 prompt"},
        "finished_at": {"S": "2026-11-22T12:00:00.000000+00:00"},
        "expires_at": {"N": str(int((NOON + timedelta(days=90)).timestamp()))},
    }


async def test_every_page_is_read_however_small(
    store: DynamoLogStore, requests: Counter[str]
) -> None:
    for n in range(7):
        await store.write_log(entry(str(n), name=str(n), at=NOON + n * HOUR))

    def two_at_a_time(params: dict[str, Any], **_: Any) -> None:
        params["Limit"] = 2

    store._client.meta.events.register("provide-client-params.dynamodb.Query", two_at_a_time)
    assert await texts(store, NOON, NOON + 24 * HOUR) == list("0123456")
    assert requests["Query"] == 4


async def test_every_reading_sees_what_was_stored_a_moment_ago(store: DynamoLogStore) -> None:
    """moto's readings always do; DynamoDB's only where that is asked for."""
    asked: list[tuple[str, bool | None]] = []

    def note(params: dict[str, Any], model: Any, **_: Any) -> None:
        if model.name in {"GetItem", "Query", "Scan"}:
            asked.append((model.name, json.loads(params["body"]).get("ConsistentRead")))

    store._client.meta.events.register("before-call.dynamodb", note)
    await texts(store, NOON, NOON + HOUR)
    assert [each async for each in store.read_tombstones("U1")] == []
    assert await searched(store, "words") == []
    await store.fetch_jobs("U1", DAY, DAY + timedelta(days=1))
    await store.fetch_plans("U1", DAY, DAY + timedelta(days=1))
    await store.fetch_read_cursor("U1")
    await store.fetch_change("U1", NOON)
    await store.fetch_users()
    await store.erase_user("U1")
    assert {name for name, _ in asked} == {"GetItem", "Query", "Scan"}
    assert [reading for reading in asked if reading[1] is not True] == []


@pytest.mark.parametrize(
    "written",
    [
        "2026-11-22T12:00:00Z",
        "2026-11-22T12:00:00+00:00",
        "2026-11-22T12:00:00.000Z",
        "2026-11-22T17:30:00+05:30",
        "2026-11-23T02:00:00+14:00",
        "2026-11-22T00:00:00-12:00",
    ],
)
async def test_a_moment_that_another_tool_wrote_in_any_zone_is_found(
    store: DynamoLogStore, written: str
) -> None:
    await put_row(store, f"log:{written}", text="theirs")
    (found,) = await store.fetch_logs("U1", NOON, NOON + timedelta(microseconds=1))
    assert found.timestamp == NOON
    assert await texts(store, NOON - HOUR, NOON) == []
    assert await texts(store, NOON + timedelta(microseconds=1), NOON + HOUR) == []


async def test_the_timestamp_wins_over_the_key(store: DynamoLogStore) -> None:
    await put_row(
        store, "log:2026-11-22T12:00:00Z", timestamp="20261122T150000+0300", text="theirs"
    )
    (found,) = await store.fetch_logs("U1", NOON, NOON + HOUR)
    assert found.timestamp == NOON


async def test_rows_of_other_tools_come_in_the_order_of_time(store: DynamoLogStore) -> None:
    await put_row(store, "log:2026-11-22T15:00:00+05:00", text="first")
    await put_row(store, "log:2026-11-22T11:00:00Z", text="second")
    await store.write_log(entry("third"))
    assert await texts(store, NOON - 3 * HOUR, NOON + HOUR) == ["first", "second", "third"]


async def searched(store: DynamoLogStore, typed: str) -> list[str]:
    found = store.search_logs("U1", parse_query(typed), NOON - 48 * HOUR, NOON + 48 * HOUR)
    return [entry.text async for entry in found]


async def test_a_search_finds_rows_of_other_tools_in_the_order_of_time(
    store: DynamoLogStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("companion.adapters.dynamodb.requests.FIRST_PAGE", 1)
    monkeypatch.setattr("companion.adapters.dynamodb.requests.MAX_PAGE", 1)
    await put_row(store, "log:2026-11-22T15:00:00+05:00", text="words one")
    await put_row(store, "log:2026-11-22T11:00:00Z", text="words two")
    await store.write_log(entry("words three"))
    await put_row(store, "log:2026-11-22T02:00:00-12:00", text="words four")
    assert await searched(store, "words") == [f"words {n}" for n in ("four", "three", "two", "one")]


async def test_a_search_reads_no_further_than_it_is_asked_to(
    store: DynamoLogStore, requests: Counter[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("companion.adapters.dynamodb.requests.FIRST_PAGE", 2)
    monkeypatch.setattr("companion.adapters.dynamodb.requests.MAX_PAGE", 5)
    for n in range(15):
        await store.write_log(entry(f"words {n}", name=str(n), at=NOON - n * 2 * HOUR))
    found = await search_entries(
        store, "U1", parse_query("words"), NOON - 48 * HOUR, NOON + HOUR, 1
    )
    assert ([each.text for each in found.entries], found.has_more) == (["words 0"], True)
    assert requests["Query"] == 3  # 2, 5 and 5: an older key could be of a later moment
    requests.clear()
    assert len(await searched(store, "words")) == 15
    assert requests["Query"] == 4


async def test_a_row_with_few_attributes_is_an_entry_with_a_lasting_identity(
    store: DynamoLogStore,
) -> None:
    await put_row(store, "log:2026-11-22T12:00:00Z", text="theirs", source="carrier pigeon")
    (first,) = await store.fetch_logs("U1", NOON, NOON + HOUR)
    (again,) = await store.fetch_logs("U1", NOON, NOON + HOUR)
    assert (first.text, first.source, first.tz) == ("theirs", Source.COMMAND, None)
    assert first == again


async def test_another_tools_row_at_the_same_key_survives(store: DynamoLogStore) -> None:
    await put_row(store, "log:2026-11-22T12:00:00.000000+00:00", text="theirs")
    assert await store.write_log(entry("ours")) is True
    assert await store.write_log(entry("ours")) is False
    assert await texts(store, NOON, NOON + HOUR) == ["theirs", "ours"]


@pytest.mark.parametrize(
    "row", [{"text": "x", "timestamp": "noon"}, {"text": "x", "timestamp": "2026-11-22T12:00"}, {}]
)
async def test_an_unreadable_row_does_not_hide_others(
    store: DynamoLogStore, row: dict[str, str], caplog: pytest.LogCaptureFixture
) -> None:
    await put_row(store, "log:2026-11-22T12:00:00Z", **row)
    await store.write_log(entry("ours"))
    with caplog.at_level(logging.WARNING):
        assert await texts(store, NOON, NOON + HOUR) == ["ours"]
    assert "store.row_unreadable" in caplog.messages


async def test_a_job_that_cannot_be_read_is_an_error(store: DynamoLogStore) -> None:
    await put_row(store, "job:2026-11-22/dance", job_definition='{"kind": "dance"}')
    with pytest.raises(StoreError, match="upgrade"):
        await store.fetch_jobs("U1", DAY, DAY + timedelta(days=1))


async def test_a_missing_table_says_how_to_make_it(dynamodb_settings: dict[str, str]) -> None:
    async with DynamoLogStore.open(**dynamodb_settings) as store:
        with pytest.raises(StoreError, match="companion table create"):
            await store.write_log(entry())
        with pytest.raises(StoreError, match="companion table create"):
            await store.fetch_logs("U1", NOON, NOON + HOUR)
        with pytest.raises(StoreError, match="companion table create"):
            await store.finish_job("U1", "2026-11-22/x", "mac", JobResult(Outcome.SENT, NOON))
        with pytest.raises(StoreError, match="companion table create"):
            await store.fetch_read_cursor("U1")


async def test_an_endpoint_that_does_not_answer_is_an_error(
    dynamodb_settings: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.socket() as unused:  # bound, but it does not listen
        unused.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{unused.getsockname()[1]}"
        monkeypatch.setattr("botocore.retries.standard.ExponentialBackoff.delay_amount", no_delay)
        async with DynamoLogStore.open(**dynamodb_settings | {"endpoint_url": url}) as store:
            with pytest.raises(StoreError, match="cannot be reached"):
                await store.write_log(entry())


def no_delay(*_: Any) -> float:
    return 0.0


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("ExpiredTokenException", "expired"),
        ("UnrecognizedClientException", "AWS_ACCESS_KEY_ID"),
        ("AccessDeniedException", "dynamodb:PutItem"),
        ("ThrottlingException", "Try again"),
        ("ValidationException", "ValidationException"),
    ],
)
async def test_a_refusal_says_what_to_do_and_never_what_was_sent(
    store: DynamoLogStore, code: str, words: str
) -> None:
    def refuse(**_: Any) -> None:
        raise ClientError({"Error": {"Code": code, "Message": "hunter2"}}, "PutItem")

    store._client.meta.events.register("before-call.dynamodb.PutItem", refuse)
    with pytest.raises(StoreError, match=words) as caught:
        await store.write_log(entry("hunter2"))
    assert "hunter2" not in str(caught.value)
    assert isinstance(caught.value.__cause__, ClientError)


@pytest.fixture
def no_aws(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """None of this machine's own AWS settings."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_CONFIG_FILE", "/nowhere")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", "/nowhere")
    return monkeypatch


async def test_without_keys_the_default_chain_is_asked(
    dynamodb_table: dict[str, str], no_aws: pytest.MonkeyPatch
) -> None:
    keyless = dynamodb_table | {"access_key": "", "secret_key": ""}
    async with DynamoLogStore.open(**keyless) as store:
        with pytest.raises(StoreError, match="AWS credentials are missing"):
            await store.write_log(entry())
    no_aws.setenv("AWS_ACCESS_KEY_ID", "from the environment")
    no_aws.setenv("AWS_SECRET_ACCESS_KEY", "from the environment")
    async with DynamoLogStore.open(**keyless) as store:
        assert await store.write_log(entry()) is True


async def test_an_unknown_profile_or_a_wrong_endpoint_is_an_error_on_opening(
    dynamodb_settings: dict[str, str], no_aws: pytest.MonkeyPatch
) -> None:
    with pytest.raises(StoreError, match="could not be made"):
        async with DynamoLogStore.open(**dynamodb_settings | {"endpoint_url": "no url"}):
            pass
    no_aws.setenv("AWS_PROFILE", "nobody")
    with pytest.raises(StoreError, match="AWS credentials are missing"):
        async with DynamoLogStore.open(**dynamodb_settings | {"access_key": "", "secret_key": ""}):
            pass


async def test_a_job_whose_process_died_before_the_version_has_one_when_it_is_saved_again(
    store: DynamoLogStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = Job(
        user_id="U1",
        job_id=job_id(DAY, "prompt-1"),
        kind=JobKind.PROMPT,
        day=DAY,
        due=NOON,
        tz="UTC",
    )

    async def dies(user_id: str) -> None:
        raise StoreError("the table", "did not answer.")

    before = await store.fetch_version("U1")
    with monkeypatch.context() as patch:
        patch.setattr(store, "_renew_version", dies)
        with pytest.raises(StoreError):
            await store.save_job(job)
    assert await store.fetch_version("U1") == before
    assert await store.save_job(job) == job
    assert await store.fetch_version("U1") != before


async def test_a_client_is_made_without_a_look_into_the_folders_of_all_services(
    dynamodb_settings: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    looked: list[str] = []

    class Watched(Loader):  # type: ignore[misc]  # botocore has no types
        def list_available_services(self, type_name: str) -> list[str]:
            looked.append(type_name)
            return []

    monkeypatch.setattr("botocore.session.create_loader", lambda search_path: Watched())
    async with DynamoLogStore.open(**dynamodb_settings) as store:
        assert await store.table_exists() is False
    assert looked == []

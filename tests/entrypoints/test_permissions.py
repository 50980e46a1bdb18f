"""The policies allow what is really asked of DynamoDB, no more and no less."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid4

import aiohttp
import pytest
from click.testing import CliRunner

from companion.adapters.dynamodb.policy import ACTIONS, policy
from companion.bootstrap import Store, command_capture, open_store, slack_text
from companion.domain.jobs.job import JobKind
from companion.domain.table import Role
from companion.entrypoints.cli import cli
from companion.entrypoints.webhook import build_app, serving
from companion.settings import Settings, load_settings
from tests.dynamodb_server import RecordingDynamoDB, recording_dynamodb
from tests.entrypoints.cli.conftest import logging_as_before
from tests.fakes import FakeClock
from tests.slack_requests import SECRET, command_form, signed
from tests.system import MORNING, workplace


@pytest.fixture
def dynamodb() -> Iterator[RecordingDynamoDB]:
    with recording_dynamodb() as dynamodb:
        yield dynamodb


@pytest.fixture
def table(dynamodb: RecordingDynamoDB) -> dict[str, str]:
    return {
        "table": f"companion-test-{uuid4().hex}",
        "region": "us-west-2",
        "endpoint_url": dynamodb.url,
        "access_key": "test",
        "secret_key": "test",
    }


@pytest.fixture
async def ready(dynamodb: RecordingDynamoDB, table: dict[str, str]) -> dict[str, str]:
    from companion.adapters.dynamodb import DynamoLogStore

    async with DynamoLogStore.open(**table) as store:
        await store.create_table()
    dynamodb.asked.clear()
    return table


async def test_log_only_puts_items(dynamodb: RecordingDynamoDB, ready: dict[str, str]) -> None:
    settings = load_settings(
        Settings,
        env_file=None,
        dynamodb_table=ready["table"],
        aws_endpoint_url_dynamodb=ready["endpoint_url"],
        aws_access_key_id="test",
        aws_secret_access_key="test",
    )
    clock = FakeClock(MORNING)
    # Twice the same, as when somebody's answer was lost, and two that want one key.
    forms = [command_form("one")] * 2 + [command_form("two", trigger_id="3.4.def")]
    async with (
        open_store(settings) as store,
        serving(
            build_app(command_capture(settings, store, clock), SECRET, clock, slack_text()),
            "127.0.0.1",
            0,
        ) as port,
        aiohttp.ClientSession(f"http://127.0.0.1:{port}") as client,
    ):
        for body in forms:
            headers = signed(body, MORNING.timestamp())
            async with client.post("/slack/events", data=body, headers=headers) as answer:
                assert "Logged at" in await answer.text()
        assert dynamodb.asked == {"PutItem"}
        assert len(await logged(store)) == 2


async def logged(store: Store) -> list[str]:
    day = timedelta(days=1)
    found = await store.fetch_logs("U0AAAAAA", MORNING - day, MORNING + day)
    return [entry.text for entry in found]


async def test_the_webhook_asks_what_its_policy_allows(
    tmp_path: Path, dynamodb: RecordingDynamoDB, ready: dict[str, str]
) -> None:
    async with workplace(tmp_path, ready) as place, place.run() as it:
        place.clock.set(datetime(2026, 11, 20, 10, 0, tzinfo=UTC))
        await it.daemon.tick()
        place.slack.add_user("bo")
        dynamodb.asked.clear()
        for text in ("fixed it", "@-45m helped Bo", "a mistake"):
            await place.slack.run_command("/log", text)
        for text in (
            *("today", "yesterday", "week", "search fixed", "where", "standup", "next", "why"),
            *("ask what did I fix?", "edit fixed", "undo", "pause 2h", "resume", "undo"),
        ):
            answer = await place.slack.run_command("/companion", text)
            assert "store did not answer" not in str(answer), text
        # The daemon's own requests are among them, and there is nothing that it alone may do.
        assert dynamodb.asked == ACTIONS[Role.WEBHOOK] == ACTIONS[Role.DAEMON]


async def test_the_daemon_asks_what_its_policy_allows(
    tmp_path: Path, dynamodb: RecordingDynamoDB, ready: dict[str, str]
) -> None:
    async with workplace(tmp_path, ready) as place, place.run() as it:
        place.slack.command_url = None  # the daemon answers /log
        await place.slack.run_command("/log", "over the socket")
        place.clock.set(datetime(2026, 11, 20, 10, 0, tzinfo=UTC))
        await it.daemon.tick()
        await it.companion.day.ask_now(UUID(int=7))
        kept, gone = await place.slack.say("writing tsets"), await place.slack.say("a secret")
        await place.slack.wait_for(lambda m: m["ts"] == gone and m.get("reactions"))
        await place.slack.edit(kept, "writing tests")
        await place.slack.delete(gone)
        await it.companion.read_back()
        assert dynamodb.asked == ACTIONS[Role.DAEMON]
    assert [entry.text for entry in await place.entries()] == ["over the socket", "writing tests"]
    assert any(job.kind is JobKind.SUMMARY for job in await place.jobs())


@pytest.fixture
def quiet() -> Iterator[None]:
    with logging_as_before():
        yield


@pytest.mark.usefixtures("quiet")
def test_all_commands_together_ask_what_the_admins_policy_allows(
    tmp_path: Path,
    dynamodb: RecordingDynamoDB,
    table: dict[str, str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    env = {
        "SLACK_USER_ID": "U0ADA",
        "DYNAMODB_TABLE": table["table"],
        "COMPANION_DB": str(tmp_path / "memory.db"),
        "AWS_ENDPOINT_URL_DYNAMODB": table["endpoint_url"],
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
    }

    def companion(*arguments: str) -> None:
        result = CliRunner().invoke(cli, arguments, env=env, prog_name="companion")
        assert result.exit_code == 0, result.output

    companion("table", "create")
    companion("table", "check")
    companion("log", "one")
    companion("edit", "last", "two")
    companion("delete", "last")
    for target, source in (("sqlite", "dynamodb"), ("dynamodb", "sqlite")):
        companion("copy", "--from", source, "--to", target, "--all-users")
    companion("table", "check", "--for", "admin")
    companion("export", "-o", "all.jsonl")
    companion("import", "all.jsonl")
    companion("erase", "--yes")
    unprotect(table)
    companion("table", "create", "--apply")
    assert dynamodb.asked == ACTIONS[Role.ADMIN]


def unprotect(table: dict[str, str]) -> None:
    """By somebody, in the console: not by one of our own calls."""
    from moto.dynamodb.models import dynamodb_backends

    (backend,) = (each["us-west-2"] for each in dynamodb_backends.values())
    backend.tables[table["table"]].deletion_protection_enabled = False


@pytest.mark.parametrize(
    ("region", "arn"),
    [
        ("us-west-2", "arn:aws:dynamodb:us-west-2:*:table/Logs"),
        ("cn-north-1", "arn:aws-cn:dynamodb:cn-north-1:*:table/Logs"),
        ("us-gov-west-1", "arn:aws-us-gov:dynamodb:us-gov-west-1:*:table/Logs"),
    ],
)
def test_a_policy_is_for_one_table(region: str, arn: str) -> None:
    allowed = policy(Role.DAEMON, "Logs", region)
    assert json.loads(json.dumps(allowed)) == {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Sid": "CompanionMemoryDaemon",
                "Effect": "Allow",
                "Action": [
                    "dynamodb:GetItem",
                    "dynamodb:PutItem",
                    "dynamodb:Query",
                    "dynamodb:UpdateItem",
                ],
                "Resource": arn,
            }
        ],
    }

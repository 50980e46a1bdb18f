"""SIGTERM to the real commands: what is in hand is finished, and they are gone in time, with 0."""

import asyncio
import os
import re
import signal
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Self

import aiohttp
import pytest
from aiohttp import web

from companion.bootstrap import open_store
from companion.domain.jobs.job import Job, JobKind, Outcome, job_id
from companion.entrypoints.sandbox import settings_for
from companion.sandbox import LocalSlack
from companion.settings import SETTINGS, DaemonAndWebhookSettings
from companion.texts.slack import QUESTION

FIVE_SECONDS = 5.0
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)


class HeldDynamoDB:
    """DynamoDB, where the writing of an entry takes until the test lets it go on."""

    def __init__(self, url: str) -> None:
        self._behind = url
        self.writing, self.go_on = asyncio.Event(), asyncio.Event()

    async def __aenter__(self) -> Self:
        self._client = aiohttp.ClientSession()
        app = web.Application()
        app.router.add_post("/", self._handle)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        return self

    async def __aexit__(self, *problem: object) -> None:
        await self._runner.cleanup()
        await self._client.close()

    async def _handle(self, request: web.Request) -> web.Response:
        body = await request.read()
        if request.headers["X-Amz-Target"].endswith(".PutItem") and b'"log:' in body:
            self.writing.set()
            await self.go_on.wait()
        headers = {
            name: value
            for name, value in request.headers.items()
            if name.startswith("X-Amz-") or name in {"Authorization", "Content-Type"}
        }
        async with self._client.post(self._behind, data=body, headers=headers) as answer:
            return web.Response(
                body=await answer.read(),
                status=answer.status,
                content_type="application/x-amz-json-1.0",
            )


@pytest.fixture
async def slack() -> AsyncIterator[LocalSlack]:
    async with LocalSlack(now=lambda: datetime.now(UTC)) as slack:
        yield slack


@pytest.fixture
async def dynamodb(dynamodb_table: dict[str, str]) -> AsyncIterator[HeldDynamoDB]:
    async with HeldDynamoDB(dynamodb_table["endpoint_url"]) as dynamodb:
        yield dynamodb


@pytest.fixture
def in_table(
    slack: LocalSlack, dynamodb_table: dict[str, str], dynamodb: HeldDynamoDB, tmp_path: Path
) -> dict[str, str]:
    """The environment of a command that stores in DynamoDB."""
    return _environment(slack, tmp_path) | {
        "DYNAMODB_TABLE": dynamodb_table["table"],
        "AWS_REGION": dynamodb_table["region"],
        "AWS_ENDPOINT_URL_DYNAMODB": dynamodb.url,
        "AWS_ACCESS_KEY_ID": dynamodb_table["access_key"],
        "AWS_SECRET_ACCESS_KEY": dynamodb_table["secret_key"],
    }


def _environment(slack: LocalSlack, folder: Path) -> dict[str, str]:
    # Around noon, so that a prompt is asked, and no plan's own is due.
    noon = f"Etc/GMT{datetime.now(UTC).hour - 12:+d}"
    return {
        "PATH": os.environ["PATH"],
        "HOME": str(folder),
        "COMPANION_ENV_FILE": os.devnull,
        "XDG_DATA_HOME": str(folder),
        "COMPANION_DB": str(folder / "memory.db"),
        "COMPANION_TIMEZONE": noon,
        "COMPANION_WORK_HOURS": "00:00-24:00",
        "COMPANION_WORK_DAYS": "mon-sun",
        "COMPANION_PROMPTS_PER_DAY": "1",
        "PORT": "0",
        "SLACK_API_URL": slack.api_url,
        "SLACK_BOT_TOKEN": slack.bot_token,
        "SLACK_APP_TOKEN": slack.app_token,
        "SLACK_SIGNING_SECRET": slack.signing_secret,
        "SLACK_USER_ID": slack.user_id,
    }


class Command:
    """`companion …` as another process."""

    def __init__(self, process: Process) -> None:
        self._process = process

    async def says(self, pattern: str) -> re.Match[str]:
        """The next line that it writes to its standard error with that in it."""
        assert self._process.stderr is not None
        lines = []
        async for line in self._process.stderr:
            lines.append(line.decode())
            if match := re.search(pattern, lines[-1]):
                return match
        raise AssertionError(f"{pattern} is not in {''.join(lines)}")

    def terminate(self) -> None:
        self._process.send_signal(signal.SIGTERM)

    async def left_with(self) -> int:
        """Its exit status. TimeoutError where it takes longer than it may."""
        async with asyncio.timeout(FIVE_SECONDS):
            await self._process.communicate()
        assert self._process.returncode is not None
        return self._process.returncode


@asynccontextmanager
async def running(name: str, environment: dict[str, str], folder: Path) -> AsyncIterator[Command]:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "companion", name), env=environment, cwd=folder, stderr=PIPE
    )
    try:
        async with asyncio.timeout(60):
            yield Command(process)
    finally:
        if process.returncode is None:
            process.kill()
        await process.communicate()


async def test_an_event_that_is_being_stored_is_stored_and_acked(
    slack: LocalSlack, dynamodb: HeldDynamoDB, in_table: dict[str, str], tmp_path: Path
) -> None:
    async with running("daemon", in_table, tmp_path) as daemon:
        await daemon.says("socket.connected")
        slack.hold_events = True
        await slack.say("fixed the flaky test")
        delivering = asyncio.create_task(slack.deliver(slack.held[0]))
        await dynamodb.writing.wait()
        daemon.terminate()
        await daemon.says("daemon.stopping")
        dynamodb.go_on.set()
        assert await daemon.left_with() == 0
        assert await delivering
    assert await _texts(slack, in_table) == ["fixed the flaky test"]


async def test_a_prompt_that_is_being_sent_is_sent_and_recorded(
    slack: LocalSlack, tmp_path: Path
) -> None:
    posting, go_on = asyncio.Event(), asyncio.Event()

    async def take_time(method: str, params: dict[str, Any]) -> web.StreamResponse | None:
        if method == "chat.postMessage":
            posting.set()
            await go_on.wait()
        return None

    slack.before_api = take_time
    environment = _environment(slack, tmp_path)
    await _plan_prompt(slack, environment)
    async with running("daemon", environment, tmp_path) as daemon:
        await posting.wait()
        daemon.terminate()
        await daemon.says("daemon.stopping")
        go_on.set()
        assert await daemon.left_with() == 0
    [sent] = slack.messages(slack.dm_channel)
    job = await _prompt(slack, environment)
    assert (sent["text"], job.outcome, job.message_ts) == (QUESTION, Outcome.SENT, sent["ts"])


async def test_neither_slack_nor_a_store_that_hangs_keeps_the_daemon(
    slack: LocalSlack, dynamodb: HeldDynamoDB, in_table: dict[str, str], tmp_path: Path
) -> None:
    posting, never = asyncio.Event(), asyncio.Event()

    async def hang(method: str, params: dict[str, Any]) -> web.StreamResponse | None:
        if method == "chat.postMessage":
            posting.set()
            await never.wait()
        return None

    slack.before_api = hang
    await _plan_prompt(slack, in_table)
    async with running("daemon", in_table, tmp_path) as daemon:
        await posting.wait()
        await daemon.says("socket.connected")
        await slack.say("fixed the flaky test")
        await dynamodb.writing.wait()
        daemon.terminate()
        assert await daemon.left_with() == 0


async def test_a_command_that_is_being_stored_is_answered(
    slack: LocalSlack, dynamodb: HeldDynamoDB, in_table: dict[str, str], tmp_path: Path
) -> None:
    async with running("webhook", in_table, tmp_path) as webhook:
        port = await _serve(slack, webhook)
        answering = asyncio.create_task(slack.run_command("/log", "fixed the flaky test"))
        await dynamodb.writing.wait()
        webhook.terminate()
        await _closed(port)
        dynamodb.go_on.set()
        assert "Logged at" in (await answering)["text"]
        assert await webhook.left_with() == 0
    assert await _texts(slack, in_table) == ["fixed the flaky test"]


async def test_a_store_that_hangs_does_not_keep_the_webhook_from_saying_so_and_leaving(
    slack: LocalSlack, dynamodb: HeldDynamoDB, in_table: dict[str, str], tmp_path: Path
) -> None:
    async with running("webhook", in_table, tmp_path) as webhook:
        await _serve(slack, webhook)
        answering = asyncio.create_task(slack.run_command("/log", "fixed the flaky test"))
        await dynamodb.writing.wait()
        webhook.terminate()
        assert await webhook.left_with() == 0
        assert "Nothing saved" in (await answering)["text"]


async def _serve(slack: LocalSlack, webhook: Command) -> int:
    port = int((await webhook.says(r"http://[^:]+:(\d+)/"))[1])
    slack.command_url = f"http://127.0.0.1:{port}/slack/events"
    return port


async def _closed(port: int) -> None:
    """Until nobody listens there any more."""
    refused = False
    while not refused:
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.close()
            await writer.wait_closed()
        except ConnectionError as error:  # a reset, where it closes at this very moment
            refused = isinstance(error, ConnectionRefusedError)


def _settings(slack: LocalSlack, environment: dict[str, str]) -> DaemonAndWebhookSettings:
    named = {name.lower(): value for name, value in environment.items()}
    known = {name: named[name] for name in SETTINGS if name in named}
    return settings_for(slack, Path(environment["COMPANION_DB"]), **known, env_file=None)


async def _texts(slack: LocalSlack, environment: dict[str, str]) -> list[str]:
    now = datetime.now(UTC)
    async with open_store(_settings(slack, environment)) as store:
        entries = await store.fetch_logs(slack.user_id, now - DAY, now + DAY)
    return [entry.text for entry in entries]


async def _plan_prompt(slack: LocalSlack, environment: dict[str, str]) -> None:
    """A prompt that is due now."""
    settings = _settings(slack, environment)
    now = datetime.now(UTC)
    today = now.astimezone(settings.companion_timezone).date()
    async with open_store(settings) as store:
        await store.save_job(
            Job(
                user_id=slack.user_id,
                job_id=job_id(today, "ask-now"),
                kind=JobKind.PROMPT,
                day=today,
                due=now - MINUTE,
                tz=environment["COMPANION_TIMEZONE"],
            )
        )


async def _prompt(slack: LocalSlack, environment: dict[str, str]) -> Job:
    today = datetime.now(UTC).date()
    async with open_store(_settings(slack, environment)) as store:
        jobs = await store.fetch_jobs(slack.user_id, today - DAY, today + 2 * DAY)
    [prompt] = [job for job in jobs if job.job_id.endswith("/ask-now")]
    return prompt

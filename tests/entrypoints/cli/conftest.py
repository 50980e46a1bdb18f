"""The real command: in this process, as another one, or on a terminal of its own."""

import asyncio
import logging
import os
import pty
import subprocess
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import pytest
from click.testing import CliRunner, Result

from companion.adapters.sqlite import SqliteLogStore
from companion.domain.entry import Entry, Source
from companion.domain.jobs.job import Job
from companion.domain.jobs.planning import Plan
from companion.entrypoints.cli import cli
from companion.sandbox import LocalSlack
from companion.settings import SETTINGS

USER = "U0ADA"
COMMAND = (sys.executable, "-m", "companion")

type Run = Callable[..., Result]
type Keep = Callable[..., None]
type Start = Callable[..., AbstractAsyncContextManager[Process]]


@pytest.fixture
def environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """All that a command knows of this machine: nothing of the person's own."""
    for name in SETTINGS:
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.delenv("UV", raising=False)  # `uv run` of the tests is not the person's
    monkeypatch.chdir(tmp_path)
    env_file = tmp_path / ".env"
    env_file.touch(mode=0o600)
    return {
        "COMPANION_ENV_FILE": str(env_file),
        "PATH": os.environ["PATH"],
        "HOME": str(tmp_path),
        "XDG_DATA_HOME": str(tmp_path),
        "LLM_USER_PATH": str(tmp_path / "llm"),
        "AWS_CONFIG_FILE": str(tmp_path / "none"),
        "AWS_SHARED_CREDENTIALS_FILE": str(tmp_path / "none"),
        "LC_ALL": "C.UTF-8",
        "COMPANION_DB": str(tmp_path / "memory.db"),
        "COMPANION_TIMEZONE": "Europe/Berlin",
        "LLM_MODEL": "echo",
        "SLACK_USER_ID": USER,
    }


@contextmanager
def logging_as_before() -> Iterator[None]:
    """What is set up in the block is undone."""
    root = logging.getLogger()
    known = [each for each in root.manager.loggerDict.values() if isinstance(each, logging.Logger)]
    levels = {logger: logger.level for logger in (root, *known)}
    handlers = root.handlers[:]
    yield
    root.handlers[:] = handlers
    now = [each for each in root.manager.loggerDict.values() if isinstance(each, logging.Logger)]
    for logger in (root, *now):
        logger.setLevel(levels.get(logger, logging.NOTSET))


@pytest.fixture
def companion(environment: dict[str, str]) -> Iterator[Run]:
    """`companion …` in this process; keyword arguments change its environment."""

    def run(*arguments: str, stdin: str | bytes | None = None, **changes: str) -> Result:
        return CliRunner().invoke(
            cli, arguments, input=stdin, env=environment | changes, prog_name="companion"
        )

    with logging_as_before():
        yield run


@pytest.fixture
def process(environment: dict[str, str], tmp_path: Path) -> Callable[..., "Finished"]:
    """`companion …` as another process, until it ends."""

    def run(*arguments: str, **changes: str) -> Finished:
        return subprocess.run(
            [*COMMAND, *arguments],
            cwd=tmp_path,
            env=environment | changes,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=90,
            check=False,
        )

    return run


type Finished = subprocess.CompletedProcess[str]


@pytest.fixture
def start(environment: dict[str, str], tmp_path: Path) -> Start:
    """`companion …` as another process that is at work in the block."""

    @asynccontextmanager
    async def started(*arguments: str, **changes: str) -> AsyncIterator[Process]:
        process = await asyncio.create_subprocess_exec(
            *COMMAND, *arguments, cwd=tmp_path, env=environment | changes, stdout=PIPE, stderr=PIPE
        )
        try:
            async with asyncio.timeout(90):
                yield process
        finally:
            if process.returncode is None:
                process.kill()
            await process.communicate()

    return started


@pytest.fixture
def on_terminal(environment: dict[str, str], tmp_path: Path) -> Callable[..., str]:
    """What `companion …` shows on a terminal of 80 columns."""

    def run(*arguments: str, **changes: str) -> str:
        ours, its = pty.openpty()
        env = {**environment, "TERM": "xterm-256color", "COLUMNS": "80", **changes}
        with subprocess.Popen(
            [*COMMAND, *arguments], cwd=tmp_path, env=env, stdin=its, stdout=its, stderr=its
        ) as process:
            os.close(its)
            shown = b""
            try:
                while more := os.read(ours, 4096):
                    shown += more
            except OSError:  # how Linux says that the other side is closed
                pass
            os.close(ours)
            process.wait(timeout=90)
        return shown.decode().replace("\r\n", "\n")

    return run


def entry(moment: str, text: str, tz: str | None = "Europe/Berlin") -> Entry:
    timestamp = datetime.fromisoformat(moment).astimezone(UTC)
    return Entry(
        user_id=USER,
        timestamp=timestamp,
        text=text,
        log_id=UUID(int=int(timestamp.timestamp())),
        source=Source.MESSAGE,
        tz=tz,
        answers="2026-11-20/prompt-1",
    )


@pytest.fixture
def keep(environment: dict[str, str]) -> Keep:
    """Store entries and jobs where the command looks for them."""

    async def keep_all(things: tuple[Entry | Job | Plan, ...]) -> None:
        async with SqliteLogStore.open(Path(environment["COMPANION_DB"])) as store:
            for thing in things:
                if isinstance(thing, Entry):
                    await store.write_log(thing)
                elif isinstance(thing, Plan):
                    await store.save_plan(thing)
                else:
                    await store.save_job(thing)

    return lambda *things: asyncio.run(keep_all(things))


@pytest.fixture
async def slack() -> AsyncIterator[LocalSlack]:
    async with LocalSlack(now=lambda: datetime.now(UTC), time_zone="Europe/Berlin") as slack:
        yield slack


@pytest.fixture
def slack_settings(slack: LocalSlack) -> dict[str, str]:
    return {
        "SLACK_API_URL": slack.api_url,
        "SLACK_BOT_TOKEN": slack.bot_token,
        "SLACK_APP_TOKEN": slack.app_token,
        "SLACK_USER_ID": slack.user_id,
    }


async def line(process: Process) -> str:
    """The next line on stderr."""
    assert process.stderr is not None
    return (await process.stderr.readline()).decode()


async def end(process: Process) -> str:
    """Wait for the end; the rest of what it said on stderr."""
    async with asyncio.timeout(60):
        _, problems = await process.communicate()
    return problems.decode()

"""Every block of commands in the documents, word for word, typed into a shell by a newcomer.

Slack and AWS are this machine's. pip, git, fly and what starts programs at login are stand-ins that
keep account of how they were called, and `uv run` runs what is installed here.
"""

import asyncio
import os
import sys
import sysconfig
from collections.abc import AsyncIterator, Callable, Coroutine
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pexpect
import pytest

from companion.sandbox import LocalSlack
from companion.settings import SETTINGS
from tests.documents import PAGES, ROOT, read, shell_blocks
from tests.login import Bench, bench

BLOCKS = {block for page in PAGES for block in shell_blocks(read(page))}
SANDBOX = "pip install uv && uv run companion sandbox"
TESTS = "pip install uv && uv run --group dev pytest"  # this suite itself
CHECKS = ".ci/run"  # which runs this suite
FLY = next(block for block in BLOCKS if "fly deploy" in block)
MAC = "uv run companion init\nuv run companion daemon"
DOCTOR = "uv run companion doctor"
AFTERWARDS = [
    """
uv run companion log "fixed the flaky test"
uv run companion entries
uv run companion summary
""".strip(),
    "uv run companion llm models\nuv run companion llm keys set openai",
    "uv run companion daemon install",
    "git pull\nuv run companion daemon install",
    "uv run companion export -o backup.jsonl\nuv run companion import backup.jsonl",
]

# The sandbox's usual port may be taken here.
UV = """
[ "$1" = run ] && shift
case "$*" in "companion sandbox") set -- "$@" --port 0 ;; "--group dev pytest") exit 0 ;; esac
exec "$@"
"""
CALLED = 'echo "$(basename "$0") $*" >> "$CALLS"\n'
# What only has to succeed; of what is piped into it, the names of the settings are kept.
DONE = '[ "$*" != "secrets import" ] || cut -d= -f1 >> "$CALLS"\n'


@dataclass
class Newcomer:
    """Somebody at a terminal, in an empty folder."""

    folder: Path
    environment: dict[str, str]
    slack: LocalSlack
    seen: list[str] = field(default_factory=list)

    def types(self, block: str, *answers: tuple[str, str], stop_at: str = "") -> str:
        """Run a block, answer what is asked, in order, and press Ctrl-C where told; what was shown.

        A command that fails fails the block, as it would stop the newcomer.
        """
        shell = pexpect.spawn(
            "/bin/sh",
            ["-ec", block],
            cwd=str(self.folder),
            env=self.environment,
            encoding="utf-8",
            timeout=90,
            dimensions=(50, 200),
        )
        shown = ""
        try:
            for question, answer in answers:
                shell.expect_exact(question)
                shown += str(shell.before)
                shell.sendline(answer)
            if stop_at:
                shell.expect_exact(stop_at)
                shown += f"{shell.before}{shell.after}"
                shell.sendintr()
            shell.expect_exact(pexpect.EOF)
            shown += str(shell.before)
        finally:
            shell.close()
        assert stop_at or shell.exitstatus == 0, shown
        return shown

    def calls(self) -> list[str]:
        """What the stand-ins were called for."""
        record = Path(self.environment["CALLS"])
        return record.read_text().splitlines() if record.exists() else []


@pytest.fixture
def machine(tmp_path: Path) -> Bench:
    return bench(tmp_path, sys.platform)


@pytest.fixture
async def newcomer(
    tmp_path: Path, machine: Bench, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Newcomer]:
    for name in SETTINGS:
        monkeypatch.delenv(name.upper(), raising=False)
    programs = tmp_path / "programs"
    programs.mkdir()
    for name, script in {"uv": UV, "pip": DONE, "git": DONE, "fly": DONE}.items():
        (programs / name).write_text(f"#!/bin/sh\n{CALLED}{script}")
        (programs / name).chmod(0o755)
    folder = tmp_path / "checkout"
    folder.mkdir()
    env_file = folder / ".env"  # as if the package that runs were in this checkout
    env_file.touch()
    path = [str(programs), str(machine.folder), sysconfig.get_path("scripts"), os.defpath]
    async with LocalSlack(now=lambda: datetime.now(UTC), user_name="ada") as slack:
        environment = {
            "COMPANION_ENV_FILE": str(env_file),
            "PATH": os.pathsep.join(path),
            "CALLS": str(tmp_path / "calls"),
            "HOME": str(machine.machine.home),
            "LLM_USER_PATH": str(tmp_path / "llm"),
            "BROWSER": "true %s",
            "LC_ALL": "C.UTF-8",
            "TERM": "xterm-256color",
            "NO_COLOR": "1",
            "SLACK_API_URL": slack.api_url,
        }
        yield Newcomer(folder, environment, slack)


type Types = Callable[..., Coroutine[Any, Any, str]]


@pytest.fixture
def types(newcomer: Newcomer) -> Types:
    """The terminal waits in a thread: the local Slack is on the event loop."""

    async def type_it(*given: object, **options: str) -> str:
        return await asyncio.to_thread(newcomer.types, *given, **options)  # type: ignore[arg-type]

    return type_it


def tokens(slack: LocalSlack) -> list[tuple[str, str]]:
    return [
        ("Open it in the browser?", ""),
        ("Bot token, xoxb-…", slack.bot_token),
        ("App-level token, xapp-…", slack.app_token),
    ]


def the_rest() -> list[tuple[str, str]]:
    return [
        ("Your name, @handle or member ID", "ada"),
        ("Are you ada", ""),
        ("Model [", "echo"),
        ("Ask echo for a word", ""),
        ("Is that right?", ""),
    ]


def test_each_block_of_the_documents_is_run_here() -> None:
    assert {SANDBOX, TESTS, CHECKS, MAC, FLY, DOCTOR, *AFTERWARDS} == BLOCKS
    assert os.access(ROOT / CHECKS, os.X_OK)


async def test_the_first_command_shows_the_sandbox(newcomer: Newcomer, types: Types) -> None:
    await types(SANDBOX, stop_at="(Ctrl-C stops it)")
    assert newcomer.calls() == ["pip install uv", "uv run companion sandbox"]


async def test_the_commands_for_one_computer_lead_to_a_captured_reply_and_on(
    newcomer: Newcomer, types: Types, machine: Bench
) -> None:
    slack = newcomer.slack
    answers = [("Way [1]", ""), *tokens(slack), *the_rest()]
    working = asyncio.create_task(types(MAC, *answers, stop_at="message.captured"))
    async with asyncio.timeout(60):
        await slack.wait_connected(timeout=60)
        assert "✓ daemon" in await types(DOCTOR)
        await slack.say("writing a failing test first")
        await working
    # .env has it; what stands in the shell alone is not for a daemon that is started at login.
    newcomer.environment.pop("SLACK_API_URL")

    first_steps, models, install, update, backup = AFTERWARDS
    shown = await types(first_steps)
    assert "writing a failing test first" in shown
    assert shown.count("fixed the flaky test") == 2  # stored, and listed
    assert "Today's 2 entries will be in tomorrow's summary" in shown
    assert "echo" in await types(models, ("Enter key", "sk-of-nobody"))
    assert "daemon status" in await types(install)
    assert "daemon status" in await types(update)
    assert "git pull" in newcomer.calls()
    assert machine.calls()  # launchd or systemd was asked
    shown = await types(backup)
    assert "2 entries in backup.jsonl" in shown
    assert "2 already there" in shown
    assert "writing a failing test first" in (newcomer.folder / "backup.jsonl").read_text()


async def test_the_commands_for_fly_deploy_the_webhook_and_start_the_daemon(
    newcomer: Newcomer, types: Types, dynamodb_settings: dict[str, str]
) -> None:
    newcomer.environment["AWS_ENDPOINT_URL_DYNAMODB"] = dynamodb_settings["endpoint_url"]
    answers = [
        ("AWS region [us-west-2]", ""),
        ("DynamoDB table [CompanionMemoryLogs]", dynamodb_settings["table"]),
        ("AWS_ACCESS_KEY_ID", "AKIATEST"),
        ("AWS_SECRET_ACCESS_KEY", "aws-secret"),
        ("Create it?", ""),
        *tokens(newcomer.slack),
        ("The webhook's address", "https://my-companion.fly.dev"),
        ("Open it in the browser?", ""),
        ("Signing secret", "0123456789abcdef" * 2),
        ("Its bot token", newcomer.slack.web_bot_token),
        *the_rest(),
    ]
    # Nobody listens there, so that the doctor, which others try, would stop it.
    block = FLY.replace("<app>", "my-companion").replace("uv run companion doctor\n", "")
    await types(block, *answers, stop_at="socket.connected")

    assert newcomer.calls()[1:] == [
        "fly apps create my-companion",
        "fly secrets import",
        "AWS_ACCESS_KEY_ID",
        "AWS_SECRET_ACCESS_KEY",
        "SLACK_SIGNING_SECRET",
        "SLACK_WEB_BOT_TOKEN",
        "fly deploy",
        "uv run companion daemon",
    ]

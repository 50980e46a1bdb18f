"""Secrets in the keychain: put there by `companion init`, read by what needs them and no other."""

import asyncio
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from companion.sandbox import LocalSlack
from tests.entrypoints.cli.conftest import Finished, Start
from tests.entrypoints.cli.terminal import Terminal

ROOT = Path(__file__).parents[3]

type Process = Callable[..., Finished]


@pytest.fixture
def home(environment: dict[str, str], slack: LocalSlack, tmp_path: Path) -> dict[str, str]:
    for name in ("SLACK_USER_ID", "LLM_MODEL"):
        environment.pop(name)
    environment |= {
        "PYTHONPATH": str(ROOT),
        "PYTHON_KEYRING_BACKEND": "tests.keychain.FileKeychain",
        "TEST_KEYCHAIN": str(tmp_path / "keychain.json"),
        "SLACK_API_URL": slack.api_url,
        "NO_COLOR": "1",
    }
    return environment


def in_keychain(tmp_path: Path) -> dict[str, str]:
    found: dict[str, str] = json.loads((tmp_path / "keychain.json").read_text())
    return found


def set_up(process: Process, slack: LocalSlack, *arguments: str) -> Finished:
    return process(
        *("init", "--way", "mac", "--user", "you", "--model", "echo", *arguments),
        SLACK_BOT_TOKEN=slack.bot_token,
        SLACK_APP_TOKEN=slack.app_token,
    )


async def test_the_daemon_captures_with_secrets_that_are_in_the_keychain_alone(
    slack: LocalSlack, home: dict[str, str], process: Process, start: Start, tmp_path: Path
) -> None:
    done = await asyncio.to_thread(set_up, process, slack, "--keychain")

    assert done.returncode == 0, done.stderr
    written = (tmp_path / ".env").read_text()
    assert "COMPANION_KEYCHAIN=1" in written
    assert slack.bot_token not in written
    assert slack.app_token not in written
    assert in_keychain(tmp_path) == {
        "companion-memory/SLACK_BOT_TOKEN": slack.bot_token,
        "companion-memory/SLACK_APP_TOKEN": slack.app_token,
    }
    async with start("daemon"):
        await slack.wait_connected(timeout=60)
        ts = await slack.say("kept apart")
        await slack.wait_for(lambda m: m["ts"] == ts and m.get("reactions"), timeout=60)


async def test_secrets_move_from_the_file_and_back(
    slack: LocalSlack, home: dict[str, str], process: Process, tmp_path: Path
) -> None:
    file = tmp_path / ".env"

    def there_and_back() -> None:
        assert set_up(process, slack).returncode == 0
        assert slack.bot_token in file.read_text()
        assert process("init", "--way", "mac", "--keychain").returncode == 0
        assert "SLACK_BOT_TOKEN=\n" in file.read_text()
        assert process("init", "--way", "mac", "--no-keychain").returncode == 0
        assert f"SLACK_BOT_TOKEN={slack.bot_token}\n" in file.read_text()
        assert "COMPANION_KEYCHAIN=0\n" in file.read_text()

    await asyncio.to_thread(there_and_back)


async def test_the_wizard_offers_a_keychain_where_there_is_one(
    slack: LocalSlack, home: dict[str, str], tmp_path: Path
) -> None:
    def choose() -> None:
        with Terminal(tmp_path, home, "init", "--way", "mac", "--no-browser") as terminal:
            terminal.answer("Keep the secrets in the keychain instead of the file? [y/N]", "y")
            terminal.answer("Bot token", slack.bot_token)
            terminal.interrupt("App-level token")
            assert terminal.end() == 130

    await asyncio.to_thread(choose)
    assert in_keychain(tmp_path) == {"companion-memory/SLACK_BOT_TOKEN": slack.bot_token}


async def test_a_locked_keychain_is_named_with_what_can_be_done(
    slack: LocalSlack, home: dict[str, str], process: Process, tmp_path: Path
) -> None:
    (tmp_path / ".env").write_text("COMPANION_KEYCHAIN=1\nSLACK_USER_ID=U0ADA\n")
    home["TEST_KEYCHAIN"] = str(tmp_path)

    failed = await asyncio.to_thread(process, "daemon")
    refused = await asyncio.to_thread(set_up, process, slack)

    assert failed.returncode == 2
    both = "SLACK_BOT_TOKEN, SLACK_APP_TOKEN"
    assert f"the keychain does not give {both} (KeyringLocked): unlock it" in failed.stderr
    assert failed.stderr.count("COMPANION_KEYCHAIN is on") == 1
    assert refused.returncode == 1
    assert "The keychain refused SLACK_" in refused.stderr


async def test_a_supervised_daemon_is_started_again_until_the_keychain_is_unlocked(
    slack: LocalSlack, home: dict[str, str], process: Process, start: Start, tmp_path: Path
) -> None:
    done = await asyncio.to_thread(set_up, process, slack, "--keychain")
    assert done.returncode == 0, done.stderr
    unlocked, home["TEST_KEYCHAIN"] = home["TEST_KEYCHAIN"], str(tmp_path)

    for _ in range(2):
        ended = await asyncio.to_thread(process, "daemon", "--supervised")
        assert ended.returncode == 75
        assert "(KeyringLocked): unlock it" in ended.stderr
        assert "is missing" not in ended.stderr
    log = await asyncio.to_thread(process, "daemon", "logs")
    assert log.stdout.count("WARNING daemon.tries_later") == 2
    async with start("daemon", "--supervised", TEST_KEYCHAIN=unlocked):
        await slack.wait_connected(timeout=60)


def test_what_needs_no_secret_does_not_ask_the_keychain(
    home: dict[str, str], tmp_path: Path
) -> None:
    program = (
        "import sys; from companion.settings import PersonSettings, load_settings; "
        "load_settings(PersonSettings); sys.exit('keyring' in sys.modules)"
    )
    settings = {"COMPANION_KEYCHAIN": "1", "SLACK_USER_ID": "U0ADA"}
    ran = subprocess.run(
        [sys.executable, "-c", program], env=home | settings, cwd=tmp_path, timeout=90, check=False
    )
    assert ran.returncode == 0


def test_the_environment_goes_before_the_keychain(home: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / "keychain.json").write_text(
        json.dumps(
            {
                "companion-memory/SLACK_BOT_TOKEN": "xoxb-kept",
                "companion-memory/AWS_SECRET_ACCESS_KEY": "kept",
            }
        )
    )
    program = (
        "from companion.settings import DirectMessageSettings, load_settings; "
        "s = load_settings(DirectMessageSettings, slack_user_id='U0ADA'); "
        "print(s.slack_bot_token.get_secret_value(), "
        "s.aws_secret_access_key and s.aws_secret_access_key.get_secret_value())"
    )

    def settings(**changes: str) -> str:
        return subprocess.run(
            [sys.executable, "-c", program],
            env=home | {"COMPANION_KEYCHAIN": "1"} | changes,
            cwd=tmp_path,
            timeout=90,
            check=True,
            capture_output=True,
            text=True,
        ).stdout.strip()

    assert settings() == "xoxb-kept None"  # SQLite needs no key of AWS's
    assert settings(DYNAMODB_TABLE="entries") == "xoxb-kept kept"
    assert settings(SLACK_BOT_TOKEN="xoxb-mine") == "xoxb-mine None"

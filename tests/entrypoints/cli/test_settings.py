"""`companion settings`, and the one settings file in whatever folder a command is typed."""

import asyncio
import json
import re
import stat
import subprocess
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from companion.sandbox import LocalSlack
from tests.entrypoints.cli.conftest import COMMAND, Finished, Run, Start

type Process = Callable[..., Finished]

HOSTILE = b"PORT=not-a-port\r\nLOG_LEVEL=verbose\nDYNAMODB_TABLE=theirs\nSLACK_USER_ID=U0EVE"


@pytest.fixture
def file(environment: dict[str, str]) -> Path:
    return Path(environment["COMPANION_ENV_FILE"])


@pytest.fixture
def installed(environment: dict[str, str], tmp_path: Path) -> dict[str, str]:
    """As in a home where no file is named."""
    del environment["COMPANION_ENV_FILE"]
    for name in ("SLACK_USER_ID", "LLM_MODEL"):
        del environment[name]
    return environment | {"XDG_CONFIG_HOME": str(tmp_path / "config")}


def run_in(folder: Path, environment: dict[str, str], *arguments: str) -> Finished:
    return subprocess.run(
        [*COMMAND, *arguments],
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=90,
        check=False,
    )


def test_the_settings_are_shown_with_their_origin(companion: Run, file: Path) -> None:
    file.write_text("SLACK_BOT_TOKEN=xoxb-secret\nCOMPANION_TIME_ZONE=x\n")
    shown = companion("settings")
    assert shown.exit_code == 0
    lines = [line.split() for line in shown.stdout.splitlines()]
    assert lines[0] == ["The", "settings", "file", "is", f"{file}."]
    assert ["SLACK_BOT_TOKEN", "file", "********"] in lines
    assert ["SLACK_USER_ID", "environment", "U0ADA"] in lines
    assert ["PORT", "default", "8080"] in lines
    assert ["DYNAMODB_TABLE", "default", "-"] in lines
    assert "is not a setting. Did you mean COMPANION_TIMEZONE?\n" in shown.stderr
    assert "secret" not in shown.output


def test_a_missing_keychain_is_complained_of_once_and_its_settings_are_marked(
    companion: Run, file: Path
) -> None:
    file.write_text("COMPANION_KEYCHAIN=1\nSLACK_BOT_TOKEN=xoxb-secret\n")
    shown = companion("settings", PYTHON_KEYRING_BACKEND="keyring.backends.fail.Keyring")
    assert shown.exit_code == 2
    assert shown.stderr.count("COMPANION_KEYCHAIN is on") == 1
    marked = [line.split()[0] for line in shown.stdout.splitlines() if "does not give it" in line]
    assert "SLACK_APP_TOKEN" in marked
    assert "SLACK_BOT_TOKEN" not in marked
    assert ", ".join(marked) in shown.stderr


def test_the_settings_are_shown_to_programs(companion: Run, file: Path) -> None:
    file.write_text("PORT=1\n")
    found = json.loads(companion("settings", "--format", "json").stdout)
    assert (found["file"], found["exists"]) == (str(file), True)
    (port,) = [each for each in found["settings"] if each["name"] == "PORT"]
    assert port == {
        "name": "PORT",
        "value": "1",
        "origin": "file",
        "description": "The webhook's port",
    }


def test_wrong_settings_are_shown_and_named(companion: Run, file: Path) -> None:
    file.write_text("PORT=http\nwhat is this\n")
    shown = companion("settings")
    assert shown.exit_code == 2
    assert "PORT is 'http', but must be" in shown.stderr
    assert f"{file}, line 2" in shown.stderr


def test_a_missing_setting_is_named_with_the_file_that_was_read(companion: Run, file: Path) -> None:
    refused = companion("daemon", SLACK_USER_ID="")
    assert refused.exit_code == 2
    assert f"(in the environment or in {file})" in refused.stderr


def test_a_named_file_is_read_and_one_that_is_missing_is_an_error(
    companion: Run, tmp_path: Path
) -> None:
    (tmp_path / "other.env").write_text("PORT=7\n")
    named = companion("--env-file", str(tmp_path / "other.env"), "settings", "--format", "json")
    assert '"value": "7"' in named.stdout
    refused = companion("--env-file", str(tmp_path / "missing.env"), "settings")
    assert refused.exit_code == 2
    assert "--env-file names" in refused.stderr


@pytest.mark.parametrize("command", [["webhook"], ["daemon"], ["sandbox", "--no-browser"]])
async def test_what_runs_until_stopped_reports_names_that_nobody_reads(
    start: Start, slack: LocalSlack, file: Path, command: list[str]
) -> None:
    tokens = {
        "SLACK_BOT_TOKEN": slack.bot_token,
        "SLACK_APP_TOKEN": slack.app_token,
        "SLACK_API_URL": slack.api_url,
        "SLACK_SIGNING_SECRET": "0" * 32,
        "PORT": "0",
        "DYNAMO_TABLE": "Entries",
    }
    port = ["--port", "0"] if command[0] == "sandbox" else []
    async with start(*command, *port, **tokens) as process:
        assert process.stderr is not None
        line = (await process.stderr.readline()).decode()
    assert "WARNING setting.unknown name=DYNAMO_TABLE nearest=DYNAMODB_TABLE" in line


@pytest.fixture
def requests() -> Iterator[tuple[str, list[str]]]:
    """The address of what takes requests to DynamoDB, and whose keys signed them."""
    signed_by: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            match = re.search(r"Credential=(\w+)/", self.headers["Authorization"])
            signed_by.append(match[1] if match else "")
            self.rfile.read(int(self.headers["Content-Length"]))
            self.send_response(400)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}", signed_by
        server.shutdown()
        thread.join()


def test_a_profile_of_aws_that_the_file_names_signs(
    requests: tuple[str, list[str]], process: Process, file: Path, environment: dict[str, str]
) -> None:
    url, signed_by = requests
    keys = file.with_name("credentials")
    keys.write_text(
        "".join(
            f"[{name}]\naws_access_key_id = KEYOF{name.upper()}\naws_secret_access_key = s\n"
            for name in ("default", "work", "other")
        )
    )
    del environment["AWS_SHARED_CREDENTIALS_FILE"]
    file.write_text(
        f"AWS_SHARED_CREDENTIALS_FILE={keys}\nAWS_PROFILE=work\nDYNAMODB_TABLE=entries\n"
        f"AWS_ENDPOINT_URL_DYNAMODB={url}\n"
    )
    process("entries")
    assert set(signed_by) == {"KEYOFWORK"}
    signed_by.clear()
    process("entries", AWS_PROFILE="other")
    assert set(signed_by) == {"KEYOFOTHER"}


async def test_a_person_who_installed_it_is_at_home_in_every_folder(
    slack: LocalSlack, installed: dict[str, str], tmp_path: Path
) -> None:
    hostile, elsewhere = tmp_path / "project", tmp_path / "elsewhere"
    file = tmp_path / "config" / "companion-memory" / "settings.env"
    hostile.mkdir()
    elsewhere.mkdir()
    (hostile / ".env").write_bytes(HOSTILE)
    tokens = {
        "SLACK_BOT_TOKEN": slack.bot_token,
        "SLACK_APP_TOKEN": slack.app_token,
        "SLACK_API_URL": slack.api_url,
    }
    # As an installed package is: not in a checkout.
    package = tmp_path / "site-packages"
    package.mkdir()
    (package / "companion").symlink_to(Path(__file__).parents[3] / "companion")
    installed["PYTHONPATH"] = str(package)

    def at_work() -> None:
        arguments = ("init", "--way", "mac", "--user", "you", "--model", "echo")
        done = run_in(hostile, installed | tokens, *arguments)
        assert done.returncode == 0, done.stderr
        assert str(file) in done.stdout
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
        assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700
        for number, folder in enumerate((hostile, elsewhere, tmp_path), 1):
            logged = run_in(folder, installed, "log", f"at home {number}")
            assert logged.returncode == 0, logged.stderr
            listed = run_in(folder, installed, "entries", "--format", "json")
            assert len(json.loads(listed.stdout)) == number, listed.stderr

    await asyncio.to_thread(at_work)
    assert (hostile / ".env").read_bytes() == HOSTILE
    assert list(elsewhere.iterdir()) == []

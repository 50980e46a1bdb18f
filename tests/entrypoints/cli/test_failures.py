"""A failure is a line and an exit status, never a traceback that nobody asked for."""

import os
import signal
import subprocess
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path

import pytest

from companion.adapters.sqlite import SqliteLogStore
from tests.entrypoints.cli.conftest import COMMAND, Finished, Run


def test_settings_that_are_missing_or_wrong_are_all_named(companion: Run) -> None:
    changes = {"SLACK_USER_ID": "", "DYNAMODB_TABLE": "shared"}
    result = companion("log", "hello", COMPANION_DAY_START="soon", **changes)

    assert result.exit_code == 2
    assert result.stdout == ""
    assert result.stderr.startswith("Nothing was stored.\ncompanion: These settings need attention")
    assert "SLACK_USER_ID is missing" in result.stderr
    assert "COMPANION_DAY_START" in result.stderr
    assert result.stderr.endswith("`companion init` sets them up, step by step.\n")


def test_a_store_that_fails_is_reported_in_one_line(companion: Run, tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    result = companion("log", "hello", COMPANION_DB=str(tmp_path / "file" / "memory.db"))

    assert result.exit_code == 1
    assert result.stdout == ""
    assert result.stderr.startswith("Nothing was stored.\ncompanion: ")
    assert result.stderr.count("\n") == 2


@pytest.fixture
def broken_store(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError("words of somebody's")

    monkeypatch.setattr(SqliteLogStore, "write_log", broken)


@pytest.mark.usefixtures("broken_store")
def test_an_unexpected_error_is_one_line_with_its_kind(companion: Run) -> None:
    result = companion("log", "hello")

    assert result.exit_code == 1
    assert result.stderr == (
        "companion: Unexpected error: ZeroDivisionError; run with LOG_LEVEL=DEBUG for details.\n"
    )


@pytest.mark.usefixtures("broken_store")
def test_details_of_an_unexpected_error_are_shown_on_request(companion: Run) -> None:
    result = companion("log", "hello", LOG_LEVEL="DEBUG")

    assert result.exit_code == 1
    first, *details = result.stderr.splitlines()
    assert first == "companion: Unexpected error: ZeroDivisionError."
    assert details[0].startswith("Traceback")


def test_a_reader_that_leaves_early_causes_no_noise(environment: dict[str, str]) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    try:
        process = subprocess.run(
            [*COMMAND, "entries", "--format", "json"],
            env=environment,
            stdout=writing,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
            timeout=90,
        )
    finally:
        os.close(writing)
    assert process.stderr == ""


def test_ctrl_c_ends_a_command_quietly(environment: dict[str, str]) -> None:
    with subprocess.Popen(
        [*COMMAND, "log", "-"],
        env=environment,
        stdin=subprocess.PIPE,
        stderr=subprocess.PIPE,
        # A shell starts what runs in its background with this signal ignored.
        preexec_fn=partial(signal.signal, signal.SIGINT, signal.SIG_DFL),
    ) as process:
        assert process.stdin is not None
        assert process.stderr is not None
        process.stdin.write(b"x" * 2**20)  # more than a pipe holds: it has begun to read
        for _ in range(100):
            # One that comes between two reads is not noticed before the next read is over.
            process.send_signal(signal.SIGINT)
            with suppress(subprocess.TimeoutExpired):
                process.wait(2)  # a second one while it ends would kill it
                break
        said = process.stderr.read()
        process.stdin.close()
    assert process.returncode == 130
    assert said.strip() == b""


def test_a_command_runs_as_a_module_too(process: Callable[..., Finished]) -> None:
    result = process("entries")

    assert result.returncode == 0
    assert result.stdout == ""
    assert result.stderr.startswith("No entries in this period")


def test_an_unreachable_slack_is_reported_with_what_to_do(companion: Run) -> None:
    failed = companion(
        "prompt", SLACK_BOT_TOKEN="xoxb-1", SLACK_API_URL="http://127.0.0.1:1/", LLM_MODEL=""
    )
    assert failed.exit_code == 1
    assert failed.stderr.endswith("ClientConnectorError. Check the network, then try again.\n")


def test_a_folder_that_was_deleted_is_named(environment: dict[str, str], tmp_path: Path) -> None:
    for arguments in (("export", "-o", "x.md"), ("--env-file", "x.env", "entries")):
        gone = tmp_path / "gone"
        gone.mkdir()
        command = ["sh", "-c", f'cd "{gone}" && rmdir "{gone}" && exec "$@"', "sh", *COMMAND]
        refused = subprocess.run([*command, *arguments], env=environment, capture_output=True)
        assert refused.returncode == 2
        assert b"was deleted" in refused.stderr

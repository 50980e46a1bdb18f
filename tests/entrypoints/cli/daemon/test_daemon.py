"""`companion daemon`: started at login, looked at while it runs and after, and its log read."""

import asyncio
import json
import os
import re
import signal
from collections.abc import Callable, Generator, Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import cast

import pytest
from click.testing import CliRunner, Result

from companion.adapters.status import StatusFile, read_status, status_path
from companion.domain.computer.daemon_status import DaemonState
from companion.domain.entry import Entry, Source, format_timestamp, message_log_id
from companion.domain.jobs.job import Job, JobKind, JobResult, JobState, Outcome, job_id
from companion.entrypoints.cli import cli
from companion.entrypoints.cli.support.tail import followed, last_lines
from companion.sandbox import LocalSlack
from tests.entrypoints.cli.conftest import COMMAND, USER, Start, end, line, logging_as_before
from tests.fakes import FakeClock
from tests.login import Bench, bench

WORDS = "zebra crossing before midnight"
SETTINGS = {"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_APP_TOKEN": "xapp-1", "SLACK_USER_ID": USER}

type Daemon = Callable[..., Result]


@pytest.fixture(params=["darwin", "linux"])
def machine(request: pytest.FixtureRequest, tmp_path: Path) -> Bench:
    return bench(tmp_path, request.param)


@pytest.fixture
def daemon(machine: Bench, environment: dict[str, str]) -> Iterator[Daemon]:
    """`companion daemon …` on that machine, where only `.env` has settings."""
    Path(".env").write_text("".join(f"{name}={value}\n" for name, value in SETTINGS.items()))
    places = {name: value for name, value in environment.items() if name not in SETTINGS}

    def run(*arguments: str, **changes: str) -> Result:
        given = replace(machine.machine, environ={**machine.machine.environ, **changes})
        return CliRunner().invoke(
            cli, ["daemon", *arguments], env=places | changes, obj=given, prog_name="companion"
        )

    with logging_as_before():
        yield run


def test_it_is_installed_with_its_settings_file_and_says_how_to_look_at_it(
    daemon: Daemon, machine: Bench, tmp_path: Path
) -> None:
    first, second = daemon("install"), daemon("install")

    assert first.exit_code == second.exit_code == 0, first.output
    by = {"darwin": "launchd", "linux": "systemd"}[machine.machine.platform]
    file = tmp_path / ".env"
    assert f"starts now and at each login, by {by}, with the settings in {file}." in first.output
    assert "`companion daemon status`" in first.output
    files = [file for file in machine.machine.home.rglob("*") if file.is_file()]
    assert len(files) == 1
    assert str(file) in files[0].read_text()
    assert "xoxb-1" not in files[0].read_text()


def test_it_is_not_installed_without_its_settings(daemon: Daemon, machine: Bench) -> None:
    Path(".env").write_text("LOG_LEVEL=INFO\n")
    refused = daemon("install")

    assert refused.exit_code == 2
    for name in SETTINGS:
        assert f"{name} is missing" in refused.stderr
    assert machine.calls() == []


def test_what_stands_in_the_shell_alone_is_refused_by_name(daemon: Daemon, machine: Bench) -> None:
    refused = daemon("install", SLACK_BOT_TOKEN="xoxb-other", AWS_REGION="eu-west-1", PORT="1")

    assert refused.exit_code == 2
    assert "SLACK_BOT_TOKEN is set only in this shell, where the daemon does not see it" in (
        refused.stderr
    )
    assert "xoxb-other" not in refused.output
    assert "AWS_REGION" not in refused.output  # SQLite has no region
    assert "PORT" not in refused.output
    assert machine.calls() == []
    again = daemon("install", DYNAMODB_TABLE="Table", AWS_REGION="eu-west-1")
    assert "AWS_REGION is set only in this shell" in again.stderr


def test_the_way_to_the_network_is_taken_over_and_said(daemon: Daemon, machine: Bench) -> None:
    network = {"HTTPS_PROXY": "http://proxy:3128", "NO_PROXY": ".corp", "OLLAMA_HOST": "gpu:11434"}
    installed = daemon("install", **network)

    assert installed.exit_code == 0, installed.output
    assert "Taken over from this shell: HTTPS_PROXY, NO_PROXY, OLLAMA_HOST." in installed.output
    (file,) = [file for file in machine.machine.home.rglob("*") if file.is_file()]
    for value in network.values():
        assert value in file.read_text()


def test_a_proxy_with_a_password_is_refused_and_written_nowhere(
    daemon: Daemon, machine: Bench
) -> None:
    refused = daemon("install", https_proxy="http://ada:hunter2@proxy:3128")

    assert refused.exit_code == 2
    assert "https_proxy: the address has a password in it" in refused.stderr
    assert "hunter2" not in refused.output
    assert machine.calls() == []


def test_a_models_key_that_only_this_shell_has_is_named(daemon: Daemon, tmp_path: Path) -> None:
    keys = {"OPENAI_API_KEY": "sk-1", "ANTHROPIC_API_KEY": "sk-2"}
    before = daemon("install", **keys)
    (tmp_path / "llm" / "keys.json").write_text('{"openai": "sk-1"}')
    after = daemon("install", **keys)

    assert before.exit_code == after.exit_code == 0, before.output
    assert "OPENAI_API_KEY is set only in this shell" in before.stderr
    assert "llm keys set openai`" in before.stderr
    assert "OPENAI_API_KEY" not in after.stderr
    assert "llm keys set anthropic`" in after.stderr
    assert "sk-" not in before.output + after.output


def test_an_installation_that_disappears_is_not_started_at_login(
    environment: dict[str, str], machine: Bench
) -> None:
    cache = machine.machine.home / ".cache/uv/archive-v0/abc"
    uvx = replace(machine.machine, installation=cache)
    with logging_as_before():
        refused = CliRunner().invoke(cli, ["daemon", "install"], env=environment, obj=uvx)

    assert refused.exit_code == 2
    assert "`uv tool install companion-memory && companion daemon install`" in refused.stderr
    assert machine.calls() == []


def test_it_is_uninstalled_and_nothing_else_is_gone(daemon: Daemon, machine: Bench) -> None:
    daemon("install")
    removed, again = daemon("uninstall"), daemon("uninstall")

    assert removed.exit_code == again.exit_code == 0
    assert "no longer starts it" in removed.output
    assert again.output == "Nothing was installed.\n"
    assert [file for file in machine.machine.home.rglob("*") if file.is_file()] == []
    assert Path(".env").exists()


def test_where_nothing_starts_programs_at_login_the_error_says_so(
    environment: dict[str, str], tmp_path: Path
) -> None:
    nowhere = bench(tmp_path, "win32", programs=False).machine
    with logging_as_before():
        refused = CliRunner().invoke(cli, ["daemon", "install"], env=environment, obj=nowhere)

    assert refused.exit_code == 1
    assert "There is neither launchd nor systemd here (win32)." in refused.stderr


def test_options_of_the_daemon_itself_are_refused_beside_a_command(daemon: Daemon) -> None:
    refused = daemon("--supervised", "status")
    assert refused.exit_code == 2
    assert "belong to `companion daemon` without a subcommand" in refused.stderr


# status


def database(environment: dict[str, str]) -> Path:
    return Path(environment["COMPANION_DB"])


def test_a_daemon_that_never_ran_is_reported_with_how_to_start_it(daemon: Daemon) -> None:
    result = daemon("status")

    assert result.exit_code == 1
    assert "The daemon was never started here. Start it with `companion daemon`" in result.stdout
    assert "at login    not installed; `companion daemon install` does it" in result.stdout
    assert result.stderr == ""


def test_a_daemon_that_was_installed_and_never_started_is_reported_with_where_to_look(
    daemon: Daemon,
) -> None:
    daemon("install")
    result = daemon("status")

    assert result.exit_code == 1
    assert "should start at login but never started. `companion daemon logs` may say why" in (
        result.stdout
    )


def test_one_that_ended_says_when_and_why(daemon: Daemon, environment: dict[str, str]) -> None:
    clock = FakeClock(datetime(2026, 11, 20, 12, 0, tzinfo=UTC))
    file = StatusFile(status_path(database(environment)), clock)
    file.started()
    file.stopped("Slack rejected the app-level token: invalid_auth.")
    daemon("install")
    result = daemon("status")

    assert result.exit_code == 1
    assert (
        "The daemon is not running: it stopped at Friday 2026-11-20, 13:00. Slack rejected the "
        "app-level token: invalid_auth. Start it with `companion daemon install`."
    ) in result.stdout
    assert re.search(r"at login\s+started by (launchd|systemd)", result.stdout)


def test_one_that_has_been_silent_is_not_taken_for_running(
    daemon: Daemon, environment: dict[str, str]
) -> None:
    clock = FakeClock(datetime(2026, 11, 20, 12, 0, tzinfo=UTC))
    StatusFile(status_path(database(environment)), clock).started()
    result = daemon("status", "--format", "json")

    assert result.exit_code == 1
    told = json.loads(result.stdout)
    assert (told["running"], told["state"]) == (False, DaemonState.SILENT)
    assert f"process {os.getpid()}" in daemon("status").stdout


def test_it_tells_what_came_last_what_is_next_and_what_was_missed(
    daemon: Daemon, environment: dict[str, str], keep: Callable[..., None]
) -> None:
    now = datetime.now(UTC)
    today = now.date()

    def job(name: str, due: datetime, state: JobState, **more: object) -> Job:
        return Job(
            user_id=USER,
            job_id=job_id(today, name),
            kind=JobKind.PROMPT,
            day=today,
            due=due,
            tz="Europe/Berlin",
            state=state,
            **more,  # type: ignore[arg-type]
        )

    hour = timedelta(hours=1)
    keep(
        Entry(
            user_id=USER,
            timestamp=now - hour,
            text=WORDS,
            log_id=message_log_id("D0", "1.0"),
            source=Source.MESSAGE,
        ),
        job(
            "prompt-1",
            now - 2 * hour,
            JobState.DONE,
            result=JobResult(Outcome.MISSED, now, "it slept"),
        ),
        job("prompt-2", now + 2 * hour, JobState.PLANNED),
    )
    told = json.loads(daemon("status", "--format", "json").stdout)
    shown = daemon("status").stdout

    assert told["last_entry_at"] == format_timestamp(now - hour)
    assert [each["job_id"] for each in told["next"]] == [job_id(today, "prompt-2")]
    assert [each["reason"] for each in told["missed"]] == ["it slept"]
    assert re.search(r"missed\s+prompt, .*: it slept", shown)
    assert re.search(r"next\s+prompt, ", shown)
    assert re.search(r"summary\s+.*08:30", shown)
    assert re.search(r"prompts\s+.*09:00 to 17:00", shown)
    assert told["next_summary_at"] > format_timestamp(now)
    assert told["next_prompts"]["until"] > format_timestamp(now)
    assert "zebra" not in shown + json.dumps(told)


def test_a_store_that_does_not_open_is_reported(
    daemon: Daemon, environment: dict[str, str]
) -> None:
    database(environment).write_text("This is not a database, but long enough to be looked at." * 9)
    assert re.search(r"store\s+.*this is not an SQLite database", daemon("status").stdout)


async def test_a_daemon_that_runs_says_so_until_it_is_stopped(
    start: Start, slack: LocalSlack, slack_settings: dict[str, str], environment: dict[str, str]
) -> None:
    path = status_path(database(environment))
    async with start("daemon", "--supervised", **slack_settings) as process:
        await line(process)
        await slack.wait_connected()
        async with start("daemon", "status", "--format", "json", **slack_settings) as asking:
            told, _ = await asking.communicate()
        process.terminate()
        await end(process)

    it = json.loads(told)
    assert asking.returncode == 0
    assert (it["running"], it["pid"], it["problem"]) == (True, process.pid, None)
    assert it["started_at"] <= it["heard_of_at"]
    assert "INFO socket.connected" in await asyncio.to_thread(Path(it["log"]).read_text)
    status = read_status(path)
    assert status is not None
    assert status.stopped_at is not None
    assert status.problem is None


async def test_a_daemon_that_is_killed_counts_as_crashed(
    start: Start, slack: LocalSlack, slack_settings: dict[str, str]
) -> None:
    async with start("daemon", **slack_settings) as process:
        await line(process)
        await slack.wait_connected()
        process.send_signal(signal.SIGKILL)
        await process.wait()
    async with start("daemon", "status", **slack_settings) as asking:
        told, _ = await asking.communicate()

    assert asking.returncode == 1
    assert "it crashed after" in told.decode()


async def test_a_supervised_daemon_whose_token_is_refused_says_why_in_status_and_log(
    start: Start, slack: LocalSlack, slack_settings: dict[str, str]
) -> None:
    slack.refuse("apps.connections.open", "not_allowed_token_type")
    async with start("daemon", "--supervised", **slack_settings) as process:
        await end(process)
    async with start("daemon", "status", **slack_settings) as asking:
        told, _ = await asking.communicate()
    async with start("daemon", "logs", **slack_settings) as reading:
        log, _ = await reading.communicate()

    assert process.returncode == 0
    assert "Slack rejected the app-level token" in told.decode()
    assert "ERROR daemon.gave_up" in log.decode()
    assert slack.app_token not in (told + log).decode()


async def test_a_log_file_that_is_asked_for_takes_the_place_of_stderr(
    start: Start, slack: LocalSlack, slack_settings: dict[str, str], tmp_path: Path
) -> None:
    async with start("daemon", "--log-file", "mine.log", **slack_settings) as process:
        await line(process)
        await slack.wait_connected()
        process.terminate()
        said = await end(process)

    assert re.fullmatch(r"Next summary: .*\. Next prompts: .*\.\n", said)
    assert "INFO socket.connected" in await asyncio.to_thread((tmp_path / "mine.log").read_text)


@pytest.mark.parametrize(("arguments", "kept"), [(["--supervised"], False), ([], True)])
async def test_a_supervised_daemon_does_not_let_launchd_s_file_grow_for_ever(
    slack: LocalSlack,
    slack_settings: dict[str, str],
    environment: dict[str, str],
    tmp_path: Path,
    arguments: list[str],
    kept: bool,
) -> None:
    path = tmp_path / "daemon.stderr.log"
    file = os.open(path, os.O_CREAT | os.O_WRONLY | os.O_APPEND)
    os.write(file, b"what each start said\n" * 60_000)
    process = await asyncio.create_subprocess_exec(
        *(*COMMAND, "daemon", *arguments), env=environment | slack_settings, stderr=file
    )
    os.close(file)
    try:
        await slack.wait_connected(timeout=60)
    finally:
        process.terminate()
        await process.wait()

    assert (os.stat(path).st_size > 1_000_000) is kept  # noqa: PTH116 -- not on the loop's time


# logs


def test_a_missing_log_is_reported_with_what_writes_one(daemon: Daemon) -> None:
    result = daemon("logs")
    assert result.exit_code == 1
    assert "There is no log at" in result.stderr
    assert "companion daemon install" in result.stderr


def test_if_it_crashed_before_it_had_a_log_its_stderr_is_shown(
    daemon: Daemon, machine: Bench
) -> None:
    machine.machine.log_folder.mkdir(parents=True)
    machine.machine.stderr_log.write_text("ModuleNotFoundError: No module named 'companion'\n")
    assert "ModuleNotFoundError" in daemon("logs").stdout


def test_the_last_lines_are_shown_also_those_that_were_put_aside(
    daemon: Daemon, machine: Bench
) -> None:
    log = machine.machine.log
    log.parent.mkdir(parents=True)
    log.with_name("daemon.log.2").write_text("1\n2\n")
    log.with_name("daemon.log.1").write_text("3\n4\n")
    log.write_text("5\n")

    assert daemon("logs", "-n", "3").stdout == "3\n4\n5\n"
    assert daemon("logs").stdout == "1\n2\n3\n4\n5\n"
    assert last_lines(log, 0) == []


def test_what_comes_is_followed_also_into_the_next_file(tmp_path: Path) -> None:
    log = tmp_path / "daemon.log"
    log.write_text("old\n")
    with closing(cast("Generator[str]", followed(log, pause_s=0))) as lines:
        with log.open("a") as file:
            file.write("a\nb\n")
        assert [next(lines), next(lines)] == ["a\n", "b\n"]
        with log.open("a") as file:
            file.write("c\n")
        log.rename(tmp_path / "daemon.log.1")
        log.write_text("d\n")
        assert [next(lines), next(lines)] == ["c\n", "d\n"]


def test_a_log_that_cannot_be_written_is_one_line(daemon: Daemon) -> None:
    Path("taken").write_text("a file")
    refused = daemon("--log-file", "taken/daemon.log")
    assert refused.exit_code == 1
    assert refused.stderr.startswith("companion: The log taken/daemon.log cannot be written")

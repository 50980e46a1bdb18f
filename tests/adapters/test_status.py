"""The daemon's status file: written seldom, read whole, and not believed for ever."""

import json
import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from companion.adapters.status import (
    HEARTBEAT,
    StatusFile,
    process_exists,
    read_status,
    status_path,
)
from companion.domain.computer.daemon_status import STALE, DaemonState, daemon_state
from tests.fakes import FakeClock

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock(NOON)


def state(path: Path, now: datetime) -> DaemonState:
    """What the file says at that time."""
    status = read_status(path)
    return daemon_state(status, status is not None and process_exists(status.pid), now)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return status_path(tmp_path / "data" / "memory.db")


def test_it_lies_beside_the_database_for_its_owner_alone(path: Path, clock: FakeClock) -> None:
    StatusFile(path, clock).started()

    assert path.name == "memory.daemon.json"
    assert path.stat().st_mode & 0o777 == 0o600
    assert [file.name for file in path.parent.iterdir()] == [path.name]


def test_what_is_read_is_what_was_written(path: Path, clock: FakeClock) -> None:
    file = StatusFile(path, clock, pid=4711)
    file.started()
    clock.advance(SECOND)
    file.connected(True)
    clock.advance(SECOND)
    file.failed("Slack's users.info failed: ratelimited.")

    status = read_status(path)
    assert status is not None
    assert (status.pid, status.started_at, status.connected_since, status.written_at) == (
        4711,
        NOON,
        NOON + SECOND,
        NOON + 2 * SECOND,
    )
    assert status.problem == "Slack's users.info failed: ratelimited."
    assert status.worked_at is None


def test_a_new_daemon_takes_the_place_of_one_that_crashed(path: Path, clock: FakeClock) -> None:
    StatusFile(path, clock, pid=2**22 + 1).started()
    assert state(path, clock.now()) is DaemonState.CRASHED
    StatusFile(path, clock).started()
    assert state(path, clock.now()) is DaemonState.RUNNING


def test_a_quiet_day_is_written_once_a_minute(path: Path, clock: FakeClock) -> None:
    file = StatusFile(path, clock)
    file.started()
    file.connected(True)
    written = set()
    for _ in range(12):  # four minutes
        clock.advance(timedelta(seconds=20))
        file.connected(True)
        file.worked()
        status = read_status(path)
        assert status is not None
        written.add(status.written_at)
    assert written == {NOON + timedelta(seconds=20) + minutes * HEARTBEAT for minutes in range(4)}


def test_a_lost_connection_and_a_solved_problem_are_written_at_once(
    path: Path, clock: FakeClock
) -> None:
    file = StatusFile(path, clock)
    file.started()
    file.connected(True)
    file.failed("no")
    clock.advance(SECOND)
    file.connected(False)
    file.worked()

    status = read_status(path)
    assert status is not None
    assert (status.connected_since, status.problem) == (None, None)
    assert status.worked_at == clock.now()


def test_a_daemon_lives_while_its_process_does_and_writes(path: Path, clock: FakeClock) -> None:
    assert state(path, clock.now()) is DaemonState.NEVER_STARTED
    file = StatusFile(path, clock)
    file.started()
    assert state(path, clock.now()) is DaemonState.RUNNING
    assert state(path, NOON + STALE) is DaemonState.SILENT
    file.stopped("told to")
    status = read_status(path)
    assert status is not None
    assert (state(path, clock.now()), status.problem) == (DaemonState.STOPPED, "told to")


def test_a_daemon_whose_process_is_gone_has_crashed(path: Path, clock: FakeClock) -> None:
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    StatusFile(path, clock, pid=ended.pid).started()
    assert state(path, clock.now()) is DaemonState.CRASHED


@pytest.mark.parametrize(
    "content", ["", "{", "[]", "{}", '{"pid": "x"}', json.dumps({"pid": 1, "started_at": 5})]
)
def test_what_cannot_be_read_counts_as_nothing(path: Path, content: str) -> None:
    path.parent.mkdir()
    path.write_text(content)
    assert read_status(path) is None


def test_a_disk_that_takes_nothing_does_not_stop_the_daemon(
    tmp_path: Path, clock: FakeClock
) -> None:
    (tmp_path / "data").write_text("no folder")
    file = StatusFile(status_path(tmp_path / "data" / "memory.db"), clock, os.getpid())
    file.started()
    file.worked()
    file.stopped()

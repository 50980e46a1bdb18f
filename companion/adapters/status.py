"""The daemon's status file: how another process on this machine sees whether it works.

Times and reasons only; not a word of the person's. It says nothing by itself about whether the
daemon still lives: a process that was killed leaves it as it was, and `life` tells that.
"""

import json
import os
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path

from companion.ports import Clock

HEARTBEAT = timedelta(minutes=1)
STALE = timedelta(minutes=10)
"""Longer than any tick takes, a summary that is written day by day included."""


class Life(StrEnum):
    """What has become of a daemon."""

    RUNNING = "running"
    SILENT = "silent"
    """Its process is there, or another one of that number, but it has not been heard of."""
    STOPPED = "stopped"
    CRASHED = "crashed"
    NEVER = "never started"


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """What a daemon last said of itself.

    `connected_since` is None while there is no connection to Slack. `worked_at` is when it last
    looked at its day and got through; `problem` is why it has not since, or why it ended.
    """

    pid: int
    started_at: datetime
    written_at: datetime
    connected_since: datetime | None = None
    worked_at: datetime | None = None
    stopped_at: datetime | None = None
    problem: str | None = None


class StatusFile:
    """One daemon's file. Written at once when the connection or a problem comes or goes, and as a
    sign of life once a minute."""

    def __init__(self, path: Path, clock: Clock, pid: int | None = None) -> None:
        self._path = path
        self._clock = clock
        self._pid = os.getpid() if pid is None else pid
        self._status: Status | None = None

    def started(self) -> None:
        now = self._clock.now()
        self._write(Status(pid=self._pid, started_at=now, written_at=now))

    def connected(self, yes: bool) -> None:
        """There is a connection to Slack now, or none."""
        status = self._current()
        since = (status.connected_since or self._clock.now()) if yes else None
        self._note(replace(status, connected_since=since))

    def worked(self) -> None:
        """The day was looked at, and what was due is done."""
        self._note(replace(self._current(), worked_at=self._clock.now(), problem=None))

    def failed(self, problem: str) -> None:
        """It was not. `problem` never holds anybody's words."""
        self._note(replace(self._current(), problem=problem))

    def stopped(self, problem: str | None = None) -> None:
        """It ended, of itself or because it was told to."""
        now = self._clock.now()
        self._write(replace(self._current(), connected_since=None, stopped_at=now, problem=problem))

    def _current(self) -> Status:
        if self._status is None:
            now = self._clock.now()
            self._status = Status(pid=self._pid, started_at=now, written_at=now)
        return self._status

    def _note(self, status: Status) -> None:
        before, self._status = self._current(), status
        changed = _news(before) != _news(status)
        # Also when the clock was set back: then the file would look as if it came from later.
        if changed or not timedelta() <= self._clock.now() - before.written_at < HEARTBEAT:
            self._write(status)

    def _write(self, status: Status) -> None:
        self._status = replace(status, written_at=self._clock.now())
        try:
            self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            beside = self._path.with_name(f"{self._path.name}.{self._pid}")
            # A reader finds the file as it was or as it is, never a part of it.
            with open(beside, "w", encoding="utf-8", opener=_private) as file:
                json.dump(asdict(self._status), file, default=datetime.isoformat, indent=2)
            beside.replace(self._path)
        except OSError:
            # A full disk must not stop the daemon; whoever looks sees that the file is old.
            pass


def _news(status: Status) -> tuple[object, ...]:
    """What is not left for the next minute."""
    return status.connected_since, status.problem, status.worked_at is None


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def status_path(database: Path) -> Path:
    """Where the daemon that belongs to this database writes: `memory.db` → `memory.daemon.json`.

    With DynamoDB it is the same place: that is where the database would be.
    """
    return database.with_name(f"{database.stem}.daemon.json")


def read_status(path: Path) -> Status | None:
    """What the daemon last wrote; None where there is nothing that could be read."""
    try:
        fields = json.loads(path.read_text(encoding="utf-8"))
        times = ("started_at", "written_at", "connected_since", "worked_at", "stopped_at")
        given = {name: fields[name] and datetime.fromisoformat(fields[name]) for name in times}
        problem = fields["problem"]
        return Status(pid=int(fields["pid"]), problem=problem and str(problem), **given)
    except (OSError, ValueError, KeyError, TypeError):
        return None


def life(status: Status | None, now: datetime) -> Life:
    """Whether that daemon still lives: by its process, and by how long ago it wrote."""
    if status is None:
        return Life.NEVER
    if status.stopped_at is not None:
        return Life.STOPPED
    if not _is_there(status.pid):
        return Life.CRASHED
    # After a crash and a restart of the machine its number may be another process's.
    return Life.RUNNING if now - status.written_at < STALE else Life.SILENT


def _is_there(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except (PermissionError, OverflowError):
        return False  # somebody else's process, or no number of one: not the person's daemon
    return pid > 0

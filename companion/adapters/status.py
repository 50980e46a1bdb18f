"""The daemon's status file: how another process on this machine sees whether the daemon works.

It holds times and reasons only, and nothing that the person wrote. A process that was killed
leaves its file behind: `daemon_state` in `domain/computer/daemon_status.py` decides what the file
means.
"""

import json
import os
from dataclasses import asdict, replace
from datetime import datetime, timedelta
from pathlib import Path

from companion.domain.computer.daemon_status import DaemonStatus
from companion.ports import Clock

HEARTBEAT = timedelta(minutes=1)


class StatusFile:
    """One daemon's file. It is written at once when the connection or a problem comes or goes, and
    otherwise once a minute."""

    def __init__(self, path: Path, clock: Clock, pid: int | None = None) -> None:
        self._path = path
        self._clock = clock
        self._pid = os.getpid() if pid is None else pid
        self._status: DaemonStatus | None = None

    def started(self) -> None:
        """Record a new daemon, in place of an earlier one."""
        now = self._clock.now()
        self._write(DaemonStatus(pid=self._pid, started_at=now, written_at=now))

    def connected(self, yes: bool) -> None:
        """Record whether there is a connection to Slack now."""
        status = self._current()
        since = (status.connected_since or self._clock.now()) if yes else None
        self._note(replace(status, connected_since=since))

    def worked(self, problem: str | None = None) -> None:
        """Record that the day was looked at, and what was due is done; `problem` is what else does
        not work now."""
        self._note(replace(self._current(), worked_at=self._clock.now(), problem=problem))

    def failed(self, problem: str) -> None:
        """Record why that failed. `problem` never holds what somebody wrote."""
        self._note(replace(self._current(), problem=problem))

    def stopped(self, problem: str | None = None) -> None:
        """Record that the daemon ended, by itself or because it was told to."""
        now = self._clock.now()
        self._write(replace(self._current(), connected_since=None, stopped_at=now, problem=problem))

    def _current(self) -> DaemonStatus:
        if self._status is None:
            now = self._clock.now()
            self._status = DaemonStatus(pid=self._pid, started_at=now, written_at=now)
        return self._status

    def _note(self, status: DaemonStatus) -> None:
        before, self._status = self._current(), status
        changed = _news(before) != _news(status)
        # Also when the clock was set back: then the file would look as if it came from later.
        if changed or not timedelta() <= self._clock.now() - before.written_at < HEARTBEAT:
            self._write(status)

    def _write(self, status: DaemonStatus) -> None:
        self._status = replace(status, written_at=self._clock.now())
        try:
            self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            beside = self._path.with_name(f"{self._path.name}.{self._pid}")
            # A reader finds the file as it was or as it is, never a part of it.
            with open(beside, "w", encoding="utf-8", opener=_private) as file:
                json.dump(asdict(self._status), file, default=datetime.isoformat, indent=2)
            beside.replace(self._path)
        except OSError:
            # A full disk must not stop the daemon; the file then shows its age.
            pass


def _news(status: DaemonStatus) -> tuple[object, ...]:
    """What is written at once if it changes."""
    return status.connected_since, status.problem, status.worked_at is None


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def status_path(database: Path) -> Path:
    """Where the daemon that belongs to this database writes: `memory.db` → `memory.daemon.json`.

    With DynamoDB it is the same place: that is where the database would be.
    """
    return database.with_name(f"{database.stem}.daemon.json")


def read_status(path: Path) -> DaemonStatus | None:
    """What the daemon last wrote; None if the file is missing or unreadable."""
    try:
        fields = json.loads(path.read_text(encoding="utf-8"))
        times = ("started_at", "written_at", "connected_since", "worked_at", "stopped_at")
        given = {name: fields[name] and datetime.fromisoformat(fields[name]) for name in times}
        problem = fields["problem"]
        return DaemonStatus(pid=int(fields["pid"]), problem=problem and str(problem), **given)
    except (OSError, ValueError, KeyError, TypeError):
        return None


def process_exists(pid: int) -> bool:
    """Whether a process with that number runs, and is this person's."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except (PermissionError, OverflowError):
        return False  # somebody else's process, or not a process's number
    return pid > 0

"""What a daemon says about itself, and what that says about the daemon."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

STALE = timedelta(minutes=10)
"""Longer than any tick takes, even one that summarizes a week day by day."""


class DaemonState(StrEnum):
    """What became of a daemon."""

    RUNNING = "running"
    SILENT = "silent"
    """A process with its number exists, but it has not written for too long."""
    STOPPED = "stopped"
    CRASHED = "crashed"
    NEVER_STARTED = "never started"


@dataclass(frozen=True, slots=True, kw_only=True)
class DaemonStatus:
    """What a daemon last said about itself.

    `connected_since` is None while there is no connection to Slack. `worked_at` is its latest
    look at the day that succeeded; `problem` is what does not work now, or why it ended.
    """

    pid: int
    started_at: datetime
    written_at: datetime
    connected_since: datetime | None = None
    worked_at: datetime | None = None
    stopped_at: datetime | None = None
    problem: str | None = None


def daemon_state(status: DaemonStatus | None, process_exists: bool, now: datetime) -> DaemonState:
    """What became of the daemon that wrote `status`, which is None if nothing was written.

    `process_exists` tells whether there is a process with the daemon's number.
    """
    if status is None:
        return DaemonState.NEVER_STARTED
    if status.stopped_at is not None:
        return DaemonState.STOPPED
    if not process_exists:
        return DaemonState.CRASHED
    # After a crash and a restart of the machine, the number may be another process's.
    return DaemonState.RUNNING if now - status.written_at < STALE else DaemonState.SILENT

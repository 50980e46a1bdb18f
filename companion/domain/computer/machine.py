"""A person's machine, and the daemon as the machine is to start it at login."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Machine:
    """Where a command runs. `environ` is the person's environment."""

    platform: str
    """As `sys.platform` names it."""
    home: Path
    installation: Path
    """The Python environment that has this program."""
    uid: int
    """-1 where the system has none (Windows)."""
    environ: Mapping[str, str]
    config_folder: Path
    log_folder: Path

    @property
    def log(self) -> Path:
        """The log of a daemon that was started at login."""
        return self.log_folder / "daemon.log"

    @property
    def stderr_log(self) -> Path:
        """What the daemon says before its log is open, and the last words of a broken process."""
        return self.log_folder / "daemon.stderr.log"


@dataclass(frozen=True, slots=True, kw_only=True)
class Agent:
    """The daemon to start at login: by `program`, in the `folder` of its settings file."""

    program: tuple[str, ...]
    folder: Path
    environment: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class LoginState:
    """What the system says about the agent. `last_exit` is its latest exit status, if known."""

    installed: bool
    loaded: bool
    pid: int | None = None
    last_exit: int | None = None

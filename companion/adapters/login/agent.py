"""What is to be started at login, and on what machine."""

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, Self

from platformdirs import user_config_path, user_log_path

from companion.errors import CompanionError

APP = "companion-memory"
PATIENCE_S = 30
WHERE_THINGS_ARE = (
    "PATH",
    "AWS_CONFIG_FILE",
    "AWS_PROFILE",
    "AWS_SHARED_CREDENTIALS_FILE",
    "LLM_USER_PATH",
    "XDG_CONFIG_HOME",
    "XDG_DATA_HOME",
    "XDG_STATE_HOME",
)
"""All that is taken over from the person's environment: places and a profile's name, no secret."""


class LoginError(CompanionError):
    """The system did not do what was asked of it at login."""

    def __init__(self, problem: str, advice: str = "") -> None:
        super().__init__(f"{problem} {advice}".rstrip())


@dataclass(frozen=True, slots=True, kw_only=True)
class Machine:
    """Where the command runs. `environ` is looked at for PATH and what says where things are."""

    platform: str
    home: Path
    uid: int
    environ: Mapping[str, str]
    config_folder: Path
    log_folder: Path

    @classmethod
    def here(cls) -> Self:
        """This one."""
        return cls(
            platform=sys.platform,
            home=Path.home(),
            # Windows has none.
            uid=os.getuid() if hasattr(os, "getuid") else -1,
            environ=os.environ,
            config_folder=user_config_path(appauthor=False),
            log_folder=user_log_path(APP, appauthor=False),
        )

    @property
    def log(self) -> Path:
        """Where a daemon that nobody looks at writes its log."""
        return self.log_folder / "daemon.log"

    @property
    def stderr_log(self) -> Path:
        """What it says before there is a log, and what ends a process that cannot say why."""
        return self.log_folder / "daemon.stderr.log"

    def which(self, program: str) -> str | None:
        """Where a program is, by that machine's PATH."""
        return shutil.which(program, path=self.environ.get("PATH", os.defpath))

    def run(self, program: str, *arguments: str) -> "subprocess.CompletedProcess[str]":
        """What a program of the system answers. LoginError where it does not."""
        try:
            return subprocess.run(  # noqa: S603 -- launchctl or systemctl, with our own arguments
                [self.which(program) or program, *arguments],
                env=dict(self.environ),
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                errors="replace",
                timeout=PATIENCE_S,
                check=False,
            )
        except subprocess.TimeoutExpired as error:
            raise LoginError(f"{program} did not answer within {PATIENCE_S} seconds.") from error
        except OSError as error:
            raise LoginError(f"{program} could not be run ({error.strerror}).") from error


@dataclass(frozen=True, slots=True, kw_only=True)
class Agent:
    """The daemon as it is to be started: by `program`, in the `folder` that has `.env`."""

    program: tuple[str, ...]
    folder: Path
    environment: Mapping[str, str]

    @classmethod
    def of(cls, machine: Machine, folder: Path) -> Self:
        """The daemon of the environment that this command runs in."""
        # By its script the system shows it as `companion`, otherwise as one Python of many.
        script = shutil.which("companion", path=str(Path(sys.executable).parent))
        # -P: what lies in the folder must not be taken for one of our modules.
        program = (script,) if script else (sys.executable, "-P", "-m", "companion")
        kept = {name: machine.environ.get(name) for name in WHERE_THINGS_ARE}
        return cls(
            program=(*program, "daemon", "--supervised"),
            folder=folder,
            environment={name: value for name, value in kept.items() if value},
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """What the system says of the agent. `last_exit` is its latest exit status, where known."""

    installed: bool
    loaded: bool
    pid: int | None = None
    last_exit: int | None = None


class LoginService(Protocol):
    """Every method raises LoginError where the system does not do it."""

    @property
    def name(self) -> str:
        """As people call it."""
        ...

    @property
    def file(self) -> Path:
        """What `install` writes."""
        ...

    def install(self, agent: Agent) -> list[str]:
        """Have it started now and at each login; hints for the person. Safe to repeat."""
        ...

    def uninstall(self) -> bool:
        """Stop it, and remove what `install` wrote; False if there was nothing."""
        ...

    def state(self) -> State:
        """How it stands with the agent."""
        ...


def write(file: Path, content: bytes) -> None:
    """Write the whole file or nothing; only its owner may read it."""
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        beside = file.with_name(f".{file.name}.new")
        beside.touch(mode=0o600)
        beside.write_bytes(content)
        beside.replace(file)
    except OSError as error:
        raise LoginError(
            f"{file} cannot be written ({error.strerror}).", "Check the folder's permissions."
        ) from error


def content(file: Path) -> bytes | None:
    """What is in the file; None where there is none."""
    try:
        return file.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise LoginError(f"{file} cannot be read ({error.strerror}).") from error


def first_line(answer: "subprocess.CompletedProcess[str]") -> str:
    """What a program said went wrong, in a line."""
    said = (answer.stderr or answer.stdout).strip()
    return said.partition("\n")[0] or f"status {answer.returncode}"

"""systemd's user unit: a file in ~/.config/systemd/user, and `systemctl --user` to start it.

The keys: https://www.freedesktop.org/software/systemd/man/latest/systemd.service.html
"""

import subprocess
from pathlib import Path

from companion.adapters.login.files import content, write
from companion.adapters.login.programs import first_line, run, which
from companion.domain.computer.machine import Agent, LoginState, Machine
from companion.errors import LoginError

UNIT = "companion-memory.service"
HEADER = "# Written by `companion daemon install`, and removed by `companion daemon uninstall`."
LINGER_HINT = (
    "The daemon runs while you are logged in; `loginctl enable-linger` keeps it running from "
    "boot on."
)


class Systemd:
    """LoginService on Linux."""

    name = "systemd"

    def __init__(self, machine: Machine) -> None:
        self._machine = machine
        self.file: Path = machine.config_folder / "systemd" / "user" / UNIT

    def install(self, agent: Agent) -> list[str]:
        self._reach()
        before = content(self.file)
        if before is not None and not before.startswith(HEADER.encode()):
            raise LoginError(
                f"{self.file} is not ours.", "Move it away, then run `companion daemon install`."
            )
        write(self.file, unit(agent).encode())
        self._ask("daemon-reload")
        self._ask("enable", UNIT)
        # Starts a stopped daemon, and gives a running one the new settings.
        self._ask("restart", UNIT)
        return [] if self._lingers() else [LINGER_HINT]

    def uninstall(self) -> bool:
        before = content(self.file)
        if before is None:
            return False
        if not before.startswith(HEADER.encode()):
            raise LoginError(f"{self.file} is not ours, so it was left alone.")
        self._reach()
        self._ask("disable", "--now", UNIT)
        self.file.unlink(missing_ok=True)
        self._ask("daemon-reload")
        return True

    def state(self) -> LoginState:
        names = ("LoadState", "ActiveState", "MainPID", "ExecMainStatus", "UnitFileState")
        answer = self._systemctl("show", UNIT, f"--property={','.join(names)}")
        told = dict(line.partition("=")[::2] for line in answer.stdout.splitlines())
        return LoginState(
            installed=content(self.file) is not None,
            loaded=answer.returncode == 0 and told.get("LoadState") == "loaded",
            pid=_number(told.get("MainPID")) or None,
            last_exit=_number(told.get("ExecMainStatus")),
        )

    def _reach(self) -> None:
        """Checked before anything is written: in a container, systemctl may have no systemd."""
        answer = self._systemctl("show", "--property=Version")
        if answer.returncode != 0:
            raise LoginError(
                f"Your systemd does not answer: {first_line(answer)}.",
                "Log in as yourself (not by su or sudo), then repeat this; in a container, let "
                "that restart `companion daemon --supervised`.",
            )

    def _lingers(self) -> bool:
        if not which(self._machine, "loginctl"):
            return False
        user = str(self._machine.uid)
        answer = run(self._machine, "loginctl", "show-user", user, "--property=Linger", "--value")
        return answer.stdout.strip() == "yes"

    def _ask(self, *arguments: str) -> None:
        answer = self._systemctl(*arguments)
        if answer.returncode != 0:
            raise LoginError(
                f"systemctl --user {arguments[0]} failed: {first_line(answer)}.",
                f"`systemctl --user status {UNIT}` says more.",
            )

    def _systemctl(self, *arguments: str) -> "subprocess.CompletedProcess[str]":
        return run(self._machine, "systemctl", "--user", *arguments)


def unit(agent: Agent) -> str:
    """The agent as systemd reads it."""
    environment = "\n".join(
        f"Environment={_quoted(f'{name}={value}')}" for name, value in agent.environment.items()
    )
    command = " ".join(_quoted(part).replace("$", "$$") for part in agent.program)
    return f"""{HEADER}
[Unit]
Description=Companion Memory: asks, listens and sums up in Slack
# However often it failed, the network may be back at the next attempt.
StartLimitIntervalSec=0

[Service]
WorkingDirectory={_path(agent.folder)}
{environment}
ExecStart={command}
# Not when it ended well: a token that stays refused ends it well.
Restart=on-failure
RestartSec=30
TimeoutStopSec=10
UMask=0077

[Install]
WantedBy=default.target
"""


def _quoted(text: str) -> str:
    """As one word, of which systemd expands nothing (but `$`, in a command)."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%") + '"'


def _path(path: Path) -> str:
    # Read to the end of the line, as it stands but for specifiers.
    return str(path).replace("%", "%%")


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isdigit() else None

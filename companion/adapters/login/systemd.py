"""systemd's user unit: a file in ~/.config/systemd/user, and `systemctl --user` to start it.

The keys: https://www.freedesktop.org/software/systemd/man/latest/systemd.service.html
"""

import subprocess
from pathlib import Path

from companion.adapters.login.agent import (
    Agent,
    LoginError,
    Machine,
    State,
    content,
    first_line,
    write,
)

UNIT = "companion-memory.service"
MARK = "# Written by `companion daemon install`, and removed by `companion daemon uninstall`."


class Systemd:
    """LoginService on Linux."""

    name = "systemd"

    def __init__(self, machine: Machine) -> None:
        self._machine = machine
        self.file: Path = machine.config_folder / "systemd" / "user" / UNIT

    def install(self, agent: Agent) -> list[str]:
        self._reach()
        before = content(self.file)
        if before is not None and not before.startswith(MARK.encode()):
            raise LoginError(
                f"{self.file} is not ours.", "Move it away, then run `companion daemon install`."
            )
        write(self.file, unit(agent).encode())
        self._ask("daemon-reload")
        self._ask("enable", UNIT)
        # Starts what does not run, and gives what runs the new settings.
        self._ask("restart", UNIT)
        return [
            "It runs while you are logged in; `loginctl enable-linger` keeps it running from "
            "boot on."
        ] if not self._lingers() else []  # fmt: skip

    def uninstall(self) -> bool:
        before = content(self.file)
        if before is None:
            return False
        if not before.startswith(MARK.encode()):
            raise LoginError(f"{self.file} is not ours, and stays.")
        self._reach()
        self._ask("disable", "--now", UNIT)
        self.file.unlink(missing_ok=True)
        self._ask("daemon-reload")
        return True

    def state(self) -> State:
        names = ("LoadState", "ActiveState", "MainPID", "ExecMainStatus", "UnitFileState")
        answer = self._systemctl("show", UNIT, f"--property={','.join(names)}")
        told = dict(line.partition("=")[::2] for line in answer.stdout.splitlines())
        return State(
            installed=content(self.file) is not None,
            loaded=answer.returncode == 0 and told.get("LoadState") == "loaded",
            pid=_number(told.get("MainPID")) or None,
            last_exit=_number(told.get("ExecMainStatus")),
        )

    def _reach(self) -> None:
        """Before anything is written: a container may have systemctl and nothing that answers."""
        answer = self._systemctl("show", "--property=Version")
        if answer.returncode != 0:
            raise LoginError(
                f"Your systemd does not answer: {first_line(answer)}.",
                "Log in as yourself (not by su or sudo), then repeat this; in a container, let "
                "that restart `companion daemon --supervised`.",
            )

    def _lingers(self) -> bool:
        answer = self._machine.run(
            "loginctl", "show-user", str(self._machine.uid), "--property=Linger", "--value"
        ) if self._machine.which("loginctl") else None  # fmt: skip
        return answer is not None and answer.stdout.strip() == "yes"

    def _ask(self, *arguments: str) -> None:
        answer = self._systemctl(*arguments)
        if answer.returncode != 0:
            raise LoginError(
                f"systemctl --user {arguments[0]} failed: {first_line(answer)}.",
                f"`systemctl --user status {UNIT}` says more.",
            )

    def _systemctl(self, *arguments: str) -> "subprocess.CompletedProcess[str]":
        return self._machine.run("systemctl", "--user", *arguments)


def unit(agent: Agent) -> str:
    """The agent as systemd reads it."""
    environment = "\n".join(
        f"Environment={_quoted(f'{name}={value}')}" for name, value in agent.environment.items()
    )
    command = " ".join(_quoted(part).replace("$", "$$") for part in agent.program)
    return f"""{MARK}
[Unit]
Description=Companion Memory: asks, listens and sums up in Slack
# However often it failed, the next attempt may find the network.
StartLimitIntervalSec=0

[Service]
WorkingDirectory={_path(agent.folder)}
{environment}
ExecStart={command}
# Not when it ended well: so ends one whose token is refused.
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

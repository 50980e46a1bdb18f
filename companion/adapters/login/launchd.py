"""launchd's agent: a property list in ~/Library/LaunchAgents, and `launchctl` to load it.

The keys: https://www.manpagez.com/man/5/launchd.plist/
"""

import plistlib
import re
import time
from pathlib import Path
from typing import Any

from companion.adapters.login.files import content, write
from companion.adapters.login.programs import first_line, run
from companion.domain.computer.machine import Agent, LoginState, Machine
from companion.errors import LoginError
from companion.texts import daemon as texts

LABEL = "com.companion-memory.daemon"
TEMPLATE = Path(__file__).with_name(f"{LABEL}.plist")
PLACES_TO_AVOID = {
    "Desktop": ("Desktop", texts.GUARDED_PLACE),
    "Documents": ("Documents", texts.GUARDED_PLACE),
    "Downloads": ("Downloads", texts.GUARDED_PLACE),
    "Library/Mobile Documents": ("iCloud Drive", texts.SYNCED_PLACE),
    "Library/CloudStorage": ("CloudStorage", texts.SYNCED_PLACE),
    "/Volumes": ("/Volumes", texts.REMOVABLE_PLACE),
}
"""Folders in the person's home, and volumes, with what people call them and the reason."""
ATTEMPTS = 20


class Launchd:
    """LoginService on macOS. `pause_s` is how long a job that ends is given between looks."""

    name = "launchd"

    def __init__(self, machine: Machine, pause_s: float = 0.5) -> None:
        self._machine = machine
        self._pause_s = pause_s
        self._domain = f"gui/{machine.uid}"
        self._target = f"{self._domain}/{LABEL}"
        self.file: Path = machine.home / "Library" / "LaunchAgents" / f"{LABEL}.plist"

    def install(self, agent: Agent) -> list[str]:
        if self._machine.uid == 0:
            raise LoginError("This would be root's agent.", "Run it as yourself, without sudo.")
        wanted = property_list(agent, self._machine.stderr_log)
        unchanged = content(self.file) == wanted
        self._make_log_folder()
        if unchanged and self._is_loaded():
            # One step; a bootout and a bootstrap are two.
            self._ask("kickstart", "-k", self._target)
        else:
            # Written first: if that fails, the old agent keeps running.
            write(self.file, wanted)
            self._unload()
            # The person may have switched it off this way once, and wants it now.
            self._ask("enable", self._target)
            self._load()
        return _hints(agent.folder, self._machine.home)

    def uninstall(self) -> bool:
        was_there = self._unload()
        if content(self.file) is not None:
            was_there = True
            self.file.unlink(missing_ok=True)
        return was_there

    def state(self) -> LoginState:
        answer = run(self._machine, "launchctl", "print", self._target)
        loaded = answer.returncode == 0
        return LoginState(
            installed=content(self.file) is not None,
            loaded=loaded,
            pid=_number(r"^\s*pid = (\d+)", answer.stdout) if loaded else None,
            last_exit=_number(r"^\s*last exit code = (\d+)", answer.stdout) if loaded else None,
        )

    def _make_log_folder(self) -> None:
        try:
            # launchd would create a folder that everybody can read.
            self._machine.log_folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise LoginError(
                f"{self._machine.log_folder} cannot be made ({error.strerror})."
            ) from error

    def _is_loaded(self) -> bool:
        return run(self._machine, "launchctl", "print", self._target).returncode == 0

    def _unload(self) -> bool:
        """True if it was loaded. `bootout` returns before the job is gone."""
        if not self._is_loaded():
            return False
        run(self._machine, "launchctl", "bootout", self._target)
        for _ in range(ATTEMPTS):
            if not self._is_loaded():
                return True
            time.sleep(self._pause_s)
        raise LoginError("launchd did not unload the agent.", "Try again in a minute.")

    def _load(self) -> None:
        for attempt in range(1, ATTEMPTS + 1):
            answer = run(self._machine, "launchctl", "bootstrap", self._domain, str(self.file))
            if answer.returncode == 0 or self._is_loaded():
                return
            # 5, an I/O error, is also its answer while the last one is being unloaded.
            if answer.returncode != 5 or attempt == ATTEMPTS:
                raise LoginError(
                    f"launchd refused the agent: {first_line(answer)}.",
                    "Log in at the Mac's own screen (not over ssh alone), then repeat this.",
                )
            time.sleep(self._pause_s)

    def _ask(self, *arguments: str) -> None:
        answer = run(self._machine, "launchctl", *arguments)
        if answer.returncode != 0:
            raise LoginError(f"launchctl {arguments[0]} failed: {first_line(answer)}.")


def property_list(agent: Agent, stderr_log: Path) -> bytes:
    """The agent as launchd reads it: the template, filled in."""
    template: dict[str, Any] = plistlib.loads(TEMPLATE.read_bytes())
    filled_in = {
        "ProgramArguments": list(agent.program),
        "WorkingDirectory": str(agent.folder),
        "EnvironmentVariables": dict(agent.environment),
        "StandardOutPath": str(stderr_log),
        "StandardErrorPath": str(stderr_log),
    }
    return plistlib.dumps(template | filled_in)


def _hints(folder: Path, home: Path) -> list[str]:
    for place, (name, hint) in PLACES_TO_AVOID.items():
        if folder.is_relative_to(home / place):  # an absolute place stays as it is
            return [hint.format(place=name)]
    return []


def _number(pattern: str, text: str) -> int | None:
    found = re.search(pattern, text, re.MULTILINE)
    return int(found[1]) if found else None

"""A machine with launchctl or systemctl that only keeps account of how it was called."""

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from companion.domain.computer.machine import Machine

LAUNCHCTL = """
case "$1" in
print)
    [ -e loaded ] || { echo "Could not find service" >&2; exit 113; }
    printf 'gui/501/it = {\\n\\tstate = running\\n\\tpid = 4711\\n\\tlast exit code = 3\\n}\\n' ;;
bootstrap)
    if [ -e refuses ]; then echo "Bootstrap failed: 125: no such domain" >&2; exit 125; fi
    if [ -e leaving ]; then rm leaving; echo "Bootstrap failed: 5: I/O error" >&2; exit 5; fi
    touch loaded ;;
bootout) rm loaded; touch leaving ;;
esac
"""

SYSTEMCTL = """
[ -e silent ] && { echo "Failed to connect to bus: No medium found" >&2; exit 1; }
case "$2" in
show)
    [ -e loaded ] && printf 'LoadState=loaded\\nMainPID=4711\\nExecMainStatus=0\\n' ;;
restart)
    [ -e broken ] && { echo "Job failed" >&2; exit 1; }
    touch loaded ;;
disable) rm -f loaded ;;
esac
exit 0
"""

LOGINCTL = """
[ -e lingers ] && echo yes || echo no
"""


@dataclass(frozen=True, slots=True)
class Bench:
    """A machine, and what was asked of its programs."""

    machine: Machine
    folder: Path

    def calls(self) -> list[str]:
        """`launchctl bootstrap …`, in order."""
        record = self.folder / "calls"
        return record.read_text().splitlines() if record.exists() else []

    def forget(self) -> None:
        """Begin a new account."""
        (self.folder / "calls").unlink(missing_ok=True)

    def mark(self, name: str) -> None:
        """How the programs behave from now on: see the scripts."""
        (self.folder / name).touch()


def bench(tmp_path: Path, platform: str, programs: bool = True, **environ: str) -> Bench:
    """A person's machine of that platform, all of it in the folder."""
    folder, home = tmp_path / "bench", tmp_path / "home"
    folder.mkdir()
    home.mkdir(exist_ok=True)
    scripts = {"launchctl": LAUNCHCTL, "systemctl": SYSTEMCTL, "loginctl": LOGINCTL}
    for name, script in scripts.items() if programs else ():
        program = folder / name
        program.write_text(f'#!/bin/sh\ncd "{folder}"\necho "{name} $*" >> calls\n{script}')
        program.chmod(0o755)
    path = f"{folder}:{os.defpath}" if programs else str(folder)
    log_folder = home / ("Library/Logs/companion-memory" if platform == "darwin" else "state/log")
    machine = Machine(
        platform=platform,
        home=home,
        installation=home / "companion/.venv",
        uid=501,
        environ={"PATH": path, **environ},
        config_folder=home / ".config",
        log_folder=log_folder,
    )
    return Bench(machine, folder)


type MakeBench = Callable[..., Bench]

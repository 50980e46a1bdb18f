"""This machine, and the daemon of the environment that this command runs in."""

import os
import shutil
import sys
from pathlib import Path

from platformdirs import user_config_path, user_log_path

from companion.domain.computer.machine import Agent, Machine
from companion.domain.computer.surroundings import carried_over

APP = "companion-memory"


def this_machine() -> Machine:
    """The machine that this process runs on."""
    return Machine(
        platform=sys.platform,
        home=Path.home(),
        installation=Path(sys.prefix),
        uid=os.getuid() if hasattr(os, "getuid") else -1,
        environ=os.environ,
        config_folder=user_config_path(appauthor=False),
        log_folder=user_log_path(APP, appauthor=False),
    )


def own_program() -> tuple[str, ...]:
    """What starts this program, of this Python environment, in whatever folder."""
    # By its script the system shows it as `companion`, otherwise as one Python of many.
    script = shutil.which("companion", path=str(Path(sys.executable).parent))
    # -P: a file in the folder must not be taken for one of our modules.
    return (script,) if script else (sys.executable, "-P", "-m", "companion")


def daemon_agent(machine: Machine, env_file: Path) -> Agent:
    """The daemon of this Python environment, with that settings file."""
    return Agent(
        program=(*own_program(), "--env-file", str(env_file), "daemon", "--supervised"),
        folder=env_file.parent,
        environment=carried_over(machine.environ),
    )

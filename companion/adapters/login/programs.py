"""launchctl, systemctl and loginctl: where they are, and what they answer."""

import os
import shutil
import subprocess

from companion.domain.computer.machine import Machine
from companion.errors import LoginError

PROGRAM_TIMEOUT_S = 30


def which(machine: Machine, program: str) -> str | None:
    """Where a program is, by that machine's PATH."""
    return shutil.which(program, path=machine.environ.get("PATH", os.defpath))


def run(machine: Machine, program: str, *arguments: str) -> "subprocess.CompletedProcess[str]":
    """What a program of the system answers. LoginError if it gives no answer."""
    try:
        return subprocess.run(  # noqa: S603 -- launchctl or systemctl, with our own arguments
            [which(machine, program) or program, *arguments],
            env=dict(machine.environ),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=PROGRAM_TIMEOUT_S,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise LoginError(f"{program} did not answer within {PROGRAM_TIMEOUT_S} seconds.") from error
    except OSError as error:
        raise LoginError(f"{program} could not be run ({error.strerror}).") from error


def first_line(answer: "subprocess.CompletedProcess[str]") -> str:
    """What a program said went wrong, in one line."""
    said = (answer.stderr or answer.stdout).strip()
    return said.partition("\n")[0] or f"status {answer.returncode}"

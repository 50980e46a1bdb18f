"""Starting the daemon at login, as each system does it: launchd on macOS, systemd on Linux."""

from companion.adapters.login.here import daemon_agent, own_program, this_machine
from companion.adapters.login.launchd import Launchd
from companion.adapters.login.programs import which
from companion.adapters.login.systemd import Systemd
from companion.domain.computer.machine import Machine
from companion.errors import LoginError
from companion.ports import LoginService

__all__ = ["daemon_agent", "login_service", "own_program", "this_machine"]


def login_service(machine: Machine) -> LoginService:
    """What starts programs at login on that machine. LoginError if there is nothing we know."""
    if machine.platform == "darwin":
        return Launchd(machine)
    if machine.platform.startswith("linux") and which(machine, "systemctl"):
        return Systemd(machine)
    what = "this Linux has no systemd" if machine.platform.startswith("linux") else machine.platform
    raise LoginError(
        f"There is neither launchd nor systemd here ({what}).",
        "Let what starts your programs run `companion daemon --supervised`, and restart it when "
        "it fails.",
    )

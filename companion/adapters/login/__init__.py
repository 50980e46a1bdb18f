"""Starting the daemon at login, as each system does it: launchd on macOS, systemd on Linux."""

from companion.adapters.login.agent import Agent, LoginError, LoginService, Machine, State
from companion.adapters.login.launchd import Launchd
from companion.adapters.login.systemd import Systemd

__all__ = ["Agent", "LoginError", "LoginService", "Machine", "State", "login_service"]


def login_service(machine: Machine) -> LoginService:
    """What starts things at login on that machine. LoginError where there is nothing we know."""
    if machine.platform == "darwin":
        return Launchd(machine)
    if machine.platform.startswith("linux") and machine.which("systemctl"):
        return Systemd(machine)
    what = "this Linux has no systemd" if machine.platform.startswith("linux") else machine.platform
    raise LoginError(
        f"There is no launchd and no systemd here ({what}).",
        "Let what starts your programs run `companion daemon --supervised` in this folder, and "
        "restart it when it fails.",
    )

"""At login: what is written for launchd and systemd, and what they are asked."""

import plistlib
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from companion.adapters.login import daemon_agent, login_service
from companion.adapters.login.launchd import LABEL, TEMPLATE, Launchd
from companion.adapters.login.systemd import UNIT, Systemd
from companion.domain.computer.machine import Agent
from companion.errors import LoginError
from tests.login import Bench, bench

SECRET = "xoxb-secret"
DOMAIN = "gui/501"


@pytest.fixture
def mac(tmp_path: Path) -> Bench:
    return bench(tmp_path, "darwin", SLACK_BOT_TOKEN=SECRET, AWS_PROFILE="work")


@pytest.fixture
def linux(tmp_path: Path) -> Bench:
    return bench(tmp_path, "linux", SLACK_BOT_TOKEN=SECRET, XDG_DATA_HOME="/data of/100%")


def agent_of(bench: Bench, folder: Path = Path("/home/ada/companion")) -> Agent:
    return daemon_agent(bench.machine, folder / ".env")


def launchd(bench: Bench) -> Launchd:
    return Launchd(bench.machine, pause_s=0)


def asked(bench: Bench, *without: str) -> list[str]:
    """What changed something."""
    calls = [call.split(maxsplit=1)[1] for call in bench.calls()]
    return [call for call in calls if call.split()[0] not in ("print", *without)]


def test_a_mac_has_launchd_and_a_linux_has_systemd(tmp_path: Path) -> None:
    machine = bench(tmp_path, "darwin").machine
    assert isinstance(login_service(machine), Launchd)
    assert isinstance(login_service(replace(machine, platform="linux")), Systemd)


@pytest.mark.parametrize(
    ("platform", "named"), [("win32", "win32"), ("linux", "this Linux has no systemd")]
)
def test_elsewhere_the_error_says_what_to_do(tmp_path: Path, platform: str, named: str) -> None:
    with pytest.raises(LoginError) as refusal:
        login_service(bench(tmp_path, platform, programs=False).machine)
    assert named in str(refusal.value)
    assert "`companion daemon --supervised`" in str(refusal.value)


# launchd


def test_the_agent_of_launchd_starts_at_login_and_again_when_it_failed(mac: Bench) -> None:
    launchd(mac).install(agent_of(mac))

    file = mac.machine.home / "Library/LaunchAgents" / f"{LABEL}.plist"
    agent = plistlib.loads(file.read_bytes())
    assert agent["Label"] == LABEL == file.stem
    assert agent["ProgramArguments"][-4:] == [
        *("--env-file", "/home/ada/companion/.env", "daemon", "--supervised"),
    ]
    assert Path(agent["ProgramArguments"][0]).exists()
    assert agent["WorkingDirectory"] == "/home/ada/companion"
    assert agent["RunAtLoad"] is True
    assert agent["KeepAlive"] == {"SuccessfulExit": False}
    assert agent["ThrottleInterval"] == 30
    assert agent["EnvironmentVariables"] == {
        "PATH": mac.machine.environ["PATH"],
        "AWS_PROFILE": "work",
    }
    log = Path(agent["StandardErrorPath"])
    assert log.parent == mac.machine.log_folder
    assert log.parent.stat().st_mode & 0o777 == 0o700
    assert file.stat().st_mode & 0o777 == 0o600
    assert SECRET not in file.read_text()
    assert asked(mac) == [f"enable {DOMAIN}/{LABEL}", f"bootstrap {DOMAIN} {file}"]


def test_installing_the_same_agent_again_restarts_it(mac: Bench) -> None:
    launchd(mac).install(agent_of(mac))
    mac.forget()
    launchd(mac).install(agent_of(mac))

    assert asked(mac) == [f"kickstart -k {DOMAIN}/{LABEL}"]


def test_a_changed_agent_is_taken_out_and_loaded_anew_however_long_that_takes(mac: Bench) -> None:
    service = launchd(mac)
    service.install(agent_of(mac))
    mac.forget()
    service.install(agent_of(mac, Path("/elsewhere")))

    load = f"bootstrap {DOMAIN} {service.file}"
    # The first attempt finds the old one still leaving.
    assert asked(mac) == [
        f"bootout {DOMAIN}/{LABEL}",
        f"enable {DOMAIN}/{LABEL}",
        load,
        load,
    ]
    assert plistlib.loads(service.file.read_bytes())["WorkingDirectory"] == "/elsewhere"


def test_uninstalling_takes_the_agent_out_and_leaves_everything_else(mac: Bench) -> None:
    service = launchd(mac)
    service.install(agent_of(mac))
    mac.machine.log.write_text("a log")
    other = service.file.with_name("com.example.other.plist")
    other.write_text("somebody else's")
    mac.forget()

    assert service.uninstall() is True
    assert asked(mac) == [f"bootout {DOMAIN}/{LABEL}"]
    assert not service.file.exists()
    assert other.exists()
    assert mac.machine.log.exists()
    assert service.uninstall() is False


def test_launchd_says_whether_the_agent_is_loaded_and_runs(mac: Bench) -> None:
    before = launchd(mac).state()
    launchd(mac).install(agent_of(mac))
    state = launchd(mac).state()

    assert (before.installed, before.loaded, before.pid) == (False, False, None)
    assert (state.installed, state.loaded, state.pid, state.last_exit) == (True, True, 4711, 3)


def test_the_template_for_people_is_the_one_that_install_fills_in(mac: Bench) -> None:
    for_people = Path(__file__).parents[2] / "macos" / TEMPLATE.name
    assert for_people.read_bytes() == TEMPLATE.read_bytes()

    launchd(mac).install(agent_of(mac))
    filled_in = plistlib.loads(launchd(mac).file.read_bytes())
    assert not {"COMPANION", "FOLDER", "LOG", "PATH"} & {*map(str, _values(filled_in))}


def _values(node: object) -> Iterator[object]:
    """What stands in a property list, however deep."""
    if isinstance(node, dict):
        node = list(node.values())
    if isinstance(node, list):
        for each in node:
            yield from _values(each)
    else:
        yield node


@pytest.mark.parametrize(
    ("place", "named"),
    [
        ("home/Documents/work", "Documents"),
        ("home/Library/Mobile Documents/com~apple~CloudDocs/work", "iCloud Drive"),
        ("home/Library/CloudStorage/Dropbox/work", "CloudStorage"),
        ("/Volumes/stick/work", "/Volumes"),
        ("home/work", ""),
    ],
)
def test_a_folder_that_launchd_may_not_reach_is_named(
    mac: Bench, tmp_path: Path, place: str, named: str
) -> None:
    hints = launchd(mac).install(agent_of(mac, tmp_path / place))
    assert len(hints) == bool(named)
    assert named in "".join(hints)


def test_a_mac_that_nobody_is_logged_in_to_says_what_to_do(mac: Bench) -> None:
    mac.mark("refuses")
    with pytest.raises(LoginError, match=r"Bootstrap failed: 125.*Log in at the Mac's own screen"):
        launchd(mac).install(agent_of(mac))


def test_root_is_told_not_to(mac: Bench) -> None:
    with pytest.raises(LoginError, match="without sudo"):
        Launchd(replace(mac.machine, uid=0)).install(agent_of(mac))
    assert mac.calls() == []


def test_a_folder_that_macos_guards_is_warned_of(mac: Bench) -> None:
    folder = mac.machine.home / "Documents" / "companion"
    (hint,) = launchd(mac).install(agent_of(mac, folder))
    assert "Documents" in hint


# systemd


def test_the_unit_of_systemd_starts_at_login_and_again_when_it_failed(linux: Bench) -> None:
    service = Systemd(linux.machine)
    (hint,) = service.install(agent_of(linux, Path("/home/ada/100% mine")))

    unit = service.file.read_text()
    assert service.file == linux.machine.home / ".config/systemd/user" / UNIT
    for line in (
        "WorkingDirectory=/home/ada/100%% mine",
        'Environment="XDG_DATA_HOME=/data of/100%%"',
        "Restart=on-failure",
        "StartLimitIntervalSec=0",
        "WantedBy=default.target",
    ):
        assert line in unit.splitlines()
    (command,) = [line for line in unit.splitlines() if line.startswith("ExecStart=")]
    assert command.endswith('"daemon" "--supervised"')
    assert SECRET not in unit
    assert "loginctl enable-linger" in hint
    assert asked(linux, "show-user") == [
        "--user show --property=Version",
        "--user daemon-reload",
        f"--user enable {UNIT}",
        f"--user restart {UNIT}",
    ]


def test_somebody_who_lingers_already_gets_no_hint(linux: Bench) -> None:
    linux.mark("lingers")
    assert Systemd(linux.machine).install(agent_of(linux)) == []


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="there is no systemd-analyze")
def test_systemd_understands_the_unit(linux: Bench, tmp_path: Path) -> None:
    folder = tmp_path / "with 100% $HOME and “quotes”"
    folder.mkdir()
    Systemd(linux.machine).install(agent_of(linux, folder))
    verified = subprocess.run(
        ["systemd-analyze", "verify", "--user", "--man=no", Systemd(linux.machine).file],
        env={"PATH": "/usr/bin:/bin", "HOME": str(tmp_path), "XDG_RUNTIME_DIR": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=90,
        check=False,
    )
    assert [line for line in verified.stderr.splitlines() if UNIT in line] == []
    assert verified.returncode == 0, verified.stderr


def test_uninstalling_disables_the_unit_and_leaves_everything_else(linux: Bench) -> None:
    service = Systemd(linux.machine)
    service.install(agent_of(linux))
    other = service.file.with_name("other.service")
    other.write_text("somebody else's")
    linux.forget()

    assert service.uninstall() is True
    assert asked(linux)[1:] == [f"--user disable --now {UNIT}", "--user daemon-reload"]
    assert not service.file.exists()
    assert other.exists()
    assert service.uninstall() is False


def test_a_unit_that_somebody_else_wrote_is_neither_replaced_nor_removed(linux: Bench) -> None:
    service = Systemd(linux.machine)
    service.file.parent.mkdir(parents=True)
    service.file.write_text("[Service]\nExecStart=/bin/mine\n")

    with pytest.raises(LoginError, match="is not ours"):
        service.install(agent_of(linux))
    with pytest.raises(LoginError, match="is not ours"):
        service.uninstall()
    assert service.file.read_text() == "[Service]\nExecStart=/bin/mine\n"


def test_systemd_says_whether_the_unit_is_loaded_and_runs(linux: Bench) -> None:
    service = Systemd(linux.machine)
    before = service.state()
    service.install(agent_of(linux))
    state = service.state()

    assert (before.installed, before.loaded, before.pid) == (False, False, None)
    assert (state.installed, state.loaded, state.pid) == (True, True, 4711)


def test_where_systemd_does_not_answer_nothing_is_written(linux: Bench) -> None:
    linux.mark("silent")
    service = Systemd(linux.machine)
    with pytest.raises(LoginError, match=r"Failed to connect to bus.*Log in as yourself"):
        service.install(agent_of(linux))
    assert not service.file.exists()


def test_a_unit_that_does_not_start_is_told_of(linux: Bench) -> None:
    linux.mark("broken")
    with pytest.raises(LoginError, match=r"restart failed: Job failed.*systemctl --user status"):
        Systemd(linux.machine).install(agent_of(linux))

"""`companion daemon logs`, to a terminal and to a pipe."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.entrypoints.cli.conftest import Finished

LINES = "2026-07-20T22:30:05Z INFO daemon.started\nTraceback (most recent call last):\n"


@pytest.fixture(autouse=True)
def log(environment: dict[str, str], tmp_path: Path) -> None:
    environment["XDG_STATE_HOME"] = str(tmp_path / "state")
    for folder in (
        tmp_path / "state" / "companion-memory" / "log",
        tmp_path / "Library" / "Logs" / "companion-memory",
    ):
        folder.mkdir(parents=True)
        (folder / "daemon.log").write_text(LINES)


def test_on_a_terminal_times_are_in_the_person_s_zone(on_terminal: Callable[..., str]) -> None:
    assert on_terminal("daemon", "logs", COMPANION_TIMEZONE="Europe/Berlin") == (
        "2026-07-21 00:30:05 CEST INFO daemon.started\nTraceback (most recent call last):\n"
    )


def test_a_wrong_setting_does_not_hide_the_log(on_terminal: Callable[..., str]) -> None:
    shown = on_terminal("daemon", "logs", COMPANION_WORK_HOURS="nine to five", TZ="UTC")
    assert " INFO daemon.started\n" in shown


def test_a_pipe_gets_the_lines_of_the_file(process: Callable[..., Finished]) -> None:
    assert process("daemon", "logs").stdout == LINES

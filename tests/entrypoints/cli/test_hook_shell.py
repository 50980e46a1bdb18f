"""`companion hook install shell`: for the person's own shell, or the one that they name."""

from pathlib import Path

import pytest

from tests.entrypoints.cli.conftest import Run


@pytest.fixture
def environment(environment: dict[str, str], tmp_path: Path) -> dict[str, str]:
    home = tmp_path / "home"
    home.mkdir()
    return {**environment, "HOME": str(home), "XDG_STATE_HOME": str(tmp_path / "state")}


def test_it_is_installed_for_ones_own_shell_and_removed_again(
    companion: Run, environment: dict[str, str]
) -> None:
    shown = companion("hook", "install", "shell", SHELL="/usr/local/bin/zsh")
    file = Path(environment["HOME"]) / ".zshrc"
    assert shown.exit_code == 0, shown.output
    assert shown.stdout.startswith("zsh now shows where you left off")
    assert "`companion hook uninstall zsh` removes them." in shown.stdout
    assert "precmd" in file.read_text()
    assert f"zsh: installed, in {file}" in companion("hook", "status").stdout
    companion("hook", "uninstall", "zsh")
    assert not file.exists()


def test_the_lines_can_be_looked_at(companion: Run, environment: dict[str, str]) -> None:
    shown = companion("hook", "install", "fish", "--print").stdout
    assert "--on-event fish_prompt" in shown
    assert "where" in shown
    assert list(Path(environment["HOME"]).iterdir()) == []


@pytest.mark.parametrize(
    ("typed", "problem"),
    [
        (("install", "shell"), "SHELL names none of zsh, bash and fish."),
        (("install", "zsh", "--global"), "--global is for git."),
        (("install", "git", "--print"), "--print is for shells."),
    ],
)
def test_what_cannot_be_is_refused(companion: Run, typed: tuple[str, ...], problem: str) -> None:
    shown = companion("hook", *typed, SHELL="/bin/tcsh")
    assert shown.exit_code == 2
    assert problem in shown.stderr

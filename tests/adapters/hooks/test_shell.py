"""The shell hook, in real shells: after a day away from a repository it shows *where*, once."""

import os
import shutil
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from companion.adapters.hooks import ShellHook
from companion.domain.hooks.shell_hook import AWAY_S, Shell

type Visit = Callable[..., list[str]]

START = {
    # As a person's own terminal starts it; fish has no prompt without a terminal.
    Shell.BASH: ("bash", "-i"),
    Shell.ZSH: ("zsh", "-i"),
    Shell.FISH: ("fish", "-i"),
}


@pytest.fixture(params=list(Shell))
def hook(request: pytest.FixtureRequest, tmp_path: Path) -> ShellHook:
    shell: Shell = request.param
    if shutil.which(shell) is None:
        pytest.skip(f"there is no {shell} here")
    program = tmp_path / "a program" / "companion"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\necho "$* in ${{PWD##*/}}" >> "{tmp_path}/ran"\n')
    program.chmod(0o755)
    home = tmp_path / "home"
    home.mkdir()
    return ShellHook(
        program=(str(program), "--env-file", "it's here"),
        shell=shell,
        home=home,
        environ={},
        visits=tmp_path / "state" / "visits",
    )


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    folder = tmp_path / "my repository"
    (folder / ".git").mkdir(parents=True)
    (folder / "below").mkdir()
    return folder


@pytest.fixture
def visit(hook: ShellHook, tmp_path: Path) -> Visit:
    """What was run while a person went from folder to folder."""

    def go(*folders: Path, ends_with: str = "exit 0") -> list[str]:
        ran = tmp_path / "ran"
        ran.unlink(missing_ok=True)
        prompt = "emit fish_prompt\n" if hook.shell is Shell.FISH else ""
        typed = "".join(f"cd '{folder}'\n{prompt}" for folder in folders)
        subprocess.run(
            START[hook.shell],
            cwd=tmp_path,
            env={"HOME": str(hook.home), "PATH": os.environ["PATH"], "TERM": "dumb"},
            input=f"{typed}{ends_with}\n",
            text=True,
            capture_output=True,
            check=True,
            timeout=60,
        )
        return ran.read_text().splitlines() if ran.exists() else []

    return go


def away(hook: ShellHook, seconds: int) -> None:
    """The last visits were so long ago."""
    for file in hook.visits.iterdir():
        file.write_text(f"{int(time.time()) - seconds}\n")


def test_it_shows_where_after_a_day_away_once(
    hook: ShellHook, visit: Visit, repository: Path
) -> None:
    hook.install()
    assert visit(repository) == []  # one was never here before
    assert visit(repository) == []
    away(hook, AWAY_S - 3600)
    assert visit(repository) == []
    away(hook, AWAY_S)
    where = "--env-file it's here where --no-model in "
    assert visit(repository) == [f"{where}my repository"]
    assert visit(repository) == []
    away(hook, 10 * AWAY_S)
    assert visit(repository / "below", repository, repository) == [f"{where}below"]


def test_each_repository_has_its_own_day(
    hook: ShellHook, visit: Visit, repository: Path, tmp_path: Path
) -> None:
    other = tmp_path / "other"
    other.mkdir()
    (other / ".git").write_text("gitdir: elsewhere\n")  # a worktree
    hook.install()
    visit(repository, other, tmp_path)
    assert len(list(hook.visits.iterdir())) == 2
    away(hook, AWAY_S)
    assert len(visit(tmp_path, repository, other, repository)) == 2


def test_outside_of_repositories_nothing_is_written(
    hook: ShellHook, visit: Visit, tmp_path: Path
) -> None:
    hook.install()
    assert visit(tmp_path, Path("/")) == []
    assert list(hook.visits.iterdir()) == []


def test_a_command_keeps_its_status(hook: ShellHook, visit: Visit, repository: Path) -> None:
    hook.install()
    if hook.shell is Shell.FISH:
        pytest.skip("fish keeps the status of events by itself")
    # The prompt comes between the two lines.
    marker = repository / "status"
    visit(repository, ends_with=f"(exit 7)\necho $? > '{marker}'\nexit 0")
    assert marker.read_text() == "7\n"


def test_when_the_program_or_our_folder_is_gone_nothing_happens(
    hook: ShellHook, visit: Visit, repository: Path
) -> None:
    hook.install()
    visit(repository)
    away(hook, AWAY_S)
    Path(hook.program[0]).unlink()
    assert visit(repository) == []
    shutil.rmtree(hook.visits)
    assert visit(repository) == []
    assert not hook.visits.exists()


def test_a_broken_file_of_ours_does_no_harm(
    hook: ShellHook, visit: Visit, repository: Path
) -> None:
    hook.install()
    visit(repository)
    (file,) = hook.visits.iterdir()
    file.write_text("$(touch /tmp/evil)\n")
    assert visit(repository) == []
    assert file.read_text().strip().isdigit()


def test_what_was_in_the_file_stays_and_comes_back(hook: ShellHook) -> None:
    hook.file.parent.mkdir(parents=True, exist_ok=True)
    hook.file.write_text("alias gs='git status'")  # without a line end
    hook.install()
    hook.install()
    assert hook.is_installed()
    text = hook.file.read_text()
    assert text.startswith("alias gs='git status'\n")
    assert text.count("_companion_memory_enter()") <= 1
    assert f"companion hook uninstall {hook.shell}" in text
    assert hook.uninstall()
    assert hook.file.read_text() == "alias gs='git status'\n"
    assert not hook.uninstall()


def test_a_file_that_was_not_there_is_gone_again(hook: ShellHook) -> None:
    hook.install()
    assert hook.uninstall()
    assert not hook.file.exists()


def test_a_file_that_is_a_link_stays_one(hook: ShellHook, tmp_path: Path) -> None:
    dotfile = tmp_path / "dotfiles"
    dotfile.write_text("# mine\n")
    dotfile.chmod(0o600)
    hook.file.parent.mkdir(parents=True, exist_ok=True)
    hook.file.symlink_to(dotfile)
    hook.install()
    assert hook.file.is_symlink()
    assert dotfile.read_text().startswith("# mine\n# >>>")
    assert dotfile.stat().st_mode & 0o777 == 0o600


def test_a_script_that_does_not_ask_is_not_touched(
    hook: ShellHook, repository: Path, tmp_path: Path
) -> None:
    """A shell that runs a script reads no lines of ours, or leaves them alone."""
    hook.install()
    subprocess.run(
        [hook.shell, "-c", f". '{hook.file}'; cd '{repository}'"],
        env={"HOME": str(hook.home), "PATH": os.environ["PATH"]},
        check=True,
        timeout=60,
    )
    assert list(hook.visits.iterdir()) == []

"""`companion hook install git`: commits log themselves, and nobody notices."""

import json
import os
import stat
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.entrypoints.cli.conftest import Run
from tests.repositories import ADA, Repository, git_environment

type Entries = Callable[[int], list[dict[str, str]]]

WAIT_S = 60
"""So long a test waits for what happens in the background, on a busy machine."""


@pytest.fixture
def environment(environment: dict[str, str], tmp_path: Path) -> dict[str, str]:
    return {**environment, **git_environment(tmp_path / "home")}


@pytest.fixture
def repository(
    tmp_path: Path, environment: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> Repository:
    """Commits of this repository find the store where the test's commands have it."""
    made = Repository.create(tmp_path / "src" / "engine", environment)
    monkeypatch.chdir(made.folder)
    return made


@pytest.fixture
def entries(companion: Run) -> Entries:
    """The entries, once there are so many."""

    def wait(number: int) -> list[dict[str, str]]:
        until = time.monotonic() + WAIT_S
        while True:
            shown = companion("entries", "--format", "json")
            found: list[dict[str, str]] = json.loads(shown.stdout)
            if len(found) >= number or time.monotonic() > until:
                return found
            time.sleep(0.1)  # another process is at work

    return wait


def commit(repository: Repository, subject: str, *options: str, author: str = ADA) -> None:
    """A commit as one types it, now."""
    repository.files += 1
    (repository.folder / f"file-{repository.files}.txt").touch()
    repository.git("add", "--all")
    repository.git("commit", "--quiet", f"--author={author}", f"--message={subject}", *options)


def hook_of(repository: Repository) -> Path:
    return repository.folder / ".git" / "hooks" / "post-commit"


def installed(companion: Run, *options: str) -> str:
    shown = companion("hook", "install", "git", *options)
    assert shown.exit_code == 0, shown.output
    return shown.output


def test_the_subject_of_a_commit_is_logged_as_an_entry(
    companion: Run, repository: Repository, entries: Entries
) -> None:
    said = installed(companion)
    assert "`companion hook uninstall git`" in said
    commit(repository, "Fix the parser\n\nIt was wrong.")
    (entry,) = entries(1)
    assert (entry["text"], entry["source"]) == ("Fix the parser", "commit")
    assert "Fix the parser (commit)" in companion("today").stdout


def test_a_logged_commit_is_not_shown_a_second_time_from_git(
    companion: Run, repository: Repository, entries: Entries
) -> None:
    installed(companion)
    commit(repository, "Fix the parser")
    entries(1)
    shown = companion("summary", "--day", "today", COMPANION_REPOS=str(repository.folder))
    assert shown.exit_code == 0, shown.output
    told = companion(
        *("summary", "--day", "today"),
        COMPANION_REPOS=str(repository.folder),
        LLM_MODEL="no-such-model",
    ).stdout
    assert told.count("Fix the parser") == 1
    assert "commit** Fix the parser" in told


def test_merges_rebases_amendments_and_commits_of_others_are_not_logged(
    companion: Run, repository: Repository, entries: Entries
) -> None:
    repository.commit("long ago", "2026-01-01 10:00")
    installed(companion)
    commit(repository, "of Bo", author="Bo <bo@example.com>")
    repository.commit("written before", "2026-01-01 10:00", committed="2026-01-02 10:00")
    repository.git("checkout", "--quiet", "-b", "side", "HEAD~2")
    repository.git("checkout", "--quiet", "main")
    repository.git("cherry-pick", "--allow-empty", "--keep-redundant-commits", "HEAD~2")
    repository.git("commit", "--quiet", "--amend", "--allow-empty", "--message=long ago, reworded")
    commit(repository, "the last one")
    assert [entry["text"] for entry in entries(1)] == ["the last one"]


def test_an_amended_content_is_the_same_entry(
    companion: Run, repository: Repository, entries: Entries
) -> None:
    installed(companion)
    commit(repository, "Fix the parser")
    entries(1)
    (repository.folder / "more.txt").touch()
    repository.git("add", "--all")
    repository.git("commit", "--quiet", "--amend", "--no-edit")
    commit(repository, "the last one")
    assert [entry["text"] for entry in entries(2)] == ["Fix the parser", "the last one"]


@pytest.mark.parametrize("problem", ["companion is gone", "the store cannot be opened"])
def test_a_commit_never_fails_by_it(
    companion: Run,
    repository: Repository,
    environment: dict[str, str],
    tmp_path: Path,
    problem: str,
) -> None:
    installed(companion)
    if problem == "companion is gone":
        hook = hook_of(repository)
        hook.write_text(hook.read_text().replace("/companion", "/companion-gone"))
    else:
        folder = tmp_path / "closed"
        folder.mkdir()
        environment["COMPANION_DB"] = str(folder)
    repository.environ = environment
    commit(repository, "Fix the parser")
    assert repository.git("log", "-1", "--format=%s").strip() == "Fix the parser"


def test_a_commit_does_not_wait_for_it(
    companion: Run, repository: Repository, tmp_path: Path
) -> None:
    """The program runs on after the commit: a pipe that it would hold open is closed."""
    installed(companion)
    slow = tmp_path / "companion"
    slow.write_text(
        f"#!/bin/sh\nwhile [ ! -e {tmp_path}/go ]; do sleep 0.05; done\ntouch {tmp_path}/ended\n"
    )
    slow.chmod(0o755)
    hook = hook_of(repository)
    text = hook.read_text()
    known = next(line for line in text.splitlines() if line.startswith("if [ -x "))
    program = known.removeprefix("if [ -x ").partition(" ]")[0]
    hook.write_text(text.replace(program, str(slow)))
    commit(repository, "Fix the parser")  # returns only when every pipe is closed
    assert not (tmp_path / "ended").exists()
    (tmp_path / "go").touch()
    until = time.monotonic() + WAIT_S
    while not (tmp_path / "ended").exists() and time.monotonic() < until:
        time.sleep(0.05)
    assert (tmp_path / "ended").exists()


HOOKS = {
    "a shell script": b"#!/bin/sh -e\necho before >> ran\nexit 3\n",
    "another program": b"#!/usr/bin/env python3\nopen('ran', 'a').write('before\\n')\n",
    "a script with foreign line ends": b"#!/usr/bin/env python3\nopen('ran', 'a').write('x')\r\n",
}


@pytest.mark.parametrize("known", HOOKS)
def test_a_hook_that_is_there_goes_on_working_and_comes_back_as_it_was(
    companion: Run, repository: Repository, entries: Entries, known: str
) -> None:
    hook = hook_of(repository)
    hook.parent.mkdir(exist_ok=True)
    hook.write_bytes(HOOKS[known])
    hook.chmod(0o750)
    installed(companion)
    installed(companion)  # again changes nothing
    commit(repository, "Fix the parser")
    assert (repository.folder / "ran").exists()
    entries(1)
    shown = companion("hook", "uninstall", "git")
    assert shown.output == f"Removed from {hook}.\n"
    assert hook.read_bytes() == HOOKS[known]
    assert stat.S_IMODE(hook.stat().st_mode) == 0o750
    assert [file.name for file in hook.parent.glob("post-commit*")] in (
        ["post-commit"],
        ["post-commit", "post-commit.sample"],
    )


def test_a_hook_that_is_a_link_is_not_written_through(
    companion: Run, repository: Repository, entries: Entries, tmp_path: Path
) -> None:
    shared = tmp_path / "shared-hook"
    shared.write_text("#!/bin/sh\necho before > ran\n")
    shared.chmod(0o755)
    hook = hook_of(repository)
    hook.parent.mkdir(exist_ok=True)
    hook.symlink_to(shared)
    installed(companion)
    commit(repository, "Fix the parser")
    assert (repository.folder / "ran").exists()
    assert shared.read_text() == "#!/bin/sh\necho before > ran\n"
    companion("hook", "uninstall", "git")
    assert hook.readlink() == shared


def test_without_a_hook_before_nothing_is_left(companion: Run, repository: Repository) -> None:
    installed(companion)
    assert "git, this repository: installed" in companion("hook", "status").output
    companion("hook", "uninstall", "git")
    assert not hook_of(repository).exists()
    assert "git, this repository: not installed" in companion("hook", "status").output
    assert "nothing to remove" in companion("hook", "uninstall", "git").output


def test_a_hook_that_is_switched_off_is_not_switched_on(
    companion: Run, repository: Repository
) -> None:
    hook = hook_of(repository)
    hook.parent.mkdir(exist_ok=True)
    hook.write_text("#!/bin/sh\nexit 1\n")
    hook.chmod(0o644)
    shown = companion("hook", "install", "git")
    assert shown.exit_code == 1
    assert "not executable" in shown.stderr
    assert hook.read_text() == "#!/bin/sh\nexit 1\n"


def test_a_worktree_and_a_folder_below_use_the_hook_of_the_repository(
    companion: Run,
    repository: Repository,
    entries: Entries,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    repository.commit("base", "2026-11-18 10:00")
    elsewhere = tmp_path / "else where"
    repository.git("worktree", "add", "--quiet", "-b", "topic", str(elsewhere))
    (elsewhere / "below").mkdir()
    monkeypatch.chdir(elsewhere / "below")
    installed(companion)
    assert hook_of(repository).exists()
    commit(Repository(elsewhere, repository.environ, files=50), "in a worktree")
    assert [entry["text"] for entry in entries(1)] == ["in a worktree"]


def test_hooks_that_everybody_gets_are_not_touched(companion: Run, repository: Repository) -> None:
    repository.git("config", "core.hooksPath", "hooks")
    shown = companion("hook", "install", "git")
    assert shown.exit_code == 1
    assert "which everybody gets who works on it" in shown.stderr
    assert not (repository.folder / "hooks").exists()


def test_hooks_that_a_tool_writes_are_used_and_said_so(
    companion: Run, repository: Repository, entries: Entries
) -> None:
    """husky: https://typicode.github.io/husky/how-to.html"""
    folder = repository.folder / ".husky" / "_"
    folder.mkdir(parents=True)
    (folder / ".gitignore").write_text("*")
    (folder / "post-commit").write_text('#!/usr/bin/env sh\n. "${0%/*}/h"\n')
    (folder / "post-commit").chmod(0o755)
    (folder / "h").write_text("echo husky > husky-ran\n")
    repository.git("config", "core.hooksPath", ".husky/_")
    assert "husky" in installed(companion)
    commit(repository, "Fix the parser")
    assert (repository.folder / "husky-ran").exists()
    entries(1)


def test_new_repositories_get_it_by_a_template(
    companion: Run, environment: dict[str, str], entries: Entries, tmp_path: Path
) -> None:
    said = installed(companion, "--global")
    assert "Those that you have stay as they are" in said
    made = Repository.create(tmp_path / "src" / "later", environment)
    assert (made.folder / ".git" / "hooks" / "post-commit").exists()
    commit(made, "Fix the parser")
    assert [entry["text"] for entry in entries(1)] == ["Fix the parser"]
    companion("hook", "uninstall", "git", "--global")
    assert "template" not in Path(environment["GIT_CONFIG_GLOBAL"]).read_text().lower()
    other = Repository.create(tmp_path / "src" / "other", environment)
    assert not (other.folder / ".git" / "hooks" / "post-commit").exists()


def test_hooks_of_all_repositories_are_used_where_git_has_such_a_folder(
    companion: Run, repository: Repository, tmp_path: Path
) -> None:
    folder = tmp_path / "all hooks"
    repository.git("config", "--global", "core.hooksPath", str(folder))
    assert "for every repository" in installed(companion, "--global")
    assert os.access(folder / "post-commit", os.X_OK)
    companion("hook", "uninstall", "git", "--global")
    assert not (folder / "post-commit").exists()
    config = Path(repository.environ["GIT_CONFIG_GLOBAL"]).read_text()
    assert "hooksPath" in config
    assert "templateDir" not in config


def test_outside_of_a_repository_it_says_what_to_do(companion: Run) -> None:
    shown = companion("hook", "install", "git")
    assert shown.exit_code == 1
    assert "is not in a git repository" in shown.stderr


def test_the_hook_is_good_shell(companion: Run, repository: Repository) -> None:
    installed(companion)
    for shell in ("sh", "bash"):
        subprocess.run([shell, "-n", str(hook_of(repository))], check=True)

"""A repository whose configuration names programs: none of them runs."""

from pathlib import Path

import pytest

from tests.adapters.git.conftest import Reader
from tests.repositories import Repository, moment

PROGRAMS = (
    "core.fsmonitor",
    "core.pager",
    "pager.log",
    "pager.status",
    "pager.config",
    "core.sshCommand",
    "core.gitProxy",
    "core.askPass",
    "core.editor",
    "core.alternateRefsCommand",
    "diff.external",
    "diff.evil.textconv",
    "diff.evil.command",
    "filter.evil.clean",
    "filter.evil.smudge",
    "filter.evil.process",
    "filter.very.evil.clean",
    "gpg.program",
    "gpg.ssh.program",
    "credential.helper",
    "uploadpack.packObjectsHook",
    "remote.origin.uploadpack",
    "merge.evil.driver",
    "interactive.diffFilter",
    "alias.log",
    "alias.status",
)
HOOKS = ("post-checkout", "post-index-change", "pre-auto-gc", "reference-transaction", "fsmonitor")


@pytest.fixture
def hostile(repository: Repository, tmp_path: Path) -> Path:
    """The file that exists once any program of the repository's has run."""
    ran = tmp_path / "ran"
    program = tmp_path / "program"
    program.write_text(f"#!/bin/sh\necho $0 >> {ran}\ncat\n")
    program.chmod(0o755)
    hooks = tmp_path / "hooks"
    hooks.mkdir()
    for name in HOOKS:
        (hooks / name).write_text(program.read_text())
        (hooks / name).chmod(0o755)
        (repository.folder / ".git" / "hooks" / name).write_text(program.read_text())
        (repository.folder / ".git" / "hooks" / name).chmod(0o755)
    repository.commit("innocent", "2026-11-18 10:00")
    (repository.folder / ".gitattributes").write_text("* filter=evil diff=evil merge=evil\n")
    (repository.folder / ".git" / "info").mkdir(exist_ok=True)
    (repository.folder / ".git" / "info" / "attributes").write_text("*.txt filter=very.evil\n")
    (repository.folder / "file-1.txt").write_text("2\n")  # as long as before
    for name in PROGRAMS:
        value = f"!{program}" if name.startswith("alias.") else str(program)
        repository.git("config", name, value)
    for name, value in (
        ("core.hooksPath", str(hooks)),
        ("log.showSignature", "true"),
        ("core.untrackedCache", "true"),
        ("remote.origin.url", f"ext::{program}"),
        ("remote.origin.promisor", "true"),
        ("extensions.partialClone", "origin"),
        ("submodule.recurse", "true"),
        ("protocol.ext.allow", "always"),
    ):
        repository.git("config", name, value)
    ran.unlink(missing_ok=True)
    return ran


def ran(file: Path) -> bool:
    return file.exists()


async def test_reading_commits_runs_nothing(
    hostile: Path, repository: Repository, reader: Reader
) -> None:
    since, until = moment("2026-11-16 00:00"), moment("2026-11-21 00:00")
    found = await reader().fetch("U1", since, until)
    assert [work.text for work in found] == ["innocent"]
    assert found[0].link is None
    assert not ran(hostile)


async def test_looking_at_what_is_not_committed_runs_nothing(
    hostile: Path, repository: Repository, reader: Reader
) -> None:
    worktree = await reader().worktree(repository.folder)
    assert worktree is not None
    assert worktree.untracked == 1
    assert not ran(hostile)


async def test_looking_at_the_settings_runs_nothing(hostile: Path, reader: Reader) -> None:
    survey = await reader().survey()
    assert len(survey.read) == 1
    assert not ran(hostile)


def test_the_trap_works(hostile: Path, repository: Repository) -> None:
    """Git itself, without our arguments, runs some of them."""
    repository.git("status", "--porcelain")
    assert ran(hostile)

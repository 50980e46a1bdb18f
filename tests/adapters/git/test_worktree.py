"""What is not committed, and which repositories can be read."""

import os
from pathlib import Path

from companion.adapters.git.repositories import find_repositories
from companion.domain.commits.worktree import Worktree
from tests.adapters.git.conftest import Reader
from tests.repositories import Repository


async def test_the_branch_and_what_is_not_committed_are_counted(
    repository: Repository, reader: Reader
) -> None:
    repository.commit("base", "2026-11-18 10:00")
    repository.commit("more", "2026-11-18 11:00")
    repository.git("checkout", "--quiet", "-b", "topic/parser")
    (repository.folder / "file-1.txt").write_text("stashed\n")
    repository.git("stash", "--quiet")
    (repository.folder / "file-1.txt").write_text("changed\n")
    (repository.folder / "file-2.txt").unlink()
    (repository.folder / "new").mkdir()
    (repository.folder / "new" / "one").touch()
    inside = repository.folder / "new"
    assert await reader().worktree(inside) == Worktree(
        repository="engine", branch="topic/parser", changed=2, untracked=1, stashes=1
    )


async def test_without_a_branch_or_a_commit_it_says_so(
    repository: Repository, reader: Reader
) -> None:
    worktree = await reader().worktree(repository.folder)
    assert worktree is not None
    assert worktree.text() == "engine is on main; everything is committed"
    repository.commit("base", "2026-11-18 10:00")
    repository.git("checkout", "--quiet", "--detach")
    worktree = await reader().worktree(repository.folder)
    assert worktree is not None
    assert worktree.text() == "engine is on no branch; everything is committed"


async def test_outside_of_repositories_it_is_the_one_where_somebody_worked_last(
    repository: Repository, reader: Reader, tmp_path: Path, environ: dict[str, str]
) -> None:
    latest = Repository.create(tmp_path / "src" / "latest", environ)
    latest.commit("base", "2026-11-18 10:00")
    for file in (repository.folder / ".git").rglob("*"):
        os.utime(file, (1, 1))
    for folder in (None, tmp_path / "home"):
        worktree = await reader().worktree(folder)
        assert worktree is not None
        assert worktree.repository == "latest"


async def test_what_cannot_be_read_and_what_matches_nothing_is_named(
    repository: Repository, reader: Reader, tmp_path: Path, environ: dict[str, str]
) -> None:
    broken = Repository.create(tmp_path / "src" / "broken", environ)
    (broken.folder / ".git" / "HEAD").write_text("nonsense")
    nothing = str(tmp_path / "nothing" / "*")
    survey = await reader(str(tmp_path / "src" / "*"), nothing).survey()
    assert survey.git is not None
    assert survey.git.startswith("git version")
    assert survey.read == (str(repository.folder),)
    assert survey.unread == ((str(broken.folder), "it is not a repository that git can read"),)
    assert survey.unmatched == (nothing,)


def test_a_pattern_may_name_a_home_and_any_depth(
    repository: Repository, tmp_path: Path, environ: dict[str, str]
) -> None:
    deep = Repository.create(tmp_path / "home" / "src" / "a" / "deep", environ)
    assert find_repositories(["~/src/*/*"])[0][0].folder == deep.folder
    assert find_repositories(["~/src/**"])[0][0].name == "deep"
    twice = [str(repository.folder), str(repository.folder.parent / "*")]
    assert [each.name for each in find_repositories(twice)[0]] == ["engine"]

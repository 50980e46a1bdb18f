"""What is not committed, and which repositories can be read."""

import os
from datetime import date, time
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from companion.adapters.git.repositories import find_repositories
from companion.domain.commits.worktree import Worktree
from companion.domain.markdown import plain_text
from companion.domain.summaries.references import IdReferences, Moments
from companion.domain.summaries.where import Where, render_where
from tests.adapters.git.conftest import Reader
from tests.clickable import in_markdown
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


HOSTILE_BRANCHES = {
    "](x)<!channel>": "](x)<!channel>",
    "<@U0EVE>`id`": "<@U0EVE>`id`",
    "<a/href=evil.example>": "<a/href=evil.example>",
    "![a](//evil.example)": None,
    "a\x1b[31mb": None,
    "a\u2028next-b\u0085c": "a\ufffdnext-b\ufffdc",
    "main\u202eelpmaxe.live": "main\ufffdelpmaxe.live",
    "ma\u200bin": "ma\ufffdin",
}
"""Names of branches, and how each is shown; None for those that git does not take."""


@pytest.mark.parametrize("name", HOSTILE_BRANCHES, ids=ascii)
async def test_no_name_of_a_branch_changes_how_its_line_looks_or_leads_anywhere(
    repository: Repository, reader: Reader, name: str
) -> None:
    (repository.folder / ".git" / "HEAD").write_text(f"ref: refs/heads/{name}\n", "utf-8")
    worktree = await reader().worktree(repository.folder)
    assert worktree is not None
    shown = HOSTILE_BRANCHES[name]
    assert worktree.branch == (shown or "")
    where = Where(day=date(2026, 11, 20), last=(), earlier=0, open_ends=(), worktree=worktree)
    moments = Moments(ZoneInfo("Europe/Berlin"), time())
    text = render_where(where, None, moments, IdReferences(moments), date(2026, 11, 20))
    assert in_markdown(text) == []
    assert text.splitlines()[-1] == text.split("\n")[-1]
    assert plain_text(text).endswith(
        f"Now engine is on {shown or 'no branch'}; everything is committed."
    )


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

"""Which commits are found, in real repositories."""

import asyncio
import logging
import os
import shutil
from pathlib import Path
from typing import Any

import pytest

from companion.adapters.git import reading
from companion.adapters.git.program import Program, ProgramError
from companion.adapters.git.reading import OLDER_IN_A_ROW
from companion.domain.commits.work import Commit, Work
from companion.domain.entry import Source
from tests.adapters.git.conftest import Reader
from tests.repositories import ADA, BO, Repository, history, moment

SINCE, UNTIL = moment("2026-11-16 00:00"), moment("2026-11-21 00:00")


async def found(reader: Reader, *patterns: str, **given: object) -> list[Work]:
    return await reader(*patterns, **given).fetch("U1", SINCE, UNTIL)


async def subjects(reader: Reader, *patterns: str, **given: object) -> list[str]:
    return [work.text for work in await found(reader, *patterns, **given)]


async def test_a_commit_has_its_subject_its_moment_and_its_name(
    repository: Repository, reader: Reader
) -> None:
    commit = repository.commit("Fix the parser\n\nIt was wrong.", "2026-11-18 10:00")
    (work,) = await found(reader)
    assert work.text == "Fix the parser"
    assert work.timestamp == moment("2026-11-18 10:00")
    assert work.byline == f"engine@{commit[:7]}"
    assert work.source is Source.COMMIT
    assert work.link is None


async def test_only_the_commits_of_the_window_come_oldest_first(
    repository: Repository, reader: Reader
) -> None:
    repository.commit("before", "2026-11-15 23:59:59")
    repository.commit("first", "2026-11-16 00:00")
    repository.commit("last", "2026-11-20 23:59:59")
    repository.commit("after", "2026-11-21 00:00")
    assert await subjects(reader) == ["first", "last"]


async def test_commits_of_others_and_merges_are_left_out(
    repository: Repository, reader: Reader
) -> None:
    repository.commit("mine", "2026-11-18 10:00")
    repository.commit("theirs", "2026-11-18 11:00", author=BO)
    repository.git("checkout", "--quiet", "-b", "side", "HEAD~1")
    repository.commit("mine aside", "2026-11-18 12:00")
    repository.git("checkout", "--quiet", "main")
    dates = {f"GIT_{who}_DATE": "2026-11-18 13:00 +0000" for who in ("AUTHOR", "COMMITTER")}
    repository.git("merge", "--quiet", "--no-ff", "-m", "Merge side", "side", **dates)
    assert await subjects(reader) == ["mine", "mine aside"]


async def test_the_addresses_of_the_repository_and_of_the_person_count(
    repository: Repository, reader: Reader
) -> None:
    repository.git("config", "user.email", "ada@work.example")
    repository.commit("at work", "2026-11-18 10:00", author="Ada <ada@WORK.example>")
    repository.commit("at home", "2026-11-18 11:00", author=ADA)
    repository.commit("once", "2026-11-18 12:00", author="Ada <old@example.org>")
    repository.commit("of a namesake", "2026-11-18 13:00", author="Ada Lovelace <x@example.org>")
    assert await subjects(reader) == ["at work", "at home"]
    assert await subjects(reader, authors=("Old@example.org",)) == ["at work", "at home", "once"]


async def test_without_an_address_the_name_decides(repository: Repository, reader: Reader) -> None:
    repository.commit("mine", "2026-11-18 10:00", author="Ada Lovelace <any@example.org>")
    repository.git("config", "--global", "--unset", "user.email")
    assert await subjects(reader) == ["mine"]


async def test_all_branches_and_worktrees_count_and_those_of_remotes_do_not(
    repository: Repository, reader: Reader, tmp_path: Path
) -> None:
    repository.commit("base", "2026-11-18 10:00")
    repository.git("checkout", "--quiet", "-b", "topic")
    repository.commit("on a branch", "2026-11-18 11:00")
    repository.git("checkout", "--quiet", "--detach")
    repository.commit("fetched", "2026-11-18 12:00")
    repository.git("update-ref", "refs/remotes/origin/topic", "HEAD")
    repository.git("update-ref", "refs/pull/1/head", "HEAD")
    repository.git("checkout", "--quiet", "main")
    elsewhere = tmp_path / "elsewhere"
    repository.git("worktree", "add", "--quiet", "--detach", str(elsewhere))
    Repository(elsewhere, repository.environ, files=50).commit("detached", "2026-11-18 13:00")
    assert await subjects(reader) == ["base", "on a branch", "detached"]


async def test_a_commit_of_several_worktrees_and_clones_comes_once(
    repository: Repository, reader: Reader, tmp_path: Path
) -> None:
    repository.commit("once", "2026-11-18 10:00")
    repository.git("worktree", "add", "--quiet", "-b", "topic", str(tmp_path / "src" / "topic"))
    repository.git("clone", "--quiet", str(repository.folder), str(tmp_path / "src" / "clone"))
    assert await subjects(reader) == ["once"]


async def test_a_commit_that_was_rebased_or_cherry_picked_comes_once_as_it_is_now(
    repository: Repository, reader: Reader
) -> None:
    repository.commit("base", "2026-11-01 10:00")
    repository.git("checkout", "--quiet", "-b", "topic")
    repository.commit("the change", "2026-11-18 10:00")
    repository.git("checkout", "--quiet", "main")
    repository.commit("meanwhile", "2026-11-18 11:00", author=BO)
    later = {"GIT_COMMITTER_DATE": "2026-11-19 09:00 +0000"}
    repository.git("cherry-pick", "topic", **later)
    picked = repository.git("rev-parse", "HEAD").strip()
    (work,) = await found(reader)
    assert work.reference == f"engine@{picked[:7]}"
    assert work.timestamp == moment("2026-11-18 10:00")


async def test_a_commit_with_an_old_date_hides_nothing_below_it(
    repository: Repository, reader: Reader
) -> None:
    repository.commit("below", "2026-11-18 10:00")
    repository.commit("wrong clock", "2001-01-01 00:00")
    assert await subjects(reader) == ["below"]


async def test_the_author_date_decides_not_the_committers(
    repository: Repository, reader: Reader
) -> None:
    repository.commit("written before", "2026-11-10 10:00", committed="2026-11-18 10:00")
    repository.commit("written then", "2026-11-19 10:00", committed="2026-12-01 10:00")
    assert await subjects(reader) == ["written then"]


async def test_subjects_in_other_encodings_and_with_odd_characters_are_read(
    repository: Repository, reader: Reader, tmp_path: Path
) -> None:
    message = tmp_path / "message"
    message.write_bytes("Grüße".encode("latin-1"))
    options = ("--allow-empty", "--quiet", f"--file={message}")
    when = {f"GIT_{who}_DATE": "2026-11-18 09:00 +0000" for who in ("AUTHOR", "COMMITTER")}
    repository.git("-c", "i18n.commitEncoding=latin-1", "commit", *options, **when)
    repository.commit("tab\there, 日本 🎉 \x1b[31m", "2026-11-18 10:00")
    repository.commit("", "2026-11-18 11:00")
    assert await subjects(reader) == ["Grüße", "tab\there, 日本 🎉 \x1b[31m", "(no subject)"]


async def test_links_come_from_the_remotes_address_alone(
    repository: Repository, reader: Reader
) -> None:
    commit = repository.commit("linked", "2026-11-18 10:00")
    repository.git("remote", "add", "origin", "https://ada:secret@github.com/ada/engine.git")
    (work,) = await found(reader)
    assert work.link == f"https://github.com/ada/engine/commit/{commit}"


async def test_empty_bare_and_shallow_repositories_are_read(
    repository: Repository, reader: Reader, tmp_path: Path, environ: dict[str, str]
) -> None:
    repository.commit("older", "2026-11-17 10:00")
    repository.commit("newest", "2026-11-18 10:00")
    Repository.create(tmp_path / "src" / "empty", environ)
    address = f"file://{repository.folder}"
    repository.git("clone", "--quiet", "--bare", address, str(tmp_path / "other" / "bare.git"))
    repository.git("clone", "--quiet", "--depth=1", address, str(tmp_path / "shallow" / "one"))
    assert await subjects(reader) == ["older", "newest"]
    assert await subjects(reader, str(tmp_path / "other" / "*")) == ["older", "newest"]
    assert await subjects(reader, str(tmp_path / "shallow" / "*")) == ["newest"]


async def test_a_broken_repository_costs_a_line_in_the_log_and_no_words(
    repository: Repository,
    reader: Reader,
    tmp_path: Path,
    environ: dict[str, str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    repository.commit("fine", "2026-11-18 10:00")
    broken = Repository.create(tmp_path / "src" / "broken", environ)
    broken.commit("private words", "2026-11-18 10:00")
    commit = broken.git("rev-parse", "HEAD").strip()
    (broken.folder / ".git" / "objects" / commit[:2] / commit[2:]).unlink()
    with caplog.at_level(logging.INFO):
        assert await subjects(reader) == ["fine"]
    (line,) = [record.getMessage() for record in caplog.records]
    assert line.startswith("repository.unread")
    assert str(broken.folder) in line
    assert "private words" not in line


async def test_what_a_broken_repository_still_has_is_read(
    repository: Repository, reader: Reader
) -> None:
    repository.commit("lost", "2026-11-17 10:00")
    lost = repository.git("rev-parse", "HEAD").strip()
    repository.commit("above it", "2026-11-18 10:00")
    repository.commit("there", "2026-11-18 11:00")
    (repository.folder / ".git" / "objects" / lost[:2] / lost[2:]).unlink()
    assert await subjects(reader) == ["there"]


async def test_a_repository_that_hangs_ends_in_time_and_leaves_no_process(
    repository: Repository,
    reader: Reader,
    tmp_path: Path,
    environ: dict[str, str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    """A git that never answers, with a child of its own."""
    programs = tmp_path / "programs"
    programs.mkdir()
    slow = programs / "git"
    marker = tmp_path / "child"
    slow.write_text(f"#!/bin/sh\nsleep 600 &\necho $! > {marker}\nwait\n")
    slow.chmod(0o755)
    environ["PATH"] = f"{programs}:{environ['PATH']}"
    assert await subjects(reader, repository_timeout_s=2.0) == []
    assert [record.getMessage() for record in caplog.records] == [
        f"repository.unread path={repository.folder} reason='it took too long'"
    ]
    child = int(marker.read_text())
    async with asyncio.timeout(60):
        while _is_alive(child):  # noqa: ASYNC110 -- the process is not ours: nothing tells of its end
            await asyncio.sleep(0.05)


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    stat = Path(f"/proc/{pid}/stat")
    return not (stat.exists() and stat.read_text().rsplit(")", 1)[1].split()[0] == "Z")


async def test_all_repositories_together_end_in_time(
    reader: Reader, tmp_path: Path, environ: dict[str, str]
) -> None:
    for number in range(12):
        Repository.create(tmp_path / "src" / f"{number}", environ)
    programs = tmp_path / "programs"
    programs.mkdir()
    slow = programs / "git"
    slow.write_text("#!/bin/sh\nexec sleep 600\n")
    slow.chmod(0o755)
    environ["PATH"] = f"{programs}:{environ['PATH']}"
    async with asyncio.timeout(60):
        assert await subjects(reader, all_timeout_s=1.0) == []


async def test_without_git_there_are_no_commits(
    repository: Repository, reader: Reader, tmp_path: Path, environ: dict[str, str]
) -> None:
    repository.commit("unseen", "2026-11-18 10:00")
    environ["PATH"] = str(tmp_path)
    assert await subjects(reader) == []
    assert (await reader().survey()).git is None
    assert await reader().worktree(repository.folder) is None


async def test_a_repository_that_is_gone_costs_nothing(
    repository: Repository, reader: Reader, tmp_path: Path
) -> None:
    repository.commit("gone", "2026-11-18 10:00")
    shutil.rmtree(repository.folder)
    (tmp_path / "src" / "file").write_text("no repository")
    assert await subjects(reader) == []


async def test_a_long_history_is_not_read_to_its_end(
    repository: Repository, reader: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    """So a week takes the same time in a repository of any length."""
    repository.import_history(history(5000))
    repository.commit("new", "2026-11-18 10:00")
    read: list[int] = []

    def counted(**fields: Any) -> Commit:
        read.append(1)
        return Commit(**fields)

    monkeypatch.setattr(reading, "Commit", counted)
    assert await subjects(reader) == ["new"]
    assert len(read) == OLDER_IN_A_ROW + 1


async def test_what_git_prints_is_in_no_error(
    repository: Repository, environ: dict[str, str]
) -> None:
    git = Program.find("git", environ)
    assert git is not None
    with pytest.raises(ProgramError) as caught:
        await git.answer(repository.folder, ["show", "secret-branch"])
    assert "secret" not in str(caught.value)

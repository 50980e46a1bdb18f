"""Git repositories, and the adapter that reads them."""

from collections.abc import Callable
from pathlib import Path

import pytest

from companion.adapters.git import GitCommits
from tests.repositories import Repository, git_environment

type Reader = Callable[..., GitCommits]


@pytest.fixture
def environ(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    home = tmp_path / "home"
    monkeypatch.setenv("HOME", str(home))
    return git_environment(home)


@pytest.fixture
def repository(tmp_path: Path, environ: dict[str, str]) -> Repository:
    return Repository.create(tmp_path / "src" / "engine", environ)


@pytest.fixture
def reader(tmp_path: Path, environ: dict[str, str]) -> Reader:
    """The adapter on all repositories of the test."""

    def read(*patterns: str, **given: object) -> GitCommits:
        given = {
            "patterns": patterns or (str(tmp_path / "src" / "*"),),
            "authors": (),
            "environ": environ,
            "repository_timeout_s": 60.0,
            "all_timeout_s": 60.0,
            **given,
        }
        return GitCommits(**given)  # type: ignore[arg-type]  # a test may change any of them

    return read

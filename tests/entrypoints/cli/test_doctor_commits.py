"""What `companion doctor` says about the repositories."""

import json
from pathlib import Path

from tests.entrypoints.cli.conftest import Run
from tests.repositories import Repository, git_environment


def found(companion: Run, **changes: str) -> tuple[str, str]:
    shown = companion("doctor", "--format", "json", **changes)
    (finding,) = [each for each in json.loads(shown.stdout) if each["check"] == "commits"]
    return finding["verdict"], finding["text"]


def test_without_repositories_it_says_how_to_name_them(companion: Run) -> None:
    verdict, text = found(companion)
    assert verdict == "skipped"
    assert "COMPANION_REPOS" in text


def test_what_is_read_is_named_and_so_is_what_is_not(companion: Run, tmp_path: Path) -> None:
    environ = git_environment(tmp_path / "home")
    engine = Repository.create(tmp_path / "src" / "engine", environ)
    assert found(companion, COMPANION_REPOS=f"{tmp_path}/src/*", **environ) == (
        "ok",
        f"1 repository can be read: {engine.folder}",
    )
    broken = Repository.create(tmp_path / "src" / "broken", environ)
    (broken.folder / ".git" / "HEAD").write_text("nonsense")
    patterns = f"{tmp_path}/src/*, {tmp_path}/none/*"
    verdict, text = found(companion, COMPANION_REPOS=patterns, **environ)
    assert verdict == "warning"
    assert text.splitlines() == [
        f"1 repository can be read: {engine.folder}",
        f"{tmp_path}/none/* matches no repository. Correct it in COMPANION_REPOS.",
        f"{broken.folder} cannot be read: it is not a repository that git can read. "
        "It is left out until you fix that.",
    ]


def test_a_missing_git_is_named(companion: Run, tmp_path: Path) -> None:
    verdict, text = found(companion, COMPANION_REPOS="~/src/*", PATH=str(tmp_path))
    assert verdict == "warning"
    assert text.startswith("git is not on this command's PATH")

"""Pull requests, as a stand-in for GitHub's `gh` tells of them: no test asks the network."""

import json
import logging
from pathlib import Path

import pytest

from companion.domain.commits.work import Work
from tests.adapters.git.conftest import Reader
from tests.repositories import Repository, moment

SINCE, UNTIL = moment("2026-11-16 00:00"), moment("2026-11-21 00:00")


def pull_request(number: int, title: str) -> dict[str, object]:
    url = f"https://github.com/ada/engine/pull/{number}"
    return {"number": number, "title": title, "url": url, "repository": {"name": "engine"}}


def happened(when: str, number: int, title: str) -> dict[str, object]:
    return {"occurredAt": when, "pullRequest": pull_request(number, title)}


ANSWER = {
    "data": {
        "viewer": {
            "contributionsCollection": {
                "opened": {"nodes": [happened("2026-11-17T09:00:00Z", 12, "Faster parser")]},
                "reviewed": {
                    "nodes": [
                        happened("2026-11-18T09:00:00Z", 13, "Slower lexer"),
                        happened("2026-11-18T10:00:00Z", 13, "Slower lexer"),
                        happened("2026-11-30T09:00:00Z", 14, "of another week"),
                    ]
                },
            }
        },
        "merged": {"nodes": [{"mergedAt": "2026-11-19T09:00:00Z", **pull_request(12, "Faster")}]},
    }
}


@pytest.fixture
def gh(tmp_path: Path, environ: dict[str, str], repository: Repository) -> Path:
    """The program; a test writes what it does. It keeps how it was called."""
    programs = tmp_path / "programs"
    programs.mkdir()
    environ["PATH"] = f"{programs}:{environ['PATH']}"
    return programs / "gh"


def answers(gh: Path, script: str) -> None:
    gh.write_text(f"#!/bin/sh\nprintf '%s\\n' \"$@\" > '{gh}.calls'\n{script}\n")
    gh.chmod(0o755)


def called(gh: Path) -> str:
    """How it was called, and "" where it was not."""
    calls = gh.with_name("gh.calls")
    return calls.read_text() if calls.exists() else ""


async def found(reader: Reader, **given: object) -> list[Work]:
    return await reader(**given).fetch("U1", SINCE, UNTIL)


async def test_what_was_opened_reviewed_and_merged_in_the_window_comes_once_each(
    gh: Path, reader: Reader
) -> None:
    answers(gh, f"cat <<'END'\n{json.dumps(ANSWER)}\nEND")
    assert [(work.byline, work.text) for work in await found(reader)] == [
        ("engine#12 opened", "Faster parser"),
        ("engine#13 reviewed", "Slower lexer"),
        ("engine#12 merged", "Faster"),
    ]
    calls = called(gh)
    assert "from=2026-11-16T00:00:00Z" in calls
    assert "merged:2026-11-16T00:00:00Z..2026-11-21T00:00:00Z" in calls


async def test_commits_stand_where_nobody_is_logged_in_or_the_answer_is_odd(
    gh: Path, reader: Reader, repository: Repository, caplog: pytest.LogCaptureFixture
) -> None:
    repository.commit("mine", "2026-11-18 10:00")
    for script in ("echo not logged in >&2; exit 4", "echo nonsense", "echo '{\"data\": null}'"):
        answers(gh, script)
        with caplog.at_level(logging.INFO):
            assert [work.text for work in await found(reader)] == ["mine"]
    assert "pull_requests.unread" in caplog.text
    assert "nonsense" not in caplog.text


async def test_gh_is_not_called_where_that_is_switched_off(gh: Path, reader: Reader) -> None:
    answers(gh, "exit 0")
    assert await found(reader, pull_requests=False) == []
    assert called(gh) == ""


async def test_a_gh_that_hangs_ends_in_time(gh: Path, reader: Reader) -> None:
    answers(gh, "exec sleep 600")
    assert await found(reader, all_timeout_s=2.0) == []

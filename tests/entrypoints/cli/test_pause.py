"""`companion pause` and `resume`."""

import pytest

from tests.entrypoints.cli.conftest import Run


def test_a_pause_says_until_when_it_lasts_and_is_ended(companion: Run) -> None:
    paused = companion("pause", "until", "2099-12-12")
    assert paused.stdout == (
        "No prompts until Sat 12 Dec 2099. `companion resume` ends the pause.\n"
    )
    assert companion("resume").stdout == "Prompts come again.\n"
    assert companion("resume").stdout == "There was no pause. Nothing was changed.\n"


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        (["pause", "until", "I", "resume"], "No prompts until you resume, with"),
        (["pause", "--vacation"], "No prompts and no summaries until you resume, with"),
        (["pause", "vacation", "until", "2099-12-12"], "summaries until Sat 12 Dec 2099. The"),
        (["pause", "--vacation", "until", "2099-12-12"], "summaries until Sat 12 Dec 2099. The"),
        (["pause", "until", "2099-12-12", "--vacation"], "summaries until Sat 12 Dec 2099. The"),
    ],
)
def test_a_pause_may_be_open_and_a_vacation(companion: Run, typed: list[str], told: str) -> None:
    assert told in companion(*typed).stdout


def test_a_vacation_that_ends_says_what_comes(companion: Run) -> None:
    companion("pause", "--vacation")
    assert "begins with where you left off" in companion("resume").stdout
    assert "no pause" in companion("resume").stdout


@pytest.mark.parametrize(
    ("typed", "problem"),
    [
        ("until lunch", "I don't understand the moment 'lunch'. Write it like 2h, 14:00, tomorrow"),
        ("until 2020-01-01", "'2020-01-01' has passed."),
    ],
)
def test_a_moment_that_is_not_understood_or_passed_is_refused(
    companion: Run, typed: str, problem: str
) -> None:
    refused = companion("pause", *typed.split())
    assert refused.exit_code == 2
    assert problem in refused.stderr
    assert "no pause" in companion("resume").stdout


def test_the_sandbox_has_a_pause_of_its_own(companion: Run) -> None:
    companion("pause", "2h")
    assert companion("--sandbox", "resume").stdout != "Prompts come again.\n"
    assert companion("resume").stdout == "Prompts come again.\n"

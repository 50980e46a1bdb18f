"""`companion` without a command."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

import pytest

from companion.domain.jobs.job import Job, JobKind, JobResult, JobState, Outcome
from tests.entrypoints.cli.conftest import USER, Keep, Run


def job(kind: JobKind, due: datetime, state: JobState = JobState.PLANNED) -> Job:
    return Job(
        user_id=USER,
        job_id=f"{due.date()}/{kind}-{due:%H%M}",
        kind=kind,
        day=due.date(),
        due=due,
        tz="Europe/Berlin",
        state=state,
        result=JobResult(Outcome.SENT, due) if state is JobState.DONE else None,
    )


def test_today_s_entries_and_what_comes_next_are_shown(companion: Run, keep: Keep) -> None:
    now = datetime.now(UTC)
    soon, later = now + timedelta(hours=1), now + timedelta(hours=2)
    keep(
        job(JobKind.PROMPT, now - timedelta(minutes=5), JobState.DONE),
        job(JobKind.SUMMARY, later),
        job(JobKind.PROMPT, soon),
    )
    companion("log", "reviewed the parser")

    shown = companion()

    assert shown.exit_code == 0
    assert "  reviewed the parser\n" in shown.stdout
    assert shown.stdout.splitlines()[-1].startswith("Next: prompt, ")
    assert "`companion --help` lists all commands." in shown.stderr


@pytest.fixture
def two_days(keep: Keep) -> None:
    """A prompt is due soon; tomorrow another one, and a summary after it."""
    now = datetime.now(UTC)
    noon = datetime.combine(now.date(), time(11), UTC) + timedelta(days=1)
    keep(
        planned(JobKind.PROMPT, now + timedelta(minutes=20), "prompt-1"),
        planned(JobKind.PROMPT, noon, "prompt-2"),
        planned(JobKind.SUMMARY, noon + timedelta(hours=1), "summary"),
    )


def planned(kind: JobKind, due: datetime, name: str) -> Job:
    return replace(job(kind, due), job_id=f"{due.date()}/{name}")


@pytest.mark.parametrize(
    ("pause", "what", "following"),
    [
        ("2h", "paused", ["Next: prompt, "]),
        ("until 2099-12-12", "paused", ["Next: summary, "]),
        ("until I resume", "paused", ["Next: summary, "]),
        ("--vacation until 2099-12-12", "on vacation", []),
        ("--vacation", "on vacation", []),
    ],
)
@pytest.mark.usefixtures("two_days")
def test_a_pause_is_named_and_next_is_what_it_does_not_cover(
    companion: Run, pause: str, what: str, following: list[str]
) -> None:
    assert companion("pause", *pause.split()).exit_code == 0

    shown = companion().stdout.splitlines()
    paused, *coming = shown[-1 - len(following) :]
    assert paused.startswith(f"You are {what} until ")
    assert paused.endswith(". `companion resume` ends that.")
    for line, begin in zip(coming, following, strict=True):
        assert line.startswith(begin)


@pytest.mark.usefixtures("two_days")
def test_a_pause_that_is_over_covers_nothing(companion: Run) -> None:
    companion("pause", "until", "2099-12-12")
    companion("resume")

    shown = companion().stdout
    assert "You are" not in shown
    assert shown.splitlines()[-1].startswith("Next: prompt, ")


def test_without_entries_and_jobs_it_says_how_to_begin_and_makes_no_file(
    companion: Run, environment: dict[str, str]
) -> None:
    shown = companion()

    assert shown.exit_code == 0
    assert "No entries today." in shown.stdout
    assert "Nothing is planned." in shown.stdout
    assert not Path(environment["COMPANION_DB"]).exists()


def test_as_long_as_nothing_is_set_up_it_is_the_help(companion: Run) -> None:
    shown = companion(SLACK_USER_ID="")

    assert shown.exit_code == 0
    assert shown.stdout == companion("--help").stdout


def test_a_wrong_setting_is_named(companion: Run) -> None:
    shown = companion(COMPANION_TIMEZONE="Mars/Olympus")

    assert shown.exit_code == 2
    assert "COMPANION_TIMEZONE" in shown.stderr

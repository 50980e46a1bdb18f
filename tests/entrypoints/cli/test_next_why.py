"""`companion next` and `why`."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from companion.domain.jobs.job import Outcome
from companion.settings.holidays import PublicHolidays
from tests.entrypoints.cli.conftest import Run
from tests.entrypoints.cli.test_jobs import DAY, done, job, plan

ALWAYS = {
    "COMPANION_TIMEZONE": "UTC",
    "COMPANION_WORK_HOURS": "00:00-24:00",
    "COMPANION_WORK_DAYS": "mon-sun",
}
TODAY = datetime.now(UTC).date()


def test_next_shows_the_hours_of_prompts_and_the_summary(companion: Run) -> None:
    lines = companion("next", **ALWAYS, COMPANION_REVIEW="fri 16:00").stdout.splitlines()
    assert [line.split()[0] for line in lines] == ["prompts", "summary", "review"]
    assert lines[0].endswith("to 00:00")
    assert lines[1].endswith("08:30")
    assert lines[2].endswith("16:00")


def test_next_in_a_pause_shows_its_end_and_what_comes_after_it(companion: Run) -> None:
    companion("pause", "until", "2099-12-14", **ALWAYS)
    pause, prompts, summary = companion("next", **ALWAYS).stdout.splitlines()
    assert pause == "pause    paused until Mon 14 Dec 2099"
    assert prompts == "prompts  Monday 2099-12-14, 00:00 to 00:00"
    assert "2099" not in summary
    companion("pause", "--vacation", **ALWAYS)
    open_end = companion("next", **ALWAYS).stdout.splitlines()[1:]
    assert [line.split(None, 1)[1] for line in open_end] == [
        "none until you resume, with `companion resume`"
    ] * 2


def test_next_on_a_vacation_has_the_summary_of_the_first_working_day(companion: Run) -> None:
    companion("pause", "--vacation", "until", "2099-12-12", COMPANION_TIMEZONE="UTC")  # Saturday
    _, prompts, summary = companion("next", COMPANION_TIMEZONE="UTC").stdout.splitlines()
    assert prompts.endswith("Monday 2099-12-14, 09:00 to 17:00")
    assert summary.endswith("Monday 2099-12-14, 08:30")


def test_next_is_given_to_programs(companion: Run) -> None:
    companion("pause", "until", "2099-12-14", **ALWAYS)
    coming = json.loads(companion("next", "--format", "json", **ALWAYS).stdout)
    assert coming["pause"] == {"until": "2099-12-14T00:00:00.000000+00:00", "vacation": False}
    assert coming["prompts"]["since"] == "2099-12-14T00:00:00.000000+00:00"
    assert coming["review"] is None


def test_why_shows_what_became_of_each_prompt_and_not_when_the_next_one_comes(
    companion: Run, keep: Callable[..., None]
) -> None:
    keep(
        plan(TODAY - DAY, 0, "no prompts: not a working day"),
        plan(TODAY, 0, "2 prompts", datetime.now(UTC)),
        done(TODAY, "prompt-1", 0, Outcome.SKIPPED, "paused until 14:00"),
        job(TODAY, "prompt-2", 0, due=datetime.now(UTC) + timedelta(hours=1)),
        done(TODAY, "summary", 0, Outcome.SENT),
    )
    shown = companion("why", **ALWAYS).stdout
    assert shown.startswith("Nothing holds prompts back now.\n\n")
    yesterday, today = shown.split("\n\n")[1:]
    assert "skipped  no prompts: not a working day" in yesterday
    assert "skipped  paused until 14:00" in today
    assert "planned" not in today
    assert "summary" not in today
    assert today.endswith("  1 more prompt is still to come.\n")
    told = json.loads(companion("why", "--format", "json", **ALWAYS).stdout)
    assert [day["to_come"] for day in told["days"]] == [0, 1]
    assert [each["reason"] for each in told["days"][1]["prompts"]] == ["paused until 14:00"]


def test_why_names_all_that_holds_now(companion: Run) -> None:
    companion("pause", "until", "2099-12-14", **ALWAYS)
    off = ALWAYS | {"COMPANION_PROMPTS_PER_DAY": "0"}
    assert companion("why", **off).stdout.startswith(
        "No prompt comes now: paused until Mon 14 Dec 2099; COMPANION_PROMPTS_PER_DAY is 0.\n"
    )


def test_why_says_that_it_is_a_day_off_or_not_the_hours(companion: Run) -> None:
    tomorrow = (TODAY + DAY).strftime("%a").lower()
    off = companion("why", **ALWAYS | {"COMPANION_WORK_DAYS": tomorrow}).stdout
    assert "today is not a working day" in off
    later = datetime.now(UTC) + timedelta(hours=3)
    hours = f"{later:%H}:00-{later + timedelta(hours=1):%H}:00"
    assert (
        f"outside your working hours ({hours})"
        in companion("why", **ALWAYS | {"COMPANION_WORK_HOURS": hours}).stdout
    )


def test_why_says_so_where_nothing_was_planned(companion: Run) -> None:
    assert (
        companion("why", **ALWAYS).stdout.count("Nothing was planned, because no daemon ran.") == 2
    )


def test_why_names_the_public_holiday(companion: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(PublicHolidays, "__call__", lambda *_: "Some Day")
    shown = companion("why", **ALWAYS, COMPANION_HOLIDAYS="DE-BE").stdout
    assert shown.startswith("No prompt comes now: today is a public holiday (Some Day).\n")

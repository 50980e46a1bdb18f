"""`companion jobs`."""

import asyncio
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from companion.adapters.sqlite import SqliteLogStore
from companion.domain.jobs.job import Job, JobKind, JobResult, JobState, Outcome, job_id
from companion.domain.jobs.planning import Plan
from companion.domain.jobs.presses import Button, PressedPrompt, press_job
from tests.entrypoints.cli.conftest import USER, Run

TODAY = datetime.now(UTC).date()
DAY = timedelta(days=1)


def job(day: date, name: str, hour: int, **more: object) -> Job:
    due = datetime(day.year, day.month, day.day, hour, tzinfo=UTC)
    kind = JobKind(name.partition("-")[0])
    fields = {"user_id": USER, "kind": kind, "day": day, "due": due, "tz": "Asia/Kolkata"}
    return Job(job_id=job_id(day, name), **(fields | more))  # type: ignore[arg-type]


def done(day: date, name: str, hour: int, outcome: Outcome, reason: str = "") -> Job:
    due = datetime(day.year, day.month, day.day, hour, tzinfo=UTC)
    result = JobResult(outcome, due + timedelta(minutes=25), reason or None)
    return job(day, name, hour, state=JobState.DONE, result=result)


def plan(day: date, hour: int, reason: str, *moments: datetime) -> Plan:
    made_at = datetime(day.year, day.month, day.day, hour, tzinfo=UTC)
    return Plan(
        user_id=USER,
        plan_id=job_id(day, "plan"),
        day=day,
        made_at=made_at,
        tz="Asia/Kolkata",
        moments=moments,
        reason=reason,
    )


@pytest.fixture
def some_days(keep: Callable[..., None], environment: dict[str, str]) -> None:
    """One job for each thing that can become of one; the days are those around UTC's today."""
    yesterday, tomorrow = TODAY - DAY, TODAY + DAY
    keep(
        job(tomorrow, "summary", 3),
        plan(TODAY, 3, "1 prompt", datetime.now(UTC)),
        job(TODAY, "prompt-1", 5),
        plan(yesterday, 3, "no prompts: not a working day"),
        done(yesterday, "prompt-1", 4, Outcome.MISSED, "noticed 25 min late"),
        done(yesterday, "summary", 5, Outcome.SENT),
        done(TODAY - 4 * DAY, "summary", 5, Outcome.SENT),
    )

    async def claim() -> None:
        async with SqliteLogStore.open(Path(environment["COMPANION_DB"])) as store:
            now = datetime.now(UTC)
            await store.claim_job(USER, job_id(TODAY, "prompt-1"), "me", now, now + DAY)

    asyncio.run(claim())


@pytest.mark.usefixtures("some_days")
def test_each_job_is_shown_with_its_outcome_and_the_reason(companion: Run) -> None:
    shown = companion("jobs", COMPANION_TIMEZONE="UTC")

    assert shown.exit_code == 0
    blocks = shown.stdout.split("\n\n")
    assert [block.split()[1] for block in blocks] == [
        str(TODAY - DAY),
        str(TODAY),
        str(TODAY + DAY),
    ]
    assert [line for block in blocks for line in block.splitlines()[1:]] == [
        "  08:30  plan     skipped     no prompts: not a working day",
        "  09:30  prompt   missed      noticed 25 min late",
        "  10:30  summary  sent",
        "  08:30  plan     done        1 prompt",
        "  10:30  prompt   being sent",
        "  08:30  summary  planned",
    ]


@pytest.mark.usefixtures("some_days")
def test_it_looks_back_as_many_days_as_asked(companion: Run) -> None:
    def days(*arguments: str) -> list[str]:
        shown = companion("jobs", "--format", "json", *arguments, COMPANION_TIMEZONE="UTC")
        return sorted({job["day"] for job in json.loads(shown.stdout)})

    assert days("--days", "4")[0] == str(TODAY - 4 * DAY)
    assert days("--days", "0")[0] == str(TODAY)


@pytest.mark.usefixtures("some_days")
def test_json_holds_what_the_store_holds(companion: Run) -> None:
    shown = companion("jobs", "--format", "json", COMPANION_TIMEZONE="UTC")

    missed = json.loads(shown.stdout)[1]
    assert missed == {
        "job_id": f"{TODAY - DAY}/prompt-1",
        "kind": "prompt",
        "day": f"{TODAY - DAY}",
        "due": f"{TODAY - DAY}T04:00:00.000000+00:00",
        "local_time": f"{TODAY - DAY}T09:30:00+05:30",
        "tz": "Asia/Kolkata",
        "state": "done",
        "outcome": "missed",
        "reason": "noticed 25 min late",
        "planned_for": f"{TODAY - DAY}T04:00:00.000000+00:00",
        "waits_for": None,
        "finished_at": f"{TODAY - DAY}T04:25:00.000000+00:00",
    }


@pytest.mark.usefixtures("some_days")
def test_a_plan_has_the_fields_of_a_job_in_json(companion: Run) -> None:
    shown = companion("jobs", "--format", "json", COMPANION_TIMEZONE="UTC")

    assert json.loads(shown.stdout)[0] == {
        "job_id": f"{TODAY - DAY}/plan",
        "kind": "plan",
        "day": f"{TODAY - DAY}",
        "due": f"{TODAY - DAY}T03:00:00.000000+00:00",
        "local_time": f"{TODAY - DAY}T08:30:00+05:30",
        "tz": "Asia/Kolkata",
        "state": "done",
        "outcome": "skipped",
        "reason": "no prompts: not a working day",
        "finished_at": f"{TODAY - DAY}T03:00:00.000000+00:00",
    }


def test_without_jobs_it_says_what_plans_them(companion: Run) -> None:
    shown = companion("jobs")

    assert (shown.exit_code, shown.stdout) == (0, "")
    assert "companion daemon" in shown.stderr


def test_a_number_of_days_that_is_none_is_wrong_use(companion: Run) -> None:
    assert companion("jobs", "--days", "-1").exit_code == 2
    assert companion("jobs", "--days", "many").exit_code == 2


@pytest.mark.usefixtures("some_days")
def test_colours_are_for_terminals_that_want_them(
    companion: Run, on_terminal: Callable[..., str]
) -> None:
    in_colour, without = on_terminal("jobs"), on_terminal("jobs", NO_COLOR="1")

    assert "\x1b[33mmissed" in in_colour
    assert "\x1b[3" not in without
    assert "missed" in without
    assert "\x1b" not in companion("jobs").stdout


def test_a_job_that_waits_says_what_for_and_since_when(
    companion: Run, keep: Callable[..., None]
) -> None:
    hour = timedelta(hours=1)
    due = datetime(TODAY.year, TODAY.month, TODAY.day, 5, tzinfo=UTC)
    keep(job(TODAY, "prompt-1", 5, planned_for=due - hour, waits_for="in a meeting until 10:30"))
    assert companion("jobs", COMPANION_TIMEZONE="UTC").stdout.splitlines()[1:] == [
        "  10:30  prompt  planned  moved from 09:30: in a meeting until 10:30"
    ]


def test_a_press_is_named_like_its_button(keep: Callable[..., None], companion: Run) -> None:
    pressed = PressedPrompt(Button.SNOOZE, job_id(TODAY, "prompt-1"), "1795584022.138069")
    moment = datetime(TODAY.year, TODAY.month, TODAY.day, 6, tzinfo=UTC)
    press = press_job(USER, pressed, moment, ZoneInfo("Asia/Kolkata"))
    keep(replace(press, state=JobState.DONE, result=JobResult(Outcome.SENT, moment)))
    assert "11:30  press  done  Snooze 15 min" in " ".join(companion("jobs").stdout.split(" " * 3))

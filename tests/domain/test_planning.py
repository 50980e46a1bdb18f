"""Plans: spread over the hours, apart from one another, and never all at once."""

import random
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from companion.domain.calendar import (
    PromptsPerDay,
    Rhythm,
    Window,
    WorkHours,
    parse_days,
    working_span,
)
from companion.domain.job import Job, JobKind, Outcome, Veto
from companion.domain.planning import MIN_GAP, jobs_of, plan_day, prompt_veto, spread

BERLIN = ZoneInfo("Europe/Berlin")
FRIDAY = date(2026, 11, 20)
RHYTHM = Rhythm(
    WorkHours.parse("09:00-17:00"), parse_days("mon-fri"), PromptsPerDay(3, 5), time(8, 30), time()
)


def at(wall: str, day: date = FRIDAY) -> datetime:
    return datetime.combine(day, time.fromisoformat(wall), tzinfo=BERLIN).astimezone(UTC)


def friday() -> Window:
    span = working_span(FRIDAY, RHYTHM, BERLIN)
    assert span is not None
    return span


@given(st.integers(3, 5), st.integers())
def test_a_whole_day_has_every_prompt_in_its_own_part_and_half_an_hour_apart(
    count: int, seed: int
) -> None:
    moments = spread(friday(), at("00:00"), count, random.Random(seed))
    part = timedelta(hours=8) / count
    assert [(moment - at("09:00")) // part for moment in moments] == list(range(count))
    assert all(b - a >= MIN_GAP for a, b in pairwise(moments))


@given(st.integers(1, 24), st.integers(), st.floats(0, 1))
def test_the_rest_of_a_day_never_gets_a_burst(count: int, seed: int, begun: float) -> None:
    span = friday()
    now = span.since + begun * (span.until - span.since)
    moments = spread(span, now, count, random.Random(seed))
    assert len(moments) <= count
    assert all(now <= moment <= span.until for moment in moments)
    apart = [b - a for a, b in pairwise(moments)]
    part = (span.until - span.since) / count
    assert all(gap >= min(MIN_GAP, part / 2) - timedelta(microseconds=5) for gap in apart)
    if part >= MIN_GAP:
        assert all(gap >= MIN_GAP - timedelta(microseconds=5) for gap in apart)


def test_a_first_start_at_half_past_four_asks_once() -> None:
    assert len(spread(friday(), at("16:30"), 5, random.Random(1))) == 1


def test_a_day_off_is_planned_as_one_without_prompts_and_with_a_summary() -> None:
    sunday = date(2026, 11, 22)
    plan = plan_day("U1", sunday, at("00:01", sunday), BERLIN, RHYTHM, random.Random(1))
    assert (plan.moments, plan.reason) == ((), "no prompts: not a working day")
    assert [job.job_id for job in jobs_of(plan, RHYTHM)] == ["2026-11-22/summary"]


def test_the_jobs_of_a_plan_are_the_same_each_time() -> None:
    plan = plan_day("U1", FRIDAY, at("00:01"), BERLIN, RHYTHM, random.Random(1))
    jobs = jobs_of(plan, RHYTHM)
    assert jobs == jobs_of(plan, RHYTHM)
    assert 3 <= sum(job.kind is JobKind.PROMPT for job in jobs) <= 5
    assert jobs[-1].due == at("08:30")


def prompt(due: datetime, name: str = "prompt-1") -> Job:
    return Job(
        user_id="U1",
        job_id=f"2026-11-20/{name}",
        kind=JobKind.PROMPT,
        day=FRIDAY,
        due=due,
        tz="Europe/Berlin",
    )


def test_a_prompt_in_time_is_asked() -> None:
    assert prompt_veto(prompt(at("10:00")), at("10:09"), BERLIN, RHYTHM, []) is None


@pytest.mark.parametrize(("noticed", "words"), [("10:11", "11 min"), ("14:30", "4 h")])
def test_a_prompt_more_than_ten_minutes_late_is_missed(noticed: str, words: str) -> None:
    assert prompt_veto(prompt(at("10:00")), at(noticed), BERLIN, RHYTHM, []) == Veto(
        Outcome.MISSED,
        f"noticed {words} late",
    )


def test_a_prompt_that_fell_out_of_the_hours_by_travel_is_skipped() -> None:
    tokyo = ZoneInfo("Asia/Tokyo")
    verdict = prompt_veto(prompt(at("10:00")), at("10:01"), tokyo, RHYTHM, [])
    assert verdict == Veto(Outcome.SKIPPED, "outside the working hours in Asia/Tokyo")


def test_of_several_prompts_due_at_once_only_the_last_is_asked() -> None:
    first, second = prompt(at("10:00")), prompt(at("10:05"), "prompt-2")
    verdict = prompt_veto(first, at("10:06"), BERLIN, RHYTHM, [first, second])
    assert verdict == Veto(Outcome.MISSED, "the next prompt was due already")
    assert prompt_veto(second, at("10:06"), BERLIN, RHYTHM, [first, second]) is None

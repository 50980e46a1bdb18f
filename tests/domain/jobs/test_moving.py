"""A prompt that is held back moves within its part of the day, or is skipped."""

import random
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from companion.domain.calendar import DEFAULT_RHYTHM, WorkHours
from companion.domain.jobs.job import Job, JobKind, JobState, Outcome, Veto, Wait
from companion.domain.jobs.moving import LOOK_AGAIN, part_of_day, wait_or_skip
from companion.domain.jobs.planning import MIN_GAP, Plan, jobs_of, plan_day

BERLIN = ZoneInfo("Europe/Berlin")
FRIDAY = date(2026, 11, 20)
MINUTE = timedelta(minutes=1)
RHYTHM = replace(DEFAULT_RHYTHM, hours=WorkHours(time(9), time(17, 10)))


def at(wall: str) -> datetime:
    return datetime.combine(FRIDAY, time.fromisoformat(wall), tzinfo=BERLIN).astimezone(UTC)


def planned(*walls: str, made_at: str = "07:00") -> Plan:
    return Plan(
        user_id="U1",
        plan_id="2026-11-20/plan",
        day=FRIDAY,
        made_at=at(made_at),
        tz=BERLIN.key,
        moments=tuple(at(wall) for wall in walls),
        reason="",
    )


def prompts(plan: Plan) -> list[Job]:
    return [job for job in jobs_of(plan, RHYTHM) if job.kind is JobKind.PROMPT]


def held(plan: Plan, number: int, until: str | None, now: str = "") -> Wait | Veto:
    of_day = prompts(plan)
    job = of_day[number]
    then = at(until) if until else None
    moment = at(now) if now else job.due
    return wait_or_skip(job, "in a meeting", then, moment, [plan], RHYTHM, of_day)


# Four parts of two hours: 9 to 11, to 13, to 15, to 17 o'clock.
DAY_OF_FOUR = planned("10:00", "12:00", "14:00", "16:00")


@pytest.mark.parametrize(
    ("number", "until", "comes"),
    [
        (0, "10:45", "10:45"),
        (0, "11:00", "11:00"),  # its part is over
        (0, "11:01", None),
        (3, "17:00", "17:00"),  # ten minutes before the hours end
        (3, "17:01", None),
    ],
)
def test_it_waits_as_long_as_its_part_of_the_day_lasts(
    number: int, until: str, comes: str | None
) -> None:
    expected = Wait(at(comes), "in a meeting") if comes else Veto(Outcome.SKIPPED, "in a meeting")
    assert held(DAY_OF_FOUR, number, until) == expected


def test_where_nobody_knows_how_long_it_is_looked_again_soon() -> None:
    assert held(DAY_OF_FOUR, 0, None, "10:50") == Wait(at("10:50") + LOOK_AGAIN, "in a meeting")
    assert isinstance(held(DAY_OF_FOUR, 0, None, "10:58"), Veto)


def test_the_next_prompt_keeps_its_distance() -> None:
    near = planned("10:00", "11:10", "14:00", "16:00")
    assert held(near, 0, "10:40") == Wait(at("10:40"), "in a meeting")
    assert isinstance(held(near, 0, "10:41"), Veto)


def test_a_prompt_that_moved_counts_where_it_is_now() -> None:
    first, second, *rest = prompts(planned("10:00", "11:10", "14:00", "16:00"))
    moved = replace(second, due=at("12:30"), planned_for=second.due, waits_for="a pause")
    plan = planned("10:00", "11:10", "14:00", "16:00")
    found = wait_or_skip(first, "x", at("11:00"), first.due, [plan], RHYTHM, [first, moved, *rest])
    assert found == Wait(at("11:00"), "x")
    again = wait_or_skip(moved, "x", at("13:00"), moved.due, [plan], RHYTHM, [first, moved, *rest])
    assert again == Wait(at("13:00"), "x")
    over = wait_or_skip(moved, "x", at("13:01"), moved.due, [plan], RHYTHM, [first, moved, *rest])
    assert over == Veto(Outcome.SKIPPED, "x")


def test_of_a_day_that_was_planned_late_the_parts_are_those_of_what_was_left() -> None:
    half = planned("13:30", "16:00", made_at="13:00")
    assert part_of_day(half, at("13:30"), RHYTHM).until == at("15:00")


def test_where_the_hours_were_changed_since_it_waits_until_the_next_prompt() -> None:
    early = replace(RHYTHM, hours=WorkHours(time(6), time(12)))
    part = part_of_day(DAY_OF_FOUR, at("10:00"), early)
    assert (part.since, part.until) == (at("10:00"), at("11:50"))
    none = replace(RHYTHM, days=frozenset())
    assert part_of_day(DAY_OF_FOUR, at("10:00"), none).until == at("10:00")


def test_what_was_claimed_before_or_is_of_no_plan_is_skipped() -> None:
    job = prompts(DAY_OF_FOUR)[0]
    claimed = replace(job, state=JobState.CLAIMED)
    unplanned = replace(job, due=at("10:01"))
    elsewhere = replace(job, tz="Asia/Tokyo")
    summary = replace(job, kind=JobKind.SUMMARY)
    for other in (claimed, unplanned, elsewhere, summary):
        found = wait_or_skip(other, "x", at("10:10"), at("10:00"), [DAY_OF_FOUR], RHYTHM, [])
        assert found == Veto(Outcome.SKIPPED, "x")


@given(st.integers(), st.integers(0, 23), st.integers(1, 12))
def test_each_moment_of_a_plan_lies_in_its_part_and_parts_do_not_overlap(
    seed: int, hour: int, count: int
) -> None:
    rhythm = replace(RHYTHM, prompts=replace(RHYTHM.prompts, least=count, most=count))
    plan = plan_day("U1", FRIDAY, at(f"{hour:02}:07"), BERLIN, rhythm, random.Random(seed))
    parts = [part_of_day(plan, moment, rhythm) for moment in plan.moments]
    for moment, part in zip(plan.moments, parts, strict=True):
        assert part.since <= moment <= part.until
    for first, second in pairwise(parts):
        assert abs(second.since - first.until) < timedelta(milliseconds=1)


@given(st.integers(), st.integers(0, 4), st.integers(1, 300))
def test_prompts_that_move_keep_half_an_hour_between_them(
    seed: int, number: int, minutes: int
) -> None:
    plan = plan_day("U1", FRIDAY, at("07:00"), BERLIN, RHYTHM, random.Random(seed))
    of_day = prompts(plan)
    job = of_day[number % len(of_day)]
    until = job.due + minutes * MINUTE
    found = wait_or_skip(job, "x", until, job.due, [plan], RHYTHM, of_day)
    if isinstance(found, Wait):
        assert found.until == until
        assert all(each.due - until >= MIN_GAP for each in of_day if each.due > job.due)
        assert until <= at("17:00")

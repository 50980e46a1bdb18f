"""Plans: spread over the hours, apart from one another, and never all at once."""

import random
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from companion.domain.calendar import (
    DAY,
    PromptsPerDay,
    Rhythm,
    Window,
    WorkHours,
    parse_days,
    working_span,
)
from companion.domain.jobs.job import Job, JobKind, JobResult, JobState, Outcome, Veto
from companion.domain.jobs.planning import (
    MIN_GAP,
    Plan,
    as_of_now,
    jobs_of,
    plan_day,
    prompt_veto,
    replanned,
    skipped,
    spread,
    summary_due,
    where_job,
)

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


def test_a_public_holiday_has_no_prompts_and_its_plan_says_which_one() -> None:
    off = replace(RHYTHM, holidays={FRIDAY: "Some Day", FRIDAY + DAY: "Saturday's"}.get)
    holiday = plan_day("U1", FRIDAY, at("07:00"), BERLIN, off, random.Random(1))
    assert holiday.moments == ()
    assert holiday.reason == "no prompts: a public holiday (Some Day)"
    saturday = plan_day("U1", FRIDAY + DAY, at("07:00"), BERLIN, off, random.Random(1))
    assert saturday.reason == "no prompts: not a working day"
    monday = plan_day("U1", FRIDAY + 3 * DAY, at("07:00"), BERLIN, off, random.Random(1))
    assert monday.moments


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


@pytest.mark.parametrize(
    ("count", "now"), [(0, "09:00"), (-1, "09:00"), (3, "17:00"), (3, "18:00")]
)
def test_without_prompts_or_hours_that_are_left_there_is_nothing_to_spread(
    count: int, now: str
) -> None:
    assert spread(friday(), at(now), count, random.Random(1)) == ()


def test_one_prompt_is_somewhere_in_the_hours() -> None:
    assert len(spread(friday(), at("00:00"), 1, random.Random(1))) == 1


class Drawn(random.Random):
    """Draws the number it is given, and what it was asked for."""

    def __init__(self, drawn: float) -> None:
        super().__init__(1)
        self.drawn = drawn
        self.asked: list[tuple[int, int]] = []

    def random(self) -> float:
        return self.drawn

    def randint(self, a: int, b: int) -> int:
        self.asked.append((a, b))
        return a


def test_the_latest_prompt_is_ten_minutes_before_the_end_and_the_earliest_at_the_beginning() -> (
    None
):
    latest = plan_day("U1", FRIDAY, at("00:01"), BERLIN, RHYTHM, Drawn(1))
    assert latest.moments[-1] == at("16:50")
    earliest = plan_day("U1", FRIDAY, at("00:01"), BERLIN, RHYTHM, Drawn(0))
    assert earliest.moments[0] == at("09:00")
    short = replace(RHYTHM, hours=WorkHours.parse("09:00-09:20"))
    assert plan_day("U1", FRIDAY, at("00:01"), BERLIN, short, Drawn(1)).moments[-1] == at("09:15")


def test_a_plan_says_for_whom_when_where_and_what_it_was_made() -> None:
    rng, now = Drawn(0.5), at("00:01")
    assert plan_day("U1", FRIDAY, now, BERLIN, RHYTHM, rng) == Plan(
        user_id="U1",
        plan_id="2026-11-20/plan",
        day=FRIDAY,
        made_at=now,
        tz="Europe/Berlin",
        moments=spread(Window(at("09:00"), at("16:50"), FRIDAY, FRIDAY), now, 3, Drawn(0.5)),
        reason="3 prompts",
    )
    assert rng.asked == [(3, 5)]
    one = replace(RHYTHM, prompts=PromptsPerDay(1, 1))
    assert plan_day("U1", FRIDAY, now, BERLIN, one, Drawn(0.5)).reason == "1 prompt"
    none = replace(RHYTHM, prompts=PromptsPerDay(0, 0))
    assert plan_day("U1", FRIDAY, now, BERLIN, none, Drawn(0.5)).reason == "0 prompts"


@pytest.mark.parametrize(("now", "over"), [("16:49", False), ("16:50", True), ("17:30", True)])
def test_a_day_whose_hours_are_over_has_no_prompts(now: str, over: bool) -> None:
    plan = plan_day("U1", FRIDAY, at(now), BERLIN, RHYTHM, random.Random(1))
    assert (plan.reason == "no prompts: the working hours were over") is over
    assert (plan.moments == ()) is over


def test_the_jobs_of_a_plan_are_its_prompts_and_the_day_s_summary_in_utc() -> None:
    plan = Plan(
        user_id="U1",
        plan_id="2026-11-20/plan",
        day=FRIDAY,
        made_at=at("00:01"),
        tz="Europe/Berlin",
        moments=(at("10:00").astimezone(BERLIN), at("11:00")),
        reason="2 prompts",
    )
    jobs = jobs_of(plan, RHYTHM)
    assert [(job.user_id, job.job_id, job.kind, job.day, job.due, job.tz) for job in jobs] == [
        ("U1", "2026-11-20/prompt-1", JobKind.PROMPT, FRIDAY, at("10:00"), "Europe/Berlin"),
        ("U1", "2026-11-20/prompt-2", JobKind.PROMPT, FRIDAY, at("11:00"), "Europe/Berlin"),
        ("U1", "2026-11-20/summary", JobKind.SUMMARY, FRIDAY, at("08:30"), "Europe/Berlin"),
    ]
    assert all(job.due.tzinfo is UTC for job in jobs)
    again = replanned(plan)
    assert again == replace(plan, plan_id="2026-11-20/plan@Europe/Berlin")
    assert [job.job_id for job in jobs_of(again, RHYTHM)] == [
        "2026-11-20/prompt-1@Europe/Berlin",
        "2026-11-20/prompt-2@Europe/Berlin",
        "2026-11-20/summary",
    ]


def test_the_summary_waits_for_the_beginning_of_the_day() -> None:
    assert summary_due(FRIDAY, BERLIN, RHYTHM) == at("08:30")
    assert summary_due(FRIDAY, BERLIN, replace(RHYTHM, day_start=time(10))) == at("10:00")


def test_where_one_left_off_is_due_a_second_before_the_summary() -> None:
    assert where_job("U1", FRIDAY, BERLIN, RHYTHM) == Job(
        user_id="U1",
        job_id="2026-11-20/where",
        kind=JobKind.WHERE,
        day=FRIDAY,
        due=at("08:30") - timedelta(seconds=1),
        tz="Europe/Berlin",
    )


def test_what_comes_in_the_morning_is_due_in_the_morning_of_where_the_person_is() -> None:
    tokyo = ZoneInfo("Asia/Tokyo")
    morning = datetime(2026, 11, 19, 23, 30, tzinfo=UTC)
    summary = replace(prompt(at("08:30"), "summary"), kind=JobKind.SUMMARY)
    where = where_job("U1", FRIDAY, BERLIN, RHYTHM)
    assert as_of_now(summary, tokyo, RHYTHM) == replace(summary, due=morning, tz="Asia/Tokyo")
    assert as_of_now(where, tokyo, RHYTHM) == replace(
        where, due=morning - timedelta(seconds=1), tz="Asia/Tokyo"
    )
    for other in (prompt(at("10:00")), prompt(at("10:00"), "summarize-1")):
        assert as_of_now(other, tokyo, RHYTHM) == other


def test_a_job_is_skipped_with_its_reason_and_moment() -> None:
    result = JobResult(Outcome.SKIPPED, at("00:01"), "no need")
    assert skipped(prompt(at("10:00")), at("00:01"), "no need") == replace(
        prompt(at("10:00")), state=JobState.DONE, result=result
    )


def asked(name: str, finished: str, tz: str = "Europe/Berlin", day: date = FRIDAY) -> Job:
    """A prompt that was sent."""
    return replace(
        prompt(at("09:00"), name),
        job_id=f"{day}/{name}",
        day=day,
        tz=tz,
        state=JobState.DONE,
        result=JobResult(Outcome.SENT, at(finished), message_ts="1.0"),
    )


def veto(now: str = "10:00", *others: Job, name: str = "prompt-9") -> Veto | None:
    return prompt_veto(prompt(at("10:00"), name), at(now), BERLIN, RHYTHM, others)


def test_more_prompts_than_a_day_may_have_are_skipped() -> None:
    before = [asked(f"prompt-{number}", "09:01") for number in range(1, 6)]
    assert veto("10:00", *before[:4]) is None
    assert veto("10:00", *before) == Veto(
        Outcome.SKIPPED, "5 were asked, which is enough for a day"
    )
    # Neither the person's own, nor another day's, nor one that was not sent, counts.
    others = [asked("ask-1", "09:01"), prompt(at("09:00"), "prompt-5"),
              asked("prompt-5", "09:01", day=FRIDAY - timedelta(days=1))]  # fmt: skip
    assert veto("10:00", *before[:4], *others) is None
    assert veto("10:00", *before, name="ask-2") is None


@pytest.mark.parametrize(
    ("finished", "near"),
    [("09:30", False), ("09:31", True), ("10:00", True), ("10:01", False)],
)
def test_a_prompt_of_another_zone_or_day_that_was_just_asked_is_enough(
    finished: str, near: bool
) -> None:
    skip = Veto(Outcome.SKIPPED, "another one was asked just before") if near else None
    assert veto("10:00", asked("prompt-1@UTC", finished, "UTC")) == skip
    assert veto("10:00", asked("prompt-1", finished, day=FRIDAY - timedelta(days=1))) == skip
    assert veto("10:00", asked("prompt-1", finished)) is None


def test_only_a_later_prompt_of_the_same_zone_that_is_due_takes_its_place() -> None:
    later = prompt(at("10:05"), "prompt-2")
    missed = Veto(Outcome.MISSED, "the next prompt was due already")
    assert veto("10:05", later) == missed
    assert veto("10:04", later) is None
    assert veto("10:06", replace(later, tz="UTC")) is None
    assert veto("10:06", replace(later, kind=JobKind.SUMMARY)) is None
    assert veto("10:06", prompt(at("10:00"), "prompt-2")) is None


def test_a_prompt_that_was_planned_for_another_zone_is_skipped_in_the_same_hours() -> None:
    paris = prompt_veto(prompt(at("10:00")), at("10:00"), ZoneInfo("Europe/Paris"), RHYTHM, [])
    assert paris == Veto(Outcome.SKIPPED, "planned for Europe/Berlin")


@pytest.mark.parametrize(
    ("now", "late"), [("10:10", None), ("11:59", "119 min"), ("12:00", "2 h"), ("13:59", "3 h")]
)
def test_how_late_it_is_is_said_in_minutes_then_in_hours(now: str, late: str | None) -> None:
    assert veto(now) == (Veto(Outcome.MISSED, f"noticed {late} late") if late else None)

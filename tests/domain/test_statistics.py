"""Statistics count a period by the clocks of where the person was, and nothing twice."""

from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from companion.domain.entry import Entry, Source, message_ts
from companion.domain.jobs.job import Job, JobKind, JobResult, JobState, Outcome
from companion.domain.statistics import (
    Statistics,
    TagCount,
    duration_text,
    make_statistics,
)

BERLIN = ZoneInfo("Europe/Berlin")
MONDAY = date(2026, 11, 16)


def at(moment: str) -> datetime:
    """A moment in Berlin."""
    return datetime.fromisoformat(moment).replace(tzinfo=BERLIN).astimezone(UTC)


def entry(
    moment: str, text: str = "x", tz: str | None = None, answers: str | None = None, **more: str
) -> Entry:
    return Entry(
        user_id="U0ADA",
        timestamp=at(moment),
        text=text,
        log_id=UUID(int=1),
        source=Source.MESSAGE,
        tz=tz,
        answers=answers,
        mentions=more,
    )


def prompt(
    name: str,
    due: str,
    outcome: Outcome | None = Outcome.SENT,
    sent: str | None = None,
    kind: JobKind = JobKind.PROMPT,
    tz: str = "Europe/Berlin",
) -> Job:
    asked = at(sent or due)
    ts = message_ts(asked) if outcome is Outcome.SENT else None
    return Job(
        user_id="U0ADA",
        job_id=name,
        kind=kind,
        day=MONDAY,
        due=at(due),
        tz=tz,
        state=JobState.DONE if outcome else JobState.PLANNED,
        # Slack's clock decides, not when the result was recorded.
        result=JobResult(outcome, asked + timedelta(minutes=3), message_ts=ts) if outcome else None,
    )


def of_week(
    *entries: Entry,
    jobs: tuple[Job, ...] = (),
    now: str = "2026-11-22 12:00",
    day_start: time = time(),
) -> Statistics:
    """The statistics of the week from Monday 2026-11-16 on."""
    since, until = at("2026-11-16"), at("2026-11-23")
    return make_statistics(entries, jobs, since, until, at(now), BERLIN, day_start)


def test_entries_count_by_day_and_by_weekday_and_hour() -> None:
    found = of_week(entry("2026-11-16 09:10"), entry("2026-11-16 09:50"), entry("2026-11-18 17:00"))
    assert found.entries == 3
    assert found.by_day == {MONDAY: 2, date(2026, 11, 18): 1}
    assert found.by_hour == {(0, 9): 2, (2, 17): 1}
    assert (found.first_day, found.last_day) == (MONDAY, date(2026, 11, 22))


def test_an_hour_is_that_of_where_the_person_was() -> None:
    assert of_week(entry("2026-11-16 09:10", tz="Asia/Tokyo")).by_hour == {(0, 17): 1}


def test_the_small_hours_belong_to_the_day_before_where_days_begin_later() -> None:
    found = of_week(entry("2026-11-17 01:10"), day_start=time(4))
    assert found.by_day == {MONDAY: 1}
    assert found.by_hour == {(0, 1): 1}
    assert list(found.hours)[:2] == [4, 5]
    assert list(found.hours)[-1] == 3


def test_what_is_outside_the_period_or_after_now_does_not_count() -> None:
    found = of_week(
        entry("2026-11-15 23:59"),
        entry("2026-11-23 00:00"),
        entry("2026-11-20 12:01"),
        entry("2026-11-20 12:00"),
        now="2026-11-20 12:00",
    )
    assert (found.entries, found.later) == (1, 1)
    assert found.last_day == date(2026, 11, 20)


def test_tags_count_once_an_entry_however_they_are_written() -> None:
    found = of_week(
        entry("2026-11-16 09:00", "#deploy #Deploy"),
        entry("2026-11-16 10:00", "#DEPLOY"),
        entry("2026-11-16 11:00", "#deploy #ops"),
        entry("2026-11-16 12:00", "#ops #general", C0GENERAL="#general"),
        entry("2026-11-16 13:00", "#art"),
    )
    assert found.tags == [TagCount("deploy", 3), TagCount("ops", 2), TagCount("art", 1)]


def test_prompts_count_by_what_became_of_them() -> None:
    found = of_week(
        entry("2026-11-16 10:04", answers="a"),
        entry("2026-11-16 10:09", answers="a"),
        entry("2026-11-16 14:20", answers="c"),
        entry("2026-11-16 15:00", answers="of another week"),
        jobs=(
            prompt("a", "2026-11-16 10:00"),
            prompt("b", "2026-11-16 12:00"),
            prompt("c", "2026-11-16 14:00"),
            prompt("d", "2026-11-16 15:00", Outcome.MISSED),
            prompt("e", "2026-11-16 16:00", Outcome.SKIPPED),
            prompt("f", "2026-11-16 17:00", None),
            prompt("g", "2026-11-15 17:00"),
            prompt("h", "2026-11-16 08:30", kind=JobKind.SUMMARY),
        ),
    ).prompts
    assert (found.asked, found.answered, found.missed, found.skipped) == (3, 2, 1, 1)
    assert found.to_answer == timedelta(minutes=12)
    assert found.asked_at == {10: 1, 12: 1, 14: 1}
    assert found.answered_at == {10: 1, 14: 1}


def test_the_time_to_an_answer_begins_when_the_prompt_was_posted() -> None:
    asked = prompt("a", "2026-11-16 10:00", sent="2026-11-16 10:06", tz="Asia/Tokyo")
    found = of_week(entry("2026-11-16 10:10", answers="a"), jobs=(asked,)).prompts
    assert found.to_answer == timedelta(minutes=4)
    assert found.asked_at == {18: 1}


def test_a_prompt_of_the_last_evening_can_be_answered_after_the_period() -> None:
    answer = entry("2026-11-23 08:00", answers="a")
    asked = prompt("a", "2026-11-22 23:30")
    found = of_week(answer, jobs=(asked,), now="2026-11-24 12:00")
    assert (found.entries, found.prompts.answered) == (0, 1)


def test_a_period_without_anything_is_all_zeros() -> None:
    found = of_week()
    assert (found.entries, found.by_hour, found.tags) == (0, {}, [])
    assert (found.prompts.asked, found.prompts.to_answer) == (0, None)


@pytest.mark.parametrize(
    ("duration", "text"),
    [
        (timedelta(seconds=40), "40 s"),
        (timedelta(minutes=4, seconds=50), "4 min"),
        (timedelta(hours=2), "2 h"),
        (timedelta(hours=2, minutes=5), "2 h 5 min"),
        (timedelta(days=3, hours=2), "3 days"),
    ],
)
def test_a_duration_reads_well(duration: timedelta, text: str) -> None:
    assert duration_text(duration) == text

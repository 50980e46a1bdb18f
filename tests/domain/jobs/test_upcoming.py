"""What comes next by the settings, also where nothing is planned yet."""

from dataclasses import replace
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import pytest

from companion.domain.calendar import DEFAULT_RHYTHM, PromptsPerDay, WorkHours
from companion.domain.jobs.upcoming import upcoming

BERLIN = ZoneInfo("Europe/Berlin")
# 2026-11-20 is a Friday.
FRIDAY, SATURDAY, MONDAY = "2026-11-20", "2026-11-21", "2026-11-23"


def at(wall: str) -> datetime:
    return datetime.fromisoformat(wall).replace(tzinfo=BERLIN).astimezone(UTC)


@pytest.mark.parametrize(
    ("now", "summary", "since"),
    [
        (f"{FRIDAY}T07:00", f"{FRIDAY}T08:30", f"{FRIDAY}T09:00"),
        (f"{FRIDAY}T12:00", f"{SATURDAY}T08:30", f"{FRIDAY}T09:00"),
        (f"{FRIDAY}T18:00", f"{SATURDAY}T08:30", f"{MONDAY}T09:00"),
        (f"{SATURDAY}T12:00", "2026-11-22T08:30", f"{MONDAY}T09:00"),
    ],
)
def test_the_next_summary_and_the_next_working_hours(now: str, summary: str, since: str) -> None:
    coming = upcoming(at(now), BERLIN, DEFAULT_RHYTHM)
    assert coming.summary_due == at(summary)
    assert coming.hours is not None
    assert (coming.hours.since, coming.hours.until) == (at(since), at(f"{since[:10]}T17:00"))


def test_a_night_shift_that_began_yesterday_is_not_over() -> None:
    night = replace(DEFAULT_RHYTHM, hours=WorkHours(time(22), time(6)))
    coming = upcoming(at(f"{SATURDAY}T02:00"), BERLIN, night)
    assert coming.hours is not None
    assert coming.hours.since == at(f"{FRIDAY}T22:00")


def test_without_prompts_no_hours_come() -> None:
    none = replace(DEFAULT_RHYTHM, prompts=PromptsPerDay(0, 0))
    assert upcoming(at(f"{FRIDAY}T07:00"), BERLIN, none).hours is None


def test_one_working_day_a_week_is_found() -> None:
    mondays = replace(DEFAULT_RHYTHM, days=frozenset({0}))
    coming = upcoming(at(f"{MONDAY}T17:30"), BERLIN, mondays)
    assert coming.hours is not None
    assert coming.hours.since == at("2026-11-30T09:00")


def test_a_public_holiday_has_no_hours_with_prompts() -> None:
    off = replace(DEFAULT_RHYTHM, holidays={date(2026, 11, 23): "Some Day"}.get)
    coming = upcoming(at(f"{SATURDAY}T12:00"), BERLIN, off)
    assert coming.hours is not None
    assert coming.hours.since == at("2026-11-24T09:00")

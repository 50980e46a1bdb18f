"""The weekly review: when it is due, and what it says."""

from dataclasses import replace
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

import pytest

from companion.domain.calendar import DEFAULT_RHYTHM, Weekly
from companion.domain.jobs.planning import review_due
from companion.domain.review import render_review
from tests.domain.summaries.test_threads import entries

BERLIN, TOKYO = ZoneInfo("Europe/Berlin"), ZoneInfo("Asia/Tokyo")
FRIDAY = date(2026, 11, 20)
RHYTHM = replace(DEFAULT_RHYTHM, review=Weekly(4, time(16)))


@pytest.mark.parametrize("text", ["fri 16:00", "mon 08:30"])
def test_a_weekly_time_is_read_and_written(text: str) -> None:
    assert str(Weekly.parse(text)) == text


def test_a_weekly_time_may_be_written_at_length() -> None:
    assert Weekly.parse(" Friday  9:00 ") == Weekly(4, time(9))


@pytest.mark.parametrize("text", ["", "fri", "16:00", "mon-fri 16:00", "fri 25:00", "fri,sat 9:00"])
def test_what_is_not_one_day_and_one_time_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="write it like fri 16:00"):
        Weekly.parse(text)


def test_it_is_due_on_its_day_by_the_clock_of_where_the_person_is() -> None:
    assert review_due(FRIDAY, BERLIN, RHYTHM) == datetime(2026, 11, 20, 16, tzinfo=BERLIN)
    assert review_due(FRIDAY, TOKYO, RHYTHM) == datetime(2026, 11, 20, 16, tzinfo=TOKYO)
    assert review_due(date(2026, 11, 19), BERLIN, RHYTHM) is None
    assert review_due(FRIDAY, BERLIN, DEFAULT_RHYTHM) is None


def test_a_time_before_the_day_start_is_in_the_night_after_its_day() -> None:
    late = replace(RHYTHM, day_start=time(4), review=Weekly(4, time(2)))
    assert review_due(FRIDAY, BERLIN, late) == datetime(2026, 11, 21, 2, tzinfo=BERLIN)


def test_it_has_the_threads_then_where_it_stands() -> None:
    given = entries("fixed OPS-1", "deployed OPS-1")
    text = render_review(given, "## Where you left off\nhere", BERLIN)
    assert text.startswith("## Your week\n### OPS-1")
    assert text.endswith("\n\n## Where you left off\nhere")


def test_a_week_without_entries_says_so() -> None:
    assert "Nothing is written down for this week." in render_review([], "", BERLIN)

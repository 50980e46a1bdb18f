"""Where one left off: the last words of the last active day, and what is still open."""

from dataclasses import replace
from datetime import date, time
from zoneinfo import ZoneInfo

import pytest

from companion.domain.calendar import DEFAULT_RHYTHM
from companion.domain.summaries.references import Footnotes, IdReferences, Moments
from companion.domain.summaries.summary import Body, Line
from companion.domain.summaries.where import WHERE, find_where, render_where, working_days_between
from tests.domain.summaries.test_threads import entries

BERLIN = ZoneInfo("Europe/Berlin")
MOMENTS = Moments(BERLIN, time())
TODAY = date(2026, 11, 17)


def test_without_entries_it_says_so_kindly() -> None:
    assert find_where([], BERLIN, time()) is None
    assert render_where(None, None, MOMENTS, str, TODAY) == f"{WHERE.heading}\n{WHERE.nothing}"


def test_the_last_words_of_the_last_active_day_are_shown_as_they_were_written() -> None:
    given = entries("found *it*", "next: deploy billing", "walk")
    where = find_where(given, BERLIN, time())
    assert where is not None
    assert (where.day, where.last, where.earlier) == (date(2026, 11, 16), tuple(given), 0)
    assert render_where(where, None, MOMENTS, IdReferences(MOMENTS), TODAY) == (
        "## Where you left off\n"
        "Your last words, on Monday 2026-11-16:\n\n"
        "- **10:00** found **it**\n"
        "- **13:00** next: deploy billing\n"
        "- **16:00** walk\n\n"
        "Still open, as far as your entries say:\n\n"
        "- _next:_ deploy billing (Mon 13:00 00000000)"
    )


def test_of_a_long_day_the_end_is_shown_and_the_rest_is_counted() -> None:
    given = entries(*(f"entry {number}" for number in range(4)), "x" * 700)[:5]
    where = find_where(given * 2, BERLIN, time())
    assert where is not None
    text = render_where(where, None, MOMENTS, str, TODAY)
    assert text.endswith("x… (100 more characters)\n\n_(5 earlier entries that day)_")
    today = render_where(where, None, MOMENTS, str, where.day)
    assert "Your last words, today:\n" in today
    assert today.endswith("_(5 earlier entries today)_")


def test_a_footnote_needs_no_parentheses() -> None:
    where = find_where(entries("next: deploy billing"), BERLIN, time())
    text = render_where(where, None, MOMENTS, Footnotes(MOMENTS), TODAY)
    assert text.endswith("- _next:_ deploy billing [^1]")


def test_a_models_lines_come_first() -> None:
    given = entries("fixed OPS-1")
    lines = Body(lines=(Line("You fixed OPS-1", tuple(given)),))
    text = render_where(
        find_where(given, BERLIN, time()), lines, MOMENTS, IdReferences(MOMENTS), TODAY
    )
    assert text.startswith("## Where you left off\n- You fixed OPS-1 (Mon 10:00 00000000)\n")


@pytest.mark.parametrize(
    ("last", "today", "days"),
    [
        (20, 21, 0),
        (20, 23, 0),  # over a weekend
        (20, 24, 1),
        (20, 25, 2),
        (18, 23, 2),
        (20, 20, 0),
        (24, 20, 0),
    ],
)
def test_working_days_without_an_entry_are_counted(last: int, today: int, days: int) -> None:
    works_on = DEFAULT_RHYTHM.works_on
    between = working_days_between(date(2026, 11, last), date(2026, 11, today), works_on)
    assert between == days


def test_a_public_holiday_without_an_entry_is_no_gap() -> None:
    rhythm = replace(DEFAULT_RHYTHM, holidays={date(2026, 11, 24): "Some Day"}.get)
    assert working_days_between(date(2026, 11, 20), date(2026, 11, 25), rhythm.works_on) == 1

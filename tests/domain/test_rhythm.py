"""A rhythm that the daemon writes is the one that the web app reads."""

from dataclasses import replace
from datetime import date, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from companion.domain.calendar import DEFAULT_RHYTHM, PromptsPerDay, Rhythm, Weekly, WorkHours
from companion.domain.rhythm import read_rhythm, rhythm_to_json

TODAY = date(2026, 11, 20)
minutes = st.builds(time, st.integers(0, 23), st.integers(0, 59))
rhythms = st.builds(
    Rhythm,
    hours=st.builds(WorkHours, minutes, minutes).filter(lambda hours: hours.start != hours.end),
    days=st.frozensets(st.integers(0, 6), min_size=1),
    prompts=st.tuples(st.integers(0, 24), st.integers(0, 24)).map(
        lambda pair: PromptsPerDay(*sorted(pair))
    ),
    summary_time=minutes,
    day_start=st.just(time()),
    review=st.none() | st.builds(Weekly, st.integers(0, 6), minutes),
)


@given(rhythms)
def test_it_is_read_as_it_was_written(rhythm: Rhythm) -> None:
    found = read_rhythm(rhythm_to_json(rhythm, TODAY), DEFAULT_RHYTHM)
    assert replace(found, holidays=None) == rhythm


def test_the_holidays_of_the_next_weeks_are_named() -> None:
    named = {date(2026, 12, 25): "Erster Weihnachtstag", date(2027, 12, 25): "far off"}
    rhythm = replace(DEFAULT_RHYTHM, holidays=named.get)
    found = read_rhythm(rhythm_to_json(rhythm, TODAY), DEFAULT_RHYTHM)
    assert found.holiday(date(2026, 12, 25)) == "Erster Weihnachtstag"
    assert found.works_on(date(2026, 12, 24))
    assert "far off" not in rhythm_to_json(rhythm, TODAY)


@pytest.mark.parametrize(
    "text", ["", "{}", "[]", "1", '{"holidays": 3}', '{"holidays": {"x": "y"}}', "{", "null"]
)
def test_what_a_later_version_writes_changes_nothing(text: str) -> None:
    assert read_rhythm(text, DEFAULT_RHYTHM) is DEFAULT_RHYTHM

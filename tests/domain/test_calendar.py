"""Days and hours where clocks change, shifts cross midnight and days begin at three."""

import time as clock
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from companion.domain.calendar import (
    BEGINNING,
    END,
    PromptsPerDay,
    Rhythm,
    WorkHours,
    days_in_words,
    days_text,
    days_window,
    local_day,
    moment_at,
    parse_days,
    parse_time,
    past_week,
    wall_time,
    working_span,
    yesterday,
)
from companion.domain.entry import format_timestamp

BERLIN = ZoneInfo("Europe/Berlin")
HOUR = timedelta(hours=1)
ZONES = ["Europe/Berlin", "America/Los_Angeles", "Australia/Lord_Howe", "Asia/Kathmandu",
         "Pacific/Apia", "America/Havana", "Europe/London", "UTC"]  # fmt: skip


def rhythm(hours: str = "09:00-17:00", days: str = "mon-fri") -> Rhythm:
    return Rhythm(
        WorkHours.parse(hours), parse_days(days), PromptsPerDay(3, 5), time(8, 30), time()
    )


def test_a_window_has_its_first_moment_and_not_its_last() -> None:
    window = yesterday(date(2026, 11, 22), BERLIN)
    tick = timedelta(microseconds=1)
    assert window.since in window
    assert window.since - tick not in window
    assert window.until - tick in window
    assert window.until not in window


@pytest.mark.parametrize(
    ("text", "least", "most", "shown"),
    [("3-5", 3, 5, "3-5"), (" 4 ", 4, 4, "4"), ("0", 0, 0, "0"), ("0-24", 0, 24, "0-24"),
     ("5 - 5", 5, 5, "5"), ("24", 24, 24, "24")],
)  # fmt: skip
def test_a_number_of_prompts_is_one_number_or_two(
    text: str, least: int, most: int, shown: str
) -> None:
    prompts = PromptsPerDay.parse(text)
    assert (prompts.least, prompts.most, str(prompts)) == (least, most, shown)


@pytest.mark.parametrize(
    "text", ["3-30", "25", "5-3", "-3", "3-", "", "a few", "3-5-7", "3.5", "003", "٣"]
)
def test_more_prompts_than_hours_or_none_that_can_be_read_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"is not a number of prompts; write it like 3-5 \(24 at"):
        PromptsPerDay.parse(text)


def test_yesterday_is_the_last_full_local_day() -> None:
    window = yesterday(date(2026, 11, 22), BERLIN)
    assert window.since == datetime(2026, 11, 20, 23, tzinfo=UTC)
    assert window.until == datetime(2026, 11, 21, 23, tzinfo=UTC)


def test_the_week_is_the_seven_days_that_end_with_yesterday() -> None:
    window = past_week(date(2026, 11, 22), BERLIN)
    assert (window.first_day, window.last_day) == (date(2026, 11, 15), date(2026, 11, 21))
    assert window.until - window.since == 7 * 24 * HOUR


@pytest.mark.parametrize(
    ("zone", "day", "hours"),
    [
        ("Europe/Berlin", date(2026, 3, 29), 23),
        ("Europe/Berlin", date(2026, 10, 25), 25),
        ("Australia/Lord_Howe", date(2026, 4, 5), 24.5),
        ("Australia/Lord_Howe", date(2026, 10, 4), 23.5),
        ("Pacific/Apia", date(2011, 12, 30), 0),
    ],
)
def test_a_day_on_which_clocks_change_has_its_own_length(
    zone: str, day: date, hours: float
) -> None:
    window = days_window(day, day, ZoneInfo(zone))
    assert window.until - window.since == hours * HOUR


@given(
    st.datetimes(datetime(2000, 1, 1), datetime(2040, 1, 1)),
    st.sampled_from(ZONES),
    st.sampled_from([time(), time(1, 30), time(3), time(5)]),
)
def test_every_moment_lies_in_the_window_of_its_day(
    naive: datetime, zone_name: str, day_start: time
) -> None:
    moment, zone = naive.replace(tzinfo=UTC), ZoneInfo(zone_name)
    day = local_day(moment, zone, day_start)
    assert moment in days_window(day, day, zone, day_start)


def test_a_day_may_begin_at_three_in_the_morning() -> None:
    late = datetime(2026, 11, 22, 1, 30, tzinfo=UTC)  # 02:30 in Berlin
    assert local_day(late, BERLIN, time(3)) == date(2026, 11, 21)
    assert local_day(late, BERLIN) == date(2026, 11, 22)


def test_a_time_that_the_clock_skips_is_the_moment_after_the_jump() -> None:
    assert moment_at(date(2026, 3, 29), time(2, 30), BERLIN) == datetime(
        2026, 3, 29, 1, 30, tzinfo=UTC
    )


def test_a_time_that_the_clock_shows_twice_is_the_first_one() -> None:
    assert moment_at(date(2026, 10, 25), time(2, 30), BERLIN) == datetime(
        2026, 10, 25, 0, 30, tzinfo=UTC
    )


def test_a_night_shift_belongs_to_the_day_it_begins_on() -> None:
    span = working_span(date(2026, 11, 20), rhythm("22:00-06:00"), BERLIN)
    assert span is not None
    assert span.since == datetime(2026, 11, 20, 21, tzinfo=UTC)
    assert span.until == datetime(2026, 11, 21, 5, tzinfo=UTC)


def test_a_day_off_has_no_working_hours() -> None:
    assert working_span(date(2026, 11, 22), rhythm(), BERLIN) is None


def test_round_the_clock_is_a_whole_day() -> None:
    span = working_span(date(2026, 11, 20), rhythm("00:00-24:00"), BERLIN)
    assert span is not None
    assert span.until - span.since == 24 * HOUR


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("mon-fri", {0, 1, 2, 3, 4}),
        ("Mon, Wed, fri", {0, 2, 4}),
        ("sun-thu", {6, 0, 1, 2, 3}),
        ("monday-tuesday", {0, 1}),
        ("sat", {5}),
        ("mon-sun", set(range(7))),
    ],
)
def test_working_days_are_read_as_people_write_them(text: str, days: set[int]) -> None:
    assert parse_days(text) == days


@pytest.mark.parametrize("text", ["", "noday", "mon-tue-wed", "mon,,fri", "1-5"])
def test_anything_but_weekdays_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(ValueError, match="mon-fri"):
        parse_days(text)


@pytest.mark.parametrize("text", ["", "9-17", "09:00", "09:00-09:00", "25:00-26:00", "09:00-17:60"])
def test_anything_but_a_span_of_hours_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(ValueError, match="write it like"):
        WorkHours.parse(text)


@pytest.mark.parametrize("text", ["", "-1", "5-3", "99", "3-", "three", "٣"])
def test_anything_but_a_number_of_prompts_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(ValueError, match="3-5"):
        PromptsPerDay.parse(text)


def test_a_number_of_prompts_may_be_a_range_one_number_or_none() -> None:
    assert PromptsPerDay.parse("3-5") == PromptsPerDay(3, 5)
    assert PromptsPerDay.parse("4") == PromptsPerDay(4, 4)
    assert PromptsPerDay.parse("0") == PromptsPerDay(0, 0)


@pytest.mark.parametrize("text", ["8", "24:00", "08:5", "8:30pm", "٠٨:٣٠"])
def test_anything_but_a_time_of_day_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="08:30"):
        parse_time(text)


@pytest.mark.parametrize(
    ("text", "shown"), [("mon-fri", "mon-fri"), ("fri,mon", "mon,fri"), ("mon,tue", "mon,tue"),
                        ("mon,tue,wed", "mon-wed"), ("mon-sun", "mon-sun"),
                        ("fri-sun", "fri-sun"),
                        ("sun-tue", "mon,tue,sun"),
                        ("mon,wed,fri", "mon,wed,fri"), ("sun", "sun")]
)  # fmt: skip
def test_days_are_shown_as_they_are_typed(text: str, shown: str) -> None:
    assert days_text(parse_days(text)) == shown


@pytest.mark.parametrize(
    ("text", "shown"), [("9:00-17:05", "09:00-17:05"), ("00:00-24:00", "00:00-24:00"),
                        ("22:00-06:00", "22:00-06:00"), ("08:00-24:00", "08:00-00:00"),
                        ("00:00-00:30", "00:00-00:30")]
)  # fmt: skip
def test_hours_are_shown_as_they_are_typed(text: str, shown: str) -> None:
    assert str(WorkHours.parse(text)) == shown


def test_the_last_hour_and_the_last_minute_are_times_of_day() -> None:
    assert parse_time("23:59") == time(23, 59)
    for wrong in ("24:00", "23:60", "2359", "23:5"):
        with pytest.raises(ValueError, match="is not a time of day; write it like 08:30"):
            parse_time(wrong)


def test_moments_are_in_utc_whatever_this_machine_is_set_to() -> None:
    moment = moment_at(date(2026, 11, 20), time(9), BERLIN)
    assert (moment, moment.tzinfo) == (datetime(2026, 11, 20, 8, tzinfo=UTC), UTC)
    first, last = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)
    assert wall_time(first, ZoneInfo("America/New_York")).tzinfo is UTC
    assert wall_time(last, ZoneInfo("Asia/Tokyo")).tzinfo is UTC
    assert wall_time(moment, BERLIN).tzinfo is BERLIN


def test_at_the_ends_of_the_calendar_a_moment_is_its_end() -> None:
    assert moment_at(date.min, time(0, 30), ZoneInfo("Asia/Tokyo")) == BEGINNING
    assert moment_at(date.max, time(23, 30), ZoneInfo("America/New_York")) == END
    assert days_window(date.min, date.min, ZoneInfo("America/New_York")).since == BEGINNING
    assert days_window(date.max, date.max, ZoneInfo("Asia/Tokyo")).until == END


def test_days_begin_at_their_start_in_yesterday_and_the_week_too() -> None:
    today, three = date(2026, 11, 22), time(3)
    assert yesterday(today, BERLIN, three).since == datetime(2026, 11, 21, 2, tzinfo=UTC)
    assert past_week(today, BERLIN, three).since == datetime(2026, 11, 15, 2, tzinfo=UTC)
    assert past_week(today, BERLIN).since == datetime(2026, 11, 14, 23, tzinfo=UTC)
    begins = moment_at(today, three, BERLIN)
    tick = timedelta(microseconds=1)
    assert local_day(begins, BERLIN, three) == today
    assert local_day(begins - tick, BERLIN, three) == date(2026, 11, 21)


def test_the_span_of_a_working_day_names_that_day() -> None:
    span = working_span(date(2026, 11, 20), rhythm("22:00-06:00"), BERLIN)
    assert span is not None
    assert (span.first_day, span.last_day) == (date(2026, 11, 20), date(2026, 11, 20))


@pytest.fixture
def machine_far_east(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("TZ", "Pacific/Kiritimati")
    clock.tzset()
    yield
    monkeypatch.undo()
    clock.tzset()


@pytest.mark.usefixtures("machine_far_east")
def test_where_this_machine_is_changes_nothing() -> None:
    friday, moment = date(2026, 11, 20), datetime(2026, 11, 20, 20, tzinfo=UTC)
    assert moment_at(friday, time(9), BERLIN).isoformat() == "2026-11-20T08:00:00+00:00"
    assert local_day(moment, BERLIN) == friday
    in_samoa = datetime(2026, 11, 20, 10, 30, tzinfo=UTC)  # here it is the 21st
    assert local_day(in_samoa, ZoneInfo("Pacific/Pago_Pago")) == date(2026, 11, 19)
    assert format_timestamp(moment) == "2026-11-20T20:00:00.000000+00:00"
    # A day that this zone left out, and no other one did.
    assert working_span(date(2011, 12, 30), rhythm(), ZoneInfo("Pacific/Apia")) is None


def test_a_day_that_has_begun_is_not_left_again_when_the_clock_goes_back_over_midnight() -> None:
    """In 2010 Newfoundland's clocks went back from 00:01 to 23:01 of the day before."""
    zone, second_time = ZoneInfo("America/St_Johns"), datetime(2010, 11, 7, 2, 40, tzinfo=UTC)
    assert second_time.astimezone(zone).isoformat() == "2010-11-06T23:10:00-03:30"
    assert local_day(second_time, zone) == date(2010, 11, 7)


@pytest.mark.parametrize(
    ("days", "words"),
    [
        ("mon-fri", "Monday to Friday"),
        ("mon,wed", "Monday, Wednesday"),
        ("sun-thu", "Monday, Tuesday, Wednesday, Thursday, Sunday"),
        ("sat", "Saturday"),
    ],
)
def test_days_are_named_in_words(days: str, words: str) -> None:
    assert days_in_words(parse_days(days)) == words


@pytest.mark.parametrize(
    ("prompts", "words"), [("3-5", "3 to 5 times"), ("4", "4 times"), ("1", "once")]
)
def test_a_number_of_prompts_is_named_in_words(prompts: str, words: str) -> None:
    assert PromptsPerDay.parse(prompts).in_words == words

"""A moment before a text is taken off it; what is not understood is refused, not stored."""

from contextlib import suppress
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from companion.domain.backdating import past_moment, split_backdated
from companion.domain.moment import MomentError, ZoneUnknownError
from companion.domain.moments import Moments
from tests.domain.test_moments import HERE, NIGHT_OWL, NOW, NOWHERE, local


@given(st.text(max_size=30))
def test_no_text_breaks_the_reader(text: str) -> None:
    with suppress(MomentError):
        split_backdated(f"@{text}", HERE)


@pytest.mark.parametrize(
    ("text", "at", "rest"),
    [
        ("@yesterday 16:00 fixed it", "2026-11-24 16:00", "fixed it"),
        ("@Mon fixed it\nand more", "2026-11-23 12:00", "fixed it\nand more"),
        ("@-45m standup", "2026-11-25 09:45", "standup"),
        ("@9:15 standup", "2026-11-25 09:15", "standup"),
        ("@2 pm lunch", "2026-11-25 14:00", "lunch"),
        ("@20 Nov 2026 2:05 pm five words", "2026-11-20 14:05", "five words"),
        ("@3 days ago  kept  as typed", "2026-11-22 12:00", "kept  as typed"),
        ("@2026-11-20T14:05 x", "2026-11-20 14:05", "x"),
        ("@yesterday", "2026-11-24 12:00", ""),
        ("@yesterday 2h pairing with @bo", "2026-11-24 12:00", "2h pairing with @bo"),
        ("@20 November 2026 at 2:05 pm six words", "2026-11-20 14:05", "six words"),
        ("@3 days ago at 2 p.m. six words", "2026-11-22 14:00", "six words"),
        ("@2026-11-20 14:05 +1500 words", "2026-11-20 14:05", "+1500 words"),
        ("@2026-11-20 15:10 -1230 lines", "2026-11-20 15:10", "-1230 lines"),
        ("@2026-11-20 14:05:00 +1500 words", "2026-11-20 14:05", "+1500 words"),
        ("@2026-11-20T14:05 -1230 lines", "2026-11-20 14:05", "-1230 lines"),
        ("@2026-11-20 14:05:00 +0200 x", "2026-11-20 13:05", "x"),
        ("@yesterday: fixed it", "2026-11-24 12:00", "fixed it"),
        ("@yesterday 16:00, fixed it", "2026-11-24 16:00", "fixed it"),
        ("@thurs 9:00 planning", "2026-11-19 09:00", "planning"),
        ("@2 hrs ago standup", "2026-11-25 08:30", "standup"),
        ("@Nov 20th fixed it", "2026-11-20 12:00", "fixed it"),
    ],
)
def test_a_moment_before_a_text_is_split_from_it(text: str, at: str, rest: str) -> None:
    backdated = split_backdated(text, HERE)
    assert backdated is not None
    assert (local(backdated.moment.at), backdated.text) == (at, rest)


@pytest.mark.parametrize(
    "text",
    [
        "@bo helped me",
        "@bo see you",
        "@may helped",
        "@ 14:30 x",
        "@",
        "mail @bo",
        "@here all",
        "@bo 2h pairing",
        "@2x images",
        "@1.2.3 is out",
        "@march is a colleague",
        "@mark at 10:30 x",
        "@tomorrow's plan",
        "@1.75x faster",
        "@may, thanks",
    ],
)
def test_a_mention_at_the_beginning_is_a_text(text: str) -> None:
    assert split_backdated(text, HERE) is None


@pytest.mark.parametrize(
    "text",
    [
        "@yesterdy 16:00 x",
        "@tomorrow 9:00 x",
        "@2026-02-30 14:00 x",
        "@mo 9am x",
        "@yesterday 16:00-17:00 x",
        "@yesterday 25:00 x",
        "@mon 9:00 10:00 x",
        "@last week x",
        "@this month x",
        "@tomorrow fix it",
        "@may 14:30 x",
        "@25:00 x",
        "@2026-13-01 x",
        "@30 feb x",
        "@12.11.2026 x",
        "@+1h x",
        "@1h30m x",
        "@1h 30m x",
        "@1.5h x",
        "@2 hours and 30 minutes ago x",
        "@an hour ago x",
        "@3 months ago x",
        "@14.30 x",
        "@14h30 x",
        "@2pm-3pm x",
        "@14:30 - 15:30 x",
        "@2026-11-20 09:00-10:30 planning",
        "@2026-11-20 14:05+15:00 x",
        "@2026/11/20 x",
        "@fri 6 Nov 14:00 x",
        "@Friday, 20 Nov 2026 2pm x",
        "@yesterday around 16:00 x",
        "@10 of Nov x",
    ],
)
def test_a_moment_that_is_not_understood_is_refused_before_it_becomes_text(text: str) -> None:
    with pytest.raises(MomentError, match=r"^(I don't understand the date “@|“@.*” is a range)"):
        split_backdated(text, HERE)


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("@mon 2026-11-16 x", "@mon 2026-11-16"),
        ("@14:30 - 15:30 x", "@14:30 - 15:30"),
        ("@2026-11-20 09:00-10:30 x", "@2026-11-20 09:00-10:30"),
        ("@yesterday 16:00-17:00 x", "@yesterday 16:00-17:00"),
        ("@half an hour ago x", "@half an hour ago"),
        ("@yesterdy 4 pm x", "@yesterdy 4 pm"),
    ],
)
def test_what_is_not_understood_is_named_in_whole_words(text: str, named: str) -> None:
    with pytest.raises(MomentError, match=f"“{named}”"):
        split_backdated(text, HERE)


def test_without_a_zone_a_moment_that_needs_one_is_refused_and_others_are_read() -> None:
    for text in ("@yesterday 16:00 x", "@mon fixed it", "@14:30 x", "@20 nov x"):
        with pytest.raises(ZoneUnknownError):
            split_backdated(text, NOWHERE)
    backdated = split_backdated("@-45m x", NOWHERE)
    assert backdated is not None
    assert backdated.moment.at == NOW - timedelta(minutes=45)
    assert split_backdated("@bo helped me", NOWHERE) is None


@pytest.mark.parametrize("typed", ["10:32", "2026-11-26", "2027-01-01 09:00", "23:59"])
def test_a_moment_in_the_future_is_not_that_of_an_entry(typed: str) -> None:
    with pytest.raises(MomentError, match="in the future"):
        past_moment(HERE.read(typed), NOW)


def test_a_minute_may_be_between_two_clocks() -> None:
    assert past_moment(HERE.read("10:31"), NOW) == NOW + timedelta(minutes=1)


def test_todays_noon_in_the_morning_asks_for_a_time() -> None:
    with pytest.raises(MomentError, match="noon, and today's is still to come"):
        past_moment(HERE.read("today"), NOW)
    assert local(past_moment(NIGHT_OWL.read("today"), NIGHT_OWL.now)) == "2026-11-24 12:00"


def test_no_entry_is_older_than_what_can_be_imported_again() -> None:
    ancient = Moments(NOW, ZoneInfo("UTC")).read("1899-12-31 23:59")
    with pytest.raises(MomentError, match="1900"):
        past_moment(ancient, NOW)
    assert past_moment(Moments(NOW, ZoneInfo("UTC")).read("1900-01-01"), NOW) == datetime(
        1900, 1, 1, 12, tzinfo=UTC
    )

"""Moments are read as people mean them, and what is not in the grammar is refused."""

import re
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from companion.domain.calendar import BEGINNING, END
from companion.domain.moment import Extent, MomentError, ZoneUnknownError
from companion.domain.moments import Moments

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 11, 25, 9, 30, tzinfo=UTC)
HERE = Moments(NOW, BERLIN)
NOWHERE = Moments(NOW, None)
NIGHT_OWL = Moments(datetime(2026, 11, 25, 1, 10, tzinfo=UTC), BERLIN, time(4))
"""At 02:10 of the 25th it is still the 24th."""
TABLE = Path(__file__).parents[2] / "docs" / "moments.md"


def rows() -> Iterator[tuple[str, str, str]]:
    """Each thing that one may type by the documentation, where it begins and where it ends."""
    past, _, _ = TABLE.read_text(encoding="utf-8").partition("## After `pause`")
    for line in past.splitlines():
        if line.startswith("| `"):
            typed, _, first, last = [cell.strip() for cell in line.strip("|").split("|")]
            for each in re.findall(r"`([^`]+)`", typed):
                yield each, first, last


def local(moment: datetime, zone: ZoneInfo = BERLIN) -> str:
    return f"{moment.astimezone(zone):%Y-%m-%d %H:%M}"


@pytest.mark.parametrize(("typed", "first", "last"), list(rows()))
def test_the_table_in_the_documentation_is_what_is_read(typed: str, first: str, last: str) -> None:
    for spelling in (typed, typed.upper(), f"  {typed.replace(' ', '  ')} "):
        moment = HERE.read(spelling)
        assert (local(moment.since), local(moment.until)) == (first, last)


def test_the_table_has_every_form_that_was_promised() -> None:
    promised = {
        "14:30",
        "2pm",
        "-45m",
        "-2h",
        "yesterday",
        "yesterday 16:00",
        "mon",
        "last mon 9:00",
        "20 Nov",
        "2026-11-20 14:05",
        "3 days ago",
        "last week",
        "this month",
        "2026-W47",
    }
    assert promised <= {typed for typed, _, _ in rows()}


@pytest.mark.parametrize(
    ("typed", "at"),
    [
        ("yesterday", "2026-11-24 12:00"),
        ("mon", "2026-11-23 12:00"),
        ("3 days ago", "2026-11-22 12:00"),
        ("yesterday 16:00", "2026-11-24 16:00"),
        ("-45m", "2026-11-25 09:45"),
    ],
)
def test_a_day_alone_means_its_noon_where_one_moment_is_needed(typed: str, at: str) -> None:
    assert local(HERE.read(typed).at) == at


@pytest.mark.parametrize("typed", ["last week", "this month", "2026-W47", "october", "last year"])
def test_a_range_is_not_one_moment(typed: str) -> None:
    moment = HERE.read(typed)
    assert moment.extent is Extent.RANGE
    with pytest.raises(MomentError, match="range of days"):
        _ = moment.at


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("today", "2026-11-24 04:00"),
        ("yesterday", "2026-11-23 04:00"),
        ("23:15", "2026-11-24 23:15"),
        ("1:30", "2026-11-25 01:30"),
        ("4:00", "2026-11-24 04:00"),
        ("yesterday 1:30", "2026-11-24 01:30"),
        ("mon", "2026-11-23 04:00"),
        ("20 nov 3:59", "2026-11-21 03:59"),
        ("2026-11-20 01:30", "2026-11-20 01:30"),
        ("2026-11-20 1:30", "2026-11-20 01:30"),
        ("2026-11-20 1:30 am", "2026-11-20 01:30"),
        ("2026-11-20 at 01:30", "2026-11-20 01:30"),
        ("20261120 01:30", "2026-11-20 01:30"),
        ("2026-W47-5 01:30", "2026-11-20 01:30"),
        ("20 Nov 2026 01:30", "2026-11-20 01:30"),
        ("25 Nov", "2026-11-25 04:00"),
        ("2026-11-20", "2026-11-20 04:00"),
        ("last week", "2026-11-16 04:00"),
    ],
)
def test_a_time_belongs_to_the_persons_day(typed: str, first: str) -> None:
    assert local(NIGHT_OWL.read(typed).since) == first


def test_days_on_which_the_clocks_change_have_their_hours() -> None:
    spring = Moments(datetime(2026, 3, 29, 12, tzinfo=UTC), BERLIN)
    autumn = Moments(datetime(2026, 10, 25, 12, tzinfo=UTC), BERLIN)
    for moments, hours in ((spring, 23), (autumn, 25)):
        today = moments.read("today")
        assert (today.until - today.since).total_seconds() == hours * 3600
        assert local(today.at)[-5:] == "12:00"
    # 02:30 does not occur, and occurs twice.
    assert local(spring.read("2:30").since) == "2026-03-29 03:30"
    assert autumn.read("2:30").since == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    assert autumn.read("-24h").since == datetime(2026, 10, 24, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "soon",
        "5x",
        "25:00",
        "13pm",
        "0pm",
        "14:60",
        "2026-13-01",
        "2026-02-30",
        "30 feb",
        "31 apr",
        "2026-W54",
        "2026-13",
        "9999-12",
        "0001-01-01 00:00",
        "999999w",
        "12.11.2026",
        "11/20/2026",
        "next week",
        "today 9",
        "2026-11-20 09:00-10:30",
        "2026-11-20 14:05 +1500",
        "2026-11-20 14:05 +01:00",
        "2026-11-20 14:05+15:00",
        "2026-11-20 14:05:00-13:00",
        "2026-11-20 14:05:00+01:20",
        "yesterday 25:00",
        "-3 days ago",
        "20 no",
        "mon tue",
        "14",
        "2026",
        "-",
        "@mon",
        "٣ days ago",
    ],
)
def test_what_is_not_in_the_grammar_or_does_not_exist_is_refused(typed: str) -> None:
    with pytest.raises(
        MomentError, match=r"^(I don't understand the date|There is no such|No time zone has) "
    ):
        HERE.read(typed)


@given(st.text(max_size=30) | st.from_regex(r"[0-9 :.wapm-]{1,16}", fullmatch=True))
def test_no_text_breaks_the_reader(text: str) -> None:
    with suppress(MomentError):
        HERE.read(text)


def test_the_ends_of_the_calendar_are_days_too() -> None:
    assert HERE.read("0001-01-01").since == BEGINNING
    assert HERE.read("9999-12-31").until == END


@pytest.mark.parametrize(
    ("typed", "at"),
    [
        ("now", NOW),
        ("-45m", NOW - timedelta(minutes=45)),
        ("2 hours ago", NOW - timedelta(hours=2)),
        ("2026-11-20 14:05Z", datetime(2026, 11, 20, 14, 5, tzinfo=UTC)),
        ("2026-11-20T14:05+02:00", datetime(2026, 11, 20, 12, 5, tzinfo=UTC)),
    ],
)
def test_what_means_the_same_everywhere_needs_no_zone(typed: str, at: datetime) -> None:
    assert NOWHERE.read(typed).at == at


@pytest.mark.parametrize(
    "typed",
    [
        typed
        for typed, _, _ in rows()
        if not re.search(r"now|\d ?(m|h)|minute|hour|Z|\+|T.*-", typed)
    ],
)
def test_every_other_moment_needs_a_zone(typed: str) -> None:
    with pytest.raises(ZoneUnknownError):
        NOWHERE.read(typed)


@pytest.mark.parametrize("typed", ["bo", "soon", "5x", "2026-02-30 14:00", "25:00", ""])
def test_what_is_no_moment_is_none_without_a_zone_either(typed: str) -> None:
    with pytest.raises(MomentError) as refused:
        NOWHERE.read(typed)
    assert not isinstance(refused.value, ZoneUnknownError)

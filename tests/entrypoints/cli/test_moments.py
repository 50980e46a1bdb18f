"""Moments are read as people mean them."""

from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

import pytest

from companion.entrypoints.cli.support.moments import MomentReader
from companion.errors import UsageError

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 11, 22, 14, 5, tzinfo=UTC)
READER = MomentReader(NOW, BERLIN, time())
NIGHT_OWL = MomentReader(datetime(2026, 11, 22, 1, 30, tzinfo=UTC), BERLIN, time(4))


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-11-20", "2026-11-19T23:00+00:00"),
        ("today", "2026-11-21T23:00+00:00"),
        ("yesterday", "2026-11-20T23:00+00:00"),
        ("2h", "2026-11-22T12:05+00:00"),
        ("7d", "2026-11-14T23:00+00:00"),
        ("2w", "2026-11-07T23:00+00:00"),
        ("14:00", "2026-11-22T13:00+00:00"),
        ("2026-W47", "2026-11-15T23:00+00:00"),
        ("last month", "2026-09-30T22:00+00:00"),
        ("2026-11-20 14:00", "2026-11-20T13:00+00:00"),
        ("2026-07-20T14:00", "2026-07-20T12:00+00:00"),
        ("2026-11-20T14:00Z", "2026-11-20T14:00+00:00"),
        ("2026-11-20T14:00+05:30", "2026-11-20T08:30+00:00"),
    ],
)
def test_since_reads_days_times_and_whiles(text: str, moment: str) -> None:
    assert READER.since(text) == datetime.fromisoformat(moment)


def test_until_a_day_includes_that_day() -> None:
    assert READER.until("2026-11-20") == datetime(2026, 11, 20, 23, tzinfo=UTC)
    assert READER.until("today") == datetime(2026, 11, 22, 23, tzinfo=UTC)


@pytest.mark.parametrize("text", ["2026-11-24", "20261124", "2026-W48-2", "2026W482"])
def test_a_day_is_a_day_in_any_shape_that_iso_8601_has(text: str) -> None:
    assert READER.since(text) == datetime(2026, 11, 23, 23, tzinfo=UTC)
    assert READER.until(text) == datetime(2026, 11, 24, 23, tzinfo=UTC)


def test_the_last_day_of_all_is_a_day_too() -> None:
    assert READER.until("9999-12-31") == datetime.max.replace(tzinfo=UTC)
    assert READER.since("0001-01-01") == datetime.min.replace(tzinfo=UTC)


def test_until_a_time_is_that_time() -> None:
    assert READER.until("2026-11-20 14:00") == datetime(2026, 11, 20, 13, tzinfo=UTC)
    assert READER.until("2h") == READER.since("2h")


def test_days_begin_when_the_persons_days_begin() -> None:
    assert NIGHT_OWL.since("today") == datetime(2026, 11, 21, 3, tzinfo=UTC)
    assert NIGHT_OWL.since("2026-11-20") == datetime(2026, 11, 20, 3, tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "soon",
        "5x",
        "2026-13-01",
        "2026-02-30",
        "2026-W54-1",
        "20261301",
        "999999w",
        "0001-01-01 00:00",
    ],
)
def test_a_date_that_is_not_understood_is_refused(text: str) -> None:
    with pytest.raises(UsageError) as refused:
        READER.until(text)
    assert str(refused.value).startswith("--until: ")
    assert str(refused.value).lower().count(repr(text.lower())) == 1


def test_until_a_range_includes_it() -> None:
    assert READER.until("2026-W47") == datetime(2026, 11, 22, 23, tzinfo=UTC)
    assert READER.until("last month") == datetime(2026, 10, 31, 23, tzinfo=UTC)


def test_what_would_be_understood_is_said() -> None:
    with pytest.raises(
        UsageError, match=r"I don't understand the date 'soon'\. Write it like 14:30"
    ):
        READER.since("soon")

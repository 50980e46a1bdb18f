"""What the Home tab shows, as plain values."""

from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from companion.domain.entry import Entry, Source
from companion.domain.home import entry_key, parse_key, shown_text, week_bars

BERLIN, TODAY = ZoneInfo("Europe/Berlin"), date(2026, 11, 20)


def entry(at: datetime) -> Entry:
    return Entry(user_id="U1", timestamp=at, text="x", log_id=UUID(int=1), source=Source.TERMINAL)


def test_a_key_names_the_entry_to_the_microsecond() -> None:
    one = entry(datetime(2026, 11, 20, 10, 0, 0, 7, tzinfo=UTC))
    assert parse_key(entry_key(one)) == (one.timestamp, one.log_id)
    assert len(f"delete {entry_key(one)}") <= 75  # as long as a value may be


@pytest.mark.parametrize("wrong", ["", "x", "2026", "yesterday 1", f"{10**30} {UUID(int=1).hex}"])
def test_anything_else_is_no_key(wrong: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        parse_key(wrong)


def test_the_week_has_seven_days_by_the_day_start_and_bars_by_the_busiest() -> None:
    noon = datetime(2026, 11, 20, 11, 0, tzinfo=UTC)
    entries = [entry(noon)] * 8 + [entry(noon - timedelta(days=2))]
    entries.append(entry(datetime(2026, 11, 20, 1, 0, tzinfo=UTC)))  # 02:00 in Berlin: Thursday's
    bars = week_bars(entries, TODAY, BERLIN, time(4))
    assert [bar[:6] for bar in bars] == [
        "Sat 14", "Sun 15", "Mon 16", "Tue 17", "Wed 18", "Thu 19", "Fri 20"
    ]  # fmt: skip
    assert [bar.count("█") for bar in bars] == [0, 0, 0, 0, 2, 2, 16]
    assert bars[-1].endswith(" 8")


def test_a_long_text_is_shown_with_an_ellipsis() -> None:
    assert shown_text("short") == "short"
    assert shown_text("x" * 700) == "x" * 600 + "…"

"""Each format says what was written down, entry by entry."""

import csv
import io
import re
from datetime import UTC, datetime, time
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from companion.domain.entry import Entry, Source
from companion.domain.formats import EXPORTS
from companion.domain.formats.exports import renderer

BERLIN = ZoneInfo("Europe/Berlin")


def entry(moment: str, text: str, tz: str | None = "Europe/Berlin") -> Entry:
    return Entry(
        user_id="U1",
        timestamp=datetime.fromisoformat(moment).astimezone(UTC),
        text=text,
        log_id=UUID(int=7),
        source=Source.MESSAGE,
        tz=tz,
    )


def written(form: str, *entries: Entry, day_start: time = time()) -> str:
    return "".join(map(renderer(form, BERLIN, day_start), entries))


def shown(*entries: Entry, day_start: time = time()) -> str:
    """Markdown without the comments."""
    return re.sub(" <!-- .*? -->", "", written("markdown", *entries, day_start=day_start))


def test_markdown_lists_entries_under_their_local_day() -> None:
    assert shown(
        entry("2026-11-20T08:12Z", "reviewed the parser"),
        entry("2026-11-20T09:00Z", "a *star*\n  and an indented line"),
        entry("2026-11-20T23:30Z", "still at it", tz=None),
    ) == (
        "## Friday 2026-11-20\n\n"
        "- **09:12** reviewed the parser\n"
        "- **10:00** a \\*star\\*  \n  \u00a0\u00a0and an indented line\n"
        "\n## Saturday 2026-11-21\n\n"
        "- **00:30** still at it\n"
    )


def test_markdown_days_begin_where_the_persons_do_and_name_a_zone_away() -> None:
    assert shown(
        entry("2026-11-20T08:12Z", "there", tz="Asia/Tokyo"),
        entry("2026-11-20T20:00Z", "home"),
        entry("2026-11-21T02:00Z", "late"),
        day_start=time(4),
    ) == (
        "## Friday 2026-11-20 (Asia/Tokyo)\n\n- **17:12** there\n"
        "\n## Friday 2026-11-20\n\n- **21:00** home\n- **03:00** late\n"
    )


def test_every_entry_stands_under_the_day_that_a_look_up_gives_on_nights_the_clocks_change() -> (
    None
):
    hours = [
        entry(f"2026-10-{day}T{hour:02}:30Z", "x") for day in (24, 25, 26) for hour in range(24)
    ]
    heading, days = "", []
    for line in shown(*hours).splitlines():
        if line.startswith("## "):
            heading = line[-10:]
        elif line:
            days.append(heading)
    assert days == [f"{each.local_time(BERLIN).date()}" for each in hours]


def test_csv_has_names_first_and_any_text_in_one_cell() -> None:
    text = 'one, "two"\nthree'
    names, row = csv.reader(io.StringIO(written("csv", entry("2026-11-20T08:12:30.5Z", text))))
    assert dict(zip(names, row, strict=True)) == {
        "day": "2026-11-20",
        "date": "2026-11-20",
        "time": "09:12:30",
        "tz": "Europe/Berlin",
        "text": text,
        "source": "message",
        "agent": "",
        "answers": "",
        "timestamp": "2026-11-20T08:12:30.500000+00:00",
        "logged_at": "",
        "revision": "",
        "mentions": "",
        "log_id": str(UUID(int=7)),
    }
    assert (
        written("csv", entry("2026-11-20T08:12Z", "a"), entry("2026-11-20T08:12Z", "b")).count(
            "log_id"
        )
        == 1
    )


def test_every_format_has_the_day_that_goes_on_after_midnight() -> None:
    late = entry("2026-11-21T02:00Z", "late")
    names, row = csv.reader(io.StringIO(written("csv", late, day_start=time(4))))
    assert dict(zip(names, row, strict=True))["day"] == "2026-11-20"
    assert dict(zip(names, row, strict=True))["date"] == "2026-11-21"
    assert "## Friday 2026-11-20\n" in written("markdown", late, day_start=time(4))


@pytest.mark.parametrize("moment", ["0001-01-01T00:00Z", "9999-12-31T23:59:59.999999Z"])
@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "America/Los_Angeles", "UTC"])
@pytest.mark.parametrize("form", EXPORTS)
def test_an_entry_at_the_end_of_time_is_written_in_any_zone(
    moment: str, zone: str, form: str
) -> None:
    for tz in (zone, None):
        told = entry(moment, "never", tz)
        assert "never" in renderer(form, ZoneInfo(zone), time(4))(told)

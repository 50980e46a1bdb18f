"""The summary of a window says which window it is, and is made without a model as well."""

from datetime import UTC, datetime, time
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from companion.domain.calendar import BEGINNING, END
from companion.domain.entry import Entry, Source
from companion.domain.summaries.window_summary import SummaryWindow, WindowSummary

BERLIN = ZoneInfo("Europe/Berlin")


def entry(moment: str, text: str = "x") -> Entry:
    timestamp = datetime.fromisoformat(moment).replace(tzinfo=BERLIN).astimezone(UTC)
    return Entry(
        user_id="U1", timestamp=timestamp, text=text, log_id=UUID(int=1), source=Source.MESSAGE
    )


def local(moment: str) -> datetime:
    return datetime.fromisoformat(moment).replace(tzinfo=BERLIN).astimezone(UTC)


@pytest.mark.parametrize(
    ("since", "until", "day_start", "heading"),
    [
        ("2026-11-20", "2026-11-21", time(), "Friday 2026-11-20"),
        ("2026-11-20T04:00", "2026-11-21T04:00", time(4), "Friday 2026-11-20"),
        ("2026-11-16", "2026-11-23", time(), "Monday 2026-11-16 to Sunday 2026-11-22"),
        ("2026-10-25", "2026-10-26", time(), "Sunday 2026-10-25"),
        ("2026-11-20T14:00", "2026-11-20T16:30", time(),
         "Friday 2026-11-20 14:00 to Friday 2026-11-20 16:30"),
    ],
)  # fmt: skip
def test_the_heading_names_the_window(
    since: str, until: str, day_start: time, heading: str
) -> None:
    window = SummaryWindow(local(since), local(until), BERLIN, day_start)
    assert window.section([]).heading == f"## {heading}"


def test_an_open_end_is_that_of_the_entries() -> None:
    window = SummaryWindow(BEGINNING, END, BERLIN, tag="deploy")
    entries = [entry("2026-11-16T10:00"), entry("2026-11-20T23:30")]
    heading = "## #deploy, Monday 2026-11-16 to Friday 2026-11-20"
    assert window.section(entries).heading == heading


def test_without_a_model_a_day_is_in_order_and_days_are_by_thread() -> None:
    window = SummaryWindow(local("2026-11-16"), local("2026-11-23"), BERLIN)
    of_a_day = [entry("2026-11-20T10:00", "first PAY-7"), entry("2026-11-20T11:00", "then PAY-7")]
    text = window.plain(of_a_day, "no key").text
    assert "Without a model: no key" in text
    assert text.index("first") < text.index("then")
    assert "### Friday 2026-11-20" in text

    days = [entry("2026-11-19T10:00", "first PAY-7"), entry("2026-11-20T11:00", "then PAY-7")]
    assert "### PAY-7 (Thu, Fri)" in window.plain(days, "no key").text


def test_it_is_one_heading_and_its_lines() -> None:
    window = SummaryWindow(local("2026-11-20"), local("2026-11-21"), BERLIN)
    body = window.plain([entry("2026-11-20T10:00")], "no key")
    shown = WindowSummary("## Friday", body).render(lambda _: "")
    assert shown.startswith("## Friday\n")
    assert shown.count("## Friday\n") == 1

"""What others wrote becomes the same entries each time, and what cannot be read is named."""

import json
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from companion.domain.entry import Entry, Source, parse_timestamp
from companion.domain.records import (
    Unreadable,
    read_all,
    read_jrnl,
    read_json_lines,
    read_record,
    read_text,
)

BERLIN = ZoneInfo("Europe/Berlin")


def told(text: str) -> list[tuple[str, str]]:
    """Local times and texts; a problem with its line."""
    return [
        (f"{one.local_time(BERLIN):%Y-%m-%d %H:%M}", one.text)
        if isinstance(one, Entry)
        else (f"line {one.number}", one.problem)
        for one in read_text(text.splitlines(keepends=True), "U1", BERLIN)
    ]


@pytest.mark.parametrize(
    "line",
    [
        "2026-11-20 14:05 fixed it",
        "2026-11-20 14:05: fixed it",
        "2026-11-20 14:05 - fixed it",
        "2026-11-20T14:05 fixed it",
        "2026-11-20 14:05:00 fixed it",
        "[2026-11-20 14:05] fixed it",
        "[2026-11-20 02:05 PM] fixed it",
        "2026-11-20 2:05pm fixed it",
        "2026-11-20T13:05Z fixed it",
        "2026-11-20 13:05:00Z fixed it",
        "2026-11-20T15:05:00+02:00 fixed it",
        "2026-11-20 15:05 +0200: fixed it",
        "  2026-11-20 14:05 fixed it  ",
    ],
)
def test_a_line_with_a_day_and_a_time_is_an_entry(line: str) -> None:
    assert told(line) == [("2026-11-20 14:05", "fixed it")]


@pytest.mark.parametrize("line", ["2026-11-20 12:05 AM x", "2026-11-20 00:05 x"])
def test_midnight_has_two_names(line: str) -> None:
    assert told(line) == [("2026-11-20 00:05", "x")]


def test_what_follows_a_dated_line_belongs_to_it() -> None:
    text = (
        "2026-11-20 14:05 first\nmore of it\n\n    code\n      deeper\n\n2026-11-20 14:06 second\n"
    )
    assert told(text) == [
        ("2026-11-20 14:05", "first\nmore of it\n\n    code\n      deeper"),
        ("2026-11-20 14:06", "second"),
    ]


def test_a_dated_line_may_have_its_text_below() -> None:
    assert told("2026-11-20 14:05\nbelow\n") == [("2026-11-20 14:05", "below")]


@pytest.mark.parametrize(
    "heading",
    [
        "2026-11-20",
        "## 2026-11-20",
        "# Friday 2026-11-20",
        "Fri, 2026-11-20:",
        "Freitag 2026-11-20",
    ],
)
def test_each_line_under_a_day_is_an_entry(heading: str) -> None:
    text = f"{heading}\n\n- 9:12 with a time\n- **10:30** bold\n* without one\nplain\n  indented\n"
    assert told(text) == [
        ("2026-11-20 09:12", "with a time"),
        ("2026-11-20 10:30", "bold"),
        ("2026-11-20 12:00", "without one"),
        ("2026-11-20 12:00", "plain\nindented"),
    ]


def test_a_heading_may_name_its_zone() -> None:
    (one,) = read_text(["## Friday 2026-11-20 (Asia/Tokyo)", "- 09:12 there"], "U1", BERLIN)
    assert isinstance(one, Entry)
    assert one.timestamp == datetime(2026, 11, 20, 0, 12, tzinfo=UTC)
    assert one.tz == "Asia/Tokyo"


def test_what_cannot_be_read_is_named_with_its_line() -> None:
    text = (
        "before any day\n\n2026-13-01 10:00 no such month\n2026-11-20 25:00 no such time\n"
        "2026-11-20 14:05\n2026-11-20 13:05 pm x\n2026-11-31\n"
    )
    assert told(text) == [
        ("line 1", "no day stands before it, like 2026-11-20 14:05"),
        ("line 3", "there is no such day or time"),
        ("line 4", "there is no such day or time"),
        ("line 5", "it has no text"),
        ("line 6", "there is no such time"),
        ("line 7", "there is no such day or time"),
    ]


@given(st.text())
def test_any_text_is_read_or_named_but_never_an_accident(text: str) -> None:
    for one in read_text(text.splitlines(), "U1", BERLIN):
        assert isinstance(one, Entry | Unreadable)


def test_the_same_words_at_the_same_moment_are_the_same_entry_in_any_format() -> None:
    (line,) = read_text(["2026-11-20 14:05 fixed it"], "U1", BERLIN)
    jrnl = read_jrnl({"date": "2026-11-20", "time": "14:05", "title": "fixed it"}, "U1", BERLIN)
    record = {"timestamp": "2026-11-20T13:05Z", "text": "fixed it", "tz": "Europe/Berlin"}
    assert line == jrnl == read_record(record, "U1")
    assert jrnl.source is Source.TERMINAL
    other = read_record({**record, "text": "fixed that"}, "U1")
    later = read_record({**record, "timestamp": "2026-11-20T13:06Z"}, "U1")
    assert len({jrnl.log_id, other.log_id, later.log_id}) == 3


def test_an_entry_of_jrnl_is_its_title_and_its_body() -> None:
    record = {
        "title": "Fixed the parser. ",
        "body": "\nIt was an off-by-one @work.",
        "date": "2026-11-20",
        "time": "14:05",
        "tags": ["@work"],
        "starred": False,
    }
    entry = read_jrnl(record, "U1", BERLIN)
    assert entry.text == "Fixed the parser.\nIt was an off-by-one @work."
    assert entry.timestamp == parse_timestamp("2026-11-20T14:05+01:00")
    assert entry.tz == "Europe/Berlin"


GOOD = {"timestamp": "2026-11-20T13:05Z", "text": "x"}


@pytest.mark.parametrize(
    ("record", "problem"),
    [
        ([], "this is no JSON object"),
        ({"text": "x"}, "it has no timestamp"),
        ({**GOOD, "text": " "}, "it has no text"),
        ({**GOOD, "text": 5}, "its text is no text"),
        ({**GOOD, "timestamp": "2026-11-20T13:05"}, "its timestamp is no ISO 8601 moment"),
        ({**GOOD, "timestamp": "0001-01-01T00:00+14:00"}, "its timestamp is no ISO 8601 moment"),
        ({**GOOD, "tz": "Mars/Olympus"}, "its tz is no time zone"),
        ({**GOOD, "tz": "../../etc/passwd"}, "its tz is no time zone"),
        ({**GOOD, "source": "pigeon"}, "its source is none of"),
        ({**GOOD, "log_id": "7"}, "its log_id is no UUID"),
    ],
)
def test_a_record_that_cannot_be_meant_is_named_with_its_reason(
    record: object, problem: str
) -> None:
    lines = [json.dumps(GOOD), "", json.dumps(record), "no JSON"]
    good, bad, broken = read_json_lines(lines, "U1")
    assert isinstance(good, Entry)
    assert isinstance(bad, Unreadable)
    assert (bad.number, bad.problem[: len(problem)]) == (3, problem)
    assert broken == Unreadable(4, "this is no JSON")


def test_a_list_is_read_element_by_element() -> None:
    bad, good = read_all([{"title": "x"}, {"title": "x", "date": "2026-11-20"}],
                         lambda one: read_jrnl(one, "U1", BERLIN))  # fmt: skip
    assert bad == Unreadable(1, "it has no date")
    assert isinstance(good, Entry)
    assert good.timestamp == parse_timestamp("2026-11-20T12:00+01:00")


def test_half_a_character_in_json_becomes_one_that_can_be_stored() -> None:
    (entry,) = read_json_lines(['{"timestamp": "2026-11-20T13:05Z", "text": "a \\ud83e b"}'], "U1")
    assert isinstance(entry, Entry)
    assert entry.text == "a \ufffd b"

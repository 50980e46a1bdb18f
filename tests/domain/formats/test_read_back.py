"""What each format writes is read back as it was, whatever the text."""

import io
import json
from datetime import UTC, datetime, time
from pathlib import Path
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from companion.domain.entry import Entry, Source, parse_timestamp
from companion.domain.formats import csv, jsonl
from companion.domain.formats.exports import renderer
from companion.domain.formats.found import Found, Read, Unreadable
from companion.domain.formats.text import read_text
from tests.domain.formats.reading import BERLIN, maker, twice

CASES = Path(__file__).parents[2] / "cases/import"
MARKDOWN_TEXTS = [
    json.loads(line)["text"]
    for line in (CASES / "md.jsonl").read_text(encoding="utf-8").splitlines()
]
texts = st.text(min_size=1).filter(str.strip) | st.sampled_from(MARKDOWN_TEXTS)
entries = st.builds(
    Entry,
    user_id=st.just("U1"),
    timestamp=st.datetimes(datetime(1971, 1, 1), datetime(2190, 1, 1), timezones=st.just(UTC)),
    text=texts,
    log_id=st.uuids(),
    source=st.sampled_from(Source),
    tz=st.sampled_from([None, "Europe/Berlin", "Asia/Tokyo"]),
    answers=st.sampled_from([None, "2026-11-20/prompt-1", 'a "quoted" --> one', "=1"]),
    revision=st.sampled_from(["", "1763812800.000100+"]),
    mentions=st.sampled_from([{}, {"U02ABCDEF": "@Bo", "C1": ""}, {"U1": '=@"A" --> ü'}]),
    agent=st.sampled_from([None, "Claude Code 4.5", "-cursor"]),
    logged_at=st.sampled_from([None, datetime(2026, 11, 22, 12, 0, 0, 123456, tzinfo=UTC)]),
)


def an_entry(text: str) -> Entry:
    moment = datetime(2026, 11, 20, 9, tzinfo=UTC)
    return Entry(
        user_id="U1", timestamp=moment, text=text, log_id=UUID(int=7), source=Source.TERMINAL
    )


def read_back(form: str, content: str) -> list[Read]:
    if form == "csv":  # as a file is read: by line feeds alone
        return twice(lambda by: csv.read_rows(io.StringIO(content, newline="\n"), by))
    if form == "jsonl":
        return twice(lambda by: jsonl.read_lines(content.split("\n"), by))
    return twice(lambda by: read_text(content.replace("\r\n", "\n").split("\n"), by))


def back(form: str, *told: Entry, day_start: time = time()) -> list[Entry]:
    content = "".join(map(renderer(form, BERLIN, day_start), told))
    found = read_back(form, content)
    assert not [each for each in found if isinstance(each, Unreadable)], content
    return [each.entry for each in found if isinstance(each, Found)]


@pytest.mark.parametrize("form", ["jsonl", "csv", "markdown"])
@given(told=entries)
@example(an_entry("'=1+1"))
@example(an_entry("''-1"))
@example(an_entry("=cmd|' /C calc'!A0"))
@example(an_entry("a --> b <!-- {} -->"))
@example(an_entry("ends with \\"))
@example(an_entry("a\r\nb\rc\x85d\u2028e"))
@example(an_entry("  indented\n\n\ttab \n"))
@example(an_entry("\u00a0nbsp"))
@example(an_entry("https://x.y/a_b?c=\\*d"))
def test_any_entry_is_read_back_as_it_was(form: str, told: Entry) -> None:
    assert back(form, told) == [told]


@pytest.mark.parametrize("form", ["jsonl", "csv", "markdown"])
@settings(max_examples=30)
@given(told=st.lists(entries, min_size=1, max_size=5), day_start=st.sampled_from([time(), time(4)]))
def test_many_entries_are_read_back_in_their_order(
    form: str, told: list[Entry], day_start: time
) -> None:
    assert back(form, *told, day_start=day_start) == told


@pytest.mark.parametrize("text", MARKDOWN_TEXTS)
def test_markdown_keeps_what_looks_like_markdown(text: str) -> None:
    assert back("markdown", an_entry(text)) == [an_entry(text)]


def test_the_comment_has_the_words_only_where_they_are_shown_with_less() -> None:
    write = renderer("markdown", BERLIN, time())
    assert '"text"' not in write(an_entry("fix a*b in foo_bar\n- and\n  more"))
    assert '"text"' in write(an_entry("a\n\nb"))


def test_markdown_that_was_edited_is_read_with_the_new_words() -> None:
    content = renderer("markdown", BERLIN, time())(an_entry("old words\nand more"))
    (found,) = read_back("markdown", content.replace("old words", "new words"))
    assert isinstance(found, Found)
    assert (found.entry.text, found.entry.log_id) == ("new words\nand more", UUID(int=7))


def test_words_that_no_longer_fit_their_comment_are_named() -> None:
    content = renderer("markdown", BERLIN, time())(an_entry("old words\n\nand more"))
    (found,) = read_back("markdown", content.replace("**10:00** old words", "**10:00** new"))
    assert isinstance(found, Unreadable)
    assert (found.number, "were changed" in found.problem) == (3, True)


@pytest.mark.parametrize("broken", ['{"timestamp"', '{"timestamp": 5}', '{"timestamp": "x"}'])
def test_a_comment_that_was_broken_is_named(broken: str) -> None:
    (found,) = read_back("markdown", f"# 2026-11-20\n- **10:00** a <!-- {broken}}} -->")
    assert isinstance(found, Unreadable)


def test_an_entry_that_was_added_to_markdown_is_read_as_text() -> None:
    content = renderer("markdown", BERLIN, time())(an_entry("mine")) + "- 14:05 added\n"
    _, added = read_back("markdown", content)
    assert isinstance(added, Found)
    assert added.entry.text == "added"
    assert added.entry.timestamp == parse_timestamp("2026-11-20T14:05+01:00")


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx", "'=1", "''@x"])
def test_no_cell_begins_like_a_formula(text: str) -> None:
    content = renderer("csv", BERLIN, time())(an_entry(text))
    assert f"'{text}" in content


def test_csv_of_the_first_version_and_of_others_is_read_as_it_stands() -> None:
    content = "timestamp,text\r\n2026-11-20T14:05+01:00,'=1\r\n"
    (found,) = read_back("csv", content)
    assert isinstance(found, Found)
    assert found.entry.text == "'=1"


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_csv_is_read_with_any_separator_and_names_its_lines(separator: str) -> None:
    rows = [
        ["Text", "timestamp"],
        ['"one\ntwo"', "2026-11-20T14:05+01:00"],
        ["three", "20.11.2026 14:05"],
        ["", ""],
        ["four"],
        ["five", "2026-11-20T14:06+01:00"],
    ]
    found = read_back("csv", "\r\n".join(map(separator.join, rows)))
    assert [each.number for each in found] == [2, 4, 6, 7]
    assert [isinstance(each, Found) for each in found] == [True, False, False, True]


@pytest.mark.parametrize(
    "content", ["a,b\r\n1,2\r\n", "", 'timestamp,text\r\n"open,', "timestamp\r\n"]
)
def test_csv_without_names_or_with_an_open_cell_is_named(content: str) -> None:
    (found,) = read_back("csv", content)
    assert isinstance(found, Unreadable)


def test_a_long_cell_is_read() -> None:
    assert back("csv", an_entry("x" * 300_000))[0].text == "x" * 300_000


def test_the_nine_texts_come_back_byte_for_byte_in_another_zone() -> None:
    content = "".join(map(renderer("markdown", BERLIN, time()), map(an_entry, MARKDOWN_TEXTS)))
    found = twice(
        lambda by: read_text(content.split("\n"), by), maker(ZoneInfo("America/New_York"))
    )
    assert [each.entry.text for each in found if isinstance(each, Found)] == MARKDOWN_TEXTS

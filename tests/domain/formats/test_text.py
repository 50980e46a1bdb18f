"""Text with days: what begins an entry, what belongs to one, and what is named."""

from datetime import UTC, datetime, time
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from companion.domain.entry import MAX_TEXT_BYTES
from companion.domain.formats.found import Found, Unreadable
from tests.domain.formats.reading import BERLIN, text, told

CASES = Path(__file__).parents[2] / "cases/import"


def case(name: str) -> list[tuple[str, str]]:
    return told(text((CASES / name).read_text(encoding="utf-8")))


def exact(name: str) -> list[tuple[str, str]]:
    found = text((CASES / name).read_text(encoding="utf-8"))
    entries = [each.entry for each in found if isinstance(each, Found)]
    assert len(entries) == len(found)
    return [(f"{entry.local_time(BERLIN):%H:%M:%S.%f}", entry.text) for entry in entries]


def test_a_range_of_times_and_signed_numbers_stay_in_the_words() -> None:
    assert case("range.txt") == [
        ("2026-11-20 09:00", "09:00-10:30 planning meeting"),
        ("2026-11-20 14:05", "+1500 words on the design note"),
        ("2026-11-20 15:10", "-1230 lines, the old importer is gone"),
    ]


def test_fractions_of_a_second_are_no_part_of_the_words() -> None:
    assert case("nanos.txt") == [("2026-11-20 15:05", "deploy done"), ("2026-11-20 15:06", "next")]
    assert exact("secs_comma.txt") == [
        ("14:05:33.123000", "deploy done"),
        ("14:06:10.001000", "rollback"),
    ]
    assert exact("pgoffset.txt") == [
        ("14:05:00.000000", "deploy done"),
        ("20:06:00.500000", "other"),
    ]


def test_halves_of_the_day_are_read_in_any_spelling() -> None:
    assert case("ampm.txt") == [
        ("2026-11-20 14:05", "fixed it"),
        ("2026-11-20 14:06", "again"),
        ("2026-11-20 14:07", "tight"),
        ("2026-11-20 00:10", "midnight"),
        ("2026-11-20 12:10", "noon"),
        ("2026-11-20 14:00", "no minutes"),
    ]


def test_a_day_without_a_time_is_never_swallowed_by_the_entry_above() -> None:
    places = [place for place, _ in case("daytext.txt")]
    assert places == ["2026-11-19 09:00", "line 2", "line 3"]


def test_items_may_be_indented() -> None:
    assert case("indented_day.txt") == [
        ("2026-11-20 09:00", "standup"),
        ("2026-11-20 10:00", "code"),
        ("2026-11-20 11:00", "lunch"),
    ]


def test_what_repeats_is_as_many_entries() -> None:
    found = text((CASES / "repeat.txt").read_text(encoding="utf-8"))
    ids = [each.entry.log_id for each in found if isinstance(each, Found)]
    assert len(found) == len(set(ids)) == 7
    again = text((CASES / "repeat.txt").read_text(encoding="utf-8"), ZoneInfo("Asia/Tokyo"))
    assert [each.entry.log_id for each in again if isinstance(each, Found)] == ids


def test_lines_that_are_only_a_date_belong_to_an_entry_of_jrnl() -> None:
    assert case("jrnl_body_dates.txt") == [
        ("2026-11-20 14:05", "Wrote the plan\nmilestones:\n2026-12-01\n2026-12-15\nthen release")
    ]


def test_what_follows_a_dated_line_belongs_to_it() -> None:
    content = (
        "2026-11-20 14:05 first\nmore of it\n\n    code\n      deeper\n\n2026-11-20 14:06 second\n"
    )
    assert told(text(content)) == [
        ("2026-11-20 14:05", "first\nmore of it\n\n    code\n      deeper"),
        ("2026-11-20 14:06", "second"),
    ]


@pytest.mark.parametrize(
    "content",
    ["2026-11-20 14:05\nbelow\n", "2026-11-20 14:05 \n\n\n  below\n", "[2026-11-20 14:05]\nbelow"],
)
def test_a_dated_line_may_have_its_text_below(content: str) -> None:
    assert told(text(content)) == [("2026-11-20 14:05", "below")]


@pytest.mark.parametrize(
    "heading",
    [
        "2026-11-20",
        "## 2026-11-20",
        "##2026-11-20",
        "# Friday 2026-11-20",
        "FRI, 2026-11-20:",
        "Freitag 2026-11-20",
        "vendredi, 2026-11-20",
        "- 2026-11-20",
        "  2026-11-20",
    ],
)
def test_each_line_under_a_day_is_an_entry(heading: str) -> None:
    items = "- 9:12 with a time\n- **10:30** bold\n* without one\n+ 2pm: plus\nplain\n  indented\n"
    content = f"{heading}\n\n{items}"
    assert told(text(content)) == [
        ("2026-11-20 09:12", "with a time"),
        ("2026-11-20 10:30", "bold"),
        ("2026-11-20 12:00", "without one"),
        ("2026-11-20 14:00", "plus"),
        ("2026-11-20 12:00", "plain\nindented"),
    ]


def test_days_may_be_the_outer_list_and_bullets_may_nest() -> None:
    content = (
        "- 2026-11-19\n\t- 09:00 standup\n\t\t- about the release\n\t\t- 2026-12-01\n"
        "\t- 10:00 code\n- 2026-11-20\n\t- 11:00 lunch\n"
    )
    assert told(text(content)) == [
        ("2026-11-19 09:00", "standup\n- about the release\n- 2026-12-01"),
        ("2026-11-19 10:00", "code"),
        ("2026-11-20 11:00", "lunch"),
    ]


@pytest.mark.parametrize(
    ("item", "clock", "words"),
    [
        ("09:00-10:30 planning", "09:00", "09:00-10:30 planning"),
        ("09:00 +1500 words", "09:00", "+1500 words"),
        ("10:05 PM: done", "22:05", "done"),
        ("**10:05** PM me the numbers", "10:05", "PM me the numbers"),
        ("9:00+09:00 from Tokyo", "01:00", "from Tokyo"),
        ("10.20.30.40 was blocked", "12:00", "10.20.30.40 was blocked"),
        ("99.95 % uptime", "12:00", "99.95 % uptime"),
        ("1500 words", "12:00", "1500 words"),
        ("#work tidied up", "12:00", "#work tidied up"),
        ("[x] ship it", "12:00", "[x] ship it"),
    ],
)
def test_an_item_is_read_like_a_dated_line_without_its_day(
    item: str, clock: str, words: str
) -> None:
    assert told(text(f"# 2026-11-20\n- {item}")) == [(f"2026-11-20 {clock}", words)]


@pytest.mark.parametrize(
    "item",
    ["9.30 standup", "24:00 x", "9:5 x", "25:10 x", "14h30 x", "13:00 pm x", "14:05standup",
     "2026-11-21 x", "Nov 21 x", "21.11.2026 14:05 x", "11/21/2026 x"],
)  # fmt: skip
def test_an_item_that_begins_with_half_a_time_or_a_day_is_named(item: str) -> None:
    ((place, _),) = told(text(f"# 2026-11-20\n- {item}"))
    assert place == "line 2"


@pytest.mark.parametrize(
    "line",
    ["2026-11-20 fixed it", "2026-11-20 14.30 x", "2026-11-20 24:00 x", "2026-11-20 14:60 x",
     "2026-11-20 14:05:60 x", "2026-11-20 9 x", "2026-11-20 0:10 am x", "2026-13-01 10:00 x",
     "2026-11-31 10:00 x", "2026-1-5 10:00 x", "2026/11/20 10:00 x", "20.11.2026 10:00 x",
     "20.11. 10:00 x", "11/20/26 x", "11/20 x", "20261120 10:00 x", "2026-W47-5 10:00 x",
     "Nov 20 x", "20 November 2026 x", "20. Nov 10:00 x", "20th of May x", "Fri, 20.11.2026 x",
     "Friday, November 20, 2026 x", "0001-01-01 00:00 x", "9999-12-31 23:59 x",
     "1899-12-31 23:59 x", "2026-11-20 14:05+15:00 x", "2026-11-20 14:05+01:15 x",
     "2026-11-20 14:05x", "2026-11-20 14:05:00.1234567890123 x",
     "2026-11-20 14:05:00 CEST x", "2026-11-20 1-2pm x", "2026-11-20, 14:05 x",
     "[2026-11-20] x", "[2026-11-20 14:05 x", "2026-11-20 14:05", "[2026-11-20 14:05] *"],
)  # fmt: skip
@pytest.mark.parametrize("before", ["", "2026-11-19 10:00 before\n", "# 2026-11-19\n- before\n",
                                    "[2026-11-19 10:00] before\n"])  # fmt: skip
def test_a_line_that_is_not_read_is_named_wherever_it_stands(line: str, before: str) -> None:
    if before.startswith("[") and not line.startswith("["):
        line = line if line.startswith("[") else f"[{line}"
        if line == "[2026-11-20 14:05":
            line = "[2026-11-20 14:05]"
    found = text(before + line)
    assert [each.number for each in found if isinstance(each, Unreadable)] == [
        before.count("\n") + 1
    ]
    assert "x" not in found[-1].problem.split() if isinstance(found[-1], Unreadable) else False


@pytest.mark.parametrize(
    "line", ["2026-12-01", "Tue 2026-12-01:", "10:30 standup", "- 10:30 standup", "2pm lunch",
             "# 2026-12-01\n  # 2026-12-02"],
)  # fmt: skip
def test_what_may_or_may_not_belong_to_a_dated_entry_is_named(line: str) -> None:
    found = text(f"2026-11-20 14:05 Wrote the plan\n{line}")
    assert any(isinstance(each, Unreadable) for each in found) or line.startswith("# ")


@pytest.mark.parametrize("line", ["2026-12-01", "10:30 standup", "20.11.2026 x", "Nov 20 x"])
def test_what_is_indented_belongs_to_the_entry_above(line: str) -> None:
    assert told(text(f"2026-11-20 14:05 Wrote the plan\n  {line}")) == [
        ("2026-11-20 14:05", f"Wrote the plan\n{line}")
    ]


@pytest.mark.parametrize("line", ["2026-12-01", "10:30 standup", "20.11.2026 x", "[x] done",
                                  "2026-11-20 14:06:01 ERROR in the log", "# Notes"])  # fmt: skip
def test_only_a_bracket_ends_an_entry_of_jrnl(line: str) -> None:
    assert told(text(f"[2026-11-20 14:05] Wrote it\n{line}\n[2026-11-20 14:06] next")) == [
        ("2026-11-20 14:05", f"Wrote it\n{line}"),
        ("2026-11-20 14:06", "next"),
    ]


def test_a_day_with_marks_ends_a_dated_entry_and_an_indented_one_is_named() -> None:
    assert told(text("2026-11-20 14:05 a\n## 2026-11-21\n- b")) == [
        ("2026-11-20 14:05", "a"),
        ("2026-11-21 12:00", "b"),
    ]
    assert told(text("2026-11-20 14:05 a\n  ## 2026-11-21\n"))[-1][0] == "line 2"


def test_a_heading_may_name_its_zone() -> None:
    (one,) = text("## Friday 2026-11-20 (Asia/Tokyo)\n- 09:12 there")
    assert isinstance(one, Found)
    assert one.entry.timestamp == datetime(2026, 11, 20, 0, 12, tzinfo=UTC)
    assert one.entry.tz == "Asia/Tokyo"


def test_a_day_under_which_somebody_is_still_up_goes_on_after_midnight() -> None:
    found = text("# 2026-11-20\n- 22:00 a\n- 01:30 b\n- 04:00 c", day_start=time(4))
    assert told(found) == [
        ("2026-11-20 22:00", "a"),
        ("2026-11-21 01:30", "b"),
        ("2026-11-20 04:00", "c"),
    ]
    plain = text("# 2026-11-20\n- 22:00 a\n- 01:30 b\n- 04:00 c")
    ids = [[each.entry.log_id for each in f if isinstance(each, Found)] for f in (found, plain)]
    assert ids[0] == ids[1]


@pytest.mark.parametrize("content", ["2026-11-20 14:05 a\0b", "2026-11-20 14:05 a\n\0\0\0"])
def test_a_nul_byte_is_named(content: str) -> None:
    assert "NUL" in told(text(content))[-1][1]


@pytest.mark.parametrize("lines", [1, 200_000])
def test_a_text_that_is_too_long_is_named_with_its_first_line(lines: int) -> None:
    line = "x" * (2 * MAX_TEXT_BYTES // lines)
    content = "2026-11-20 14:04 a\n2026-11-20 14:05 b " + "\n".join([line] * lines)
    (_, (place, problem)) = told(text(content))
    assert place == "line 2"
    assert "300 KB at most" in problem


def test_a_text_may_be_as_long_as_the_limit() -> None:
    (found,) = text("2026-11-20 14:05 " + "ä" * (MAX_TEXT_BYTES // 2))
    assert isinstance(found, Found)
    (too_long,) = text("2026-11-20 14:05 a" + "ä" * (MAX_TEXT_BYTES // 2))
    assert isinstance(too_long, Unreadable)


@given(
    st.text(),
    st.sampled_from(["", "2026-11-20 14:05 x\n", "# 2026-11-20\n", "[2026-11-20 14:05] x\n"]),
)
def test_any_text_is_read_or_named_but_never_an_accident(content: str, before: str) -> None:
    for each in text(before + content):
        assert isinstance(each, Found | Unreadable)


@given(
    st.lists(
        st.sampled_from(
            ["2026-11-20 14:05 a", "2026-11-21", "# 2026-11-21", "- b", "- 09:00 c", "  d", "\te",
             "  - f", "[2026-11-20 14:05] g", "10:00 h", "20.11.2026 i", "", "plain"]
        ),
        max_size=8,
    )
)  # fmt: skip
def test_no_word_is_lost_without_a_line_that_is_named(lines: list[str]) -> None:
    found = text("\n".join(lines))
    if any(isinstance(each, Unreadable) for each in found):
        return
    kept = "\n".join(each.entry.text for each in found if isinstance(each, Found))
    for line in lines:
        words = [word for word in line.split() if word.isalpha()]
        assert all(word in kept for word in words), line


@pytest.mark.parametrize("rule", ["---", "----------", "* * *", "___", "======"])
def test_a_rule_in_a_list_is_not_an_entry(rule: str) -> None:
    found = told(text(f"# 2026-11-20\n{rule}\n- 09:00 a\n  b\n{rule}\n  c\n\n# 2026-11-21\n- d"))
    assert found == [("2026-11-20 09:00", "a\nb\nc"), ("2026-11-21 12:00", "d")]


@pytest.mark.parametrize("rule", ["---", "***"])
def test_a_rule_within_an_entry_is_one_of_its_lines(rule: str) -> None:
    assert told(text(f"2026-11-20 14:05 a\n{rule}\nb")) == [("2026-11-20 14:05", f"a\n{rule}\nb")]
    assert told(text(f"# 2026-11-20\n- a\n  {rule}\n  b")) == [
        ("2026-11-20 12:00", f"a\n{rule}\nb")
    ]


@pytest.mark.parametrize(
    "words", ["(9 of 10) done", "**bold** start", "[x] done", "`code` first", "(14:05 was late) x"]
)
def test_marks_without_a_time_alone_in_them_are_words(words: str) -> None:
    assert told(text(f"# 2026-11-20\n- {words}")) == [("2026-11-20 12:00", words)]


@pytest.mark.parametrize(
    "words", ["[09:30] x", "(9:30) x", "`09:30` x", "_9.30_ x", "**9:00 – 10:00** x", "[2 pm] x"]
)
def test_a_time_in_marks_is_named_and_not_read_as_noon(words: str) -> None:
    ((place, problem),) = told(text(f"# 2026-11-20\n- {words}"))
    assert (place, problem.partition(";")[0]) == ("line 2", "the time is not read")

"""The summary without a model is worth reading: by thread and day, as meant, and never too long."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from companion.domain.entry import Entry, Source
from companion.domain.markdown import split_markdown
from companion.domain.summaries.plain_summary import plain_summary
from companion.domain.summaries.slack_marks import marked_item, marked_line
from companion.domain.summaries.summary import WEEK, YESTERDAY, render

BERLIN = ZoneInfo("Europe/Berlin")
MARKDOWN = MarkdownIt("gfm-like", {"linkify": False})


def entries(*texts: str, source: Source = Source.MESSAGE) -> list[Entry]:
    start = datetime(2026, 11, 16, 8, tzinfo=UTC)
    return [
        Entry(
            user_id="U12345678",
            timestamp=start + number * timedelta(hours=10),
            text=text,
            log_id=UUID(int=number),
            source=source,
        )
        for number, text in enumerate(texts)
    ]


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("*bold* and _italic_ and ~struck~", "**bold** and *italic* and ~~struck~~"),
        ("`a*b*c` *b*", "`a*b*c` **b**"),
        ("*bold with `code` in it*", "**bold with `code` in it**"),
        ("*_both_*", "***both***"),
        (
            ":tada: :white_check_mark: :+1::skin-tone-2:",
            ":tada: :white_check_mark: :+1::skin-tone-2:",
        ),
        (
            "a*b in foo_bar, 2 * 3 * 4, *not closed",
            "a\\*b in foo_bar, 2 \\* 3 \\* 4, \\*not closed",
        ),
        ("<b> [x](y) # x", "\\<b\\> \\[x\\](y) # x"),
        ("# not a heading", "\\# not a heading"),
        ("https://example.com/a_b_c *x*", "https://example.com/a_b_c **x**"),
    ],
)
def test_slacks_own_marks_are_shown_as_meant_and_all_else_as_typed(said: str, shown: str) -> None:
    assert marked_line(said) == shown


def test_a_block_of_code_stays_one() -> None:
    item = marked_item("14:05", "see:\n```\nif x:\n    *y*\n```\nand *more*")
    tokens = MARKDOWN.parse(item)
    (fence,) = [token for token in tokens if token.type == "fence"]
    assert fence.content == "if x:\n    *y*\n"
    assert [token.type for token in tokens].count("list_item_open") == 1
    html = MARKDOWN.render(item)
    assert "<strong>14:05</strong> see:" in html
    assert "and <strong>more</strong>" in html


@given(st.text(st.characters(codec="utf-8", exclude_categories=["C"])))
def test_any_text_is_one_item_of_a_list(text: str) -> None:
    kinds = [token.type for token in MARKDOWN.parse(marked_item("14:05", text)) if token.level == 0]
    assert kinds == ["bullet_list_open", "bullet_list_close"]


def test_threads_come_first_with_their_days_and_then_the_rest_by_day() -> None:
    week = entries("OPS-1 found", "lunch", "OPS-1 fixed", "walk")
    summary = plain_summary(week, week[3:], BERLIN, "the key is missing")
    assert summary.week.text == (
        "_Without a model: the key is missing. Here are your entries._\n\n"
        "### OPS-1 (Mon, Tue)\n"
        "- **Mon 09:00** OPS-1 found\n"
        "- **Tue 05:00** OPS-1 fixed\n\n"
        "### Monday 2026-11-16\n"
        "- **19:00** lunch\n\n"
        "### Tuesday 2026-11-17\n"
        "- **15:00** walk"
    )
    assert summary.yesterday.text == "### Tuesday 2026-11-17\n- **15:00** walk"
    assert summary.reason == "the key is missing"


def test_days_begin_where_the_persons_days_begin() -> None:
    (late,) = entries("late night fix")
    late = replace(late, timestamp=datetime(2026, 11, 24, 0, 30, tzinfo=UTC))
    assert (
        "### Monday 2026-11-23\n- **01:30**"
        in plain_summary([late], [], BERLIN, "why", time(4)).week.text
    )


def test_what_a_terminal_wrote_has_no_marks() -> None:
    (typed,) = entries("*args and _x_", source=Source.TERMINAL)
    assert "\\*args and \\_x\\_" in plain_summary([], [typed], BERLIN, "why").yesterday.text


def test_sections_without_entries_keep_their_kind_line() -> None:
    summary = plain_summary([], [], BERLIN, "why")
    assert summary.week.text.endswith(WEEK.nothing)
    assert summary.yesterday.text == YESTERDAY.nothing


def test_a_long_entry_is_cut_and_the_rest_is_counted() -> None:
    (long,) = entries("word " * 3000)
    assert plain_summary([], [long], BERLIN, "why").yesterday.text.endswith(
        "word… _(13,800 more characters)_"
    )


@pytest.mark.parametrize("count", [1, 10, 100, 400])
@pytest.mark.parametrize("length", [10, 300, 2000])
def test_it_stays_within_three_messages(count: int, length: int) -> None:
    texts = [
        f"#t{number % 7} " * (number % 2) + f"x{number} " * (length // 5) for number in range(count)
    ]
    week = entries(*texts)
    markdown = render(plain_summary(week, week, BERLIN, "why"), str)
    assert len(split_markdown(markdown)) <= 3
    shown = sum(markdown.count(f" x{number} ") > 0 for number in range(count))
    if shown < count:
        assert "more entr" in markdown or "earlier entr" in markdown


def test_nothing_is_left_out_without_being_counted() -> None:
    texts = [f"#a {number}" for number in range(40)]
    week = plain_summary(entries(*texts), [], BERLIN, "why").week.text
    assert week.count("\n- **") == 12
    assert "- _and 28 more entries_" in week

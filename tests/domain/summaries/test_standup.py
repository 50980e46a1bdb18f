"""A standup is ready to paste: done since the last working day, next, blocked."""

from dataclasses import replace
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import pytest

from companion.domain.calendar import DEFAULT_RHYTHM
from companion.domain.summaries.standup import make_standup, render_standup, standup_since
from tests.domain.summaries.test_threads import entries

BERLIN = ZoneInfo("Europe/Berlin")
GIVEN = entries(
    "started billing",
    "fixed *the* parser\nand more",
    "next: deploy billing",
    "waiting for Bo",
    "walk",
)


def test_what_is_done_next_and_blocked() -> None:
    standup = make_standup(GIVEN, date(2026, 11, 16), BERLIN, time())
    assert [entry.text.split("\n")[0] for entry in standup.done] == [
        "started billing",
        "fixed *the* parser",
        "walk",
    ]
    assert [end.words for end in standup.next] == ["next: deploy billing"]
    assert [end.words for end in standup.blocked] == ["waiting for Bo"]


@pytest.mark.parametrize(
    "given",
    [
        ("next: do y", "did y"),
        ("should we use Redis?", "we should use Redis"),
        ("will clean up the cache tomorrow", "cleaned up the cache"),
        ("blocked on it: the migration of billing", "the migration of billing is unblocked"),
        ("next: write the docs", "next: write the docs!"),
        ("docs for billing #next", "wrote docs for billing"),
    ],
)
def test_what_was_planned_asked_or_blocked_was_never_done(given: tuple[str, str]) -> None:
    standup = make_standup(entries(*given), date(2026, 11, 16), BERLIN, time())
    assert given[0] not in [entry.text for entry in standup.done]
    assert f"- {given[0]}" not in render_standup(standup, "text").split("\n\n")[0]


def test_of_an_entry_that_leaves_something_open_the_rest_is_done() -> None:
    (given,) = entries("fixed the parser. Next: write docs\nblocked: the review")
    text = render_standup(make_standup([given], date(2026, 11, 16), BERLIN, time()), "text")
    assert text == "Done:\n- fixed the parser.\n\nNext:\n- write docs\n\nBlocked:\n- the review"


def test_a_label_within_a_sentence_begins_what_is_open() -> None:
    (given,) = entries("merged PR #412, next: deploy billing")
    text = render_standup(make_standup([given], date(2026, 11, 16), BERLIN, time()), "text")
    assert text == "Done:\n- merged PR #412\n\nNext:\n- deploy billing\n\nBlocked:\n- nothing"


@pytest.mark.parametrize("done", ["I was stuck in traffic", "todo app finished"])
def test_what_only_looks_like_a_block_or_a_plan_is_done(done: str) -> None:
    standup = make_standup(entries(done), date(2026, 11, 16), BERLIN, time())
    assert [entry.text for entry in standup.done] == [done]
    assert standup.next == standup.blocked == ()


@pytest.mark.parametrize(
    ("form", "text"),
    [
        (
            "slack",
            "*Done*\n• started billing\n• fixed *the* parser…\n• walk\n\n"
            "*Next*\n• deploy billing\n\n*Blocked*\n• waiting for Bo",
        ),
        (
            "markdown",
            "**Done**\n\n- started billing\n- fixed \\*the\\* parser…\n- walk\n\n"
            "**Next**\n\n- deploy billing\n\n**Blocked**\n\n- waiting for Bo",
        ),
        (
            "text",
            "Done:\n- started billing\n- fixed *the* parser…\n- walk\n\n"
            "Next:\n- deploy billing\n\nBlocked:\n- waiting for Bo",
        ),
    ],
)
def test_it_is_ready_to_paste(form: str, text: str) -> None:
    assert render_standup(make_standup(GIVEN, date(2026, 11, 16), BERLIN, time()), form) == text


def test_where_nothing_is_written_down_it_says_so() -> None:
    standup = make_standup([], date(2026, 11, 16), BERLIN, time())
    assert (
        render_standup(standup, "text")
        == "Done:\n- nothing written down\n\nNext:\n- nothing\n\nBlocked:\n- nothing"
    )


def test_it_begins_with_the_last_working_day_that_has_entries() -> None:
    monday, tuesday, saturday = date(2026, 11, 16), date(2026, 11, 17), date(2026, 11, 21)
    given = entries("a", "b")  # both on the 16th
    assert standup_since(tuesday, given, DEFAULT_RHYTHM.works_on, BERLIN, time()) == monday
    assert standup_since(saturday, given, DEFAULT_RHYTHM.works_on, BERLIN, time()) == monday
    assert standup_since(monday, [], DEFAULT_RHYTHM.works_on, BERLIN, time()) == date(2026, 11, 15)


def test_what_was_done_on_a_public_holiday_is_told_with_the_working_day_before_it() -> None:
    monday, tuesday = date(2026, 11, 16), date(2026, 11, 17)
    friday = replace(entries("c")[0], timestamp=datetime(2026, 11, 13, 10, tzinfo=UTC))
    given = [friday, *entries("a", "b")]  # these on the 16th
    off = replace(DEFAULT_RHYTHM, holidays={monday: "Some Day"}.get)
    assert standup_since(tuesday, given, off.works_on, BERLIN, time()) == date(2026, 11, 13)

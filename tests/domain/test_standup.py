"""A standup is ready to paste: done since the last working day, next, blocked."""

from datetime import date, time
from zoneinfo import ZoneInfo

import pytest

from companion.domain.standup import make_standup, render_standup, standup_since
from tests.domain.test_threads import entries

BERLIN = ZoneInfo("Europe/Berlin")
WORKING_DAYS = frozenset(range(5))
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
    ("form", "text"),
    [
        (
            "slack",
            "*Done*\n• started billing\n• fixed *the* parser…\n• walk\n"
            "*Next*\n• next: deploy billing\n*Blocked*\n• waiting for Bo",
        ),
        (
            "markdown",
            "**Done**\n\n- started billing\n- fixed \\*the\\* parser…\n- walk\n"
            "**Next**\n\n- next: deploy billing\n**Blocked**\n\n- waiting for Bo",
        ),
        (
            "text",
            "Done:\n- started billing\n- fixed *the* parser…\n- walk\n"
            "Next:\n- next: deploy billing\nBlocked:\n- waiting for Bo",
        ),
    ],
)
def test_it_is_ready_to_paste(form: str, text: str) -> None:
    assert render_standup(make_standup(GIVEN, date(2026, 11, 16), BERLIN, time()), form) == text


def test_where_nothing_is_written_down_it_says_so() -> None:
    standup = make_standup([], date(2026, 11, 16), BERLIN, time())
    assert (
        render_standup(standup, "text")
        == "Done:\n- nothing written down\nNext:\n- –\nBlocked:\n- –"
    )


def test_it_begins_with_the_last_working_day_that_has_entries() -> None:
    monday, tuesday, saturday = date(2026, 11, 16), date(2026, 11, 17), date(2026, 11, 21)
    given = entries("a", "b")  # both on the 16th
    assert standup_since(tuesday, given, WORKING_DAYS, BERLIN, time()) == monday
    assert standup_since(saturday, given, WORKING_DAYS, BERLIN, time()) == monday
    assert standup_since(monday, [], WORKING_DAYS, BERLIN, time()) == date(2026, 11, 15)

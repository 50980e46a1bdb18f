"""A search that is typed in one line: words, quotes, and where it begins and ends."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from companion.domain.moment import MomentError
from companion.domain.moments import Moments
from companion.domain.search import QueryError, parse_query
from companion.domain.typed_search import TypedSearch, read_search

# Friday.
MOMENTS = Moments(datetime(2026, 11, 20, 7, tzinfo=UTC), ZoneInfo("Europe/Berlin"))


def read(text: str) -> TypedSearch:
    return read_search(text, MOMENTS)


@pytest.mark.parametrize("text", ["retry loop", '"retry loop" -billing', "tag:deploy -“a b” x"])
def test_words_are_those_of_every_search(text: str) -> None:
    assert read(text).query == parse_query(text)


@pytest.mark.parametrize(
    "text",
    [
        "loop --since last month deploy",
        "loop --since 'last month' deploy",
        "--since=“last month” loop deploy",
        "loop —since last month deploy",
        "loop deploy --since last month",
    ],
)
def test_a_moment_needs_no_quotes_and_takes_no_word_of_the_search(text: str) -> None:
    search = read(text)
    assert search.query == parse_query("loop deploy")
    assert search.since == MOMENTS.read("last month").since


def test_until_includes_the_day_and_other_options_are_words() -> None:
    search = read("loop --until yesterday --not retry --tag '#deploy'")
    assert search.until == MOMENTS.read("yesterday").until
    assert search.query == parse_query("loop tag:deploy", ["retry"])
    assert read('"--since" loop').query == parse_query('"--since" loop')


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("loop --since someday", MomentError),
        ("loop --since today --until yesterday", MomentError),
        ("loop --since", QueryError),
        ("loop --newest 3", QueryError),
        ("-loop", QueryError),
        ("", QueryError),
    ],
)
def test_what_is_not_in_the_grammar_is_refused(text: str, error: type[Exception]) -> None:
    with pytest.raises(error):
        read(text)

"""A search finds what people mean by it, in any script, and every store answers by this."""

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from companion.domain.search import QueryError, parse_query
from companion.domain.words import composed, fold, indexed, tokens


@pytest.mark.parametrize(
    ("typed", "text"),
    [
        ("retry loop", "a loop that I retry"),
        ("retr", "the Retrying client"),
        ("billing-sync", "billing_sync is up"),
        ('"exact words"', "some exact words here"),
        ("“exact words”", "some EXACT  words here"),
        ("„exakte Worte“", "genau exakte Worte"),
        ("«mots exacts»", "des mots exacts"),
        ("loop -retry", "the loop"),
        ('loop -"retry loop"', "the loop to retry"),
        ("tag:deploy", "went out #Deploy"),
        ("#größe", "about #GROSSE"),
        ("loop tag:deploy", "#deploy of the loop"),
        ("loop -tag:deploy", "deploy of the loop"),
        ("Größe", "die GROSSE"),
        ("grosse", "die Größe"),
        ("lodz", "from Łódź"),
        ("smorrebrod", "smørrebrød"),
        ("ежик", "Ёжик"),
        ("cafe", "CAFE\u0301"),
        ("naïve", "naive"),
        ("istanbul", "İstanbul"),
        ("京都", "東京都に行く"),
        ("がく", "大がく"),
        ("한국", "나는 한국어"),
        ("한국", unicodedata.normalize("NFD", "나는 한국어")),
        ("हिन्दी", "मैं हिन्दी बोलता हूँ"),
        ("412", "PR #412"),
        ("#412", "PR #412"),
        ("#c++", "in C++ now"),
        ("1", "step ⑴"),
        ('"unclosed words', "unclosed words"),
    ],
)
def test_it_is_found(typed: str, text: str) -> None:
    assert parse_query(typed).matches(text)


@pytest.mark.parametrize(
    ("typed", "text"),
    [
        ("etry", "retry"),
        ("retry loop", "retry"),
        ('"exact word"', "exact words"),
        ('"exact words"', "words exact"),
        ("loop -retry", "the retry loop"),
        ("loop -retr", "the retry loop"),
        ('loop -"retry loop"', "the retry loop"),
        ("tag:deploy", "the deploy"),
        ("tag:deploy", "#deployed"),
        ("tag:deploy", "`#deploy`"),
        ("loop -tag:deploy", "#deploy of the loop"),
        ("都京", "東京都"),
        ("か", "が"),
    ],
)
def test_it_is_not_found(typed: str, text: str) -> None:
    assert not parse_query(typed).matches(text)


def test_words_to_leave_out_may_be_given_apart() -> None:
    assert not parse_query("loop", ["retry"]).matches("the retry loop")
    assert parse_query("loop", ["retry"]).matches("the loop")


@pytest.mark.parametrize("typed", ["", "  ", "-a", '""', "-", "…", "-tag:x"])
def test_a_search_for_nothing_is_refused(typed: str) -> None:
    with pytest.raises(QueryError, match="no word to look for"):
        parse_query(typed)


def test_the_found_words_are_shown() -> None:
    text = composed("stuck in the Retry-loops of retry, Größe")
    found = parse_query("retry loop gros").found_in(text)
    assert [text[start:end] for start, end in found] == ["Retry", "loops", "retry", "Größe"]
    (span,) = parse_query('"retry loops" loops').found_in(text)
    assert text[slice(*span)] == "Retry-loops"


@given(st.text(max_size=40))
def test_a_text_is_found_by_its_own_words(text: str) -> None:
    if indexed(text):
        assert parse_query('"' + text.replace('"', " ") + '"').matches(text.replace('"', " "))


@given(st.text(max_size=40))
def test_words_hold_no_signs_that_an_index_would_part(text: str) -> None:
    for token in tokens(composed(text)):
        assert token.text
        assert not re.search(r"[\x00-/:-`{-\x7f]", token.text)


@given(st.text(max_size=20))
def test_folding_twice_changes_nothing_more(text: str) -> None:
    assert fold(fold(text)) == fold(text)

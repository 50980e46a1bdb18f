"""Slack's escapes: what is stored is what was typed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from companion.adapters.slack.text import Mentions, command_text, escape, unescape
from companion.domain.mentions import with_names


@given(st.text())
def test_what_is_escaped_comes_back_as_it_was(text: str) -> None:
    assert unescape(escape(text), {}) == text


@given(st.text())
def test_an_escaped_command_is_read_as_it_was_typed(text: str) -> None:
    assert command_text(escape(text)) == text


@pytest.mark.parametrize("text", ["a < b && c", "R&D &amp; more", "<b>", "plain"])
def test_a_command_that_was_not_escaped_stays_as_it_is(text: str) -> None:
    assert command_text(text) == text


@pytest.mark.parametrize(
    ("slack", "typed"),
    [
        ("if a &lt; b &amp;&amp; c &gt; d", "if a < b && c > d"),
        ("&amp;lt; is an entity", "&lt; is an entity"),
        ("<https://example.com/a?b=1&amp;c=2>", "https://example.com/a?b=1&c=2"),
        ("<http://example.com|example.com>", "example.com"),
        ("see <https://example.com/x|the page>", "see the page (https://example.com/x)"),
        ("<mailto:me@example.com|me@example.com>", "me@example.com"),
        ("with <@U123|ada> and <@U456>", "with @ada and @U456"),
        ("in <#C1|general> and <#C2|>", "in #general and #C2"),
        ("<!here> <!channel|channel> <!subteam^S1|@team>", "@here @channel @team"),
        ("<!subteam^S1>", "@S1"),
        ("<!date^1392734382^{date}|tomorrow>", "tomorrow"),
        ("<!date^1392734382^{date}>", "2014-02-18 14:39 UTC"),
        (
            "<https://a.example/browse/BILL-412|BILL-412>",
            "BILL-412 (https://a.example/browse/BILL-412)",
        ),
        ("<https://a.example/pull/77|77>", "77 (https://a.example/pull/77)"),
        ("<http://www.example.com/|www.example.com>", "www.example.com"),
        ("<https://www.example.com/|https://www.example.com>", "https://www.example.com"),
        ("<tel:+4912345|+49 123 45>", "+49 123 45"),
        ("<https://example.com/a|https://example.com/a>", "https://example.com/a"),
        ("<tel:+49301234|+49301234>", "+49301234"),
        ("a &lt;b&gt; that looks like a tag", "a <b> that looks like a tag"),
    ],
)
def test_references_and_entities_become_what_was_typed(slack: str, typed: str) -> None:
    mentions: Mentions = {}
    text = unescape(slack, mentions)
    assert with_names(text, mentions) == typed

"""Slack's escapes: what is stored is what was typed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from companion.adapters.slack.text import command_text, escape, message_text, unescape


@given(st.text())
def test_what_is_escaped_comes_back_as_it_was(text: str) -> None:
    assert unescape(escape(text)) == text


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
        ("in <#C1|general>", "in #general"),
        ("<!here> <!subteam^S1|@team>", "@here @team"),
        ("<!date^1392734382^{date}|tomorrow>", "tomorrow"),
        ("a &lt;b&gt; that looks like a tag", "a <b> that looks like a tag"),
    ],
)
def test_references_and_entities_become_what_was_typed(slack: str, typed: str) -> None:
    assert unescape(slack) == typed


def test_half_an_emoji_is_replaced_and_a_whole_one_stays() -> None:
    assert message_text("a\ud83d b", []) == "a\ufffd b"
    assert message_text("🎉", []) == "🎉"


def test_a_file_without_words_says_its_name() -> None:
    assert message_text("", ["sketch.png", "b.txt"]) == "[file: sketch.png], [file: b.txt]"
    assert message_text("see", ["sketch.png"]) == "see"

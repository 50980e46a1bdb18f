"""What `/companion` answers, as Slack's messages."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from companion.adapters.slack.answers import FALLBACK_LIMIT, SlackAnswers
from companion.domain.answers import Listed
from companion.domain.listing import Line, ListedDay, Page
from companion.domain.manifest import CommandNames
from companion.domain.person import PersonTime

UTC = ZoneInfo("UTC")


@pytest.mark.parametrize("length", range(FALLBACK_LIMIT - 60, FALLBACK_LIMIT))
def test_a_notification_ends_with_no_half_of_a_mention(length: int) -> None:
    at = datetime(2026, 11, 20, 7, 30, tzinfo=UTC)
    line = Line(at, f"{'x' * length} @U02ABCDEF and more words", mentions={"U02ABCDEF": ""})
    answer = Listed(Page([ListedDay("Today", [line])]), PersonTime(UTC))
    text = SlackAnswers(CommandNames()).message(answer)["text"]
    assert len(text) <= FALLBACK_LIMIT + 1
    assert ("<" in text) == ("<@U02ABCDEF>" in text)

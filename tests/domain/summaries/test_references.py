"""A summary's lines lead to their entries wherever it is read."""

from dataclasses import replace
from datetime import UTC, datetime, time
from uuid import UUID
from zoneinfo import ZoneInfo

from companion.domain.entry import Entry, Source
from companion.domain.summaries.references import Footnotes, IdReferences, LinkReferences, Moments
from companion.domain.summaries.summary import in_brackets

MOMENTS = Moments(ZoneInfo("Europe/Berlin"), time(4))
NIGHT = Entry(
    user_id="U12345678",
    timestamp=datetime(2026, 11, 21, 0, 30, tzinfo=UTC),
    text="late fix",
    log_id=UUID(int=0x8D1E << 112),
    source=Source.MESSAGE,
)


def test_in_slack_the_time_is_a_link_where_there_is_a_message() -> None:
    refer = LinkReferences(MOMENTS, {NIGHT.log_id: "https://x.slack.com/archives/D1/p1"})
    assert refer(NIGHT) == "[Fri 01:30](https://x.slack.com/archives/D1/p1)"
    assert LinkReferences(MOMENTS, {})(NIGHT) == "Fri 01:30"


def test_what_an_agent_wrote_says_so_wherever_it_is_referred_to() -> None:
    by_agent = replace(NIGHT, source=Source.AGENT, agent="Claude Code")
    assert LinkReferences(MOMENTS, {})(by_agent) == "Fri 01:30 by Claude Code"
    assert IdReferences(MOMENTS)(by_agent) == "Fri 01:30 by Claude Code 8d1e0000"
    assert MOMENTS.full(replace(by_agent, agent=None)) == "Friday 2026-11-20 01:30 by an agent"


def test_in_a_terminal_it_is_the_time_and_the_id() -> None:
    assert IdReferences(MOMENTS)(NIGHT) == "Fri 01:30 8d1e0000"


def test_in_a_file_it_is_a_footnote_and_the_same_entry_has_one() -> None:
    refer = Footnotes(MOMENTS)
    assert (refer.notes(), refer(NIGHT), refer(NIGHT)) == ("", "[^1]", "[^1]")
    assert refer.notes() == "\n\n[^1]: Friday 2026-11-20 01:30, entry 8d1e0000"


def test_references_stand_in_parentheses_but_footnotes_do_not() -> None:
    assert in_brackets(["Fri 01:30 8d1e", "+2"]) == "(Fri 01:30 8d1e, +2)"
    assert in_brackets(["[Fri 01:30](https://x.y)"]) == "([Fri 01:30](https://x.y))"
    assert in_brackets(["[^1]", "[^2]"]) == "[^1][^2]"
    assert in_brackets(["[^1]", "[^2]", "+3"]) == "[^1][^2] (+3)"

"""An answer says what was found, when, and what was looked for."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from companion.domain.entry import Entry, Source
from companion.domain.moments import Moments
from companion.domain.questions.answer import (
    SHOWN,
    Answer,
    DatedMoments,
    answer_fields,
    answer_lines,
    render_answer,
)
from companion.domain.questions.reading import read_question
from companion.domain.summaries.references import IdReferences, LinkReferences
from companion.domain.summaries.summary import Body, Line

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 11, 20, 19, 30, tzinfo=UTC)
MOMENTS = DatedMoments(BERLIN, time())
REFER = IdReferences(MOMENTS)


def entry(number: int = 1, text: str = "fixed *billing*", **changes: object) -> Entry:
    made = Entry(
        user_id="U1",
        timestamp=NOW - number * timedelta(days=1),
        text=text,
        log_id=UUID(int=number << 112),
        source=Source.MESSAGE,
    )
    return replace(made, **changes)  # type: ignore[arg-type]


def answer(question: str = "when did I last touch billing", *found: Entry) -> Answer:
    return Answer(
        question=question,
        reading=read_question(question, Moments(NOW, BERLIN)),
        found=found,
    )


def test_the_last_entry_comes_with_its_day() -> None:
    text = render_answer(
        answer("when did I last touch billing", entry(1), entry(2)), MOMENTS, REFER
    )
    assert text == (
        "Last on Thursday 2026-11-19 20:30:\n\n"
        "- **2026-11-19 20:30 00010000** fixed **billing**\n"
        "- **2026-11-18 20:30 00020000** fixed **billing**"
    )


def test_in_slack_an_entry_is_a_link_and_an_agents_says_so() -> None:
    said = entry(1)
    agents = entry(2, "*x*", source=Source.AGENT, agent="Claude Code")
    refer = LinkReferences(MOMENTS, {said.log_id: "https://acme.slack.com/archives/D1/p1"})
    text = render_answer(answer("billing last week", said, agents), MOMENTS, refer)
    assert text == (
        "Your entries, “billing”, Monday 2026-11-09 to Sunday 2026-11-15:\n\n"
        "- **[2026-11-19 20:30](https://acme.slack.com/archives/D1/p1)** fixed **billing**\n"
        "- **2026-11-18 20:30 by Claude Code** \\*x\\*"
    )


def test_nothing_found_says_what_was_looked_for() -> None:
    assert render_answer(answer("the <!channel> of *billing* since mon"), MOMENTS, REFER) == (
        "Nothing is written down about that. Looked for: “channel”, “billing”, "
        "since Monday 2026-11-16."
    )


def test_what_has_only_some_of_the_words_is_not_passed_off_as_the_answer() -> None:
    near = replace(answer("billing of kubernetes before mon", entry()), is_near=True)
    assert render_answer(near, MOMENTS, REFER).startswith(
        "No entry has all of that: “billing”, “kubernetes”, before Monday 2026-11-16. The nearest:"
    )


def test_it_shows_so_many_and_says_that_there_are_more() -> None:
    many = answer("billing", *(entry(number) for number in range(1, SHOWN + 2)))
    lines = answer_lines(many, MOMENTS, REFER)
    assert len(lines) == SHOWN + 2
    assert lines[0] == "Your entries, “billing”, at any time:"
    assert lines[-1].startswith("_There are more.")
    assert len(many.evidence) == SHOWN


def test_a_long_entry_says_how_much_more_there_is() -> None:
    text = render_answer(answer("billing", entry(1, "billing " * 100)), MOMENTS, REFER)
    assert text.endswith("billing… (400 more characters)")


def test_a_models_lines_name_their_entries() -> None:
    by_model = replace(
        answer("billing", entry(1), entry(2)),
        lines=Body(lines=(Line("You fixed it.", (entry(2),)),), left_out=1),
    )
    assert answer_lines(by_model, MOMENTS, REFER) == [
        "You fixed it. (2026-11-18 20:30 00020000)",
        "_1 line was left out, because your entries do not say what it said._",
    ]
    assert by_model.evidence == (entry(2),)
    fields = answer_fields(by_model)
    assert fields["lines"] == [{"text": "You fixed it.", "entries": [str(entry(2).log_id)]}]
    assert [each["log_id"] for each in fields["entries"]] == [str(entry(2).log_id)]

"""What a question looks for is read plainly: its words, the days that it names, and which end."""

from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from companion.domain.calendar import BEGINNING, END
from companion.domain.moments import Moments
from companion.domain.questions.reading import (
    MAX_QUESTION,
    MAX_WORDS,
    QuestionError,
    Sought,
    check_question,
    read_question,
)

BERLIN = ZoneInfo("Europe/Berlin")
MOMENTS = Moments(datetime(2026, 11, 20, 19, 30, tzinfo=UTC), BERLIN, time(4))
"""Friday."""


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("When did I last touch billing?", ("billing",)),
        ("what did I do about BILL-412 and src/retry/loop.py", ("BILL-412", "src/retry/loop.py")),
        ('who said "retry loop"?', ('"retry loop"',)),
        ("Was habe ich letzte Woche an der Größe gemacht?", ("Größe",)),
        ("¿Cuándo fue la última vez que trabajé en facturas?", ("facturas",)),
        ("Quand ai-je travaillé sur la facturation ?", ("ai-je", "facturation")),
        ("did I tell #ops about Ida's parser", ("ops", "Ida", "parser")),
        ("billing, billing and billing!", ("billing",)),
        ("what may I do in May with the march", ("may", "march")),
        ("什么时候部署", ("什么时候部署",)),
        ("what did I do yesterday?", ()),
        ("?!", ()),
    ],
)
def test_the_words_that_say_something_are_left(question: str, words: tuple[str, ...]) -> None:
    assert read_question(question, MOMENTS).words == words


@pytest.mark.parametrize(
    ("question", "since", "until"),
    [
        ("what did I do yesterday?", "2026-11-19", "2026-11-20"),
        ("what did I do on Monday", "2026-11-16", "2026-11-17"),
        ("billing last week?", "2026-11-09", "2026-11-16"),
        ("billing in October", "2026-10-01", "2026-11-01"),
        ("billing in October 2025", "2025-10-01", "2025-11-01"),
        ("billing on 20 Oct.", "2026-10-20", "2026-10-21"),
        ("what did I do 3 days ago", "2026-11-17", "2026-11-18"),
        ("billing in the last 2 weeks", "2026-11-06", "2026-11-21"),
        ("billing since last month", "2026-10-01", None),
        ("billing after Monday", "2026-11-17", None),
        ("billing before 2026-11-10", None, "2026-11-10"),
        ("billing until 2026-11-10", None, "2026-11-11"),
        ("billing between 1 November and 5 November", "2026-11-01", "2026-11-06"),
        ("billing from Monday to Wednesday", "2026-11-16", "2026-11-19"),
        ("billing on Monday and Tuesday", "2026-11-16", "2026-11-18"),
        ("billing since Monday until Tuesday", "2026-11-16", "2026-11-18"),
        ("billing since 3 days", None, None),
        ("the sun sat where it may march now", None, None),
    ],
)
def test_the_days_that_it_names_are_those_of_the_grammar(
    question: str, since: str | None, until: str | None
) -> None:
    def moment(day: str | None, default: datetime) -> datetime:
        return datetime.fromisoformat(f"{day}T04:00").replace(tzinfo=BERLIN) if day else default

    reading = read_question(question, MOMENTS)
    assert reading.since == moment(since, BEGINNING)
    assert reading.until == moment(until, END)
    assert reading.names_days is bool(since or until)


@pytest.mark.parametrize(
    ("question", "sought"),
    [
        ("when did I last touch billing", Sought.LAST),
        ("the last time I saw Ida", Sought.LAST),
        ("wann war ich zuletzt dort", Sought.LAST),
        ("when did I touch billing last week", Sought.ALL),
        ("when did I start with the parser", Sought.FIRST),
        ("wann habe ich mit dem Parser begonnen", Sought.FIRST),
        ("what did I do about billing", Sought.ALL),
    ],
)
def test_it_says_which_end_is_sought(question: str, sought: Sought) -> None:
    assert read_question(question, MOMENTS).sought is sought


def test_a_word_is_also_looked_for_without_its_ending() -> None:
    reading = read_question("what are the deployments of billing-syncs and api", MOMENTS)
    assert [query.terms[0].words for query in reading.stems()] == [
        ("deployme",),
        ("billing", "syncs"),
        ("api",),
    ]


def test_a_long_question_is_read_in_its_first_words() -> None:
    question = " ".join(f"word{number}" for number in range(40))
    assert len(read_question(question, MOMENTS).words) == MAX_WORDS


@pytest.mark.parametrize("question", ["", " \n", "x" * (MAX_QUESTION + 1)])
def test_what_is_not_a_question_is_refused(question: str) -> None:
    with pytest.raises(QuestionError):
        check_question(question)


@given(st.text(max_size=200))
def test_any_text_is_read(question: str) -> None:
    reading = read_question(question, MOMENTS)
    assert reading.since < reading.until
    reading.query()
    reading.stems()

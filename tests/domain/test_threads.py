"""Entries about one thing are found together, under its own name, without a model."""

from datetime import UTC, datetime, timedelta
from random import Random
from uuid import UUID

import pytest

from companion.domain.entry import Entry, Source
from companion.domain.next_steps import open_ends
from companion.domain.threads import Bond, find_threads


def entries(*texts: str) -> list[Entry]:
    start = datetime(2026, 11, 16, 9, tzinfo=UTC)
    return [
        Entry(
            user_id="U12345678",
            timestamp=start + number * timedelta(hours=3),
            text=text,
            log_id=UUID(int=number),
            source=Source.COMMAND,
        )
        for number, text in enumerate(texts)
    ]


@pytest.mark.parametrize(
    ("name", "bond", "one", "other"),
    [
        ("#deploy", Bond.TAG, "went out #deploy", "#Deploy of search"),
        ("BILL-412", Bond.TICKET, "BILL-412: the migration", "read BILL-412 again"),
        ("#77", Bond.PULL_REQUEST, "opened PR 77", "https://github.com/acme/x/pull/77 is merged"),
        ("fix/retry", Bond.BRANCH, "pushed fix/retry", "rebased fix/retry on main"),
        ("parser.py", Bond.FILE, "split src/parser.py", "parser.py reads dates"),
        ("billing-sync", Bond.NAME, "billing-sync is slow", "made Billing-Sync fast"),
        ("migration", Bond.WORD, "the migration runs", "a migration of users"),
    ],
)
def test_what_two_entries_share_names_their_thread(
    name: str, bond: Bond, one: str, other: str
) -> None:
    given = entries(one, "lunch", other)
    (thread,), rest = find_threads(given)
    assert (thread.name.lower(), thread.bond) == (name.lower(), bond)
    assert (thread.entries, rest) == ((given[0], given[2]), [given[1]])


def test_words_of_every_work_log_hold_nothing_together() -> None:
    given = entries(
        "fixed the tests", "fixed another issue", "meeting today", "meeting again today"
    )
    assert find_threads(given) == ([], given)


def test_each_entry_is_in_one_thread_that_of_its_strongest_bond() -> None:
    given = entries("#a OPS-1 parser.py", "#a", "OPS-1", "OPS-1 parser.py", "parser.py")
    threads, rest = find_threads(given)
    assert [(thread.name, len(thread.entries)) for thread in threads] == [("OPS-1", 2), ("#a", 2)]
    assert rest == [given[4]]


def test_a_word_that_most_entries_have_is_no_thread() -> None:
    given = entries(*(f"companion {text}" for text in ("alpha", "omega", "gamma", "delta")))
    assert find_threads(given) == ([], given)


def test_the_thread_that_was_last_worked_on_comes_first() -> None:
    threads, _ = find_threads(entries("#a", "#b", "#b", "#a", "#c", "#c"))
    assert [thread.name for thread in threads] == ["#c", "#a", "#b"]


def test_the_same_entries_always_give_the_same_threads() -> None:
    words = ["#a", "OPS-1", "parser.py", "billing-sync", "migration", "retry", "lunch"]
    rng = Random(7)
    given = entries(*(" ".join(rng.sample(words, 2)) for _ in range(60)))
    first = find_threads(given)
    assert all(find_threads(given) == first for _ in range(3))
    assert (
        sorted(
            [entry for thread in first[0] for entry in thread.entries] + first[1],
            key=lambda entry: entry.timestamp,
        )
        == given
    )


@pytest.mark.parametrize(
    ("text", "sort"),
    [
        ("next: write docs for the retry policy", "next"),
        ("TODO clean up the branch", "next"),
        ("the tests are green. Next step: deploy billing", "next"),
        ("still need to update the changelog", "next"),
        ("docs for billing #next", "next"),
        ("blocked by the DBA", "blocked"),
        ("waiting for review of #412", "blocked"),
        ("what about time zones?", "question"),
    ],
)
def test_what_reads_like_a_next_step_a_block_or_a_question_is_open(text: str, sort: str) -> None:
    (end,) = open_ends(entries("standup", text, "lunch"))
    assert end.sort == sort
    assert end.words in text


@pytest.mark.parametrize(
    "text", ["unblocked now", "no blockers", "see https://x.y/?a=1 for it", "the next day", "lunch"]
)
def test_what_leaves_nothing_open_is_not_named(text: str) -> None:
    assert open_ends(entries(text)) == []


@pytest.mark.parametrize(
    ("open_end", "answer"),
    [
        ("next: write docs for the retry policy", "wrote the docs for the retry policy"),
        ("waiting for review of #412", "PR #412 merged"),
        ("BILL-412 is blocked by the DBA", "BILL-412 unblocked, migration done"),
        ("does the parser read time zones?", "the parser reads time zones from the header"),
    ],
)
def test_what_a_later_entry_answers_is_closed(open_end: str, answer: str) -> None:
    assert open_ends(entries(open_end, "lunch", answer)) == []
    assert open_ends(entries(answer, "lunch", open_end)) != []


def test_another_thing_that_is_done_closes_nothing() -> None:
    (end,) = open_ends(
        entries("TODO: clean up fix/retry-loop", "wrote the docs for the retry policy")
    )
    assert end.words == "TODO: clean up fix/retry-loop"


def test_what_is_said_again_is_open_once() -> None:
    (end,) = open_ends(
        entries("next: deploy billing to staging", "next: deploy billing to staging!")
    )
    assert end.words.endswith("!")

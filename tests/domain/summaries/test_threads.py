"""Entries about one thing are found together, under its own name, without a model."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random
from uuid import UUID

import pytest

from companion.domain.entry import Entry, Source
from companion.domain.summaries.threads import Bond, find_threads


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


def test_a_channel_that_slack_made_a_link_of_is_not_the_tag_of_a_thread() -> None:
    given = [
        replace(entry, mentions={"C0OPS": "#ops"}) for entry in entries("told #ops", "asked #ops")
    ]
    assert find_threads(given) == ([], given)
    typed = entries("told #ops", "asked #ops")
    assert [thread.name for thread in find_threads(typed)[0]] == ["#ops"]


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

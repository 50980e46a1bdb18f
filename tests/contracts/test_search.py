"""Every store answers a search alike: newest first, and only what the query finds."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import uuid5

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from companion.domain.calendar import BEGINNING, END
from companion.domain.entry import NAMESPACE, Entry, Source
from companion.domain.search import QueryError, parse_query
from tests.contracts.conftest import Store

NOON = datetime(2026, 11, 22, 12, 0, 0, 123456, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
TEXTS = [
    "a loop that I retry",
    "the Retrying client of billing-sync",
    "went out #Deploy",
    "deploy of the loop to #general",
    "die GROSSE Schleife, some exact  words here",
    "from Łódź with smørrebrød, naïve café",
    "Ёжик в тумане",
    "東京都に行く",
    "나는 한국어",
    "मैं हिन्दी बोलता हूँ",
    "step ⑴ of PR #412, done by ½",
    "",
    "!?",
]


def entries(texts: Sequence[str], user_id: str = "U1") -> list[Entry]:
    """One a minute from noon on."""
    return [
        Entry(
            user_id=user_id,
            timestamp=NOON + number * MINUTE,
            text=text,
            log_id=uuid5(NAMESPACE, f"{user_id} {number}"),
            source=Source.TERMINAL,
        )
        for number, text in enumerate(texts)
    ]


async def search(
    store: Store,
    typed: str,
    since: datetime = BEGINNING,
    until: datetime = END,
    user_id: str = "U1",
) -> list[str]:
    found = store.search_logs(user_id, parse_query(typed), since, until)
    return [entry.text async for entry in found]


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("loop", [3, 0]),
        ("LOOP retr", [0]),
        ("retr", [1, 0]),
        ("etry", []),
        ("billing_sync", [1]),
        ('"exact words"', [4]),
        ("“exact words” größe", [4]),
        ('"words exact"', []),
        ("größe", [4]),
        ("große", [4]),
        ("loop -retry", [3]),
        ('loop -"loop that"', [3]),
        ("deploy", [3, 2]),
        ("tag:deploy", [2]),
        ("#deploy went", [2]),
        ("deploy -tag:deploy", [3]),
        ("deploy -tag:deploy -loop", []),
        ("went -of", [2]),
        ('the -"the loop" -client', []),
        ("lodz", [5]),
        ("SMORREBROD cafe", [5]),
        ("ежик", [6]),
        ("京都", [7]),
        ("都京", []),
        ("한국", [8]),
        ("हिन्दी", [9]),
        ("412", [10]),
        ("1", [10]),
        ("12", [10]),
        ("unheard", []),
    ],
)
async def test_each_script_quote_word_and_tag(store: Store, typed: str, found: list[int]) -> None:
    await store.write_logs(entries(TEXTS))
    assert await search(store, typed) == [TEXTS[number] for number in found]


async def test_only_the_window_is_searched_and_it_ends_before_until(store: Store) -> None:
    await store.write_logs(entries([f"loop {number}" for number in range(5)]))
    assert await search(store, "loop", NOON + MINUTE, NOON + 3 * MINUTE) == ["loop 2", "loop 1"]
    assert await search(store, "loop", NOON + MINUTE, NOON + MINUTE) == []
    assert await search(store, "loop", NOON + 3 * MINUTE, NOON) == []


async def test_the_first_and_the_last_year_are_searched_too(store: Store) -> None:
    first, last = entries(["loop one", "loop two"])
    first = replace(first, timestamp=BEGINNING)
    last = replace(last, timestamp=END)
    await store.write_logs([first, last])
    assert await search(store, "loop", BEGINNING, END) == ["loop one"]
    assert await search(store, "two", NOON, END) == []


async def test_an_edited_entry_is_found_by_its_new_words_alone(store: Store) -> None:
    (entry,) = entries(["the old words #before"])
    await store.write_log(entry)
    assert await search(store, "old") == ["the old words #before"]
    await store.write_log(replace(entry, text="the new ones #after", revision="1"))
    assert await search(store, "old") == await search(store, "tag:before") == []
    assert await search(store, "new") == await search(store, "tag:after") == ["the new ones #after"]


async def test_a_deleted_entry_is_not_found_and_a_restored_one_is(store: Store) -> None:
    kept, deleted = entries(["kept words", "deleted words"])
    await store.write_logs([kept, deleted])
    assert await search(store, "words") == ["deleted words", "kept words"]
    await store.delete_log("U1", deleted.timestamp, deleted.log_id)
    assert await search(store, "words") == ["kept words"]
    await store.restore_log(deleted)
    assert await search(store, "words") == ["deleted words", "kept words"]


async def test_nobody_finds_what_somebody_else_said(store: Store) -> None:
    await store.write_logs([*entries(["my words"]), *entries(["their words"], "U2")])
    assert await search(store, "words") == ["my words"]
    assert await search(store, "words", user_id="U2") == ["their words"]
    assert await search(store, "words", user_id="U3") == []
    await store.erase_user("U2")
    assert await search(store, "words") == ["my words"]
    assert await search(store, "words", user_id="U2") == []


async def test_a_channel_is_not_a_tag(store: Store) -> None:
    tag, channel = entries(["#general is a tag", "see #general"])
    channel = replace(channel, mentions={"C0TEAM": "#general"})
    await store.write_logs([tag, channel])
    assert await search(store, "tag:general") == ["#general is a tag"]
    assert await search(store, "general -tag:general") == ["see #general"]


async def test_many_are_found_in_order_also_by_a_short_beginning(store: Store) -> None:
    texts = [f"w{number:04} step" for number in range(450)]
    await store.write_logs(entries(texts))
    assert await search(store, "step") == texts[::-1]
    assert await search(store, "w") == texts[::-1]
    assert await search(store, "w step 0") == []
    assert await search(store, "w00 step") == texts[99::-1]


WORDS = st.sampled_from(
    ["ab", "abc", "B", "ß", "SS", "é", "e\u0301", "京", "都", "ι\u037a", "½", "⑴"]
)
MARKS = st.sampled_from(["", "", "-", '"', "tag:", "#"])
QUERIES = st.lists(st.tuples(MARKS, WORDS, WORDS), min_size=1, max_size=3)


@settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    st.lists(st.lists(WORDS, max_size=4).map(" #".join), max_size=6), st.lists(QUERIES, max_size=3)
)
async def test_a_store_narrows_down_but_the_query_decides(
    store: Store, texts: list[str], queries: list[list[tuple[str, str, str]]]
) -> None:
    await store.erase_user("U1")
    await store.write_logs(entries(texts))
    for pieces in queries:
        typed = " ".join(
            f'"{word} {other}"' if mark == '"' else f"{mark}{word}" for mark, word, other in pieces
        )
        try:
            query = parse_query(typed)
        except QueryError:
            continue
        expected = [text for text in reversed(texts) if query.matches(text)]
        assert await search(store, typed) == expected

"""Every promise about many entries: bulk writes, reading by pages, all users, erasing."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from companion.domain.entry import TICK, Entry
from companion.domain.jobs.job import Job, JobKind, job_id
from companion.errors import StoreError
from companion.ports import Erased, Tombstone
from tests.contracts.conftest import Store
from tests.contracts.test_log_store import (
    HOUR,
    NOON,
    USERS,
    entry,
    everything,
    log_id,
    on_one_store,
    texts,
)

FIRST, LAST = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)
DAY = date(2026, 11, 22)


def many(count: int, *, user: str = "U1") -> list[Entry]:
    return [entry(str(n), name=str(n), at=NOON + n * HOUR, user=user) for n in range(count)]


def job(user: str = "U1") -> Job:
    return Job(
        user_id=user,
        job_id=job_id(DAY, "prompt-1"),
        kind=JobKind.PROMPT,
        day=DAY,
        due=NOON,
        tz="Europe/Berlin",
    )


async def read(store: Store, user: str = "U1") -> list[Entry]:
    return [entry async for entry in store.read_logs(user, FIRST, LAST)]


async def tombstones(store: Store, user: str = "U1") -> list[Tombstone]:
    found = [tombstone async for tombstone in store.read_tombstones(user)]
    return sorted(found, key=lambda deletion: deletion.timestamp)


async def test_many_come_back_as_they_were_written(store: Store) -> None:
    written = many(40)
    assert await store.write_logs(written[::-1]) == 40
    assert await read(store) == written
    assert await everything(store) == written


async def test_an_empty_list_changes_nothing(store: Store) -> None:
    assert await store.write_logs([]) == 0


async def test_many_again_change_nothing(store: Store) -> None:
    await store.write_logs(many(10))
    assert await store.write_logs(many(12)) == 2
    assert await store.write_logs(many(12)) == 0
    assert await read(store) == many(12)


async def test_of_many_only_a_later_revision_replaces_a_text(store: Store) -> None:
    await store.write_logs([entry("one"), entry("two", name="second", revision="5")])
    changed = await store.write_logs(
        [entry("later", revision="7"), entry("earlier", name="second", revision="3")]
    )
    assert changed == 1
    assert sorted(await texts(store)) == ["later", "two"]


async def test_one_entry_twice_among_many_ends_with_its_last_revision(store: Store) -> None:
    said = [entry("first"), entry("second", revision="1"), entry("third", revision="2")]
    assert await store.write_logs(said) == 3
    assert await texts(store) == ["third"]


async def test_many_bring_back_no_deleted_entry(store: Store) -> None:
    await store.delete_log("U1", NOON, log_id("0"))
    assert await store.write_logs(many(3)) == 2
    assert await texts(store) == ["1", "2"]


async def test_many_at_one_timestamp_keep_their_order(store: Store) -> None:
    await store.write_log(entry("before", name="before"))
    said = [entry(str(n), name=str(n)) for n in range(9)]
    assert await store.write_logs(said) == 9
    assert await store.write_logs(said) == 0
    stored = await read(store)
    assert [entry.text for entry in stored] == ["before", *"012345678"]
    assert [entry.timestamp for entry in stored] == [NOON + n * TICK for n in range(10)]


async def test_many_may_be_of_several_users(store: Store) -> None:
    await store.write_logs([*many(2), *many(3, user="U2")])
    assert await read(store) == many(2)
    assert await read(store, "U2") == many(3, user="U2")


async def test_many_from_two_writers_at_once_are_all_stored_once(stores: list[Store]) -> None:
    one, other = await asyncio.gather(
        stores[0].write_logs(many(60)), stores[1].write_logs(many(60))
    )
    assert one + other == 60
    assert await read(stores[0]) == many(60)


async def test_half_a_character_among_many_is_an_error(store: Store) -> None:
    with pytest.raises(StoreError, match="Unicode"):
        await store.write_logs([*many(2), entry("half a \ud83e")])
    # Which of the others are stored by now is the store's own affair: the call completes them.
    await store.write_logs([*many(2), entry("whole")])
    assert sorted(await texts(store)) == ["0", "1", "whole"]


texts_at_moments = st.lists(
    st.tuples(st.text(max_size=20), st.integers(0, 3), st.sampled_from(["", "1", "2"])), max_size=20
)


@on_one_store
@given(said=texts_at_moments)
async def test_many_are_stored_as_they_would_be_one_by_one(
    store: Store, said: Sequence[tuple[str, int, str]]
) -> None:
    def entries(user: str) -> list[Entry]:
        return [
            entry(text, name=text + str(step), at=NOON + step * HOUR, user=user, revision=revision)
            for text, step, revision in said
        ]

    one_by_one, at_once = next(USERS), next(USERS)
    changed = sum([await store.write_log(each) for each in entries(one_by_one)])
    assert await store.write_logs(entries(at_once)) == changed
    assert [
        (each.timestamp, each.log_id, each.text, each.revision)
        for each in await read(store, at_once)
    ] == [
        (each.timestamp, each.log_id, each.text, each.revision)
        for each in await read(store, one_by_one)
    ]


async def test_pages_end_where_the_range_ends(store: Store) -> None:
    await store.write_logs(many(5))
    found = [each async for each in store.read_logs("U1", NOON + HOUR, NOON + 3 * HOUR)]
    assert found == many(5)[1:3]


async def test_reading_survives_a_deletion_meanwhile(store: Store) -> None:
    await store.write_logs(many(30))
    seen = []
    async for each in store.read_logs("U1", FIRST, LAST):
        seen.append(each.text)
        await store.delete_log("U1", each.timestamp, each.log_id)
    assert seen == [str(n) for n in range(30)]
    assert await read(store) == []


async def test_tombstones_come_with_their_timestamp_and_entries_do_not(store: Store) -> None:
    await store.write_logs(many(3))
    await store.delete_log("U1", NOON + HOUR, log_id("1"))
    await store.delete_log("U1", NOON + 9 * HOUR, log_id("unseen"))
    await store.delete_log("U2", NOON, log_id("another's"))
    assert await tombstones(store) == [
        Tombstone(NOON + HOUR, log_id("1")),
        Tombstone(NOON + 9 * HOUR, log_id("unseen")),
    ]


async def test_users_are_those_that_have_anything_stored(store: Store) -> None:
    assert await store.fetch_users() == []
    await store.write_logs(many(2, user="U3"))
    await store.save_job(job("U2"))
    await store.save_read_cursor("U1", "1763812800.000100")
    await store.delete_log("U4", NOON, log_id("unseen"))
    await everything(store, "U5")
    assert await store.fetch_users() == ["U1", "U2", "U3", "U4"]


async def test_erasing_removes_everything_of_one_user_and_says_how_much(
    stores: list[Store],
) -> None:
    for user in ("U1", "U2"):
        await stores[0].write_logs(many(70, user=user))
        await stores[0].delete_log(user, NOON, log_id("0"))
        await stores[0].save_job(job(user))
        await stores[0].save_read_cursor(user, "1763812800.000100")
    assert await stores[1].erase_user("U1") == Erased(
        entries=69, tombstones=1, jobs=1, read_cursors=1
    )

    assert await stores[0].fetch_users() == ["U2"]
    assert await read(stores[0]) == []
    assert await tombstones(stores[0]) == []
    assert await stores[0].fetch_jobs("U1", DAY, DAY + timedelta(days=1)) == []
    assert await stores[0].fetch_read_cursor("U1") is None
    assert await read(stores[0], "U2") == many(70, user="U2")[1:]
    assert await stores[0].fetch_jobs("U2", DAY, DAY + timedelta(days=1)) == [job("U2")]
    assert await stores[0].fetch_read_cursor("U2") == "1763812800.000100"


async def test_erasing_twice_removes_nothing_more_and_the_user_can_write_again(
    store: Store,
) -> None:
    await store.write_logs(many(2))
    await store.delete_log("U1", NOON, log_id("0"))
    await store.erase_user("U1")
    assert await store.erase_user("U1") == Erased()
    assert await store.write_logs(many(2)) == 2

"""Every promise about the last change and about undone deletions, on every store."""

from dataclasses import replace
from datetime import timedelta

import pytest

from companion.domain.change import UNDO_PERIOD, ChangeKind, EntryChange, deleted, logged
from companion.domain.entry import Source
from tests.contracts.conftest import Store
from tests.contracts.test_log_store import HOUR, NOON, entry, everything, texts

LONG_TEXT = "größer\nals “sonst” \x1b 🎉"


async def test_a_deleted_entry_comes_back_as_it_was_with_a_later_revision(store: Store) -> None:
    written = entry(LONG_TEXT)
    await store.write_log(written)
    await store.delete_log("U1", NOON, written.log_id)

    assert await store.restore_log(replace(written, revision="+")) is True
    assert await everything(store) == [replace(written, revision="+")]
    assert [tombstone async for tombstone in store.read_tombstones("U1")] == []

    # A late delivery of the first text changes nothing, and it can be edited and deleted again.
    assert await store.write_log(written) is False
    assert await store.write_log(entry("edited", revision="++")) is True
    assert await store.delete_log("U1", NOON, written.log_id) is True
    assert await everything(store) == []


async def test_only_a_tombstone_is_restored(store: Store) -> None:
    assert await store.restore_log(entry("never written")) is False
    await store.write_log(entry("there"))
    assert await store.restore_log(entry("another text", revision="9")) is False
    assert await texts(store) == ["there"]


async def test_an_entry_that_moved_on_by_a_microsecond_is_restored_in_its_place(
    store: Store,
) -> None:
    await store.write_log(entry("one"))
    await store.write_log(entry("two", name="second"))
    _, moved = await everything(store)
    await store.delete_log("U1", moved.timestamp, moved.log_id)

    assert await store.restore_log(replace(moved, revision="+")) is True
    assert await everything(store) == [entry("one"), replace(moved, revision="+")]


@pytest.mark.parametrize(
    "change",
    [
        logged(entry("words"), NOON),
        deleted(entry(LONG_TEXT, revision="7"), NOON),
        deleted(replace(entry("backdated"), logged_at=NOON + HOUR), NOON),
        deleted(replace(entry("an agent's"), source=Source.AGENT, agent="Claude Code"), NOON),
    ],
    ids=["log", "delete", "delete backdated", "delete an agent's"],
)
async def test_the_last_change_comes_back_as_it_was_saved(
    stores: list[Store], change: EntryChange
) -> None:
    assert await stores[0].fetch_change("U1", NOON) is None
    await stores[0].save_change(replace(change, kind=ChangeKind.UNDO))
    await stores[0].save_change(change)

    assert await stores[1].fetch_change("U1", NOON) == change
    assert await stores[1].fetch_change("U2", NOON) is None


async def test_a_change_is_gone_after_a_day_and_a_purge_removes_no_newer_one(store: Store) -> None:
    await store.save_change(deleted(entry(), NOON))
    await store.save_change(deleted(entry(user="U2"), NOON + HOUR))
    before, end = NOON + UNDO_PERIOD - timedelta(microseconds=1), NOON + UNDO_PERIOD

    await store.purge_changes(before)
    assert await store.fetch_change("U1", before) is not None
    assert await store.fetch_change("U1", end) is None
    await store.purge_changes(end)
    assert await store.fetch_change("U1", end) is None
    assert await store.fetch_change("U2", end) is not None


async def test_erasing_a_user_removes_the_last_change(store: Store) -> None:
    await store.save_change(deleted(entry(), NOON))
    assert await store.fetch_users() == ["U1"]

    await store.erase_user("U1")

    assert await store.fetch_change("U1", NOON) is None
    assert await store.fetch_users() == []

"""Entries from before there was a Slack ID: moved once, whole, and counted."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid5

import pytest

from companion.adapters.dynamodb import DynamoLogStore
from companion.adapters.sqlite import SqliteLogStore
from companion.domain.calendar import BEGINNING, END
from companion.domain.change import edited
from companion.domain.entry import NAMESPACE, Entry, Source
from companion.domain.person import LOCAL_USER
from companion.errors import StoreError
from companion.ports import Erased, Store
from companion.usecases.adopt import Adopt, Adopted, count_local
from tests.conftest import table
from tests.fakes import FakeClock

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
USER = "U0ADA"


def entry(number: int, user_id: str = LOCAL_USER) -> Entry:
    return Entry(
        user_id=user_id,
        timestamp=NOON + timedelta(minutes=number),
        text=f"entry {number}",
        log_id=uuid5(NAMESPACE, str(number)),
        source=Source.TERMINAL,
        tz="Europe/Berlin",
    )


@pytest.fixture(params=["one file", "file → table"])
async def sides(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[list[Store]]:
    """The file that has the entries, and the store that they are to be in."""
    async with AsyncExitStack() as stack:
        local = await stack.enter_async_context(SqliteLogStore.open(tmp_path / "memory.db"))
        if request.param == "one file":
            target = SqliteLogStore.open(tmp_path / "memory.db")
            yield [local, await stack.enter_async_context(target)]
        else:
            settings = request.getfixturevalue("dynamodb_settings")
            await stack.enter_async_context(table(settings))
            yield [local, await stack.enter_async_context(DynamoLogStore.open(**settings))]


async def test_entries_move_with_all_that_is_known_of_them(sides: list[Store]) -> None:
    local, target = sides
    entries = [entry(number) for number in range(3)]
    await local.write_logs(entries)
    await local.delete_log(LOCAL_USER, entries[1].timestamp, entries[1].log_id)
    change = edited(entries[0], replace(entries[0], text="other", revision="1"), NOON)
    await local.save_change(change)
    for name in ("pause", "day_start"):
        await local.save_preference(LOCAL_USER, name, "local")
    await target.save_preference(USER, "day_start", "in Slack")

    moved = await Adopt(local=local, target=target, clock=FakeClock(NOON))(USER)

    assert moved == Adopted(entries=2, new=2, left=0)
    assert await target.fetch_logs(USER, BEGINNING, END) == [entry(0, USER), entry(2, USER)]
    # What was deleted stays deleted, also when the same file is imported again.
    assert not await target.write_log(entry(1, USER))
    last = await target.fetch_change(USER, NOON)
    assert last == replace(change, user_id=USER, former=entry(0, USER))
    preferences = await target.fetch_preferences(USER)
    assert preferences == {"pause": "local", "day_start": "in Slack"}
    assert await count_local(local) == 0
    assert LOCAL_USER not in await local.fetch_users()


async def test_what_is_stored_under_both_is_not_doubled(sides: list[Store]) -> None:
    local, target = sides
    await local.write_logs([entry(0), entry(1)])
    await target.write_log(entry(0, USER))
    other = replace(entry(9, USER), timestamp=entry(1).timestamp)
    await target.write_log(other)

    moved = await Adopt(local=local, target=target, clock=FakeClock(NOON))(USER)

    assert moved == Adopted(entries=2, new=1, left=0)
    found = await target.fetch_logs(USER, BEGINNING, END)
    assert [each.text for each in found] == ["entry 0", "entry 9", "entry 1"]


async def test_an_interrupted_move_loses_nothing_and_can_be_repeated(sides: list[Store]) -> None:
    local, target = sides
    await local.write_logs([entry(0), entry(1)])

    class Interrupted(SqliteLogStore):
        async def erase_user(self, user_id: str) -> Erased:
            raise StoreError("the file", "power failed.")

    assert isinstance(local, SqliteLogStore)
    broken = Interrupted(local._connection, local._path)
    with pytest.raises(StoreError):
        await Adopt(local=broken, target=target, clock=FakeClock(NOON))(USER)
    assert await count_local(local) == 2

    moved = await Adopt(local=local, target=target, clock=FakeClock(NOON))(USER)
    assert moved == Adopted(entries=2, new=0, left=0)
    assert len(await target.fetch_logs(USER, BEGINNING, END)) == 2
    assert await count_local(local) == 0

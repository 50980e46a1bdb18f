"""The terminal edits and deletes every entry that is not a message in Slack."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest

from companion.adapters.sqlite import SqliteLogStore
from companion.domain.calendar import BEGINNING, END
from companion.domain.entry import Entry, Source
from companion.errors import CompanionError, OwnedBySlackError, UsageError
from companion.ports import LogStore
from companion.usecases.edit_delete import EntryEditor
from tests.fakes import FakeClock

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)


def entry(number: int, source: Source = Source.TERMINAL, days_ago: float = 0) -> Entry:
    return Entry(
        user_id="U1",
        timestamp=NOW - timedelta(days=days_ago),
        text=f"entry {number}",
        log_id=UUID(f"{number:08x}-0000-4000-8000-{number:012x}"),
        source=source,
    )


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[LogStore]:
    async with SqliteLogStore.open(tmp_path / "memory.db") as store:
        yield store


@pytest.fixture
def editor(store: LogStore) -> EntryEditor:
    return EntryEditor(user_id="U1", store=store, clock=FakeClock(NOW))


async def texts(store: LogStore) -> list[str]:
    return [entry.text for entry in await store.fetch_logs("U1", BEGINNING, END)]


@pytest.mark.parametrize("source", [Source.TERMINAL, Source.COMMAND])
@pytest.mark.parametrize("name", ["last", "00000002", "0000-0002", str(entry(2).log_id).upper()])
async def test_an_entry_is_edited_and_deleted_by_any_of_its_names(
    store: LogStore, editor: EntryEditor, source: Source, name: str
) -> None:
    await store.write_logs([entry(1, days_ago=1), entry(2, source)])
    assert (await editor.edit(name, "better")).text == "better"
    assert await texts(store) == ["entry 1", "better"]
    assert (await editor.delete(name)).text == "better"
    assert await texts(store) == ["entry 1"]


async def test_a_command_that_slack_delivers_again_undoes_no_edit_and_no_deletion(
    store: LogStore, editor: EntryEditor
) -> None:
    said = entry(1, Source.COMMAND)
    await store.write_log(said)
    await editor.edit("last", "better")
    assert await store.write_log(said) is False
    assert await texts(store) == ["better"]
    await editor.delete("last")
    assert await store.write_log(said) is False
    assert await texts(store) == []


async def test_edits_follow_each_other_even_if_the_clock_stops_or_goes_back(
    store: LogStore, editor: EntryEditor
) -> None:
    await store.write_log(entry(1))
    for text in ("one", "two", "three"):
        await editor.edit("last", text)
    await replace(editor, clock=FakeClock(NOW - timedelta(days=1))).edit("00000001", "four")
    assert await texts(store) == ["four"]


@pytest.mark.parametrize("source", [Source.MESSAGE, Source.REPLY])
async def test_messages_in_the_direct_message_can_be_changed_only_in_slack(
    store: LogStore, editor: EntryEditor, source: Source
) -> None:
    await store.write_logs([entry(1, days_ago=1), entry(2, source)])
    with pytest.raises(OwnedBySlackError, match="edit it in Slack"):
        await editor.edit("last", "x")
    with pytest.raises(OwnedBySlackError, match="delete it in Slack"):
        await editor.delete("00000002")
    assert await texts(store) == ["entry 1", "entry 2"]


async def test_the_last_entry_may_be_years_old(store: LogStore, editor: EntryEditor) -> None:
    await store.write_logs([entry(1, days_ago=3000), entry(2, days_ago=2000)])
    assert (await editor.delete("last")).text == "entry 2"


async def test_ids_that_are_too_short_or_unknown_are_refused_with_what_to_type(
    store: LogStore, editor: EntryEditor
) -> None:
    with pytest.raises(UsageError, match="nothing is logged yet"):
        await editor.delete("last")
    await store.write_logs([entry(0x10, days_ago=1), entry(0x11)])
    with pytest.raises(UsageError, match="2 entries begin with 0000001"):
        await editor.delete("0000001")
    with pytest.raises(UsageError, match="No entry begins with"):
        await editor.delete("ffff")
    for unlike in ("000", "latest", "", "%"):
        with pytest.raises(UsageError, match="is not the id"):
            await editor.delete(unlike)
    assert len(await texts(store)) == 2
    assert entry(0x11).short_id == "00000011"


async def test_an_entry_that_is_deleted_meanwhile_is_not_reported_as_changed(
    store: LogStore, editor: EntryEditor
) -> None:
    await store.write_log(entry(1))

    found = await editor.find("last", "edit")
    await store.delete_log("U1", found.timestamp, found.log_id)

    async def as_found(*_: object) -> Entry:
        return found

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(EntryEditor, "find", as_found)
        for change in (editor.delete("last"), editor.edit("last", "x")):
            with pytest.raises(CompanionError, match="Look at it again"):
                await change


async def test_an_entry_that_is_to_come_is_not_the_last_one(
    store: LogStore, editor: EntryEditor
) -> None:
    await store.write_logs([entry(1), entry(2, days_ago=-30), entry(3, days_ago=-1 / 24)])
    assert (await editor.delete("last")).text == "entry 1"
    with pytest.raises(UsageError):
        await editor.delete("last")
    assert await texts(store) == ["entry 3", "entry 2"]


async def test_a_command_of_this_second_is_the_last_one_though_slacks_clock_is_ahead(
    store: LogStore, editor: EntryEditor
) -> None:
    await store.write_logs([entry(1), entry(2, Source.COMMAND, days_ago=-5 / 86_400)])
    assert (await editor.delete("last")).text == "entry 2"


async def test_a_text_that_is_too_long_is_refused_and_changes_nothing(
    store: LogStore, editor: EntryEditor
) -> None:
    await store.write_log(entry(1))
    with pytest.raises(UsageError, match="300 KB at most"):
        await editor.edit("last", "x" * 307_201)
    assert await texts(store) == ["entry 1"]

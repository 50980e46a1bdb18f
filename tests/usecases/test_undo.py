"""Undo takes back the last change, once, and only what nobody has changed since."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from companion.domain.calendar import BEGINNING, END
from companion.domain.change import ChangeKind, EntryChange
from companion.domain.entry import AT_A_PRESS, Entry, Source
from companion.errors import StoreError, UndoError
from companion.usecases.capture_typed import CaptureTyped
from companion.usecases.edit_delete import EntryEditor
from companion.usecases.undo import Undo
from tests.memory_store import MemoryLogStore

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
BERLIN = ZoneInfo("Europe/Berlin")


@dataclass
class Hands:
    """Types commands, a minute apart."""

    store: MemoryLogStore
    time: datetime = NOON

    def now(self) -> datetime:
        self.time += timedelta(minutes=1)
        return self.time

    async def log(self, text: str, at: datetime | None = None) -> Entry:
        capture = CaptureTyped(store=self.store, clock=self)
        return await capture("U1", text, UUID(int=len(text)), BERLIN, at)

    def editor(self) -> EntryEditor:
        return EntryEditor(user_id="U1", store=self.store, clock=self)

    async def undo(self) -> tuple[ChangeKind, str]:
        undone = await Undo(user_id="U1", store=self.store, clock=self)()
        return undone.kind, undone.entry.text

    async def texts(self) -> list[str]:
        return [each.text for each in await self.store.fetch_logs("U1", BEGINNING, END)]


@pytest.fixture
def hands() -> Hands:
    return Hands(MemoryLogStore())


def by(source: Source, text: str, moment: datetime) -> Entry:
    return Entry(user_id="U1", timestamp=moment, text=text, log_id=UUID(int=99), source=source)


async def test_a_log_an_edit_and_a_deletion_are_taken_back(hands: Hands) -> None:
    await hands.log("one")
    assert await hands.undo() == (ChangeKind.LOG, "one")
    assert await hands.texts() == []

    await hands.log("first")
    await hands.editor().edit("last", "second")
    assert await hands.undo() == (ChangeKind.EDIT, "first")
    assert await hands.texts() == ["first"]

    await hands.editor().delete("last")
    assert await hands.texts() == []
    assert await hands.undo() == (ChangeKind.DELETE, "first")
    assert await hands.texts() == ["first"]


async def test_an_undo_cannot_be_undone_and_undoes_no_earlier_change(hands: Hands) -> None:
    await hands.log("one")
    await hands.editor().edit("last", "two")
    await hands.undo()

    with pytest.raises(UndoError, match="undone already"):
        await hands.undo()
    assert await hands.texts() == ["one"]


async def test_without_a_change_there_is_nothing_to_undo(hands: Hands) -> None:
    with pytest.raises(UndoError, match="no change to undo"):
        await hands.undo()


async def test_a_change_of_yesterday_is_not_undone(hands: Hands) -> None:
    await hands.log("one")
    await hands.editor().delete("last")
    hands.time += timedelta(hours=24)

    with pytest.raises(UndoError, match="no change to undo"):
        await hands.undo()


@pytest.mark.parametrize("source", sorted(AT_A_PRESS))
async def test_the_last_command_or_press_is_taken_back_though_nothing_recorded_it(
    hands: Hands, source: Source
) -> None:
    await hands.log("earlier")
    await hands.store.write_log(by(source, "by /log", hands.now()))

    assert await hands.undo() == (ChangeKind.LOG, "by /log")
    assert await hands.texts() == ["earlier"]
    with pytest.raises(UndoError, match="undone already"):
        await hands.undo()


@pytest.mark.parametrize("source", [Source.MESSAGE, Source.REPLY])
async def test_a_message_in_slack_is_not_undone(hands: Hands, source: Source) -> None:
    await hands.log("typed")
    await hands.store.write_log(by(source, "said", hands.now()))

    assert await hands.undo() == (ChangeKind.LOG, "typed")
    assert await hands.texts() == ["said"]


async def logged_and_changed(hands: Hands) -> None:
    entry = await hands.log("one")
    await hands.store.write_log(replace(entry, text="elsewhere", revision="9"))


async def logged_and_deleted(hands: Hands) -> None:
    entry = await hands.log("one")
    await hands.store.delete_log("U1", entry.timestamp, entry.log_id)


async def deleted_and_restored(hands: Hands) -> None:
    entry = await hands.log("one")
    await hands.editor().delete("last")
    await hands.store.restore_log(entry)


@pytest.mark.parametrize("prepare", [logged_and_changed, logged_and_deleted, deleted_and_restored])
async def test_what_was_changed_since_is_left_as_it_is(
    hands: Hands, prepare: Callable[[Hands], object]
) -> None:
    await prepare(hands)  # type: ignore[misc]
    before = await hands.texts()

    with pytest.raises(UndoError, match="changed again"):
        await hands.undo()
    assert await hands.texts() == before


async def test_a_change_that_was_recorded_but_never_made_is_not_undone(
    hands: Hands, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fails(*_: object) -> bool:
        raise StoreError("memory", "full.")

    await hands.log("one")
    with monkeypatch.context() as broken:
        broken.setattr(MemoryLogStore, "write_log", fails)
        with pytest.raises(StoreError):
            await hands.editor().edit("last", "two")

    with pytest.raises(UndoError):
        await hands.undo()
    assert await hands.texts() == ["one"]


async def test_an_undo_that_cannot_be_recorded_is_not_reported_as_failed(
    hands: Hands, monkeypatch: pytest.MonkeyPatch
) -> None:
    await hands.log("one")
    await hands.editor().edit("last", "two")

    async def fails(self: MemoryLogStore, change: EntryChange) -> None:
        raise StoreError("memory", "full.")

    monkeypatch.setattr(MemoryLogStore, "save_change", fails)
    assert await hands.undo() == (ChangeKind.EDIT, "one")
    with pytest.raises(UndoError, match="changed again"):
        await hands.undo()


async def test_no_words_are_left_after_an_undo(hands: Hands) -> None:
    await hands.log("one")
    await hands.editor().edit("last", "two")
    await hands.undo()

    change = await hands.store.fetch_change("U1", hands.now())
    assert change is not None
    assert change.former is None


async def test_a_backdated_log_is_taken_back_by_when_it_was_typed(hands: Hands) -> None:
    await hands.log("typed first")
    await hands.log("typed second, of last week", at=NOON - timedelta(days=7))
    assert await hands.undo() == (ChangeKind.LOG, "typed second, of last week")
    assert await hands.texts() == ["typed first"]


@pytest.mark.parametrize("days", [0, 7, 4000])
async def test_a_backdated_command_counts_from_when_it_was_typed(hands: Hands, days: int) -> None:
    await hands.log("typed first")
    command = by(Source.COMMAND, "/log @…", NOON - timedelta(days=days))
    await hands.store.write_log(replace(command, logged_at=hands.now()))
    assert await hands.undo() == (ChangeKind.LOG, "/log @…")
    assert await hands.texts() == ["typed first"]


async def test_a_backdated_command_that_was_typed_earlier_is_not_the_last_change(
    hands: Hands,
) -> None:
    command = by(Source.COMMAND, "/log @…", NOON - timedelta(days=7))
    await hands.store.write_log(replace(command, logged_at=hands.now()))
    await hands.log("typed last")
    assert await hands.undo() == (ChangeKind.LOG, "typed last")


async def test_last_is_what_was_typed_last(hands: Hands) -> None:
    await hands.log("of now, typed first")
    await hands.log("of last year, typed second", at=NOON - timedelta(days=365))
    edited = await hands.editor().edit("last", "edited")
    assert edited.timestamp == NOON - timedelta(days=365)
    await hands.log("of now, the third")
    assert (await hands.editor().delete("last")).text == "of now, the third"
    assert (await hands.editor().delete("last")).text == "edited"
    assert await hands.undo() == (ChangeKind.DELETE, "edited")
    assert (await hands.editor().delete("last")).logged_at == edited.logged_at

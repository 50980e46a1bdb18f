"""What people do in the Home tab with an entry of today: edit, delete, and take that back."""

from dataclasses import dataclass

from companion.domain.change import ChangeKind
from companion.domain.entry import MAX_TICKS_MOVED, TICK, Entry
from companion.domain.home import parse_key
from companion.errors import UndoError, UsageError
from companion.ports import Clock, LogStore
from companion.texts import slack as texts
from companion.usecases.edit_delete import EntryEditor
from companion.usecases.undo import Undo


@dataclass(frozen=True, slots=True, kw_only=True)
class HomeChanges:
    """Names entries by their keys. Every method raises CompanionError with words for the person
    where nothing was changed."""

    user_id: str
    store: LogStore
    clock: Clock

    async def find(self, key: str) -> Entry:
        """The entry as it is now. UsageError where it is gone."""
        try:
            timestamp, log_id = parse_key(key)
        except ValueError:
            raise UsageError(texts.ENTRY_GONE) from None
        until = timestamp + MAX_TICKS_MOVED * TICK
        for entry in await self.store.fetch_logs(self.user_id, timestamp, until):
            if entry.log_id == log_id:
                return entry
        raise UsageError(texts.ENTRY_GONE)

    async def edit(self, key: str, text: str) -> Entry:
        """Replace its text; the same text again changes nothing."""
        entry = await self.find(key)
        return entry if entry.text == text else await self._editor().change(entry, text)

    async def delete(self, key: str) -> Entry | None:
        """Delete it; what it was. None where it was deleted before."""
        try:
            entry = await self.find(key)
        except UsageError:
            return None
        return await self._editor().remove(entry)

    async def undo(self, key: str) -> Entry:
        """Take the deletion of that entry back, unless something else was changed since; the
        entry. Safe to repeat."""
        _, log_id = parse_key(key)
        last = await self.store.fetch_change(self.user_id, self.clock.now())
        if last is not None and last.log_id == log_id:
            if last.kind is ChangeKind.DELETE:
                undo = Undo(user_id=self.user_id, store=self.store, clock=self.clock)
                return (await undo()).entry
            if last.kind is ChangeKind.UNDO:
                return await self.find(key)
        raise UndoError(texts.HOME_CHANGED_SINCE)

    def _editor(self) -> EntryEditor:
        return EntryEditor(user_id=self.user_id, store=self.store, clock=self.clock)

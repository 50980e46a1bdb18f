"""Undo: take back the last log, edit or deletion of an entry that has no message in Slack."""

import logging
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from companion.domain.calendar import CLOCK_SKEW
from companion.domain.change import UNDO_PERIOD, ChangeKind, EntryChange, logged, undone
from companion.domain.entry import AT_A_PRESS, Entry, next_revision
from companion.errors import StoreError, UndoError
from companion.ports import Clock, LogStore
from companion.texts import terminal as texts

logger = logging.getLogger(__name__)

NEAR = timedelta(seconds=1)
"""An entry's key is at most this far behind the timestamp that it was written with."""


@dataclass(frozen=True, slots=True)
class Undone:
    """What was undone, and the entry: as it is now, or as it was before a log was undone."""

    kind: ChangeKind
    entry: Entry


@dataclass(frozen=True, slots=True, kw_only=True)
class Undo:
    """`companion undo`."""

    user_id: str
    store: LogStore
    clock: Clock

    async def __call__(self) -> Undone:
        """Take the last change back. Raises UndoError if there is none, or if it cannot be."""
        now = self.clock.now()
        change = await self._last_change(now)
        result = Undone(change.kind, await self._take_back(change))
        try:
            await self.store.save_change(undone(change, now))
        except StoreError:
            # It is done. A second undo finds that, because the entry is not as it was.
            logger.warning("undo.not_recorded", extra={"log_id": change.log_id})
        return result

    async def _last_change(self, now: datetime) -> EntryChange:
        """The last recorded one, or a later `/log` or press, which is not recorded."""
        recorded = await self.store.fetch_change(self.user_id, now)
        since = recorded.changed_at if recorded else now - UNDO_PERIOD
        until = now + CLOCK_SKEW
        later = [
            entry
            for entry in (
                *await self.store.fetch_logs(self.user_id, since, until),
                *await self.store.fetch_backdated(self.user_id, since),
            )
            if entry.source in AT_A_PRESS and since < entry.typed_at < until
        ]
        if later:
            last = max(later, key=lambda entry: entry.typed_at)
            return logged(last, last.typed_at)
        if recorded is None:
            raise UndoError(texts.NOTHING_TO_UNDO)
        if recorded.kind is ChangeKind.UNDO:
            raise UndoError(texts.UNDONE_ALREADY)
        return recorded

    async def _take_back(self, change: EntryChange) -> Entry:
        if change.kind is ChangeKind.DELETE:
            return await self._restore(change)
        entry = await self._as_changed(change)
        if change.former is None:
            if await self.store.delete_log(self.user_id, entry.timestamp, entry.log_id):
                return entry
        else:
            former = change.former.text
            edited = replace(entry, text=former, revision=next_revision(entry.revision))
            if await self.store.write_log(edited):
                return edited
        raise UndoError(texts.CHANGED_SINCE)

    async def _restore(self, change: EntryChange) -> Entry:
        assert change.former is not None  # noqa: S101 -- a deletion has what it deleted
        # Later than the deleted text, so that a late write of that one changes nothing.
        revision = next_revision(change.former.revision)
        restored = replace(change.former, revision=revision)
        if not await self.store.restore_log(restored):
            raise UndoError(texts.CHANGED_SINCE)
        return restored

    async def _as_changed(self, change: EntryChange) -> Entry:
        """The entry, if nothing has changed it after this change."""
        near = await self.store.fetch_logs(self.user_id, change.timestamp, change.timestamp + NEAR)
        for entry in near:
            if entry.log_id == change.log_id and entry.revision == change.revision:
                return entry
        raise UndoError(texts.CHANGED_SINCE)

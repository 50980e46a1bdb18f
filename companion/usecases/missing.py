"""Entries whose messages are missing in Slack: deleted one by one, or held for a decision."""

import logging
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from companion.domain.entry import Entry
from companion.domain.missing import (
    MAX_AGE,
    Missing,
    MissingEntries,
    entries_from_json,
    entries_to_json,
    is_suspicious,
    missing_from_json,
    missing_to_json,
)
from companion.ports import Clock, LogStore

log = logging.getLogger(__name__)

HELD_NOTE = "missing"
KEPT_NOTE = "kept"


@dataclass(frozen=True, slots=True, kw_only=True)
class MissingMessages:
    """What is held for the person's decision, and what the person decided to keep."""

    user_id: str
    store: LogStore
    clock: Clock

    async def held(self) -> MissingEntries | None:
        """The entries that wait for a decision."""
        text = await self.store.fetch_note(self.user_id, HELD_NOTE)
        return missing_from_json(text) if text else None

    async def kept(self) -> frozenset[UUID]:
        """The entries that stay although their messages are missing."""
        return frozenset(await self._kept())

    async def keep(self) -> int:
        """Keep what is held for good; how many entries that are."""
        held = await self.held()
        if held is None:
            return 0
        kept = {**await self._kept(), **held.entries}
        await self.store.save_note(self.user_id, KEPT_NOTE, entries_to_json(kept))
        await self._release()
        return len(held.entries)

    async def delete(self) -> int:
        """Delete what is held; how many entries that were."""
        held = await self.held()
        if held is None:
            return 0
        deleted = [
            await self.store.delete_log(self.user_id, timestamp, log_id)
            for log_id, timestamp in held.entries.items()
        ]
        await self._release()
        return sum(deleted)

    async def hold(
        self, gone: Collection[Entry], elsewhere: Collection[Entry], expected: int
    ) -> bool:
        """Hold what one reading did not find, if that is too much to be the person's doing.

        `gone` are messages that are not in the direct message, `elsewhere` those of another one,
        and `expected` is how many messages there should have been.
        """
        if not any(is_suspicious(len(each), expected) for each in (gone, elsewhere)):
            return False
        other_channel = len(elsewhere) > len(gone)
        log.warning("readback.missing count=%d expected=%d", len(gone) + len(elsewhere), expected)
        missing = MissingEntries(
            found_at=self.clock.now(),
            entries=_identities([*gone, *elsewhere]),
            other_channel=other_channel,
        )
        await self._save(missing)
        return True

    async def look_again(
        self, held: MissingEntries, gone: Collection[Entry], read: Collection[UUID]
    ) -> None:
        """Bring what is held to what another reading found: where Slack shows one of the messages
        again, nothing is held, and the next reading judges anew."""
        if any(log_id in held.entries for log_id in read):
            await self._release()
        elif gone:
            await self._save(replace(held, entries={**held.entries, **_identities(gone)}))

    async def _kept(self) -> dict[UUID, datetime]:
        text = await self.store.fetch_note(self.user_id, KEPT_NOTE)
        return dict(entries_from_json(text, self.clock.now() - MAX_AGE))

    async def _save(self, missing: MissingEntries) -> None:
        await self.store.save_note(self.user_id, HELD_NOTE, missing_to_json(missing))

    async def _release(self) -> None:
        await self.store.save_note(self.user_id, HELD_NOTE, "")


def _identities(entries: Collection[Entry]) -> Missing:
    return {entry.log_id: entry.timestamp for entry in entries}

"""Captures what a coding agent logs for the person: a call that is repeated is one entry."""

import asyncio
from dataclasses import dataclass, field, replace
from datetime import datetime
from uuid import UUID, uuid5
from zoneinfo import ZoneInfo

from companion.domain.entry import (
    MAX_TICKS_MOVED,
    NAMESPACE,
    TICK,
    Entry,
    Source,
    check_text,
    format_timestamp,
    parse_timestamp,
)
from companion.errors import UsageError
from companion.ports import Clock, LogStore


@dataclass(frozen=True, slots=True)
class AgentLogged:
    """The entry that is stored. `is_new` is False where an earlier call stored it."""

    entry: Entry
    is_new: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CaptureAgent:
    """What an agent logs.

    It does not become the person's last change: `companion undo` stays theirs, and `companion
    delete` takes the entry's id.
    """

    store: LogStore
    clock: Clock
    _lock: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def __call__(
        self,
        user_id: str,
        text: str,
        agent: str,
        log_id: UUID,
        zone: ZoneInfo,
        at: datetime | None = None,
        key: str | None = None,
    ) -> AgentLogged:
        """The stored entry: of now, or of the moment `at`. The same `key` from the same agent
        again is the same entry, and changes nothing. Raises StoreError, TextTooLongError, and
        UsageError for no text and for an entry that was deleted."""
        if not text.strip():
            raise UsageError("There is no text. Nothing was stored.")
        now = self.clock.now()
        entry = Entry(
            user_id=user_id,
            timestamp=at or now,
            text=check_text(text.strip()),
            log_id=log_id,
            source=Source.AGENT,
            tz=zone.key,
            logged_at=now if at else None,
            agent=agent or None,
        )
        if not key:
            await self.store.write_log(entry)
            return AgentLogged(entry, is_new=True)
        async with self._lock:  # a call may be repeated before the first one is done
            return await self._once(entry, uuid5(NAMESPACE, f"agent:{agent}:{key}"))

    async def _once(self, entry: Entry, log_id: UUID) -> AgentLogged:
        """A store finds an entry again by its moment, so that of the first call is kept."""
        name = f"agent-{log_id}"
        if kept := await self.store.fetch_note(entry.user_id, name):
            moment = parse_timestamp(kept)
        else:
            moment = entry.timestamp
            await self.store.save_note(entry.user_id, name, format_timestamp(moment))
        entry = replace(entry, log_id=log_id, timestamp=moment)
        is_new = await self.store.write_log(entry)
        until = moment + MAX_TICKS_MOVED * TICK
        for stored in await self.store.fetch_logs(entry.user_id, moment, until):
            if stored.log_id == log_id:
                return AgentLogged(stored, is_new)
        raise UsageError("The entry with that key was deleted. Use another key.")

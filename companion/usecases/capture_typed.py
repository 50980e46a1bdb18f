"""Captures what is typed in the terminal: each text becomes one entry.

Beside `capture.py`, because `companion log` need not wait for what reads the moment in a text.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from companion.domain.change import logged
from companion.domain.entry import Entry, Source, check_text
from companion.ports import Clock, LogStore


@dataclass(frozen=True, slots=True, kw_only=True)
class CaptureTyped:
    """`companion log`."""

    store: LogStore
    clock: Clock

    async def __call__(
        self, user_id: str, text: str, log_id: UUID, zone: ZoneInfo, at: datetime | None = None
    ) -> Entry:
        """The stored entry: of now, or of the moment `at`."""
        now = self.clock.now().astimezone(UTC)
        entry = Entry(
            user_id=user_id,
            timestamp=at or now,
            text=check_text(text),
            log_id=log_id,
            source=Source.TERMINAL,
            tz=zone.key,
            logged_at=now if at else None,
        )
        await self.store.save_change(logged(entry, now))
        await self.store.write_log(entry)
        return entry

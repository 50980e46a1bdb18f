"""Captures what is typed, after `/log` or in the terminal: each command becomes one entry."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from uuid import UUID
from zoneinfo import ZoneInfo

from companion.domain.change import logged
from companion.domain.entry import (
    Entry,
    Source,
    check_text,
    command_log_id,
    command_timestamp,
    is_too_long,
)
from companion.errors import StoreError
from companion.ports import Clock, LogStore


class Refusal(StrEnum):
    """Why a command stored nothing."""

    EMPTY = "empty"
    NOT_ALLOWED = "not_allowed"
    TOO_LONG = "too_long"


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """A slash command. `signed_s` is the second that Slack signed, in Unix time; None for a command
    from Socket Mode, which is not signed."""

    user_id: str
    text: str
    trigger_id: str
    signed_s: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CaptureCommand:
    """`/log`. `tz` is asked for the user's zone, if it is known without a request. `timeout_s` is
    how long the store may take before the user is told."""

    store: LogStore
    clock: Clock
    tz: Callable[[], str | None] = lambda: None
    allowed: frozenset[str] | None = None
    timeout_s: float = 2.0

    async def __call__(self, command: Command) -> Entry | Refusal:
        """The stored entry, or why there is none. Raises StoreError if storing took too long."""
        if self.allowed is not None and command.user_id not in self.allowed:
            return Refusal.NOT_ALLOWED
        if not command.text.strip():
            return Refusal.EMPTY
        if is_too_long(command.text):
            return Refusal.TOO_LONG
        try:
            async with asyncio.timeout(self.timeout_s):
                return await self._store(command)
        except TimeoutError as error:
            raise StoreError("The store", "it did not answer in time.") from error

    async def _store(self, command: Command) -> Entry:
        log_id = command_log_id(command.trigger_id)
        signed_s = command.signed_s
        if signed_s is None:
            now = self.clock.now()
            if earlier := await self._delivered_before(command.user_id, log_id, now):
                return earlier
            signed_s = int(now.timestamp())
        entry = Entry(
            user_id=command.user_id,
            timestamp=command_timestamp(signed_s, log_id),
            text=command.text,
            log_id=log_id,
            source=Source.COMMAND,
            tz=self.tz(),
        )
        await self.store.write_log(entry)
        return entry

    async def _delivered_before(self, user_id: str, log_id: UUID, now: datetime) -> Entry | None:
        # Without a signed second, a second delivery gets another key: look for the first one.
        around = timedelta(minutes=5)
        entries = await self.store.fetch_logs(user_id, now - around, now + around)
        return next((entry for entry in entries if entry.log_id == log_id), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class CaptureTyped:
    """`companion log`."""

    store: LogStore
    clock: Clock

    async def __call__(self, user_id: str, text: str, log_id: UUID, zone: ZoneInfo) -> Entry:
        entry = Entry(
            user_id=user_id,
            timestamp=self.clock.now().astimezone(UTC),
            text=check_text(text),
            log_id=log_id,
            source=Source.TERMINAL,
            tz=zone.key,
        )
        await self.store.save_change(logged(entry, entry.timestamp))
        await self.store.write_log(entry)
        return entry

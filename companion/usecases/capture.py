"""Captures what is typed after `/log`: each command becomes one entry."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from companion.domain.entry import (
    EPOCH,
    Entry,
    Source,
    command_log_id,
    command_timestamp,
    is_too_long,
)
from companion.domain.moment import Extent, MomentError, ZoneUnknownError
from companion.errors import StoreError
from companion.ports import Clock, LogStore
from companion.usecases.person_times import PersonTimes

AROUND = timedelta(minutes=5)
"""Within this time Slack delivers a command again."""


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


@dataclass(frozen=True, slots=True)
class Logged:
    """A stored entry. `is_noon` is set where a day alone was typed as its moment."""

    entry: Entry
    is_noon: bool = False


@dataclass(frozen=True, slots=True)
class MomentRefusal:
    """Why the moment before a command's text was not taken: nothing is stored."""

    reason: str
    zone_unknown: bool


def _unknown(_: str) -> None:
    """Nobody knows where that person is."""


type _Place = tuple[ZoneInfo | None, time]
"""Somebody's zone, if it is known, and when their days begin."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CaptureCommand:
    """`/log`. `zone_of` says where a person is, if that is known without asking anybody. Their
    days begin at `day_start`. `timeout_s` is how long the store may take before the user is told.
    `times` knows more of where people are, for a moment that needs it.
    """

    store: LogStore
    clock: Clock
    zone_of: Callable[[str], ZoneInfo | None] = _unknown
    day_start: time = time()
    allowed: frozenset[str] | None = None
    timeout_s: float = 2.0
    times: PersonTimes | None = None

    async def __call__(self, command: Command) -> Logged | Refusal | MomentRefusal:
        """The stored entry, or why there is none. Raises StoreError if storing took too long."""
        if self.allowed is not None and command.user_id not in self.allowed:
            return Refusal.NOT_ALLOWED
        if not command.text.strip():
            return Refusal.EMPTY
        if is_too_long(command.text):
            return Refusal.TOO_LONG
        # Without a signed second, it is read by this machine's clock.
        signed_s = command.signed_s
        if signed_s is None:
            signed_s = int(self.clock.now().timestamp())
        try:
            async with asyncio.timeout(self.timeout_s):
                try:
                    captured, place = await self._captured(command, signed_s)
                except MomentError as error:
                    unknown = isinstance(error, ZoneUnknownError)
                    return MomentRefusal(str(error), zone_unknown=unknown)
                if not captured.entry.text:
                    return Refusal.EMPTY
                if command.signed_s is None and (
                    earlier := await self._earlier(command, captured, place)
                ):
                    return earlier
                await self.store.write_log(captured.entry)
                return captured
        except TimeoutError as error:
            raise StoreError("The store", "it did not answer in time.") from error

    async def _captured(self, command: Command, signed_s: int) -> tuple[Logged, "_Place"]:
        """The entry, and where the person is. The store is asked that only if a moment needs it
        and nothing else says it."""
        place: _Place = self.zone_of(command.user_id), self.day_start
        try:
            return self._logged(command, signed_s, place), place
        except ZoneUnknownError:
            if self.times is None:
                raise
        here = await self.times.of(command.user_id)
        place = here.zone if here.is_known else None, here.day_start
        return self._logged(command, signed_s, place), place

    def _logged(self, command: Command, signed_s: int, place: "_Place") -> Logged:
        """The entry that a command is. All of it comes from what Slack sent, so that each delivery
        of it is the same. MomentError for a moment that is not understood or is to come."""
        log_id, (zone, day_start) = command_log_id(command.trigger_id), place
        entry = Entry(
            user_id=command.user_id,
            timestamp=command_timestamp(signed_s, log_id),
            text=command.text,
            log_id=log_id,
            source=Source.COMMAND,
            tz=zone.key if zone else None,
        )
        if not command.text.lstrip().startswith("@"):
            return Logged(entry)
        # The grammar of moments is imported when one is typed: the first `/log` does not wait.
        from companion.domain.backdating import past_moment, split_backdated
        from companion.domain.moments import Moments

        moments = Moments(EPOCH + timedelta(seconds=signed_s), zone, day_start)
        backdated = split_backdated(command.text.strip(), moments)
        if backdated is None:
            return Logged(entry)
        at_s = int(past_moment(backdated.moment, moments.now).timestamp())
        return Logged(
            replace(
                entry,
                timestamp=command_timestamp(at_s, log_id),
                text=backdated.text,
                logged_at=entry.timestamp,
            ),
            is_noon=backdated.moment.extent is Extent.DAY,
        )

    async def _earlier(self, command: Command, captured: Logged, place: "_Place") -> Logged | None:
        """What an earlier delivery stored. Without a signed second it has another key."""
        earliest = captured.entry.timestamp
        with suppress(MomentError):
            earlier_s = int((captured.entry.typed_at - AROUND).timestamp())
            then = self._logged(command, earlier_s, place)
            earliest = min(earliest, then.entry.timestamp)
        entries = await self.store.fetch_logs(
            command.user_id, earliest - AROUND, captured.entry.timestamp + AROUND
        )
        found = (entry for entry in entries if entry.log_id == captured.entry.log_id)
        return next((replace(captured, entry=entry) for entry in found), None)

"""*Log this message*: keeps any message of Slack as an entry, with its author and its link."""

import asyncio
import re
from dataclasses import dataclass, replace
from enum import StrEnum

from companion.domain.entry import (
    MAX_TICKS_MOVED,
    TICK,
    Entry,
    Source,
    is_too_long,
    next_revision,
    shortcut_log_id,
)
from companion.domain.mentions import with_names
from companion.errors import StoreError
from companion.ports import Clock, ShortcutUse, Store
from companion.texts.slack import KEPT_FROM
from companion.usecases.first_time import first_moment, time_of
from companion.usecases.names import Names
from companion.usecases.person_times import PersonTimes

_TS = re.compile(r"\d{1,11}\.\d{6}", re.ASCII)


class NotKept(StrEnum):
    """Why a message was not kept."""

    NOT_ALLOWED = "not_allowed"
    TOO_LONG = "too_long"
    UNREADABLE = "unreadable"
    """It does not say which message it is."""


@dataclass(frozen=True, slots=True)
class Kept:
    """The entry that a message is; `is_new` is False where it was one before."""

    entry: Entry
    is_new: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class KeepMessage:
    """The message shortcut. `names` asks Slack, where the program may; without it, whom nobody
    names stays as an id."""

    store: Store
    clock: Clock
    times: PersonTimes
    allowed: frozenset[str] | None = None
    names: Names | None = None
    timeout_s: float = 2.0

    async def __call__(self, use: ShortcutUse) -> Kept | NotKept:
        """The entry, the same one however often somebody keeps the message. Raises StoreError,
        also where the store takes too long."""
        if self.allowed is not None and use.user_id not in self.allowed:
            return NotKept.NOT_ALLOWED
        if not _TS.fullmatch(use.ts) or not use.channel:
            return NotKept.UNREADABLE
        try:
            async with asyncio.timeout(self.timeout_s):
                return await self._keep(use)
        except TimeoutError as error:
            raise StoreError("The store", "it did not answer in time.") from error

    async def _keep(self, use: ShortcutUse) -> Kept | NotKept:
        names = await self._names(use)
        source = KEPT_FROM.format(author=use.author, link=use.link).strip(", ")
        text = with_names("\n".join(filter(str.strip, (use.text, source))), names)
        if is_too_long(text):
            return NotKept.TOO_LONG
        here = await time_of(self.times, use.user_id)
        now, name = self.clock.now(), f"shortcut-{use.channel}-{use.ts}"
        kept_at = await first_moment(self.store, use.user_id, name, now, here.zone.key)
        entry = Entry(
            user_id=use.user_id,
            timestamp=kept_at,
            text=text,
            log_id=shortcut_log_id(use.user_id, use.channel, use.ts),
            source=Source.SHORTCUT,
            tz=here.zone.key if here.is_known else None,
            mentions=names,
        )
        if await self.store.write_log(entry):
            return Kept(entry, is_new=True)
        until = kept_at + MAX_TICKS_MOVED * TICK
        near = await self.store.fetch_logs(use.user_id, kept_at, until)
        if stored := next((each for each in near if each.log_id == entry.log_id), None):
            return Kept(stored, is_new=False)
        # It was deleted since, and the person wants it again.
        again = replace(entry, revision=next_revision(entry.revision))
        return Kept(again, is_new=await self.store.restore_log(again))

    async def _names(self, use: ShortcutUse) -> dict[str, str]:
        missing = [each for each, name in use.mentions.items() if not name]
        known = await self.names.of(missing) if self.names and missing else {}
        return {**use.mentions, **known}

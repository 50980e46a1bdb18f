"""Read-back: Slack is the queue, and the store ends up with what the DM says, absent or not."""

import asyncio
import logging
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from companion.domain.entry import (
    EPOCH,
    TICK,
    Entry,
    Source,
    message_log_id,
    message_timestamp,
    message_ts,
)
from companion.ports import Clock, LogStore, Messenger, Said
from companion.usecases.capture import CaptureMessage

log = logging.getLogger(__name__)

SAID_IN_SLACK = {Source.MESSAGE, Source.REPLY}
THOROUGH = timedelta(days=7)
"""How far back edits and deletions are looked for after an absence."""
CLOSE = timedelta(days=1)
"""How far back they are looked for in between."""
FRESH = timedelta(minutes=1)
"""So young an entry does not count as deleted because Slack does not show its message: deleting is
for good, and Slack's history might come later than its events."""
SHOWN = timedelta(days=80)
"""Nor is an entry older than that: after 90 days Slack's free plan hides what was said.
https://slack.com/help/articles/27204752526611"""
JUST_AFTER = "+"
"""Added to a revision, it comes after that one and before every later one, in text order."""
MOVED_AT_MOST = 16
"""By how many microseconds an entry may have moved on from its message's own `ts`."""


@dataclass(slots=True, kw_only=True)
class ReadBack:
    """Safe to call at any time; one reading at a time."""

    user_id: str
    store: LogStore
    messenger: Messenger
    capture: CaptureMessage
    clock: Clock
    _one_at_a_time: asyncio.Lock = field(default_factory=asyncio.Lock)
    _owed: timedelta = THOROUGH
    """How deep the next reading has to be at least: as deep as those that failed before it."""

    async def __call__(self, depth: timedelta = THOROUGH) -> list[Said]:
        """Bring the store to what the DM says; what was new to the store.

        Reads from `depth` before the mark on, so that however long the absence was, what was
        changed or answered during it is met as well; everything, the first time. The mark moves
        on only when everything before it is stored.
        """
        async with self._one_at_a_time:
            self._owed = max(self._owed, depth)
            mark = await self.store.fetch_mark(self.user_id)
            # The clock of this machine and Slack's need not agree.
            earliest, latest = sorted(
                [message_timestamp(mark) if mark else EPOCH, self.clock.now()]
            )
            since = max(EPOCH, earliest - self._owed)
            stored = {
                entry.log_id: entry
                for entry in await self.store.fetch_logs(self.user_id, since, latest + CLOSE)
                if entry.source in SAID_IN_SLACK
            }
            captured, newest = [], mark or "0"
            async for told in self.messenger.read_back(message_ts(since)):
                said = _after_its_events(told)
                newest = max(newest, said.ts)
                entry = stored.pop(message_log_id(said.channel, said.ts), None)
                if entry is None and await self.capture(said):
                    captured.append(said)
                elif entry is not None:
                    await self._correct(entry, said)
            for entry in stored.values():
                if latest - SHOWN < entry.timestamp < latest - FRESH:
                    await self._settle(entry)
            if newest > (mark or "0"):
                await self.store.save_mark(self.user_id, newest)
            self._owed = timedelta()
            if captured:
                log.info("readback.captured count=%d", len(captured))
            return captured

    async def _settle(self, entry: Entry) -> None:
        """An entry that the reading did not meet: deleted, or in the thread of an older message."""
        channel = await self.messenger.channel()
        for ts in _possible_ts(entry.timestamp):
            if message_log_id(channel, ts) == entry.log_id:
                said = await self.messenger.look_up(ts)
                if said is None:
                    said = Said(channel=channel, ts=ts, text="", deleted=True)
                await self._correct(entry, said)
                return

    async def _correct(self, entry: Entry, said: Said) -> None:
        """What the DM says goes before what events told, whatever their order was."""
        if said.deleted:
            await self.capture(said)
        elif said.text != entry.text and said.text.strip():
            newer = max(said.revision, entry.revision + JUST_AFTER)
            await self.capture(replace(said, revision=newer))


def _after_its_events(said: Said) -> Said:
    """With a revision after those of all events that told of the same edit, or of one before it.

    Histories tell an edit's time in whole seconds, and events exactly. Should one event of that
    second be newer than what was read, the next reading makes up for it.
    """
    return replace(said, revision=said.revision.replace(".000000", ".999999"))


def _possible_ts(timestamp: datetime) -> Iterator[str]:
    return (message_ts(timestamp - step * TICK) for step in range(MOVED_AT_MOST))

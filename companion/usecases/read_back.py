"""Read-back: reads the direct message again, so that the store has everything that it says."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import Enum, auto
from uuid import UUID

from companion.domain.calendar import DAY
from companion.domain.entry import (
    EPOCH,
    Entry,
    find_message_ts,
    message_log_id,
    message_timestamp,
    message_ts,
)
from companion.errors import MessengerError
from companion.ports import Clock, LogStore, Messenger, OpenPrompt, Said, Thread
from companion.usecases.capture_message import Captured, CaptureMessage
from companion.usecases.missing import MissingMessages
from companion.usecases.reading_progress import ReadingProgress

log = logging.getLogger(__name__)

FULL_LOOKBACK = timedelta(days=7)
"""How far before the read cursor edits and deletions are looked for after an absence."""
SHORT_LOOKBACK = timedelta(days=1)
"""How far before it they are looked for while the daemon runs."""
MIN_DELETION_AGE = timedelta(minutes=1)
"""A younger entry does not count as deleted because Slack does not show its message: deleting is
for good, and Slack's history can be behind its events."""
MAX_DELETION_AGE = timedelta(days=80)
"""Nor does an older one: after 90 days Slack's free plan hides what was said.
https://slack.com/help/articles/27204752526611"""

KEPT = frozenset({Captured.STORED, Captured.KNOWN})
"""What means that the words of a message are in the store."""


class Found(Enum):
    """Where the message of an entry is."""

    THERE = auto()
    GONE = auto()
    ELSEWHERE = auto()
    """In another direct message: another app's, or another workspace's."""


def _ignore(*_: object) -> None:
    """Nothing shows them."""


async def _ignore_said(_: Said) -> None:
    """Nothing shows it."""


@dataclass(slots=True, kw_only=True)
class ReadBack:
    """Safe to call at any time; calls wait for each other."""

    user_id: str
    store: LogStore
    messenger: Messenger
    capture: CaptureMessage
    missing: MissingMessages
    clock: Clock
    found_open: Callable[[Collection[OpenPrompt], Collection[Entry]], None] = _ignore
    """Called with the prompts that still have buttons, and with the entries of that time."""
    too_long: Callable[[Said], Awaitable[None]] = _ignore_said
    """Called with each message that is too long to be kept."""
    kept: Callable[[Said], Awaitable[None]] = _ignore_said
    """Called with each message that is in the store, before the read cursor moves past it."""
    _one_at_a_time: asyncio.Lock = field(default_factory=asyncio.Lock)
    _min_lookback: timedelta = FULL_LOOKBACK
    """The next reading looks back at least this far: as far as the ones that failed before it."""
    _captured: list[Said] = field(default_factory=list)
    """What was new to the store and is not returned yet, because the reading failed."""
    # An idle daemon reads every five minutes: what it knows it does not ask the store for again.
    _cursor: str | None = None
    """The read cursor, once known. Another process may have moved it on since: then this one reads
    a little more than it has to."""
    _may_go_on: bool = True
    """Whether a reading before this one, of whichever process, may have failed half-way."""
    _may_hold: bool = True
    """Whether entries may be held of which all messages are there again."""

    async def __call__(self, lookback: timedelta = FULL_LOOKBACK) -> list[Said]:
        """Bring the store to what the DM says; returns what was new to the store.

        Reads from `lookback` before the read cursor on, to find also what was edited, deleted or
        answered during an absence of any length. The first time it reads everything. The read
        cursor moves on only when everything before it is stored. A reading that fails remembers
        which threads it has read, and the next one goes on there.
        """
        async with self._one_at_a_time:
            self._min_lookback = max(self._min_lookback, lookback)
            await self._read(self._min_lookback)
            captured, self._captured = self._captured, []
        if captured:
            log.info("readback.captured count=%d", len(captured))
        return captured

    async def _read(self, lookback: timedelta) -> None:
        cursor = self._cursor or await self.store.fetch_read_cursor(self.user_id)
        # This machine's clock and Slack's may differ.
        earliest, latest = sorted(
            [message_timestamp(cursor) if cursor else EPOCH, self.clock.now()]
        )
        since = max(EPOCH, earliest - lookback)
        stored = await self._stored(since, latest + DAY)
        expected = {
            log_id: entry
            for log_id, entry in stored.items()
            if latest - MAX_DELETION_AGE < entry.timestamp < latest - MIN_DELETION_AGE
        }
        progress = await self._progress()
        resumed = bool(progress.threads)
        channel = await self.messenger.channel()
        all_ts = await self._read_all(message_ts(since), stored, progress)
        read = {message_log_id(channel, ts) for ts in all_ts}
        if not await self._follow_deletions(expected, read, lookback):
            await self._read(FULL_LOOKBACK)
            return
        await progress.end()
        self._may_go_on = False
        if (newest := max(all_ts, default="0")) > (cursor or "0"):
            await self.store.save_read_cursor(self.user_id, newest)
        self._cursor = max(newest, cursor or "0")
        # What changed in a thread after the interrupted reading had read it is found by the next.
        self._min_lookback = FULL_LOOKBACK if resumed else timedelta()

    async def _progress(self) -> ReadingProgress:
        if self._may_go_on:
            return await ReadingProgress.load(self.user_id, self.store, self.clock)
        self._may_go_on = True
        return ReadingProgress(user_id=self.user_id, store=self.store, begun_at=self.clock.now())

    async def _read_all(
        self, since_ts: str, stored: Mapping[UUID, Entry], progress: ReadingProgress
    ) -> set[str]:
        """Take up everything said since then, threads last, oldest first; the `ts` of it all."""
        all_ts, threads, prompts = set[str](), list[Thread](), list[OpenPrompt]()
        async for each in self.messenger.read_back(since_ts):
            if isinstance(each, Thread):
                threads.append(each)
            elif isinstance(each, OpenPrompt):
                prompts.append(each)
            else:
                all_ts.add(await self._take_up(each, stored))
        self.found_open(prompts, stored.values())
        try:
            for thread in sorted(threads, key=lambda thread: thread.ts):
                replies = progress.replies(thread)
                if replies is None:
                    replies = [
                        await self._take_up(reply, stored)
                        async for reply in self.messenger.read_replies(thread.ts)
                    ]
                    await progress.add(thread, replies)
                all_ts.update(replies)
        except MessengerError:
            await progress.save()
            raise
        return all_ts

    async def _take_up(self, read: Said, stored: Mapping[UUID, Entry]) -> str:
        """Bring the store to what a message says; its `ts`."""
        said = _after_its_events(read)
        entry = stored.get(message_log_id(said.channel, said.ts))
        if entry is not None:
            captured = await self.capture.update(entry, said)
        else:
            captured = await self.capture(said)
        if captured is Captured.TOO_LONG:
            await self.too_long(said)
        elif captured in KEPT:
            await self.kept(said)
            if captured is Captured.STORED and entry is None:
                self._captured.append(said)
        return said.ts

    async def _follow_deletions(
        self, expected: Mapping[UUID, Entry], read: Collection[UUID], lookback: timedelta
    ) -> bool:
        """Delete the entries of messages that are gone, or hold them where too many are.

        False, and no change, where everything is gone and a reading of more has to tell whether
        that is suspicious.
        """
        if not self._may_hold and all(log_id in read for log_id in expected):
            return True
        kept = await self.missing.kept()
        expected = {log_id: each for log_id, each in expected.items() if log_id not in kept}
        held = await self.missing.held()
        waiting = held.entries if held else {}
        gone, elsewhere = list[Entry](), list[Entry]()
        for log_id, entry in expected.items():
            if log_id in read or log_id in waiting:
                continue
            match await self._look_up(entry):
                case Found.GONE:
                    gone.append(entry)
                case Found.ELSEWHERE:
                    elsewhere.append(entry)
        if held:
            self._may_hold = True
            await self.missing.look_again(held, [*gone, *elsewhere], read)
            return True
        if 1 < len(gone) == len(expected) and lookback < FULL_LOOKBACK:
            return False
        self._may_hold = await self.missing.hold(gone, elsewhere, len(expected))
        if not self._may_hold:
            for entry in gone:
                await self.store.delete_log(self.user_id, entry.timestamp, entry.log_id)
        return True

    async def _stored(self, since: datetime, until: datetime) -> dict[UUID, Entry]:
        """The entries that are messages in the DM, by their identity."""
        entries = await self.store.fetch_logs(self.user_id, since, until)
        return {entry.log_id: entry for entry in entries if entry.is_slack_message}

    async def _look_up(self, entry: Entry) -> Found:
        """An entry whose message was not read: deleted, or in the thread of an older message."""
        ts = find_message_ts(entry, await self.messenger.channel())
        if ts is None:
            return Found.ELSEWHERE
        said = await self.messenger.look_up(ts)
        if said is None:
            return Found.GONE
        await self.capture.update(entry, said)
        return Found.THERE


def _after_its_events(said: Said) -> Said:
    """The message with a revision later than that of every event about the same edit.

    A history gives the time of an edit in whole seconds, an event gives it exactly. If an event
    of that second is newer than what was read, the next reading makes up for it.
    """
    return replace(said, revision=said.revision.replace(".000000", ".999999"))

"""How far a reading of the direct message got, so that the next one goes on where it failed."""

import json
import logging
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from companion.domain.entry import format_timestamp, parse_timestamp
from companion.ports import Clock, LogStore, Thread

log = logging.getLogger(__name__)

NOTE = "reading"
SAVE_EVERY = 10
"""Threads: each takes about a second of a long reading, because Slack limits the calls."""
MAX_AGE = timedelta(days=1)
"""Of an older reading nothing counts: what it read may have changed."""
MAX_REPLIES = 10_000
"""How many replies are remembered: less than DynamoDB's 400 KB."""


@dataclass(slots=True, kw_only=True)
class ReadingProgress:
    """The threads that were read, with their replies. Made by `load`."""

    user_id: str
    store: LogStore
    begun_at: datetime
    threads: dict[str, tuple[str, list[str]]] = field(default_factory=dict)
    """By the `ts` of their first message: what they looked like, and their replies' `ts`."""
    _is_stored: bool = False
    _unsaved: int = 0

    @classmethod
    async def load(cls, user_id: str, store: LogStore, clock: Clock) -> "ReadingProgress":
        """What the reading before this one got done, if it did not end."""
        now = clock.now()
        progress = cls(user_id=user_id, store=store, begun_at=now)
        if text := await store.fetch_note(user_id, NOTE):
            progress._is_stored = True
            fields: dict[str, Any] = json.loads(text)
            begun_at = parse_timestamp(fields["begun_at"])
            if timedelta() <= now - begun_at < MAX_AGE:
                progress.begun_at = begun_at
                progress.threads = {
                    ts: (state, replies) for ts, (state, replies) in fields["threads"].items()
                }
                log.info("readback.resumed threads=%d", len(progress.threads))
        return progress

    def replies(self, thread: Thread) -> list[str] | None:
        """The `ts` of the user's replies, if the thread was read and has no new ones."""
        state, replies = self.threads.get(thread.ts, ("", []))
        return replies if state == _state(thread) else None

    async def add(self, thread: Thread, replies: Collection[str]) -> None:
        """A thread that was read to its end, whose replies are stored."""
        if sum(len(known) for _, known in self.threads.values()) + len(replies) > MAX_REPLIES:
            return
        self.threads[thread.ts] = (_state(thread), list(replies))
        self._unsaved += 1
        if self._unsaved >= SAVE_EVERY:
            await self.save()

    async def save(self) -> None:
        """Let another reading, also of another process, go on here."""
        if not self._unsaved:
            return
        fields = {"begun_at": format_timestamp(self.begun_at), "threads": self.threads}
        await self.store.save_note(self.user_id, NOTE, json.dumps(fields))
        self._is_stored, self._unsaved = True, 0

    async def end(self) -> None:
        """The reading is done: the next one begins anew."""
        if self._is_stored:
            await self.store.save_note(self.user_id, NOTE, "")


def _state(thread: Thread) -> str:
    return f"{thread.latest_reply}/{thread.reply_count}"

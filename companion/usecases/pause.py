"""Pauses, for every program on the same store: begun, ended, and looked at."""

import logging
from dataclasses import dataclass, replace
from datetime import datetime

from companion.domain.pause import PAUSE, Pause, pause_text, read_pause
from companion.ports import Clock, LogStore

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pauses:
    """One user's pause. Each method asks the store, and raises StoreError."""

    user_id: str
    store: LogStore
    clock: Clock

    async def pause(self, until: datetime | None, *, vacation: bool = False) -> Pause:
        """Pause until then, or until `resume`; in the place of an earlier pause."""
        pause = Pause(until, vacation)
        await self._save(pause)
        return pause

    async def resume(self) -> Pause | None:
        """End the pause; the one that was ended, or None."""
        pause = await self.current()
        if pause is not None and pause.vacation:
            # Its end is kept: the first working day after it is a special one.
            await self._save(replace(pause, until=self.clock.now()))
        elif pause is not None:
            await self.store.save_preference(self.user_id, PAUSE, "")
        return pause

    async def current(self) -> Pause | None:
        """The pause that holds now."""
        pause = await self.latest()
        return pause if pause and pause.holds(self.clock.now()) else None

    async def latest(self) -> Pause | None:
        """The last pause, also when it is over."""
        stored = (await self.store.fetch_preferences(self.user_id)).get(PAUSE)
        try:
            return read_pause(stored) if stored else None
        except ValueError:
            log.warning("pause.unreadable")  # of a newer version; prompts are better than silence
            return None

    async def _save(self, pause: Pause) -> None:
        await self.store.save_preference(self.user_id, PAUSE, pause_text(pause))

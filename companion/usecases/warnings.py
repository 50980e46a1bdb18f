"""The warning sign on a message that could not be kept, until it is stored."""

import logging
from dataclasses import dataclass, field

from companion.domain.entry import MAX_TEXT_BYTES
from companion.errors import MessengerError
from companion.ports import Messenger, Said
from companion.texts.slack import MESSAGE_NOT_STORED, MESSAGE_TOO_LONG

log = logging.getLogger(__name__)

MAX_KNOWN = 1000
"""So many messages are remembered; of others Slack is asked what they show."""


@dataclass(slots=True, kw_only=True)
class Warnings:
    """Shows and removes the sign. What Slack does not take is logged, and disturbs nothing."""

    messenger: Messenger
    is_on: bool = True
    _known: dict[str, bool] = field(default_factory=dict)
    """The `ts` of messages that this process put the sign on, or may have; and whether all is said
    there."""
    _under_way: dict[str, bool] = field(default_factory=dict)
    """Those that it is putting the sign on, and whether they were stored meanwhile."""

    async def not_stored(self, said: Said) -> None:
        """The store failed. It is tried again, and then the sign goes."""
        await self._warn(said, MESSAGE_NOT_STORED)

    async def too_long(self, said: Said) -> None:
        """It has more words than an entry holds."""
        await self._warn(said, MESSAGE_TOO_LONG.format(limit_kb=MAX_TEXT_BYTES // 1024))

    async def take_back(self, said: Said) -> None:
        """It is stored now. Without a sign on the message Slack is not asked."""
        if said.ts in self._under_way:
            self._under_way[said.ts] = True
            return
        if not (said.warned or said.ts in self._known):
            return
        try:
            await self.messenger.take_back_warning(said.ts)
            self._known.pop(said.ts, None)
        except MessengerError as error:  # the next reading sees the sign, and tries again
            log.warning("warning.not_taken_back ts=%s error=%r", said.ts, str(error))

    async def _warn(self, said: Said, line: str) -> None:
        if not self.is_on or said.warned or said.deleted or self._known.get(said.ts):
            return
        if said.ts in self._under_way:
            return
        self._under_way[said.ts], self._known[said.ts] = False, False
        try:
            await self.messenger.warn(said.ts, line)
            self._known[said.ts] = True
        except MessengerError as error:  # the sign may be there all the same
            log.warning("warning.not_shown ts=%s error=%r", said.ts, str(error))
        finally:
            is_stored = self._under_way.pop(said.ts)
        if is_stored:
            await self.take_back(said)
        if len(self._known) > MAX_KNOWN:
            del self._known[next(iter(self._known))]

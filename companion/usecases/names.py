"""The names of people, channels and groups that messages mention, as Slack has them."""

import asyncio
import logging
from collections.abc import Collection
from datetime import datetime, timedelta

from companion.errors import MessengerError
from companion.ports import Clock, Messenger

log = logging.getLogger(__name__)

TIMEOUT_S = 1.0
"""So long storing a message may wait for the names in it, together."""
MAX_NAMES = 2000
"""How many names are remembered."""
MAX_ASKED = 20
"""How many are asked for at once; others keep their ids until a later reading."""
MAX_NAME_AGE = timedelta(days=1)
MAX_FAILURE_AGE = timedelta(minutes=30)
"""How long nobody is asked again for a name that Slack did not give."""


class Names:
    """Asks Slack for names, and remembers them while the process runs."""

    def __init__(self, messenger: Messenger, clock: Clock, timeout_s: float = TIMEOUT_S) -> None:
        self._messenger = messenger
        self._clock = clock
        self._timeout_s = timeout_s
        self._known: dict[str, tuple[str, datetime]] = {}

    async def of(self, ids: Collection[str]) -> dict[str, str]:
        """Id → name, such as `@Bo` or `#general`; ids whose names cannot be had are left out."""
        now = self._clock.now()
        unknown = [each for each in dict.fromkeys(ids) if self._is_to_be_asked(each, now)]
        if unknown:
            await self._ask(unknown[:MAX_ASKED], now)
        found = {each: self._known[each][0] for each in ids if each in self._known}
        return {each: name for each, name in found.items() if name}

    def _is_to_be_asked(self, each: str, now: datetime) -> bool:
        name, asked_at = self._known.get(each, ("", datetime.min.replace(tzinfo=now.tzinfo)))
        return not timedelta() <= now - asked_at < (MAX_NAME_AGE if name else MAX_FAILURE_AGE)

    async def _ask(self, ids: Collection[str], now: datetime) -> None:
        tasks = {each: asyncio.create_task(self._messenger.fetch_name(each)) for each in ids}
        try:
            await asyncio.wait(tasks.values(), timeout=self._timeout_s)
        finally:
            for task in tasks.values():
                task.cancel()
        await asyncio.gather(*tasks.values(), return_exceptions=True)
        for each, task in tasks.items():
            # Without an answer the last known name goes on.
            name = _result(task) or self._known.pop(each, ("", now))[0]
            self._known[each] = (name, now)
        while len(self._known) > MAX_NAMES:
            del self._known[next(iter(self._known))]


def _result(task: "asyncio.Task[str | None]") -> str | None:
    """The name; None where Slack gave none in time."""
    if task.cancelled():
        log.info("name.not_known error=TimeoutError")
        return None
    error = task.exception()
    if isinstance(error, MessengerError):
        log.info("name.not_known error=%s", error.code)
        return None
    return task.result()

"""Waiting for something to change, without polling."""

from asyncio import Event
from collections.abc import Callable


class ChangeSignal:
    """Wakes everyone who waits for a change, so that nobody has to poll."""

    def __init__(self) -> None:
        self._next = Event()

    def fire(self) -> None:
        self._next.set()
        self._next = Event()

    async def until[T](self, look: Callable[[], T | None]) -> T:
        """What `look` finds, now or after a change."""
        while (found := look()) is None:
            await self._next.wait()
        return found

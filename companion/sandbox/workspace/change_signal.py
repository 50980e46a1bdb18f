"""Lets a task wait until something in the workspace changes, without polling."""

from asyncio import Event
from collections.abc import Callable


class ChangeSignal:
    """Wakes every task that waits for a change."""

    def __init__(self) -> None:
        self._next = Event()

    def fire(self) -> None:
        self._next.set()
        self._next = Event()

    async def until[T](self, look: Callable[[], T | None]) -> T:
        """Call `look` now and after each change; returns what it finds first."""
        while (found := look()) is None:
            await self._next.wait()
        return found

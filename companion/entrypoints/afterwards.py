"""What is done after an ack: calls to Slack, which may have to wait for a rate limit."""

import asyncio
import logging
from collections.abc import Coroutine
from contextlib import suppress
from typing import Any

from companion.errors import CompanionError

log = logging.getLogger(__name__)


class Afterwards:
    """Does things in tasks of their own. What fails is logged, and disturbs nothing else."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[None]] = set()

    def __call__(self, name: str, work: Coroutine[Any, Any, object]) -> None:
        """Begin something; `name` is what the log calls it."""
        task = asyncio.create_task(_quietly(name, work))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def wait(self) -> None:
        """Until all is done that was begun."""
        while self._tasks:
            await asyncio.wait(self._tasks)

    async def finish(self, timeout_s: float) -> None:
        """Let what was begun be done, for so long."""
        with suppress(TimeoutError):
            async with asyncio.timeout(timeout_s):
                await self.wait()
        self.cancel()

    def cancel(self) -> None:
        """End what is not done."""
        for task in self._tasks:
            task.cancel()


async def _quietly(name: str, work: Coroutine[Any, Any, object]) -> None:
    try:
        await work
    except CompanionError as error:
        log.warning("%s.failed error=%r", name, str(error))
    except Exception as error:
        # Only its kind: an error's own text may repeat what somebody said.
        log.error("%s.crashed error=%s", name, type(error).__name__)

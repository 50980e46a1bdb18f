"""Reading back beside the day: one reading at a time, and again after one that failed."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta

from companion.errors import CompanionError
from companion.ports import Clock, Said
from companion.usecases.read_back import FULL_LOOKBACK, SHORT_LOOKBACK

log = logging.getLogger(__name__)

type ReadBack = Callable[[timedelta], Awaitable[Sequence[Said]]]


class Reading:
    """Reads in a task of its own, however long that takes: nothing waits for it.

    Every `every`, and after a failure sooner: after `retry`, then twice that, and so on. `on_read`
    gets what was new, `on_failure` the error. `problem` is why the last reading failed; None if it
    did not.
    """

    def __init__(
        self,
        read_back: ReadBack,
        clock: Clock,
        *,
        every: timedelta,
        retry: timedelta,
        on_read: Callable[[Sequence[Said]], None],
        on_failure: Callable[[CompanionError], None],
    ) -> None:
        self._read_back, self._clock = read_back, clock
        self._every, self._retry = every, retry
        self._on_read, self._on_failure = on_read, on_failure
        self._next_at = clock.now() + every  # the first connection reads at once
        self._failures = 0
        self._wanted: timedelta | None = None
        """How far the next reading has to look back, if there is a reason for one."""
        self._task: asyncio.Task[None] | None = None
        self.problem: str | None = None

    def want(self, lookback: timedelta = FULL_LOOKBACK) -> None:
        """Have it read: at the next `start_if_due` at the latest, and once more after a reading
        that is under way."""
        self._wanted = max(lookback, self._wanted or lookback)
        self._next_at = self._clock.now()

    def start_if_due(self) -> None:
        """Read if it is time to, and nothing is being read."""
        if self._task is None and self._clock.now() >= self._next_at:
            self._wanted = self._wanted or SHORT_LOOKBACK
            self.start()

    def start(self) -> asyncio.Task[None]:
        """Read what is wanted, unless that is under way; the task of it."""
        if self._task is None:
            self._task = asyncio.create_task(self._run())
            self._task.add_done_callback(self._over)
        return self._task

    async def wait(self) -> None:
        """Until nothing is being read."""
        if self._task is not None:
            await asyncio.wait((self._task,))

    async def cancel(self) -> None:
        """End it at once; the next daemon reads again."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait((self._task,))

    async def _run(self) -> None:
        while self._wanted is not None:
            lookback, self._wanted = self._wanted, None
            try:
                captured = await self._read_back(lookback)
            except Exception as error:
                self.want(lookback)
                self._failed(error)
                return
            self._failures, self.problem = 0, None
            self._next_at = self._clock.now() + self._every
            self._on_read(captured)

    def _failed(self, error: Exception) -> None:
        wait = min(self._retry * 2**self._failures, self._every)
        self._failures = min(self._failures + 1, 16)
        self._next_at = self._clock.now() + wait
        if isinstance(error, CompanionError):
            self.problem = str(error)
            log.warning("readback.failed retry_s=%d error=%r", wait.total_seconds(), str(error))
            self._on_failure(error)
        else:
            # Only its kind: an error's own text may repeat what somebody said.
            self.problem = type(error).__name__
            log.error("readback.crashed error=%s", self.problem)

    def _over(self, _: asyncio.Task[None]) -> None:
        self._task = None

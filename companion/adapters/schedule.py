"""Ticks, by APScheduler. The jobs are in the store; each tick compares them with the clock."""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.base import BaseTrigger

from companion.errors import CompanionError

log = logging.getLogger(__name__)


@asynccontextmanager
async def ticking(
    work: Callable[[], Awaitable[object]], every: timedelta, timeout_s: float = 3.0
) -> AsyncIterator[None]:
    """Run `work` now, then at that interval; never twice at once, however late a tick is.

    On leaving, work in flight has `timeout_s` seconds to finish before it is cancelled.
    """
    in_flight: set[asyncio.Task[object]] = set()
    scheduler = AsyncIOScheduler(timezone=UTC)
    scheduler.add_job(
        _run,
        _FromNow(every),
        args=(work, in_flight),
        id="tick",
        next_run_time=_wall_clock(),
        # By default APScheduler drops a tick after a busy second or a night's sleep.
        misfire_grace_time=None,
        max_instances=1,
    )
    scheduler.start()
    watcher = asyncio.create_task(_watch_the_clock(scheduler, every))
    try:
        yield
    finally:
        watcher.cancel()
        scheduler.pause()
        try:
            await asyncio.sleep(0)  # a tick that was just submitted begins, and is in flight
            await _finish(in_flight, timeout_s)
        finally:
            scheduler.shutdown(wait=False)


async def _run(work: Callable[[], Awaitable[object]], in_flight: set[asyncio.Task[object]]) -> None:
    """One tick. Its errors are logged: the next tick tries again."""
    task = asyncio.current_task()
    if task is not None:
        in_flight.add(task)
        task.add_done_callback(in_flight.discard)
    try:
        await work()
    except asyncio.CancelledError:
        log.warning("tick.cancelled")  # APScheduler would log it with a traceback
    except CompanionError as error:
        log.warning("tick.failed error=%r", str(error))
    except Exception as error:
        # Only its type: an error's text may repeat what somebody logged.
        log.error("tick.broke error=%s", type(error).__name__)


class _FromNow(BaseTrigger):  # type: ignore[misc]  # APScheduler has no types
    """The next tick is due one interval after this one, however late this one was.

    APScheduler's own interval trigger counts the missed ticks one by one: a clock that is set
    from 1970 to now would keep it busy for minutes.
    """

    def __init__(self, every: timedelta) -> None:
        self._every = every

    def get_next_fire_time(self, _: datetime | None, now: datetime) -> datetime:
        return now + self._every


async def _finish(in_flight: set[asyncio.Task[object]], timeout_s: float) -> None:
    """Wait for work in flight; cancel what takes longer, and wait until that has ended."""
    if in_flight:
        _, late = await asyncio.wait(in_flight, timeout=timeout_s)
        for task in late:
            task.cancel()
        if late:
            await asyncio.wait(late, timeout=1)


async def _watch_the_clock(scheduler: AsyncIOScheduler, every: timedelta) -> None:
    """APScheduler waits for a time of day: if the clock is set back an hour, it waits an hour."""
    while True:
        await asyncio.sleep(2 * every.total_seconds())
        job = scheduler.get_job("tick")
        now = _wall_clock()
        if job is not None and job.next_run_time - now > 2 * every:
            scheduler.modify_job("tick", next_run_time=now)


def _wall_clock() -> datetime:
    return datetime.now(UTC)  # noqa: TID251 -- for APScheduler alone; ours decides what is due

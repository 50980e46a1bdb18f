"""The tick with the real APScheduler: late, busy, failing, under a clock that jumps, on leaving."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta, tzinfo
from itertools import pairwise
from typing import Self

import pytest

from companion.adapters import schedule
from companion.adapters.schedule import ticking
from companion.errors import StoreError

SOON = timedelta(milliseconds=10)
HOUR = timedelta(hours=1)


class WallClock(datetime):
    """`datetime` for a module whose clock can be set, as somebody sets a computer's."""

    ahead = timedelta()

    @classmethod
    def now(cls, tz: tzinfo | None = None) -> Self:
        return cls.fromtimestamp(datetime.now(UTC).timestamp(), tz) + cls.ahead


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> type[WallClock]:
    """The clock that APScheduler and the tick look at."""
    monkeypatch.setattr("apscheduler.schedulers.base.datetime", WallClock)
    monkeypatch.setattr(schedule, "datetime", WallClock)
    monkeypatch.setattr(WallClock, "ahead", timedelta())
    return WallClock


class Ticks:
    """Counts the ticks; one can wait for the next few."""

    def __init__(self, work: Callable[[], Awaitable[object]] | None = None) -> None:
        self.count = 0
        self.times: list[float] = []
        self._work = work
        self._more = asyncio.Condition()

    async def __call__(self) -> None:
        self.count += 1
        self.times.append(asyncio.get_running_loop().time())
        async with self._more:
            self._more.notify_all()
        if self._work is not None:
            await self._work()

    async def more(self, by: int) -> None:
        wanted = self.count + by
        async with asyncio.timeout(60), self._more:
            await self._more.wait_for(lambda: self.count >= wanted)


async def test_the_first_tick_is_at_once_and_the_others_follow() -> None:
    ticks = Ticks()
    async with ticking(ticks, SOON):
        await ticks.more(4)


async def test_a_tick_that_is_late_by_hours_runs_once(clock: type[WallClock]) -> None:
    ticks = Ticks()
    async with ticking(ticks, 5 * SOON):
        await ticks.more(1)
        clock.ahead = 8 * HOUR  # the monotonic clock stood still: for it, no time has passed
        await ticks.more(4)
    gaps = [later - earlier for earlier, later in pairwise(ticks.times)]
    assert min(gaps) > 4 * SOON.total_seconds()


async def test_a_clock_that_is_set_from_1970_to_today_does_not_hang_the_loop(
    clock: type[WallClock],
) -> None:
    clock.ahead = datetime(1970, 1, 2, tzinfo=UTC) - datetime.now(UTC)
    ticks = Ticks()
    async with ticking(ticks, SOON):
        await ticks.more(1)
        clock.ahead = timedelta()
        await ticks.more(3)


async def test_a_clock_that_is_set_back_by_hours_does_not_stop_the_ticks(
    clock: type[WallClock],
) -> None:
    ticks = Ticks()
    async with ticking(ticks, SOON):
        await ticks.more(2)
        clock.ahead = -5 * HOUR
        await ticks.more(5)
        clock.ahead = -20000 * HOUR
        await ticks.more(5)


async def test_a_loop_that_was_busy_for_long_ticks_again() -> None:
    ticks = Ticks()
    async with ticking(ticks, SOON):
        await ticks.more(1)
        busy_until = asyncio.get_running_loop().time() + 20 * SOON.total_seconds()
        while asyncio.get_running_loop().time() < busy_until:
            pass
        await ticks.more(3)


async def test_errors_do_not_end_the_ticks_and_their_words_are_logged_only_if_they_are_ours(
    caplog: pytest.LogCaptureFixture,
) -> None:
    errors = iter([StoreError("The store", "it is full."), ValueError("what somebody said")])

    async def work() -> None:
        if error := next(errors, None):
            raise error

    ticks = Ticks(work)
    with caplog.at_level(logging.WARNING, schedule.log.name):
        async with ticking(ticks, SOON):
            await ticks.more(4)
    assert [record.getMessage() for record in caplog.records] == [
        "tick.failed error='The store: it is full.'",
        "tick.broke error=ValueError",
    ]
    assert not any(record.exc_info for record in caplog.records)


async def test_there_are_never_two_ticks_at_once() -> None:
    at_work, most = 0, 0

    async def work() -> None:
        nonlocal at_work, most
        at_work += 1
        most = max(most, at_work)
        await asyncio.sleep(5 * SOON.total_seconds())
        at_work -= 1

    ticks = Ticks(work)
    async with ticking(ticks, SOON):
        await ticks.more(4)
    assert most == 1
    assert at_work == 0


async def test_on_leaving_work_in_flight_is_finished() -> None:
    began, go_on, done = asyncio.Event(), asyncio.Event(), False

    async def work() -> None:
        nonlocal done
        began.set()
        await go_on.wait()
        done = True

    async with ticking(work, HOUR):
        await began.wait()
        asyncio.get_running_loop().call_later(0.02, go_on.set)
    assert done


async def test_on_leaving_a_tick_that_was_about_to_begin_is_finished_too() -> None:
    done = False

    async def work() -> None:
        nonlocal done
        await asyncio.sleep(0.01)
        done = True

    async with ticking(work, HOUR):
        while not any("run_coroutine_job" in repr(task) for task in asyncio.all_tasks()):  # noqa: ASYNC110
            await asyncio.sleep(0)
    assert done


async def test_on_leaving_work_that_takes_too_long_is_cancelled_and_has_ended(
    caplog: pytest.LogCaptureFixture,
) -> None:
    began, ended = asyncio.Event(), False

    async def work() -> None:
        nonlocal ended
        began.set()
        try:
            await asyncio.Event().wait()
        finally:
            await asyncio.sleep(0.01)  # such as closing what was open
            ended = True

    with caplog.at_level(logging.WARNING, schedule.log.name):
        async with ticking(work, HOUR, timeout_s=0.01):
            await began.wait()
    assert ended
    assert [record.getMessage() for record in caplog.records] == ["tick.cancelled"]


async def test_nothing_is_left_when_it_is_over() -> None:
    async with ticking(Ticks(), SOON):
        pass
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    loop = asyncio.get_running_loop()
    assert asyncio.all_tasks() == {asyncio.current_task()}
    assert not [timer for timer in loop._scheduled if not timer.cancelled()]  # type: ignore[attr-defined]

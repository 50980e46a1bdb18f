"""Stop on SIGTERM or SIGINT: finish the work in flight, within a time limit."""

import asyncio
import os
import signal
import threading
from collections.abc import Awaitable, Callable

SIGNALS = (signal.SIGTERM, signal.SIGINT)
SHUTDOWN_TIMEOUT_S = 4.5


async def until_stopped(work: Callable[[asyncio.Event], Awaitable[None]]) -> None:
    """Run `work` to its end. It gets an event that SIGTERM or SIGINT sets.

    If something hangs, the process ends with status 0 `SHUTDOWN_TIMEOUT_S` after the signal.
    Nothing is lost: Slack sends again what was not acknowledged. A second signal ends it at once.
    """
    loop, stop = asyncio.get_running_loop(), asyncio.Event()

    def on_signal() -> None:
        for number in SIGNALS:
            loop.remove_signal_handler(number)
            signal.signal(number, signal.SIG_DFL)
        # A thread, because the loop may hang, or the tasks that asyncio waits for after it.
        timer = threading.Timer(SHUTDOWN_TIMEOUT_S, os._exit, (0,))
        timer.daemon = True
        timer.start()
        stop.set()

    for number in SIGNALS:
        loop.add_signal_handler(number, on_signal)
    await work(stop)

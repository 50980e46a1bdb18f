"""Stopping on request: what is in hand is finished, but not for ever."""

import asyncio
import os
import signal
import threading
from collections.abc import Awaitable, Callable

SIGNALS = (signal.SIGTERM, signal.SIGINT)
PATIENCE_S = 4.5


async def until_stopped(work: Callable[[asyncio.Event], Awaitable[None]]) -> None:
    """Run `work`, which gets an event that SIGTERM or SIGINT sets, to its end.

    The process ends with status 0 `PATIENCE_S` after the signal even if something hangs: nothing
    is lost by that, for what was not acknowledged comes again. A second signal ends it at once.
    """
    loop, stop = asyncio.get_running_loop(), asyncio.Event()

    def on_signal() -> None:
        for number in SIGNALS:
            loop.remove_signal_handler(number)
            signal.signal(number, signal.SIG_DFL)
        # A thread, because what hangs may be the loop, or what asyncio waits for after it.
        timer = threading.Timer(PATIENCE_S, os._exit, (0,))
        timer.daemon = True
        timer.start()
        stop.set()

    for number in SIGNALS:
        loop.add_signal_handler(number, on_signal)
    await work(stop)

"""Run asynchronous work from a command."""

import gc
from collections.abc import Coroutine
from typing import Any


def run[T](work: Coroutine[Any, Any, T]) -> T:
    """Run to the end; Ctrl-C ends it, and Root says how."""
    import asyncio

    gc.freeze()
    gc.enable()
    return asyncio.run(work)

"""Does work in a process that ends with it, so that what the work loads is not kept in memory."""

import asyncio
import sys
from asyncio.subprocess import DEVNULL, PIPE


async def answer_of(module: str, given: bytes, timeout_s: float) -> bytes:
    """What `python -m module` writes on its standard output, `given` that on its standard input.

    The process is over when this returns or raises, also where it is cancelled. Raises
    TimeoutError after `timeout_s`, and OSError where the process does not start or fails.
    """
    process = await asyncio.create_subprocess_exec(
        # -P: a folder that is named like a module is not imported from where one is.
        *(sys.executable, "-P", "-m", module),
        stdin=PIPE,
        stdout=PIPE,
        # What libraries say there may repeat what they were given.
        stderr=DEVNULL,
    )
    try:
        async with asyncio.timeout(timeout_s):
            answer, _ = await process.communicate(given)
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    if process.returncode or not answer:
        raise ChildProcessError(None, f"its process ended with {process.returncode}")
    return answer

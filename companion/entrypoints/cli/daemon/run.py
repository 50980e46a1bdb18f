"""`companion daemon`: ask, listen and sum up, until stopped."""

import os
import stat
from contextlib import nullcontext
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from companion.entrypoints.cli.support.errors import Misused, leaves
from companion.entrypoints.cli.support.settings import settings_for, store_place
from companion.entrypoints.run import run
from companion.entrypoints.terminal import complain, note
from companion.errors import SettingsError

if TYPE_CHECKING:
    import asyncio

    from companion.settings import Settings


NEEDED = ("slack_bot_token", "slack_app_token", "slack_user_id")


def run_daemon(supervised: bool, log_file: Path | None) -> None:
    from companion.entrypoints.cli.support.stopping import until_stopped
    from companion.entrypoints.connection import TokenRefusedError
    from companion.entrypoints.log_file import logging_to

    with logging_to(log_file) if log_file else nullcontext():
        try:
            settings = settings_for(*NEEDED, service=True)
            if supervised:
                _shorten_stderr()
            run(until_stopped(partial(_daemon, settings)))
        except SettingsError as error:
            _give_up(error, supervised)
        except ExceptionGroup as group:
            refused, others = group.split(TokenRefusedError)
            if refused is None or others:
                raise
            _give_up(next(leaves(refused)), supervised)


def _give_up(problem: BaseException, supervised: bool) -> None:
    """Only a changed setting can help. A supervisor would start a failed one again for ever."""
    if not supervised:
        raise Misused(str(problem))
    import logging

    logging.getLogger(__name__).error("daemon.gave_up reason=%r", str(problem))
    complain(str(problem))


async def _daemon(settings: "Settings", stop: "asyncio.Event") -> None:
    from companion.bootstrap import companion
    from companion.entrypoints.daemon import running

    async with companion(settings) as system, running(system, settings):
        note(
            f"companion daemon: in the direct message of {settings.slack_user_id}, "
            f"storing in {store_place(settings)}"
        )
        await stop.wait()


def _shorten_stderr() -> None:
    """Nobody else would: launchd adds to that file what each start says."""
    from companion.entrypoints.log_file import MOST_BYTES

    its = os.fstat(2)
    if stat.S_ISREG(its.st_mode) and its.st_size > MOST_BYTES:
        os.ftruncate(2, 0)

"""`companion daemon` without a subcommand: prompt, listen and sum up, until stopped."""

import logging
import os
import stat
from contextlib import nullcontext, suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from companion.entrypoints.cli.support.errors import Misused, TriedLater, leaves
from companion.entrypoints.cli.support.settings import settings_for, store_place
from companion.entrypoints.run import run
from companion.entrypoints.terminal import complain, note
from companion.errors import SettingsError, TokenRefusedError
from companion.texts import daemon as daemon_texts
from companion.texts import terminal as texts

if TYPE_CHECKING:
    import asyncio

    from companion.bootstrap import Companion
    from companion.settings import DaemonSettings

log = logging.getLogger(__name__)


def run_daemon(supervised: bool, log_file: Path | None) -> None:
    from companion.entrypoints.cli.support.stopping import until_stopped
    from companion.entrypoints.log_file import logging_to
    from companion.settings import DaemonSettings

    with logging_to(log_file) if log_file else nullcontext():
        if supervised:
            _shorten_stderr()
        try:
            settings = settings_for(DaemonSettings, service=True)
            run(until_stopped(partial(_daemon, settings, supervised)))
        except SettingsError as error:
            if supervised and error.may_pass:
                _try_later(error)
            _give_up(error, supervised)
        except ExceptionGroup as group:
            refused, others = group.split(TokenRefusedError)
            if refused is None or others:
                raise
            _give_up(next(leaves(refused)), supervised)


def _try_later(problem: SettingsError) -> NoReturn:
    """End with a status after which the supervisor starts it again.

    A keychain opens when the person logs in, and macOS guards a folder until they allow it.
    """
    log.warning("daemon.tries_later reason=%r", str(problem))
    raise TriedLater(str(problem))


def _give_up(problem: BaseException, supervised: bool) -> None:
    """Give up, because only a changed setting can help.

    A supervisor would restart a failed process without end, so under one this is not a failure.
    """
    if not supervised:
        raise Misused(str(problem))
    log.error("daemon.gave_up reason=%r", str(problem))
    complain(str(problem))


async def _daemon(settings: "DaemonSettings", supervised: bool, stop: "asyncio.Event") -> None:
    from companion.bootstrap import companion
    from companion.entrypoints.daemon import running

    async with (
        companion(settings) as system,
        running(system, settings, supervised=supervised),
    ):
        note(texts.DAEMON_RUNS.format(user=settings.slack_user_id, place=store_place(settings)))
        note(await _what_comes_next(system, settings))
        await stop.wait()


async def _what_comes_next(system: "Companion", settings: "DaemonSettings") -> str:
    from companion.bootstrap import pauses, terminal_zone
    from companion.entrypoints.daemon_report import next_prompts, next_summary
    from companion.errors import StoreError
    from companion.usecases.next import whatever_comes

    zone, pause = terminal_zone(settings), None
    with suppress(StoreError):  # the first tick says so
        pause = await pauses(system.user_id, system.store, system.clock).latest()
    coming = whatever_comes(system.clock.now(), zone, settings.rhythm, pause)
    return daemon_texts.COMES_NEXT.format(
        summary=next_summary(coming, zone), prompts=next_prompts(coming, zone)
    )


def _shorten_stderr() -> None:
    """Empty a stderr file that has grown: launchd appends to it at each start."""
    from companion.entrypoints.log_file import MOST_BYTES

    stderr = os.fstat(2)
    if stat.S_ISREG(stderr.st_mode) and stderr.st_size > MOST_BYTES:
        os.ftruncate(2, 0)

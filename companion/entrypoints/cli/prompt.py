"""`companion prompt`: ask now, by the running daemon where there is one."""

from typing import TYPE_CHECKING

import click

from companion.entrypoints.cli.support.errors import Failed
from companion.entrypoints.cli.support.options import example
from companion.entrypoints.cli.support.settings import settings_for
from companion.entrypoints.run import run
from companion.entrypoints.terminal import working
from companion.texts import terminal as texts

if TYPE_CHECKING:
    from companion.bootstrap import Companion
    from companion.domain.jobs.job import Job

DAEMON_TIMEOUT_S = 30
"""Longer than from one tick of the daemon to the next."""
PAUSE_S = 0.5


@click.command(epilog=example("companion prompt"))
def prompt() -> None:
    """Ask what you are doing in your direct message, now.

    The running daemon asks, at its next look. Without one this command asks itself, and your answer
    is stored when a daemon starts. Needs SLACK_BOT_TOKEN and SLACK_USER_ID.
    """
    from companion.settings import DirectMessageSettings

    settings = settings_for(DirectMessageSettings)

    from companion.bootstrap import SystemClock, companion, new_id
    from companion.bootstrap.surroundings import read_daemon_status
    from companion.domain.computer.daemon_status import DaemonState

    _, state = read_daemon_status(settings, SystemClock())
    by_daemon = state is DaemonState.RUNNING

    async def ask() -> "Job | None":
        async with companion(settings) as system:
            if not by_daemon:
                await system.day.ask_now(new_id())
                return None
            return await _result(system, await system.day.ask_soon(new_id()))

    with working(texts.ASKING):
        job = run(ask())
    if not by_daemon:
        click.echo(texts.ASKED_WITHOUT_DAEMON)
    elif job is None:
        raise Failed(texts.DAEMON_HAS_NOT_ASKED)
    elif job.message_ts:
        click.echo(texts.ASKED)
    else:
        raise Failed(texts.NOT_ASKED.format(reason=job.reason))


async def _result(system: "Companion", job: "Job") -> "Job | None":
    """The job when the daemon is done with it; None if it takes too long."""
    import asyncio

    from companion.domain.calendar import DAY
    from companion.domain.jobs.job import JobState

    try:
        async with asyncio.timeout(DAEMON_TIMEOUT_S):
            while True:
                jobs = await system.store.fetch_jobs(job.user_id, job.day, job.day + DAY)
                for stored in jobs:
                    if stored.job_id == job.job_id and stored.state is JobState.DONE:
                        return stored
                await asyncio.sleep(PAUSE_S)
    except TimeoutError:
        return None

"""The daemon: Socket Mode and the ticking day, for one person."""

import asyncio
import logging
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from companion.bootstrap import Companion, socket_mode, ticking
from companion.entrypoints.afterwards import Afterwards
from companion.entrypoints.bolt import bolt_app
from companion.entrypoints.connection import Connection
from companion.entrypoints.reading import Reading
from companion.entrypoints.slack.commands import listen_for_log, listen_for_other_commands
from companion.entrypoints.slack.companion import CompanionCommand
from companion.entrypoints.slack.home import HomeListeners
from companion.entrypoints.slack.keeping import Keeping
from companion.entrypoints.slack.messages import listen_for_messages
from companion.entrypoints.slack.presses import (
    listen_for_other_presses,
    listen_for_prompt_presses,
)
from companion.entrypoints.watched_token import MAX_REFUSAL_S, WatchedToken
from companion.errors import (
    APP_TOKEN,
    BOT_TOKEN,
    CompanionError,
    MessengerError,
    SlackRefusedError,
    TokenRefusedError,
)
from companion.ports import Said
from companion.settings import DaemonSettings

log = logging.getLogger(__name__)

SHUTDOWN_TIMEOUT_S = 2.5
"""So long may everything in flight take to finish, together; launchd waits five seconds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Intervals:
    """How often things are looked at; tests use shorter ones."""

    tick: timedelta = timedelta(seconds=20)
    read_back: timedelta = timedelta(minutes=5)
    asleep_after: timedelta = timedelta(minutes=1)
    """So long after the last tick, the machine must have slept."""
    ping_interval_s: float = 10
    max_reconnect_wait_s: float = 60
    max_refusal_s: float = MAX_REFUSAL_S


class Daemon:
    """Runs the person's day. Made by `running`."""

    def __init__(
        self,
        companion: Companion,
        settings: DaemonSettings,
        intervals: Intervals,
        *,
        supervised: bool,
    ) -> None:
        self._companion = companion
        self._intervals = intervals
        self._afterwards = Afterwards()
        self._last_tick: datetime | None = None
        self._refused: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._bot_token, self._app_token = (
            WatchedToken(name, intervals.max_refusal_s, first_refusal_ends=not supervised)
            for name in (BOT_TOKEN, APP_TOKEN)
        )
        self.reading = Reading(
            companion.read_back,
            companion.clock,
            every=intervals.read_back,
            retry=intervals.tick,
            on_read=self._was_read,
            on_failure=self._note_refusal,
        )
        app = bolt_app()
        store, clock, token = companion.store, companion.clock, settings.slack_bot_token
        keeping = Keeping(settings, store, clock, self._afterwards, companion.names)
        keeping.listen(app)
        CompanionCommand(settings, store, clock, token, self._afterwards).listen(app)
        listen_for_log(
            app,
            settings.commands.log,
            companion.capture_command,
            companion.slack_text,
            keeping.opener(token),
        )
        listen_for_other_commands(app, settings.commands, companion.slack_text)
        home = HomeListeners(
            companion.home, companion.day, companion.interactions, self._afterwards
        )
        home.listen(app)
        warnings = companion.warnings
        listen_for_messages(
            app,
            companion.capture_message,
            companion.read_event,
            confirm=self._confirm,
            not_stored=lambda said: self._afterwards("warning", warnings.not_stored(said)),
            too_long=lambda said: self._afterwards("warning", warnings.too_long(said)),
        )
        listen_for_prompt_presses(
            app,
            companion.user_id,
            companion.interactions,
            companion.take_press,
            companion.finish_press,
            companion.responder,
            self._afterwards,
        )
        listen_for_other_presses(app)
        self.connection = Connection(
            app,
            socket_mode(settings.slack_app_token.get_secret_value(), settings.slack_api_url),
            on_connect=self._on_connect,
            ping_interval_s=intervals.ping_interval_s,
            max_wait_s=intervals.max_reconnect_wait_s,
            app_token=self._app_token,
            on_answered=home.answered,
        )

    async def tick(self) -> None:
        """Plan and do what is due; after a sleep and every few minutes have the DM read as well.

        The day does not wait for the reading.
        """
        status = self._companion.status
        status.connected(self.connection.connected.is_set())
        try:
            await self._do_what_is_due()
        except Exception as error:
            if isinstance(error, CompanionError):
                self._note_refusal(error)
            # Of an unexpected error only the kind: its text may repeat what somebody said.
            status.failed(str(error) if isinstance(error, CompanionError) else type(error).__name__)
            raise
        refusal = self._bot_token.problem or self._app_token.problem
        status.worked(refusal or self.reading.problem)

    async def refused(self) -> None:
        """Ends only with TokenRefusedError, when Slack does not take the bot token."""
        await self._refused

    async def finish(self, timeout_s: float) -> None:
        """Let what is in flight be stored, acked and confirmed."""
        with suppress(TimeoutError):
            async with asyncio.timeout(timeout_s):
                await self.connection.finish(timeout_s)
                await self.reading.wait()
                await self._afterwards.wait()
        await self.reading.cancel()
        self._afterwards.cancel()

    async def _do_what_is_due(self) -> None:
        await self._companion.welcome()
        now = self._companion.clock.now()
        last, self._last_tick = self._last_tick, now
        if last is not None and not timedelta() <= now - last < self._intervals.asleep_after:
            log.info("clock.jumped seconds=%d", (now - last).total_seconds())
            self.connection.renew()  # reads back when it is connected again
        else:
            self.reading.start_if_due()
        await self._companion.day.tick()
        # For programs that cannot ask Slack. It holds up nothing: it comes last.
        await self._companion.share_times()

    async def _on_connect(self) -> None:
        self._companion.status.connected(True)
        self.reading.want()
        await self._companion.welcome()
        self.reading.start()
        await self.reading.wait()

    def _was_read(self, captured: Sequence[Said]) -> None:
        self._bot_token.taken()
        for said in captured:
            self._confirm(said)

    def _note_refusal(self, error: CompanionError) -> None:
        """End the daemon where Slack has refused the bot token for too long."""
        if not isinstance(error, MessengerError):
            return
        if not (isinstance(error, SlackRefusedError) and error.bad_token):
            self._bot_token.no_answer()
            return
        try:
            self._bot_token.refused(error.code)
        except TokenRefusedError as refused:
            if not self._refused.done():
                self._refused.set_exception(refused)

    def _confirm(self, said: Said) -> None:
        self._afterwards("confirm", self._show_stored(said))

    async def _show_stored(self, said: Said) -> None:
        await self._companion.messenger.confirm(said.ts)
        await self._companion.warnings.take_back(said)
        self._companion.home.home.changed()
        await self._companion.open_prompts.close()


@asynccontextmanager
async def running(
    companion: Companion,
    settings: DaemonSettings,
    intervals: Intervals | None = None,
    *,
    supervised: bool = True,
) -> AsyncIterator[Daemon]:
    """The daemon, at work until the block is left; then it finishes what is in flight.

    An ExceptionGroup with TokenRefusedError leaves the block when Slack does not take one of the
    tokens: after it was tried again for some minutes or, where the daemon is not `supervised` and
    a person waits, at the first attempt.
    """
    intervals = intervals or Intervals()
    daemon = Daemon(companion, settings, intervals, supervised=supervised)
    loop = asyncio.get_running_loop()
    over_at = loop.time()
    companion.status.started()
    async with asyncio.TaskGroup() as tasks:
        endless = [
            tasks.create_task(daemon.connection.run()),
            tasks.create_task(daemon.refused()),
        ]
        try:
            async with ticking(daemon.tick, intervals.tick, SHUTDOWN_TIMEOUT_S):
                try:
                    yield daemon
                finally:
                    log.info("daemon.stopping")
                    over_at = loop.time() + SHUTDOWN_TIMEOUT_S
        finally:
            await daemon.finish(over_at - loop.time())
            companion.status.stopped(_problem(endless))
            for task in endless:
                task.cancel()


def _problem(endless: "list[asyncio.Task[None]]") -> str | None:
    """Why it cannot go on; None where somebody stopped it."""
    over = [task.exception() for task in endless if task.done() and not task.cancelled()]
    return next((str(error) for error in over if isinstance(error, CompanionError)), None)

"""The local Slack as a whole: everything on one port of this machine."""

import asyncio
import os
from collections.abc import Callable, Mapping
from contextlib import AsyncExitStack
from datetime import datetime
from pathlib import Path
from typing import Self

from aiohttp import web

from companion.errors import CompanionError
from companion.sandbox.browser import Action, Browser
from companion.sandbox.commands import Commands
from companion.sandbox.directory import Directory
from companion.sandbox.guard import guard
from companion.sandbox.message import Body, Message
from companion.sandbox.socket_mode import SocketMode
from companion.sandbox.store import Store
from companion.sandbox.text import as_typed
from companion.sandbox.web_api import Hook, WebApi
from companion.sandbox.workspace import Workspace

HOST = "127.0.0.1"


class PortError(CompanionError):
    """The sandbox cannot listen where it should, most often because something else does."""

    def __init__(self, port: int, reason: str) -> None:
        self.port, self.reason = port, reason
        super().__init__(
            f"The sandbox cannot listen on port {port} ({reason}). "
            "Stop what uses it, or choose another port."
        )


class LocalSlack:
    """A Slack workspace on this machine, with one person, one app, and its direct message.

    An async context manager. What is said is kept in the file `storage`, or in memory where it
    is None; tokens and ids stay the same for one file. `now` gives aware moments. `note` says
    on the page what is stored where; `actions` are its buttons, by name.
    """

    def __init__(
        self,
        *,
        now: Callable[[], datetime],
        storage: Path | None = None,
        port: int = 0,
        time_zone: str = "UTC",
        user_name: str = "you",
        commands: tuple[str, ...] = ("/log",),
        command_url: str | None = None,
        note: str = "",
        actions: Mapping[str, Action] | None = None,
        ack_timeout_s: float = 3.0,
        command_timeout_s: float = 3.0,
    ) -> None:
        self._port = port
        self._store = Store(storage)
        self._directory = Directory(self._store, now, user_name, time_zone)
        self._workspace = Workspace(self._store, self._directory, now)
        identity = self._directory.identity
        self._sockets = SocketMode(self._workspace.changed, identity["app_id"], ack_timeout_s)
        self._commands = Commands(
            self._workspace, self._sockets, lambda: self.url, commands, command_timeout_s
        )
        self._commands.url = command_url
        self._api = WebApi(self._workspace, self._open_connection, lambda: self.url)
        self._browser = Browser(
            self._workspace,
            self._sockets,
            self._commands,
            stored_in=str(storage) if storage else None,
            note=note,
            actions=dict(actions or {}),
        )
        self._workspace.on_event = self._sockets.publish
        self._workspace.on_change = self._browser.tell
        self._stack = AsyncExitStack()

        self.user_id = self._directory.user_id
        self.bot_user_id = self._directory.bot_user_id
        self.dm_channel = self._directory.dm
        self.channel = self._directory.general
        self.bot_token = identity["bot_token"]
        self.app_token = identity["app_token"]
        self.signing_secret = identity["signing_secret"]

    async def __aenter__(self) -> Self:
        async with AsyncExitStack() as stack:
            stack.callback(self._store.close)
            app = web.Application(middlewares=[guard], client_max_size=4 * 1024**2)
            app.router.add_route("*", "/api/{method}", self._api.handle)
            app.router.add_get("/link", self._sockets.handle)
            app.router.add_post("/commands/{token}", self._commands.handle_response)
            app.router.add_routes(self._browser.routes())
            # Open streams and sockets are ended below, so little is left to wait for.
            runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.2)
            await runner.setup()
            stack.push_async_callback(runner.cleanup)
            site = web.TCPSite(runner, HOST, self._port)
            try:
                await site.start()
            except OSError as error:
                reason = os.strerror(error.errno) if error.errno else str(error)
                raise PortError(self._port, reason) from error
            self._port = runner.addresses[0][1]
            watching = asyncio.create_task(self._browser.watch_connection())
            stack.push_async_callback(_cancel, watching)
            stack.push_async_callback(self._sockets.close)
            stack.callback(self._browser.close)
            self._stack = stack.pop_all()
        return self

    async def __aexit__(self, *problem: object) -> None:
        await self._stack.aclose()

    @property
    def url(self) -> str:
        return f"http://{HOST}:{self._port}"

    @property
    def api_url(self) -> str:
        return f"{self.url}/api/"

    def _open_connection(self) -> str:
        return f"ws://{HOST}:{self._port}/link?ticket={self._sockets.issue_ticket()}"

    # What can be set

    @property
    def command_url(self) -> str | None:
        """Where commands are posted; None sends them through the socket."""
        return self._commands.url

    @command_url.setter
    def command_url(self, url: str | None) -> None:
        self._commands.url = url

    @property
    def time_zone(self) -> str:
        """The IANA zone of the user's profile."""
        return str(self._directory.users[self.user_id]["tz"])

    @time_zone.setter
    def time_zone(self, time_zone: str) -> None:
        self._directory.set_time_zone(time_zone)

    @property
    def note(self) -> str:
        return self._browser.note

    @note.setter
    def note(self, note: str) -> None:
        self._browser.note = note

    @property
    def actions(self) -> dict[str, Action]:
        """The page's buttons, by name; may be changed."""
        return self._browser.actions

    @property
    def dnd(self) -> Body:
        """What `dnd.info` answers; may be changed."""
        return self._api.dnd

    # What people do

    def add_user(self, name: str, tz: str = "UTC") -> str:
        """Somebody else in the workspace; the user's id."""
        return self._directory.add_user(name, tz)

    async def say(self, text: str, thread_ts: str | None = None, *, broadcast: bool = False) -> str:
        """Say something in the direct message, as typed; its `ts`."""
        message = self._workspace.post(
            self.dm_channel, self.user_id, as_typed(text), thread_ts=thread_ts, broadcast=broadcast
        )
        return message.ts

    async def edit(self, ts: str, text: str) -> None:
        """Change what one said in the direct message."""
        self._workspace.edit(self.dm_channel, ts, self.user_id, {"text": as_typed(text)})

    async def delete(self, ts: str) -> None:
        """Delete what one said in the direct message."""
        self._workspace.delete(self.dm_channel, ts, self.user_id)

    async def run_command(
        self, command: str, text: str, *, user_id: str | None = None, channel: str | None = None
    ) -> Body:
        """Run a slash command; the message that the user saw (`text` is empty for no answer)."""
        return await self._commands.run(
            command, text, user_id or self.user_id, channel or self.channel
        )

    # What there is to see

    def messages(self, channel: str | None = None) -> list[Body]:
        """All that everybody in it can see in a channel (or anywhere), oldest first.

        Replies are among them. Each has its `channel` and its metadata.
        """
        return [
            self._shown(message)
            for message in self._workspace.all_messages()
            if not message.seen_by and channel in (None, message.channel)
        ]

    def ephemerals(self, user_id: str | None = None) -> list[Body]:
        """What only one person (default: the user) can see, oldest first."""
        return [
            self._shown(message)
            for message in self._workspace.all_messages()
            if message.seen_by == (user_id or self.user_id)
        ]

    def _shown(self, message: Message) -> Body:
        return {**self._workspace.show(message, metadata=True), "channel": message.channel}

    async def wait_for(self, predicate: Callable[[Body], object], timeout: float = 5) -> Body:
        """The first message, ephemeral ones too, that the predicate holds for.

        TimeoutError where none comes within `timeout` seconds.
        """

        def look() -> Body | None:
            shown = map(self._shown, self._workspace.all_messages())
            return next((body for body in shown if predicate(body)), None)

        async with asyncio.timeout(timeout):
            return await self._workspace.changed.until(look)

    async def wait_connected(self, count: int = 1, timeout: float = 5) -> None:
        """Until at least so many Socket Mode clients are there."""
        async with asyncio.timeout(timeout):
            await self._workspace.changed.until(lambda: self.socket_count >= count or None)

    async def wait_disconnected(self, timeout: float = 5) -> None:
        """Until no Socket Mode client is there."""
        async with asyncio.timeout(timeout):
            await self._workspace.changed.until(lambda: not self.socket_count or None)

    # What can go wrong, for tests

    @property
    def api_calls(self) -> list[str]:
        """The methods that were called, in order."""
        return self._api.calls

    @property
    def before_api(self) -> Hook | None:
        """Called with method and arguments; may answer in Slack's place, or never."""
        return self._api.before

    @before_api.setter
    def before_api(self, hook: Hook | None) -> None:
        self._api.before = hook

    @property
    def after_api(self) -> Hook | None:
        """Called when the method's work is done; may answer otherwise, or raise a
        ConnectionError to lose the answer with the connection."""
        return self._api.after

    @after_api.setter
    def after_api(self, hook: Hook | None) -> None:
        self._api.after = hook

    @property
    def hold_events(self) -> bool:
        """Whether events go to `held` instead of on their way; `deliver` sends them then."""
        return self._sockets.hold

    @hold_events.setter
    def hold_events(self, hold: bool) -> None:
        self._sockets.hold = hold

    @property
    def held(self) -> list[Body]:
        return self._sockets.held

    async def deliver(self, payload: Body) -> bool:
        """Deliver an event now; whether a client acked it."""
        return await self._sockets.deliver(payload)

    @property
    def refuse_sockets(self) -> bool:
        """Whether new Socket Mode connections are turned away."""
        return self._sockets.refuse

    @refuse_sockets.setter
    def refuse_sockets(self, refuse: bool) -> None:
        self._sockets.refuse = refuse

    @property
    def socket_count(self) -> int:
        return self._sockets.count

    async def cut_sockets(self) -> None:
        """End every connection without a goodbye."""
        await self._sockets.cut()

    async def send_disconnect(self, reason: str = "refresh_requested") -> None:
        """Ask every client to connect anew."""
        await self._sockets.send_disconnect(reason)


async def _cancel(task: asyncio.Task[None]) -> None:
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)

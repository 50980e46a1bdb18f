"""LocalSlack: puts the local workspace together and serves it on one port of this machine."""

import asyncio
import os
from collections.abc import Callable, Mapping
from contextlib import AsyncExitStack
from datetime import datetime
from pathlib import Path
from typing import Self

from aiohttp import web

from companion.errors import CompanionError
from companion.sandbox.api.app_calls import AppCalls
from companion.sandbox.api.interactivity import Interactivity, Shortcut
from companion.sandbox.api.response_urls import ResponseUrls
from companion.sandbox.api.slash_commands import SlashCommand, SlashCommands
from companion.sandbox.api.socket_mode import SocketMode
from companion.sandbox.api.triggers import Triggers
from companion.sandbox.api.web_api import WebApi
from companion.sandbox.fault_injection import FaultInjection
from companion.sandbox.installation import commands_of, shortcuts_of
from companion.sandbox.interactions import Interactions
from companion.sandbox.page.page_actions import Action
from companion.sandbox.page.page_api import PageApi
from companion.sandbox.page.page_security import guard
from companion.sandbox.people import People
from companion.sandbox.workspace.users_and_channels import Directory
from companion.sandbox.workspace.views import Views
from companion.sandbox.workspace.workspace import Workspace
from companion.sandbox.workspace.workspace_file import WorkspaceFile

HOST = "127.0.0.1"


class PortError(CompanionError):
    """The sandbox cannot listen on its port, most often because another program does."""

    def __init__(self, port: int, reason: str) -> None:
        self.port, self.reason = port, reason
        super().__init__(
            f"The sandbox cannot listen on port {port} ({reason}). "
            "Stop the program that uses it, or choose another port."
        )


class LocalSlack(People, Interactions, FaultInjection):
    """A Slack workspace on this machine, with one person, two apps, and a direct message.

    The daemon app has the direct message and the Home tab. Commands and shortcuts belong to the
    web app where `command_url` and `interactivity_url` say where it is, else to the daemon app.

    An async context manager. Messages are stored in the file `storage`, or in memory where it is
    None; tokens and ids stay the same for one file. `now` gives aware moments. `note` says on
    the page where messages are stored; `actions` are its buttons, by name.
    """

    def __init__(
        self,
        *,
        now: Callable[[], datetime],
        storage: Path | None = None,
        port: int = 0,
        time_zone: str = "UTC",
        user_name: str = "you",
        commands: tuple[SlashCommand, ...] | None = None,
        shortcuts: tuple[Shortcut, ...] | None = None,
        command_url: str | None = None,
        interactivity_url: str | None = None,
        note: str = "",
        actions: Mapping[str, Action] | None = None,
        ack_timeout_s: float = 3.0,
        command_timeout_s: float = 3.0,
    ) -> None:
        self._port = port
        self._file = WorkspaceFile(storage)
        directory = Directory(self._file, now, user_name, time_zone)
        identity = directory.identity
        workspace = Workspace(self._file, directory, now)
        views, triggers = Views(self._file, identity["team_id"]), Triggers(now)
        sockets = SocketMode(workspace.changed, identity["app_id"], ack_timeout_s)
        self._calls = AppCalls(workspace, sockets, command_timeout_s)
        self._calls.command_url, self._calls.interactivity_url = command_url, interactivity_url
        self._responses = ResponseUrls(workspace, lambda: self.url)
        slash_commands = SlashCommands(
            workspace,
            self._calls,
            triggers,
            self._responses,
            commands_of() if commands is None else commands,
        )
        interactivity = Interactivity(
            workspace,
            views,
            self._calls,
            triggers,
            self._responses,
            shortcuts_of() if shortcuts is None else shortcuts,
        )
        People.__init__(self, workspace, slash_commands)
        Interactions.__init__(self, directory, views, interactivity, sockets)
        api = WebApi(workspace, views, triggers, self._open_connection, lambda: self.url)
        FaultInjection.__init__(self, workspace, api, sockets)
        self._page = PageApi(
            workspace,
            views,
            sockets,
            slash_commands,
            interactivity,
            stored_in=str(storage) if storage else None,
            note=note,
            actions=dict(actions or {}),
        )
        workspace.on_event = sockets.publish
        workspace.on_change = self._page.tell
        views.on_change = self._page.tell_views
        directory.presence.on_change = self._page.tell_presence
        self._stack = AsyncExitStack()

        self.bot_token = identity["bot_token"]
        self.web_bot_token = identity["web_bot_token"]
        self.app_token = identity["app_token"]
        self.signing_secret = identity["signing_secret"]

    async def __aenter__(self) -> Self:
        async with AsyncExitStack() as stack:
            stack.callback(self._file.close)
            app = web.Application(middlewares=[guard], client_max_size=4 * 1024**2)
            app.router.add_route("*", "/api/{method}", self._api.handle)
            app.router.add_post("/upload/{file_id}", self._api.uploads.take)
            app.router.add_get("/link", self._sockets.handle)
            app.router.add_post("/responses/{token}", self._responses.handle)
            app.router.add_routes(self._page.routes())
            # Open streams and sockets are closed below, so there is little to wait for.
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
            watching = asyncio.create_task(self._page.watch_connection())
            stack.push_async_callback(_cancel, watching)
            stack.push_async_callback(self._sockets.close)
            stack.callback(self._page.close)
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
        """Where the web app takes commands; None leaves them to the daemon app, by socket."""
        return self._calls.command_url

    @command_url.setter
    def command_url(self, url: str | None) -> None:
        self._calls.command_url = url

    @property
    def interactivity_url(self) -> str | None:
        """Where the web app takes shortcuts, presses and submissions; None: nowhere."""
        return self._calls.interactivity_url

    @interactivity_url.setter
    def interactivity_url(self, url: str | None) -> None:
        self._calls.interactivity_url = url

    @property
    def commands(self) -> tuple[SlashCommand, ...]:
        """The slash commands that the workspace knows."""
        return self._commands.commands

    @commands.setter
    def commands(self, commands: tuple[SlashCommand, ...]) -> None:
        self._commands.commands = commands

    @property
    def note(self) -> str:
        return self._page.note

    @note.setter
    def note(self, note: str) -> None:
        self._page.note = note

    @property
    def actions(self) -> dict[str, Action]:
        """The page's buttons, by name; may be changed."""
        return self._page.actions


async def _cancel(task: asyncio.Task[None]) -> None:
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)

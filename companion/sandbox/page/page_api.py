"""What the page in the browser asks for: the state, a stream of changes, and what people do."""

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web

from companion.errors import CompanionError
from companion.sandbox.api.slash_commands import SlashCommands
from companion.sandbox.api.socket_mode import SocketMode
from companion.sandbox.page.message_html import EMOJI, render_message
from companion.sandbox.page.page_files import page_file
from companion.sandbox.page.page_security import PAGE_HEADERS, refusal
from companion.sandbox.workspace.message import Body, Message, RefusedError
from companion.sandbox.workspace.message_text import as_typed, for_editing
from companion.sandbox.workspace.users_and_channels import TEAM
from companion.sandbox.workspace.workspace import Workspace

type Action = Callable[[], Awaitable[object]]

_log = logging.getLogger(__name__)
_HEARTBEAT_S = 15.0


class PageApi:
    """The page's own endpoints."""

    def __init__(
        self,
        workspace: Workspace,
        sockets: SocketMode,
        commands: SlashCommands,
        *,
        stored_in: str | None,
        note: str,
        actions: dict[str, Action],
    ) -> None:
        self.note = note
        self.actions = actions
        self._workspace = workspace
        self._sockets = sockets
        self._commands = commands
        self._stored_in = stored_in
        self._streams: set[asyncio.Queue[Body | None]] = set()
        self._connected = False

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get("/", self._index),
            web.get("/{folder:scripts|styles}/{name:[a-z0-9][a-z0-9._]*}", self._page_file),
            web.get(r"/archives/{channel:\w+}/p{digits:\d{7,30}}", self._permalink),
            web.get("/sandbox/state", self._state),
            web.get("/sandbox/events", self._events),
            web.get("/sandbox/files/{file_id}", self._uploaded_file),
            web.post("/sandbox/messages", self._post),
            web.post("/sandbox/commands", self._command),
            web.post("/sandbox/edit", self._edit),
            web.post("/sandbox/delete", self._delete),
            web.post("/sandbox/actions/{name}", self._act),
        ]

    async def _permalink(self, request: web.Request) -> web.Response:
        """A message's own address, as a summary links to it: the page opens its thread."""
        channel, digits = request.match_info["channel"], request.match_info["digits"]
        try:
            message = self._workspace.find(channel, f"{digits[:-6]}.{digits[-6:]}")
        except RefusedError:
            raise web.HTTPNotFound(text="There is no such message here.\n") from None
        raise web.HTTPFound(f"/#{channel}/{message.root or message.ts}")

    async def _uploaded_file(self, request: web.Request) -> web.Response:
        content = self._workspace.files.find(request.match_info["file_id"])
        if content is None:
            raise web.HTTPNotFound
        return web.Response(body=content, content_type="image/png")

    # Changes, sent to the page

    def tell(self, message: Message, gone: bool) -> None:
        """Send a change to every open page."""
        if not self._concerns_the_user(message):
            return
        if gone:
            self._send({"type": "deleted", "channel": message.channel, "ts": message.ts})
        else:
            self._send({"type": "message", "message": self._show(message)})

    async def watch_connection(self) -> None:
        """Tell every open page when the daemon connects or disconnects; runs until cancelled."""
        while True:
            self._connected = await self._workspace.changed.until(self._new_connection_state)
            self._send({"type": "connection", "connected": self._connected})

    def _new_connection_state(self) -> bool | None:
        connected = bool(self._sockets.count)
        return connected if connected != self._connected else None

    def _send(self, change: Body | None) -> None:
        for stream in self._streams:
            stream.put_nowait(change)

    def close(self) -> None:
        """End every stream."""
        self._send(None)

    # Reading

    async def _index(self, request: web.Request) -> web.Response:
        return page_file("index.html")

    async def _page_file(self, request: web.Request) -> web.Response:
        return page_file(f"{request.match_info['folder']}/{request.match_info['name']}")

    async def _state(self, request: web.Request) -> web.Response:
        workspace = self._workspace
        bot = workspace.directory.daemon_app
        return web.json_response(
            {
                "team": TEAM,
                "team_id": workspace.directory.identity["team_id"],
                "user": {
                    "id": workspace.directory.user_id,
                    "name": workspace.directory.users[workspace.directory.user_id]["name"],
                },
                "bot": {"id": bot.bot_user_id, "name": bot.name},
                "users": {
                    user_id: {"name": user["name"], "is_bot": user["is_bot"]}
                    for user_id, user in workspace.directory.users.items()
                },
                "places": [
                    {"id": workspace.directory.general, "name": "general", "kind": "channel"},
                    {"id": workspace.directory.dm, "name": bot.name, "kind": "im"},
                ],
                "messages": [
                    self._show(message)
                    for message in workspace.all_messages()
                    if self._concerns_the_user(message)
                ],
                "stored_in": self._stored_in,
                "connected": bool(self._sockets.count),
                "note": self.note,
                "actions": list(self.actions),
            }
        )

    async def _events(self, request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(
            headers={**PAGE_HEADERS, "Content-Type": "text/event-stream; charset=utf-8"}
        )
        stream: asyncio.Queue[Body | None] = asyncio.Queue()
        self._streams.add(stream)
        try:
            await response.prepare(request)
            await response.write(b": hello\n\n")
            while (line := await _next_line(stream)) is not None:
                await response.write(line)
        except ConnectionError:
            pass  # the page was closed
        finally:
            self._streams.discard(stream)
        return response

    def _concerns_the_user(self, message: Message) -> bool:
        workspace = self._workspace
        return message.channel in (
            workspace.directory.general,
            workspace.directory.dm,
        ) and message.seen_by in (
            None,
            workspace.directory.user_id,
        )

    def _show(self, message: Message) -> Body:
        body, workspace = self._workspace.show(message), self._workspace
        user = workspace.directory.users.get(body["user"], {"name": body["user"], "is_bot": True})
        return {
            "channel": message.channel,
            "ts": message.ts,
            "user": body["user"],
            "user_name": user["name"],
            "is_bot": user["is_bot"],
            "html": render_message(body, self._name_of),
            "raw": for_editing(body.get("text", "")),
            "thread_ts": message.root,
            "edited": "edited" in body,
            "deleted": message.is_tombstone,
            "ephemeral": bool(message.seen_by),
            "answers": message.answers,
            "reactions": [
                {
                    "name": reaction["name"],
                    "emoji": EMOJI.get(reaction["name"], f":{reaction['name']}:"),
                    "count": reaction["count"],
                }
                for reaction in body.get("reactions", [])
            ],
            "reply_count": body.get("reply_count", 0),
            "own": body["user"] == workspace.directory.user_id,
        }

    def _name_of(self, identifier: str) -> str:
        users, channels = self._workspace.directory.users, self._workspace.directory.channels
        known = users.get(identifier) or channels.get(identifier) or {}
        return str(known.get("name", identifier))

    # What the person does

    async def _post(self, request: web.Request) -> web.Response:
        asked = await _read(request, "channel", "text")
        if not asked["text"].strip():
            raise RefusedError("no_text")
        message = self._workspace.post(
            asked["channel"],
            self._workspace.directory.user_id,
            as_typed(asked["text"]),
            thread_ts=str(asked["thread_ts"]) if asked.get("thread_ts") else None,
        )
        return web.json_response({"ok": True, "ts": message.ts})

    async def _command(self, request: web.Request) -> web.Response:
        asked = await _read(request, "channel", "command", "text")
        user_id = self._workspace.directory.user_id
        if asked["command"] not in self._commands.names:
            return self._unknown(asked["command"])
        await self._commands.run(asked["command"], asked["text"], user_id, asked["channel"])
        return web.json_response({"ok": True})

    def _unknown(self, command: str) -> web.Response:
        problem = f"{command} is not a command here."
        if meant := self._commands.nearest(command):
            return refusal(f"{problem} Did you mean {meant}?", 400, suggestion=meant)
        *names, last = self._commands.names
        return refusal(f"{problem} The commands are {', '.join(names)} and {last}.", 400)

    async def _edit(self, request: web.Request) -> web.Response:
        asked = await _read(request, "channel", "ts", "text")
        if not asked["text"].strip():
            raise RefusedError("no_text")
        changes = {"text": as_typed(asked["text"])}
        self._workspace.edit(
            asked["channel"], asked["ts"], self._workspace.directory.user_id, changes
        )
        return web.json_response({"ok": True})

    async def _delete(self, request: web.Request) -> web.Response:
        asked = await _read(request, "channel", "ts")
        self._workspace.delete(asked["channel"], asked["ts"], self._workspace.directory.user_id)
        return web.json_response({"ok": True})

    async def _act(self, request: web.Request) -> web.Response:
        action = self.actions.get(request.match_info["name"])
        if action is None:
            return refusal("This button does nothing here.", 404)
        try:
            await action()
        except CompanionError as error:
            return refusal(str(error), 400)
        except Exception:  # a button that fails must say so, whatever the reason
            _log.exception("sandbox.action_failed", extra={"action": request.match_info["name"]})
            return refusal("That failed. The sandbox's log in the terminal says why.", 500)
        return web.json_response({"ok": True})


async def _next_line(stream: asyncio.Queue[Body | None]) -> bytes | None:
    """The stream's next line: a change, a heartbeat after a quiet while, None at the end."""
    try:
        async with asyncio.timeout(_HEARTBEAT_S):
            change = await stream.get()
    except TimeoutError:
        return b": still here\n\n"
    return None if change is None else f"data: {json.dumps(change)}\n\n".encode()


async def _read(request: web.Request, *names: str) -> dict[str, Any]:
    try:
        asked = await request.json()
    except ValueError:
        asked = None
    if not isinstance(asked, dict) or not all(isinstance(asked.get(n), str) for n in names):
        raise RefusedError("invalid_arguments")
    return asked

"""What the person does on the page: says, commands, presses, submits, reacts, sets a status."""

import logging
from base64 import b64decode
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

from aiohttp import web

from companion.errors import CompanionError
from companion.sandbox.api.app_calls import NotAnsweredError
from companion.sandbox.api.interactivity import Interactivity
from companion.sandbox.api.slash_commands import SlashCommands
from companion.sandbox.api.socket_mode import SocketMode
from companion.sandbox.page.page_security import refusal
from companion.sandbox.workspace.message import RefusedError
from companion.sandbox.workspace.message_text import as_typed
from companion.sandbox.workspace.workspace import Workspace

type Action = Callable[[], Awaitable[object]]

_log = logging.getLogger(__name__)
_MAX_MINUTES = 60 * 24 * 31


class PageActions:
    """The endpoints that change something. Each answers `{"ok": true}` or says what went wrong."""

    def __init__(
        self,
        workspace: Workspace,
        commands: SlashCommands,
        interactivity: Interactivity,
        sockets: SocketMode,
        actions: dict[str, Action],
    ) -> None:
        self.actions = actions
        self._workspace = workspace
        self._user_id = workspace.directory.user_id
        self._commands = commands
        self._interactivity = interactivity
        self._sockets = sockets

    def routes(self) -> list[web.RouteDef]:
        return [
            web.post("/sandbox/messages", self._post),
            web.post("/sandbox/files", self._post_file),
            web.post("/sandbox/commands", self._command),
            web.post("/sandbox/edit", self._edit),
            web.post("/sandbox/delete", self._delete),
            web.post("/sandbox/react", self._react),
            web.post("/sandbox/press", self._press),
            web.post("/sandbox/suggestions", self._suggest),
            web.post("/sandbox/submit", self._submit),
            web.post("/sandbox/close", self._close),
            web.post("/sandbox/shortcut", self._shortcut),
            web.post("/sandbox/home", self._open_home),
            web.post("/sandbox/presence", self._set_presence),
            web.post("/sandbox/actions/{name}", self._act),
        ]

    # Messages

    async def _post(self, request: web.Request) -> web.Response:
        asked = await _read(request, "channel", "text")
        if not asked["text"].strip():
            raise RefusedError("no_text")
        message = self._workspace.post(
            asked["channel"],
            self._user_id,
            as_typed(asked["text"]),
            thread_ts=str(asked["thread_ts"]) if asked.get("thread_ts") else None,
        )
        return web.json_response({"ok": True, "ts": message.ts})

    async def _post_file(self, request: web.Request) -> web.Response:
        """A message with a file, whose content comes in base64."""
        asked = await _read(request, "channel", "text", "name", "type", "content")
        try:
            content = b64decode(asked["content"], validate=True)
        except ValueError as error:
            raise RefusedError("invalid_arguments") from error
        file = self._workspace.files.add(content, asked["name"], asked["type"])
        message = self._workspace.post(
            asked["channel"],
            self._user_id,
            as_typed(asked["text"]),
            thread_ts=str(asked["thread_ts"]) if asked.get("thread_ts") else None,
            more={"subtype": "file_share", "files": [file]},
        )
        return web.json_response({"ok": True, "ts": message.ts})

    async def _command(self, request: web.Request) -> web.Response:
        asked = await _read(request, "channel", "command", "text")
        if asked["command"] not in self._commands.names:
            return self._unknown(asked["command"])
        await self._commands.run(asked["command"], asked["text"], self._user_id, asked["channel"])
        return _done()

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
        self._workspace.edit(asked["channel"], asked["ts"], self._user_id, changes)
        return _done()

    async def _delete(self, request: web.Request) -> web.Response:
        asked = await _read(request, "channel", "ts")
        self._workspace.delete(asked["channel"], asked["ts"], self._user_id)
        return _done()

    async def _react(self, request: web.Request) -> web.Response:
        asked = await _read(request, "channel", "ts", "name")
        channel, ts, name = asked["channel"], asked["ts"], asked["name"]
        given = self._workspace.find(channel, ts).body.get("reactions", [])
        already = any(r["name"] == name and self._user_id in r["users"] for r in given)
        self._workspace.react(channel, ts, name, self._user_id, add=not already)
        return _done()

    # Buttons, modals, shortcuts, the Home tab

    async def _press(self, request: web.Request) -> web.Response:
        asked = await _read(request, "target", "block_id", "action_id")
        await _answered(
            self._interactivity.press(
                asked["target"],
                asked["action_id"],
                asked.get("value"),
                self._user_id,
                block_id=asked["block_id"],
                values=_values(asked),
            )
        )
        return _done()

    async def _suggest(self, request: web.Request) -> web.Response:
        asked = await _read(request, "target", "block_id", "action_id", "value")
        options = await _answered(
            self._interactivity.suggest(
                asked["target"],
                asked["action_id"],
                asked["value"],
                self._user_id,
                block_id=asked["block_id"],
            )
        )
        return web.json_response({"ok": True, "options": options})

    async def _submit(self, request: web.Request) -> web.Response:
        asked = await _read(request, "view_id")
        answer = await _answered(
            self._interactivity.submit(asked["view_id"], _values(asked), self._user_id)
        )
        errors = answer.get("errors") if answer.get("response_action") == "errors" else None
        return web.json_response({"ok": True, "errors": errors or {}})

    async def _close(self, request: web.Request) -> web.Response:
        asked = await _read(request)
        await _answered(
            self._interactivity.close(self._user_id, all_of_them=bool(asked.get("all")))
        )
        return _done()

    async def _shortcut(self, request: web.Request) -> web.Response:
        asked = await _read(request, "callback_id")
        ts = str(asked["ts"]) if asked.get("ts") else None
        await _answered(self._interactivity.use_shortcut(asked["callback_id"], ts, self._user_id))
        return _done()

    async def _open_home(self, request: web.Request) -> web.Response:
        asked = await _read(request, "tab")
        self._sockets.publish(self._interactivity.home_event(self._user_id, asked["tab"]))
        return _done()

    # The person

    async def _set_presence(self, request: web.Request) -> web.Response:
        """A status, a huddle or a snooze for so many minutes; 0 ends it (a status never ends)."""
        asked = await _read(request, "what")
        minutes = asked.get("minutes")
        if not isinstance(minutes, int) or not 0 <= minutes <= _MAX_MINUTES:
            raise RefusedError("invalid_arguments")
        until = self._workspace.now() + timedelta(minutes=minutes) if minutes else None
        presence = self._workspace.directory.presence
        match asked["what"]:
            case "status":
                text, emoji = str(asked.get("text") or ""), str(asked.get("emoji") or "")
                presence.set_status(text, emoji or (":speech_balloon:" if text else ""), until)
            case "huddle":
                presence.set_huddle(until)
            case "snooze":
                presence.snooze(until)
            case _:
                raise RefusedError("invalid_arguments")
        return _done()

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
        return _done()


async def _answered[T](asking: Awaitable[T]) -> T:
    """What an app answers; where it does not, the page says so as Slack does."""
    try:
        return await asking
    except NotAnsweredError as error:
        answer = refusal(str(error), 504)
        raise web.HTTPGatewayTimeout(text=answer.text, content_type="application/json") from error


def _done() -> web.Response:
    return web.json_response({"ok": True})


def _values(asked: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """What stands in the fields, by block and action."""
    values = asked.get("values") or {}
    if not isinstance(values, dict) or not all(isinstance(v, dict) for v in values.values()):
        raise RefusedError("invalid_arguments")
    return values


async def _read(request: web.Request, *names: str) -> dict[str, Any]:
    try:
        asked = await request.json()
    except ValueError:
        asked = None
    if not isinstance(asked, dict) or not all(isinstance(asked.get(n), str) for n in names):
        raise RefusedError("invalid_arguments")
    return asked

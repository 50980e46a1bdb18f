"""Slash commands: signed as Slack signs them, answered within three seconds or not at all."""

import json
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from difflib import get_close_matches
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

import aiohttp
from aiohttp import web
from slack_sdk.signature import SignatureVerifier

from companion.sandbox.api.message_limits import read_content
from companion.sandbox.api.socket_mode import SocketMode
from companion.sandbox.workspace.message import Body, Message, RefusedError
from companion.sandbox.workspace.message_text import as_typed, escape
from companion.sandbox.workspace.users_and_channels import SLACKBOT
from companion.sandbox.workspace.workspace import Workspace

_LIKENESS = 0.55
"""So alike (of 1) is a command to the one that was meant: `/lg` to `/log`, but not `/blah`."""
_RESPONSE_USES = 5
_RESPONSE_LIFE = timedelta(minutes=30)


ME = "/me"
"""Slack's own command: says something about the person who types it."""


class _NotAnsweredError(Exception):
    """The app did not answer; the code is the one that Slack shows for it."""


@dataclass(slots=True)
class _Typed:
    """A command as a user typed it somewhere; `line` is what stood in the message box."""

    line: str
    channel: str
    user_id: str


@dataclass(slots=True)
class _ResponseUrl:
    typed: _Typed
    expires: datetime
    uses_left: int = _RESPONSE_USES


class SlashCommands:
    """Runs commands as a user: posts them to `url`, or without one sends them by socket."""

    def __init__(
        self,
        workspace: Workspace,
        sockets: SocketMode,
        sandbox_url: Callable[[], str],
        names: tuple[str, ...],
        timeout_s: float,
    ) -> None:
        self.url: str | None = None
        self._workspace = workspace
        self._sockets = sockets
        self._sandbox_url = sandbox_url
        self._names = names
        self._timeout_s = timeout_s
        self._response_urls: dict[str, _ResponseUrl] = {}

    @property
    def names(self) -> tuple[str, ...]:
        """All that can be typed."""
        return (*self._names, ME)

    def nearest(self, command: str) -> str | None:
        """The command that was probably meant by one that does not exist; None for no idea."""
        near = get_close_matches(command.lower(), self.names, n=1, cutoff=_LIKENESS)
        return near[0] if near else None

    async def run(self, command: str, text: str, user_id: str, channel: str) -> Body:
        """Run a command; returns the message that the user saw (`{"text": ""}` for none)."""
        place = self._workspace.directory.place(channel)
        typed = _Typed(f"{command} {text}".strip(), channel, user_id)
        if command == ME:
            payload = {"subtype": "me_message", "text": as_typed(text)}
            message = self._workspace.post_payload(channel, user_id, payload)
            return {**message.body, "channel": channel}
        if command not in self._names:
            return self._slackbot(typed, f"{command} is not a valid command.")
        form = self._form(command, text, typed, place)
        try:
            if self.url is None:
                answer = await self._through_socket(form)
            else:
                answer = await self._over_http(self.url, form)
        except _NotAnsweredError as error:
            return self._slackbot(typed, f'{command} failed with the error "{error.args[0]}"')
        return self._show(answer, typed)

    def _form(self, command: str, text: str, typed: _Typed, place: Body) -> dict[str, str]:
        identity, token = self._workspace.directory.identity, secrets.token_urlsafe(16)
        self._response_urls[token] = _ResponseUrl(typed, self._workspace.now() + _RESPONSE_LIFE)
        return {
            "token": "sandbox",
            "team_id": identity["team_id"],
            "team_domain": "sandbox",
            "channel_id": place["id"],
            "channel_name": "directmessage" if place["is_im"] else place["name"],
            "user_id": typed.user_id,
            "user_name": self._workspace.directory.users[typed.user_id]["name"],
            "command": command,
            # `should_escape: false` is about mentions and links; these three are always escaped.
            "text": escape(text),
            "api_app_id": identity["app_id"],
            "is_enterprise_install": "false",
            "response_url": f"{self._sandbox_url()}/commands/{token}",
            "trigger_id": f"{secrets.randbelow(10**13)}.{secrets.token_hex(16)}",
        }

    async def _through_socket(self, form: dict[str, str]) -> Body:
        if not self._sockets.count:
            raise _NotAnsweredError("dispatch_failed")
        answer = await self._sockets.ask("slash_commands", form)
        if answer is None:
            raise _NotAnsweredError("operation_timeout")
        return answer

    async def _over_http(self, url: str, form: dict[str, str]) -> Body:
        body = urlencode(form)
        timestamp = str(int(self._workspace.now().timestamp()))
        verifier = SignatureVerifier(self._workspace.directory.identity["signing_secret"])
        signature = verifier.generate_signature(timestamp=timestamp, body=body)
        headers = {
            "Content-Type": "application/x-www-form-urlencoded",
            "User-Agent": "Slackbot 1.0 (+https://api.slack.com/robots)",
            "X-Slack-Request-Timestamp": timestamp,
            "X-Slack-Signature": str(signature),
        }
        timeout = aiohttp.ClientTimeout(total=self._timeout_s)
        try:
            async with (
                aiohttp.ClientSession(timeout=timeout) as session,
                session.post(url, data=body, headers=headers, allow_redirects=False) as response,
            ):
                answer = await response.text(errors="replace")
        except TimeoutError as error:
            raise _NotAnsweredError("operation_timeout") from error
        except aiohttp.ClientError as error:
            raise _NotAnsweredError("dispatch_failed") from error
        if response.status != HTTPStatus.OK:
            raise _NotAnsweredError("dispatch_failed")
        if response.content_type != "application/json":
            return {"text": answer}
        try:
            parsed = json.loads(answer)
        except ValueError as error:
            raise _NotAnsweredError("dispatch_failed") from error
        return parsed if isinstance(parsed, dict) else {}

    def _show(self, answer: dict[str, Any], typed: _Typed) -> Body:
        if not answer.get("text") and not answer.get("blocks"):
            return {"text": ""}
        try:
            text, more = read_content(answer)
        except RefusedError as error:
            return self._slackbot(typed, f"The answer was refused: {error.code}")
        bot = self._workspace.directory.bot_user_id
        message: Message
        if answer.get("response_type") == "in_channel":
            message = self._workspace.post(typed.channel, bot, text, more=more)
        else:
            message = self._workspace.whisper(
                typed.channel, typed.user_id, bot, text, more, typed.line
            )
        return {**message.body, "channel": typed.channel}

    def _slackbot(self, typed: _Typed, text: str) -> Body:
        message = self._workspace.whisper(
            typed.channel, typed.user_id, SLACKBOT, escape(text), answers=typed.line
        )
        return {**message.body, "channel": typed.channel}

    async def handle_response(self, request: web.Request) -> web.Response:
        """A later answer through a command's `response_url`."""
        target = self._response_urls.get(request.match_info["token"])
        if target is None or target.uses_left == 0 or self._workspace.now() >= target.expires:
            code = "used_url" if target and not target.uses_left else "expired_url"
            return web.json_response({"ok": False, "error": code}, status=404)
        target.uses_left -= 1
        try:
            answer = await request.json()
        except ValueError:
            answer = None
        if not isinstance(answer, dict):
            return web.json_response({"ok": False, "error": "invalid_payload"}, status=400)
        self._show(answer, target.typed)
        return web.Response(text="ok")

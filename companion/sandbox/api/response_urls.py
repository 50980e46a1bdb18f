"""The response_urls of commands and interactions: five answers in thirty minutes."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from aiohttp import web

from companion.sandbox.api.content import read_content
from companion.sandbox.workspace.apps import SlackApp
from companion.sandbox.workspace.message import Body, Message, RefusedError
from companion.sandbox.workspace.workspace import Workspace

_USES = 5
_LIFE = timedelta(minutes=30)


@dataclass(frozen=True, slots=True)
class Occasion:
    """What an app can answer to: who did what where, and with which message.

    `line` is the command as it was typed; `original` is the message with the button.
    """

    app: SlackApp
    channel: str
    user_id: str
    line: str | None = None
    original: Message | None = None


@dataclass(slots=True)
class _ResponseUrl:
    occasion: Occasion
    expires: datetime
    uses_left: int = _USES


class ResponseUrls:
    """Gives them out, and shows what comes through them as the messages of that app."""

    def __init__(self, workspace: Workspace, sandbox_url: Callable[[], str]) -> None:
        self._workspace = workspace
        self._sandbox_url = sandbox_url
        self._known: dict[str, _ResponseUrl] = {}

    def issue(self, occasion: Occasion) -> str:
        """A new one."""
        token = secrets.token_urlsafe(16)
        self._known[token] = _ResponseUrl(occasion, self._workspace.now() + _LIFE)
        return f"{self._sandbox_url()}/responses/{token}"

    async def handle(self, request: web.Request) -> web.Response:
        """An answer that comes through one."""
        target = self._known.get(request.match_info["token"])
        if target is None or target.uses_left == 0 or self._workspace.now() >= target.expires:
            code = "used_url" if target and not target.uses_left else "expired_url"
            return _refused(code, 404)
        target.uses_left -= 1
        try:
            answer = await request.json()
        except ValueError:
            answer = None
        if not isinstance(answer, dict):
            return _refused("invalid_payload", 400)
        try:
            self.show(answer, target.occasion)
        except RefusedError as error:
            return _refused(error.code, 400)
        return web.Response(text="ok")

    def show(self, answer: Body, occasion: Occasion) -> Message | None:
        """Show an app's answer; None where there is nothing to show."""
        if occasion.original and _is_true(answer.get("delete_original")):
            self._delete(occasion.original)
            return None
        if not answer.get("text") and not answer.get("blocks"):
            return None
        text, more = read_content(answer)
        if occasion.original and _is_true(answer.get("replace_original")):
            return self._replace(occasion.original, text, more)
        bot, thread_ts = occasion.app.bot_user_id, answer.get("thread_ts")
        if answer.get("response_type") == "in_channel":
            return self._workspace.post(occasion.channel, bot, text, thread_ts=thread_ts, more=more)
        if thread_ts:
            more["thread_ts"] = str(thread_ts)
        return self._workspace.whisper(
            occasion.channel, occasion.user_id, bot, text, more, occasion.line
        )

    def _replace(self, original: Message, text: str, more: Body) -> Message:
        # Slack shows the new text alone where no blocks come with it.
        changes = {"text": text, "blocks": None, **more}
        if original.seen_by:
            self._workspace.change_ephemeral(original, changes)
            return original
        by = str(original.body["user"])
        return self._workspace.edit(original.channel, original.ts, by, changes)

    def _delete(self, original: Message) -> None:
        if original.seen_by:
            self._workspace.dismiss(original)
        else:
            self._workspace.delete(original.channel, original.ts, str(original.body["user"]))


def _is_true(value: object) -> bool:
    return str(value).lower() == "true"


def _refused(code: str, status: int) -> web.Response:
    return web.json_response({"ok": False, "error": code}, status=status)

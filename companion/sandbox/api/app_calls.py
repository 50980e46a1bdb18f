"""Sends commands and interactions to the app that has them: by socket, or signed over HTTP."""

import json
from http import HTTPStatus
from urllib.parse import urlencode

import aiohttp
from slack_sdk.signature import SignatureVerifier

from companion.errors import CompanionError
from companion.sandbox.api.socket_mode import SocketMode
from companion.sandbox.workspace.apps import SlackApp
from companion.sandbox.workspace.message import Body
from companion.sandbox.workspace.workspace import Workspace


class NotAnsweredError(CompanionError):
    """The app did not answer in time or not as it should; the code is the one of Slack."""

    def __init__(self, app: SlackApp, code: str) -> None:
        self.app, self.code = app, code
        super().__init__(f'{app.name} did not answer ("{code}"). Try it again.')


class AppCalls:
    """Commands and shortcuts belong to the web app where it has an address for them."""

    def __init__(self, workspace: Workspace, sockets: SocketMode, timeout_s: float) -> None:
        self.command_url: str | None = None
        self.interactivity_url: str | None = None
        self._workspace = workspace
        self._sockets = sockets
        self._timeout_s = timeout_s

    @property
    def command_app(self) -> SlackApp:
        """Whose the slash commands are."""
        directory = self._workspace.directory
        return directory.web_app if self.command_url else directory.daemon_app

    @property
    def shortcut_app(self) -> SlackApp:
        """Whose the shortcuts are."""
        directory = self._workspace.directory
        return directory.web_app if self.interactivity_url else directory.daemon_app

    async def send_command(self, form: dict[str, str]) -> Body:
        """A slash command; the app's answer. Raises: NotAnsweredError."""
        if self.command_url:
            return await self._over_http(self.command_app, self.command_url, form)
        return await self._through_socket(self.command_app, "slash_commands", form)

    async def send_interaction(self, app: SlackApp, payload: Body) -> Body:
        """A press, a submission or a shortcut; the app's answer. Raises: NotAnsweredError."""
        if app == self._workspace.directory.daemon_app:
            return await self._through_socket(app, "interactive", payload)
        if not self.interactivity_url:
            raise NotAnsweredError(app, "dispatch_failed")
        form = {"payload": json.dumps(payload)}
        return await self._over_http(app, self.interactivity_url, form)

    async def _through_socket(self, app: SlackApp, kind: str, payload: Body) -> Body:
        if not self._sockets.count:
            raise NotAnsweredError(app, "dispatch_failed")
        answer = await self._sockets.ask(kind, payload)
        if answer is None:
            raise NotAnsweredError(app, "operation_timeout")
        return answer

    async def _over_http(self, app: SlackApp, url: str, form: dict[str, str]) -> Body:
        body = urlencode(form)
        timeout = aiohttp.ClientTimeout(total=self._timeout_s)
        try:
            async with (
                aiohttp.ClientSession(timeout=timeout) as session,
                session.post(
                    url, data=body, headers=self._headers(body), allow_redirects=False
                ) as response,
            ):
                answer = await response.text(errors="replace")
        except TimeoutError as error:
            raise NotAnsweredError(app, "operation_timeout") from error
        except aiohttp.ClientError as error:
            raise NotAnsweredError(app, "dispatch_failed") from error
        if response.status != HTTPStatus.OK:
            raise NotAnsweredError(app, "dispatch_failed")
        if response.content_type != "application/json":
            return {"text": answer}
        try:
            parsed = json.loads(answer)
        except ValueError as error:
            raise NotAnsweredError(app, "dispatch_failed") from error
        return parsed if isinstance(parsed, dict) else {}

    def _headers(self, body: str) -> dict[str, str]:
        timestamp = str(int(self._workspace.now().timestamp()))
        verifier = SignatureVerifier(self._workspace.directory.identity["signing_secret"])
        signature = verifier.generate_signature(timestamp=timestamp, body=body)
        return {
            "Content-Type": "application/x-www-form-urlencoded",
            "User-Agent": "Slackbot 1.0 (+https://api.slack.com/robots)",
            "X-Slack-Request-Timestamp": timestamp,
            "X-Slack-Signature": str(signature),
        }

"""Slack's Web API: the methods that Companion and its tests call, at `/api/<method>`."""

from collections.abc import Awaitable, Callable

from aiohttp import web

from companion.sandbox.api.content import BadContentError
from companion.sandbox.api.methods.arguments import Method
from companion.sandbox.api.methods.chat import Chat
from companion.sandbox.api.methods.conversations import Conversations
from companion.sandbox.api.methods.people import PeopleMethods
from companion.sandbox.api.methods.uploads import Uploads
from companion.sandbox.api.methods.views import ViewMethods
from companion.sandbox.api.refusals import (
    DAEMON_SCOPES,
    WEB_SCOPES,
    MissingScopeError,
    Refusal,
    check_scope,
)
from companion.sandbox.api.triggers import Triggers
from companion.sandbox.workspace.apps import SlackApp
from companion.sandbox.workspace.message import Body, RefusedError
from companion.sandbox.workspace.users_and_channels import TEAM
from companion.sandbox.workspace.views import Views
from companion.sandbox.workspace.workspace import Workspace

type Hook = Callable[[str, Body], Awaitable[web.StreamResponse | None]]

_OPEN_SOCKET = "apps.connections.open"


class WebApi:
    """The methods. `before` and `after` are hooks that may answer instead of a method."""

    def __init__(
        self,
        workspace: Workspace,
        views: Views,
        triggers: Triggers,
        open_connection: Callable[[], str],
        url: Callable[[], str],
    ) -> None:
        self._directory = workspace.directory
        self._open_connection = open_connection
        self._url = url
        self.uploads = Uploads(workspace.files, url)
        self.calls: list[str] = []
        self.before: Hook | None = None
        self.after: Hook | None = None
        self.refusals: list[Refusal] = []
        daemon, web_app = self._directory.daemon_app, self._directory.web_app
        self.scopes = {daemon.app_id: set(DAEMON_SCOPES), web_app.app_id: set(WEB_SCOPES)}
        self._methods: dict[str, Method] = {
            "auth.test": self._auth_test,
            **Chat(workspace, self.uploads).methods(),
            **Conversations(workspace).methods(),
            **PeopleMethods(workspace.directory).methods(),
            **self.uploads.methods(),
            **ViewMethods(views, triggers, workspace.directory).methods(),
        }

    async def handle(self, request: web.Request) -> web.StreamResponse:
        method = request.match_info["method"]
        params = await _read_params(request)
        self.calls.append(method)
        if self.before and (instead := await self.before(method, params)):
            return instead
        app = self._app_of(_token(request, params))
        try:
            answer: Body = {"ok": True, **self._answer(method, app, request, params)}
        except RefusedError as error:
            answer = _refused(error)
        if self.after:
            try:
                if instead := await self.after(method, params):
                    return instead
            except ConnectionError:
                if request.transport is not None:
                    request.transport.abort()
        scopes = self.scopes[app.app_id] if app else set()
        return web.json_response(answer, headers={"x-oauth-scopes": ",".join(sorted(scopes))})

    def _app_of(self, token: str) -> SlackApp | None:
        """The app whose bot has this token."""
        apps = self._directory.apps.values()
        return next((app for app in apps if app.bot_token == token), None)

    def _answer(
        self, method: str, app: SlackApp | None, request: web.Request, params: Body
    ) -> Body:
        if method == "api.test":
            return {"args": params}
        if method not in self._methods and method != _OPEN_SOCKET:
            raise RefusedError("unknown_method")
        token, app_token = _token(request, params), self._directory.identity["app_token"]
        if not token:
            raise RefusedError("not_authed")
        if app is None and token != app_token:
            raise RefusedError("invalid_auth")
        if (token == app_token) != (method == _OPEN_SOCKET):
            raise RefusedError("not_allowed_token_type")
        if app is not None:
            check_scope(method, params, self.scopes[app.app_id])
        for refusal in self.refusals:
            refusal.check(method, params)
        return (
            {"url": self._open_connection()} if app is None else self._methods[method](app, params)
        )

    def _auth_test(self, app: SlackApp, params: Body) -> Body:
        return {
            "url": f"{self._url()}/",
            "team": TEAM,
            "user": app.name.lower().replace(" ", "_"),
            "team_id": self._directory.identity["team_id"],
            "user_id": app.bot_user_id,
            "bot_id": app.bot_id,
            "is_enterprise_install": False,
        }


def _token(request: web.Request, params: Body) -> str:
    authorization = request.headers.get("Authorization", "")
    return authorization.removeprefix("Bearer ") or str(params.get("token", ""))


def _refused(error: RefusedError) -> Body:
    answer: Body = {"ok": False, "error": error.code}
    match error:
        case MissingScopeError():
            answer |= {"needed": error.needed, "provided": error.provided}
        case BadContentError():
            answer["response_metadata"] = {"messages": error.problems}
    return answer


async def _read_params(request: web.Request) -> Body:
    params: Body = dict(request.query)
    if request.content_type == "application/json":
        try:
            body = await request.json()
        except ValueError:
            body = None
        params |= body if isinstance(body, dict) else {}
    else:
        params |= dict(await request.post())
    return params

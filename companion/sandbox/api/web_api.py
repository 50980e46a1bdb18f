"""Slack's Web API: the methods that Companion and its tests call, at `/api/<method>`."""

from collections.abc import Awaitable, Callable

from aiohttp import web

from companion.sandbox.api.history_pages import Page, is_true, page_of, within
from companion.sandbox.api.message_limits import read_content
from companion.sandbox.api.refusals import SCOPES, MissingScopeError, Refusal, check_scope
from companion.sandbox.api.uploads import Uploads
from companion.sandbox.workspace.message import Body, RefusedError
from companion.sandbox.workspace.users_and_channels import SLACKBOT, TEAM
from companion.sandbox.workspace.workspace import Workspace

type Hook = Callable[[str, Body], Awaitable[web.StreamResponse | None]]
type Method = Callable[[Body], Body]


class WebApi:
    """The methods. `before` and `after` are hooks that may answer instead of a method."""

    def __init__(
        self, workspace: Workspace, open_connection: Callable[[], str], url: Callable[[], str]
    ) -> None:
        self._workspace = workspace
        self._open_connection = open_connection
        self._url = url
        self.uploads = Uploads(workspace.files, url)
        self.calls: list[str] = []
        self.before: Hook | None = None
        self.after: Hook | None = None
        self.refusals: list[Refusal] = []
        self.scopes = set(SCOPES)
        self.dnd: Body = {
            "dnd_enabled": False,
            "next_dnd_start_ts": 1,
            "next_dnd_end_ts": 1,
            "snooze_enabled": False,
        }
        self._methods: dict[str, Method] = {
            "auth.test": self._auth_test,
            "bots.info": self._bots_info,
            "chat.delete": self._chat_delete,
            "chat.postEphemeral": self._chat_post_ephemeral,
            "chat.postMessage": self._chat_post_message,
            "chat.update": self._chat_update,
            "conversations.history": self._conversations_history,
            "conversations.info": self._conversations_info,
            "conversations.list": self._conversations_list,
            "conversations.open": self._conversations_open,
            "conversations.replies": self._conversations_replies,
            "dnd.info": self._dnd_info,
            "files.completeUploadExternal": self.uploads.complete,
            "files.getUploadURLExternal": self.uploads.place,
            "reactions.add": lambda params: self._react(params, add=True),
            "reactions.get": self._reactions_get,
            "reactions.remove": lambda params: self._react(params, add=False),
            "usergroups.list": self._usergroups_list,
            "users.info": self._users_info,
            "users.list": self._users_list,
            "users.lookupByEmail": self._users_lookup_by_email,
        }

    async def handle(self, request: web.Request) -> web.StreamResponse:
        method = request.match_info["method"]
        params = await _read_params(request)
        self.calls.append(method)
        if self.before and (instead := await self.before(method, params)):
            return instead
        try:
            answer: Body = {"ok": True, **self._answer(method, request, params)}
        except MissingScopeError as error:
            answer = {"ok": False, "error": error.code}
            answer |= {"needed": error.needed, "provided": error.provided}
        except RefusedError as error:
            answer = {"ok": False, "error": error.code}
        if self.after:
            try:
                if instead := await self.after(method, params):
                    return instead
            except ConnectionError:
                if request.transport is not None:
                    request.transport.abort()
        return web.json_response(answer, headers={"x-oauth-scopes": ",".join(sorted(self.scopes))})

    def _answer(self, method: str, request: web.Request, params: Body) -> Body:
        if method == "api.test":
            return {"args": params}
        if method not in self._methods and method != "apps.connections.open":
            raise RefusedError("unknown_method")
        authorization = request.headers.get("Authorization", "")
        token = authorization.removeprefix("Bearer ") or str(params.get("token", ""))
        bot, app = (self._workspace.directory.identity[kind] for kind in ("bot_token", "app_token"))
        if not token:
            raise RefusedError("not_authed")
        if token not in (bot, app):
            raise RefusedError("invalid_auth")
        if token != (app if method == "apps.connections.open" else bot):
            raise RefusedError("not_allowed_token_type")
        if method != "apps.connections.open":
            check_scope(method, self.scopes)
        for refusal in self.refusals:
            refusal.check(method, params)
        if method == "apps.connections.open":
            return {"url": self._open_connection()}
        return self._methods[method](params)

    def _auth_test(self, params: Body) -> Body:
        identity = self._workspace.directory.identity
        return {
            "url": f"{self._url()}/",
            "team": TEAM,
            "user": "companion",
            "team_id": identity["team_id"],
            "user_id": identity["bot_user_id"],
            "bot_id": identity["bot_id"],
            "is_enterprise_install": False,
        }

    def _bots_info(self, params: Body) -> Body:
        identity = self._workspace.directory.identity
        if params.get("bot") != identity["bot_id"]:
            raise RefusedError("bot_not_found")
        return {
            "bot": {
                "id": identity["bot_id"],
                "deleted": False,
                "name": "companion",
                "app_id": identity["app_id"],
                "user_id": identity["bot_user_id"],
            }
        }

    # chat.*

    def _chat_post_message(self, params: Body) -> Body:
        channel = str(params.get("channel", ""))
        if channel in self._workspace.directory.users:
            channel = self._workspace.directory.open_dm(channel)
        text, more = read_content(params)
        self.uploads.check_blocks(more)
        message = self._workspace.post(
            channel,
            self._workspace.directory.bot_user_id,
            text,
            thread_ts=str(params["thread_ts"]) if params.get("thread_ts") else None,
            broadcast=is_true(params.get("reply_broadcast")),
            more=more,
        )
        shown = self._workspace.show(message, metadata=True)
        return {"channel": channel, "ts": message.ts, "message": shown}

    def _chat_post_ephemeral(self, params: Body) -> Body:
        user = str(params.get("user", ""))
        self._workspace.directory.place(str(params.get("channel", "")))
        if user not in self._workspace.directory.users:
            raise RefusedError("user_not_in_channel")
        text, more = read_content(params)
        message = self._workspace.whisper(
            params["channel"], user, self._workspace.directory.bot_user_id, text, more
        )
        return {"message_ts": message.ts}

    def _chat_update(self, params: Body) -> Body:
        channel, ts = str(params.get("channel", "")), str(params.get("ts", ""))
        text, more = read_content(params)
        changes = {**more, **({"text": text} if "text" in params else {})}
        message = self._workspace.edit(channel, ts, self._workspace.directory.bot_user_id, changes)
        shown = self._workspace.show(message, metadata=True)
        return {"channel": channel, "ts": ts, "text": shown["text"], "message": shown}

    def _chat_delete(self, params: Body) -> Body:
        channel, ts = str(params.get("channel", "")), str(params.get("ts", ""))
        self._workspace.delete(channel, ts, self._workspace.directory.bot_user_id)
        return {"channel": channel, "ts": ts}

    # conversations.*

    def _conversations_open(self, params: Body) -> Body:
        if params.get("channel"):
            place = self._workspace.directory.place(str(params["channel"]))
            return {"channel": {"id": place["id"]}}
        users = params.get("users") or ""
        ids = users if isinstance(users, list) else [one for one in str(users).split(",") if one]
        if not ids:
            raise RefusedError("users_list_not_supplied")
        if len(ids) > 1:
            raise RefusedError("not_enough_users")  # group conversations are not made here
        return {"channel": {"id": self._workspace.directory.open_dm(str(ids[0]))}}

    def _conversations_info(self, params: Body) -> Body:
        return {"channel": self._workspace.directory.place(_required(params, "channel"))}

    def _conversations_list(self, params: Body) -> Body:
        types = str(params.get("types") or "public_channel").split(",")
        kinds = {"im": True, "public_channel": False}
        wanted = {kinds[kind.strip()] for kind in types if kind.strip() in kinds}
        places = [
            self._workspace.directory.place(channel)
            for channel in self._workspace.directory.channels
        ]
        return {
            "channels": [place for place in places if place["is_im"] in wanted],
            "response_metadata": {"next_cursor": ""},
        }

    def _conversations_history(self, params: Body) -> Body:
        found = self._workspace.timeline(_required(params, "channel"))
        found.reverse()
        page = page_of(within(found, params), params, default=100, newest_first=True)
        return {**self._page_answer(page, params), "pin_count": 0}

    def _conversations_replies(self, params: Body) -> Body:
        channel, ts = _required(params, "channel"), _required(params, "ts")
        try:
            parent, *replies = self._workspace.thread(channel, ts)
        except RefusedError as error:
            if error.code == "message_not_found":
                raise RefusedError("thread_not_found") from error
            raise
        # As in Slack, the parent comes first, even when it is older than `oldest`.
        found = [parent, *within(replies, params)]
        page = page_of(found, params, default=1000, newest_first=False)
        return self._page_answer(page, params)

    def _page_answer(self, page: Page, params: Body) -> Body:
        metadata = is_true(params.get("include_all_metadata"))
        more = {"response_metadata": {"next_cursor": page.cursor}} if page.cursor else {}
        return {
            "messages": [
                self._workspace.show(message, metadata=metadata) for message in page.messages
            ],
            "has_more": bool(page.cursor),
            **more,
        }

    # reactions.*, users.*, dnd.*

    def _react(self, params: Body, *, add: bool) -> Body:
        if not params.get("channel") or not params.get("timestamp"):
            raise RefusedError("no_item_specified")
        name = str(params.get("name", "")).strip(":")
        if not name:
            raise RefusedError("invalid_name")
        channel, ts = str(params["channel"]), str(params["timestamp"])
        self._workspace.react(channel, ts, name, self._workspace.directory.bot_user_id, add=add)
        return {}

    def _reactions_get(self, params: Body) -> Body:
        if not params.get("channel") or not params.get("timestamp"):
            raise RefusedError("no_item_specified")
        message = self._workspace.find(str(params["channel"]), str(params["timestamp"]))
        return {
            "type": "message",
            "channel": message.channel,
            "message": self._workspace.show(message),
        }

    def _usergroups_list(self, params: Body) -> Body:
        return {"usergroups": list(self._workspace.directory.user_groups.values())}

    def _users_info(self, params: Body) -> Body:
        return {"user": self._workspace.directory.user(str(params.get("user", "")))}

    def _users_list(self, params: Body) -> Body:
        members = [self._workspace.directory.user(user) for user in self._workspace.directory.users]
        return {"members": members, "response_metadata": {"next_cursor": ""}}

    def _users_lookup_by_email(self, params: Body) -> Body:
        for user_id in self._workspace.directory.users:
            user = self._workspace.directory.user(user_id)
            if user["profile"]["email"] == params.get("email") and user_id != SLACKBOT:
                return {"user": user}
        raise RefusedError("users_not_found")

    def _dnd_info(self, params: Body) -> Body:
        self._workspace.directory.user(
            str(params.get("user") or self._workspace.directory.bot_user_id)
        )
        return dict(self.dnd)


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


def _required(params: Body, name: str) -> str:
    if not params.get(name):
        raise RefusedError("invalid_arguments")
    return str(params[name])

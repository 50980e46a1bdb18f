"""conversations.*: https://docs.slack.dev/reference/methods?family=conversations"""

from companion.sandbox.api.methods.arguments import Method, is_true, required
from companion.sandbox.api.methods.history_pages import Page, page_of, within
from companion.sandbox.workspace.apps import SlackApp
from companion.sandbox.workspace.message import Body, RefusedError
from companion.sandbox.workspace.workspace import Workspace


class Conversations:
    """Channels and direct messages, as far as the app that calls may see them."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace

    def methods(self) -> dict[str, Method]:
        return {
            "conversations.history": self._history,
            "conversations.info": self._info,
            "conversations.list": self._list,
            "conversations.open": self._open,
            "conversations.replies": self._replies,
        }

    def _open(self, app: SlackApp, params: Body) -> Body:
        directory = self._workspace.directory
        if params.get("channel"):
            place = directory.place_for(app, str(params["channel"]))
            return {"channel": {"id": place["id"]}}
        users = params.get("users") or ""
        ids = users if isinstance(users, list) else [one for one in str(users).split(",") if one]
        if not ids:
            raise RefusedError("users_list_not_supplied")
        if len(ids) > 1:
            raise RefusedError("not_enough_users")  # group conversations are not made here
        return {"channel": {"id": directory.open_dm(str(ids[0]), app)}}

    def _info(self, app: SlackApp, params: Body) -> Body:
        return {"channel": self._workspace.directory.place_for(app, required(params, "channel"))}

    def _list(self, app: SlackApp, params: Body) -> Body:
        directory = self._workspace.directory
        types = str(params.get("types") or "public_channel").split(",")
        kinds = {"im": True, "public_channel": False}
        wanted = {kinds[kind.strip()] for kind in types if kind.strip() in kinds}
        seen = [
            channel for channel in directory.channels if directory.app_in(channel) in (None, app)
        ]
        places = [directory.place(channel) for channel in seen]
        return {
            "channels": [place for place in places if place["is_im"] in wanted],
            "response_metadata": {"next_cursor": ""},
        }

    def _history(self, app: SlackApp, params: Body) -> Body:
        place = self._workspace.directory.place_for(app, required(params, "channel"))
        found = self._workspace.timeline(place["id"])
        found.reverse()
        page = page_of(within(found, params), params, default=100, newest_first=True)
        return {**self._page_answer(page, params), "pin_count": 0}

    def _replies(self, app: SlackApp, params: Body) -> Body:
        channel, ts = required(params, "channel"), required(params, "ts")
        self._workspace.directory.place_for(app, channel)
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

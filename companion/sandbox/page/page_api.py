"""What the page in the browser asks for: its files, the state, and a stream of changes."""

from aiohttp import web

from companion.sandbox.api.interactivity import Interactivity
from companion.sandbox.api.slash_commands import SlashCommands
from companion.sandbox.api.socket_mode import SocketMode
from companion.sandbox.page.page_actions import Action, PageActions
from companion.sandbox.page.page_content import PageContent
from companion.sandbox.page.page_files import page_file
from companion.sandbox.page.page_streams import PageStreams
from companion.sandbox.workspace.message import Message, RefusedError
from companion.sandbox.workspace.views import Views
from companion.sandbox.workspace.workspace import Workspace


class PageApi:
    """The page's own endpoints."""

    def __init__(
        self,
        workspace: Workspace,
        views: Views,
        sockets: SocketMode,
        commands: SlashCommands,
        interactivity: Interactivity,
        *,
        stored_in: str | None,
        note: str,
        actions: dict[str, Action],
    ) -> None:
        self.note = note
        self.actions = actions
        self._workspace = workspace
        self._sockets = sockets
        self._stored_in = stored_in
        self._streams = PageStreams()
        self._content = PageContent(workspace, views, commands, interactivity)
        self._does = PageActions(workspace, commands, interactivity, sockets, actions)
        self._connected = False
        self._places = self._content.places()

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get("/", self._index),
            web.get("/{folder:scripts|styles}/{name:[a-z0-9][a-z0-9._]*}", self._page_file),
            web.get(r"/archives/{channel:\w+}/p{digits:\d{7,30}}", self._permalink),
            web.get("/sandbox/state", self._state),
            web.get("/sandbox/events", self._streams.handle),
            web.get("/sandbox/files/{file_id}", self._uploaded_file),
            *self._does.routes(),
        ]

    # Changes, sent to the page

    def tell(self, message: Message, gone: bool) -> None:
        """A message that changed, or is gone."""
        if not self._content.concerns_the_user(message):
            return
        self._tell_places()
        if gone:
            self._streams.send({"type": "deleted", "channel": message.channel, "ts": message.ts})
        else:
            self._streams.send({"type": "message", "message": self._content.message(message)})

    def _tell_places(self) -> None:
        places = self._content.places()
        if places != self._places:
            self._places = places
            self._streams.send({"type": "places", "places": places})

    def tell_views(self, user_id: str) -> None:
        """A modal or a Home tab that changed."""
        if user_id == self._workspace.directory.user_id:
            self._streams.send({"type": "views", **self._content.views()})

    def tell_presence(self) -> None:
        """A status, a huddle or a snooze that changed."""
        self._streams.send({"type": "presence", "presence": self._content.presence()})

    async def watch_connection(self) -> None:
        """Tell every open page when the daemon connects or disconnects; runs until cancelled."""
        while True:
            self._connected = await self._workspace.changed.until(self._new_connection_state)
            self._streams.send({"type": "connection", "connected": self._connected})

    def _new_connection_state(self) -> bool | None:
        connected = bool(self._sockets.count)
        return connected if connected != self._connected else None

    def close(self) -> None:
        """End every stream."""
        self._streams.close()

    # Reading

    async def _index(self, request: web.Request) -> web.Response:
        return page_file("index.html")

    async def _page_file(self, request: web.Request) -> web.Response:
        return page_file(f"{request.match_info['folder']}/{request.match_info['name']}")

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

    async def _state(self, request: web.Request) -> web.Response:
        return web.json_response(
            {
                **self._content.state(),
                "stored_in": self._stored_in,
                "connected": bool(self._sockets.count),
                "note": self.note,
                "actions": list(self.actions),
            }
        )

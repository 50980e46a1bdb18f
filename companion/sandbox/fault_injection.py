"""Makes the local Slack fail: calls refused or lost, events held back, sockets cut."""

import asyncio

from companion.sandbox.api.refusals import Refusal, has_block
from companion.sandbox.api.socket_mode import SocketMode
from companion.sandbox.api.web_api import Hook, WebApi
from companion.sandbox.workspace.message import Body
from companion.sandbox.workspace.workspace import Workspace


class FaultInjection:
    """The side of `LocalSlack` that fails on demand, and lists the calls."""

    def __init__(self, workspace: Workspace, api: WebApi, sockets: SocketMode) -> None:
        self._workspace = workspace
        self._api = api
        self._sockets = sockets

    # The Web API

    @property
    def api_calls(self) -> list[str]:
        """The methods that were called, in order."""
        return self._api.calls

    @property
    def scopes(self) -> set[str]:
        """What the daemon app's token may do; a method that needs more gets `missing_scope`.

        May be changed.
        """
        return self._api.scopes[self._workspace.directory.daemon_app.app_id]

    @property
    def web_scopes(self) -> set[str]:
        """What the web app's token may do; may be changed."""
        return self._api.scopes[self._workspace.directory.web_app.app_id]

    @property
    def before_api(self) -> Hook | None:
        """Called with method and arguments before the method runs; may answer instead of it."""
        return self._api.before

    @before_api.setter
    def before_api(self, hook: Hook | None) -> None:
        self._api.before = hook

    @property
    def after_api(self) -> Hook | None:
        """Called after the method ran; may change the answer, or raise a ConnectionError, which
        closes the connection without one."""
        return self._api.after

    @after_api.setter
    def after_api(self, hook: Hook | None) -> None:
        self._api.after = hook

    def refuse(self, method: str, error: str, *, times: int | None = None) -> Refusal:
        """Answer a method with Slack's `error`, so many times or (None) until `accept`.

        The refusal that is returned counts its calls in `refused`.
        """
        refusal = Refusal(method, error, times)
        self._api.refusals.append(refusal)
        return refusal

    def refuse_blocks(
        self, error: str = "invalid_blocks", *, kind: str | None = None, times: int | None = None
    ) -> Refusal:
        """Refuse each `chat.postMessage` that has blocks (of that kind), and take plain text."""
        refusal = Refusal("chat.postMessage", error, times, lambda params: has_block(params, kind))
        self._api.refusals.append(refusal)
        return refusal

    def accept(self, refusal: Refusal) -> None:
        """End a refusal."""
        self._api.refusals.remove(refusal)

    # Socket Mode

    @property
    def hold_events(self) -> bool:
        """Whether events wait in `held` until `deliver` sends them."""
        return self._sockets.hold

    @hold_events.setter
    def hold_events(self, hold: bool) -> None:
        self._sockets.hold = hold

    @property
    def held(self) -> list[Body]:
        """The events that wait, oldest first."""
        return self._sockets.held

    async def deliver(self, payload: Body) -> bool:
        """Deliver an event now; returns whether a client acked it."""
        return await self._sockets.deliver(payload)

    @property
    def refuse_sockets(self) -> bool:
        """Whether new Socket Mode connections are turned away."""
        return self._sockets.refuse

    @refuse_sockets.setter
    def refuse_sockets(self, refuse: bool) -> None:
        self._sockets.refuse = refuse

    @property
    def socket_count(self) -> int:
        """How many Socket Mode clients are connected."""
        return self._sockets.count

    async def wait_connected(self, count: int = 1, timeout: float = 60) -> None:
        """Wait until at least so many Socket Mode clients are connected."""
        async with asyncio.timeout(timeout):
            await self._workspace.changed.until(lambda: self.socket_count >= count or None)

    async def wait_disconnected(self, timeout: float = 5) -> None:
        """Wait until no Socket Mode client is connected."""
        async with asyncio.timeout(timeout):
            await self._workspace.changed.until(lambda: not self.socket_count or None)

    async def cut_sockets(self) -> None:
        """Break every connection without closing it properly."""
        await self._sockets.cut()

    async def send_disconnect(self, reason: str = "refresh_requested") -> None:
        """Ask every client to reconnect."""
        await self._sockets.send_disconnect(reason)

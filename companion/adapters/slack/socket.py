"""Socket Mode's addresses: each is good for one WebSocket."""

from companion.adapters.slack.client import SlackClient
from companion.adapters.slack.proxy import proxy_for
from companion.errors import APP_TOKEN, SlackRefusedError, TokenRefusedError
from companion.ports import SocketAddress

REFUSED_SOCKET = frozenset(
    {
        "missing_scope",
        "no_permission",
        "not_allowed_token_type",
        "socket_mode_disabled",
        "team_access_not_granted",
    }
)
"""Slack's answers that mean: no socket will open until somebody changes the app or the token.
https://docs.slack.dev/reference/methods/apps.connections.open"""


class SlackSocketMode:
    """A SocketMode, see ports.py. A rate limit is waited for, however long it is."""

    def __init__(self, app_token: str, base_url: str) -> None:
        self._client = SlackClient(None, base_url, timeout_s=None)
        self._app_token = app_token

    async def new_address(self) -> SocketAddress:
        try:
            answer = await self._client.call("apps.connections.open", app_token=self._app_token)
        except SlackRefusedError as error:
            if error.code in REFUSED_SOCKET:
                raise TokenRefusedError(APP_TOKEN, error.code) from error
            raise
        url = str(answer["url"])
        return SocketAddress(url, proxy_for(url))

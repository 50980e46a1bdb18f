"""The Home tab and its forms, over Slack's Web API."""

from companion.adapters.slack.client import CALL_TIMEOUT_S, Retry, SlackClient
from companion.adapters.slack.forms import TIMEOUT_S
from companion.adapters.slack.views.home import delete_form, edit_form, home_view
from companion.domain.home import HomePage
from companion.domain.manifest import CommandNames


class SlackHomeTab:
    """HomeTab of one person. A page can be shown twice, a form cannot."""

    def __init__(
        self,
        token: str,
        base_url: str,
        user_id: str,
        names: CommandNames,
        timeout_s: float = CALL_TIMEOUT_S,
    ) -> None:
        self._client = SlackClient(token, base_url, Retry.ANY_FAILURE, timeout_s=timeout_s)
        self._opener = SlackClient(token, base_url, retries=0, timeout_s=TIMEOUT_S)
        self._user_id, self._names = user_id, names

    async def publish(self, page: HomePage) -> None:
        view = home_view(page, self._names)
        await self._client.call("views.publish", user_id=self._user_id, view=view)

    async def open_edit_form(self, trigger_id: str, key: str, clock: str, text: str) -> None:
        view = edit_form(key, clock, text)
        await self._opener.call("views.open", trigger_id=trigger_id, view=view)

    async def open_delete_form(self, trigger_id: str, key: str, clock: str, text: str) -> None:
        view = delete_form(key, clock, text)
        await self._opener.call("views.open", trigger_id=trigger_id, view=view)

"""Opens forms in Slack."""

from companion.adapters.slack.client import SlackClient
from companion.adapters.slack.views.home import edit_form
from companion.adapters.slack.views.log_form import log_form
from companion.domain.manifest import EDIT_LAST_FORM

TIMEOUT_S = 2.0
"""A `trigger_id` is good for three seconds from the moment that somebody typed."""


class SlackForms:
    """Forms by one app's bot token."""

    def __init__(self, token: str, base_url: str, timeout_s: float = TIMEOUT_S) -> None:
        self._client = SlackClient(token, base_url, retries=0, timeout_s=timeout_s)

    async def open_log_form(self, trigger_id: str, response_url: str) -> None:
        await self._client.call("views.open", trigger_id=trigger_id, view=log_form(response_url))

    async def open_last_entry(self, trigger_id: str, key: str, clock: str, text: str) -> None:
        view = edit_form(key, clock, text, EDIT_LAST_FORM)
        await self._client.call("views.open", trigger_id=trigger_id, view=view)

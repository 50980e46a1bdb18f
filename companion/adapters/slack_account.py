"""Slack as one bot token sees it: the checks and probes, with their client."""

from collections.abc import AsyncIterator, Collection
from datetime import datetime

from slack_sdk.http_retry.builtin_async_handlers import AsyncRateLimitErrorRetryHandler

from companion.adapters import slack_checks, slack_probes
from companion.adapters.slack import web_client
from companion.domain.person import BotIdentity, Person


class WebApiAccount:
    """A SlackAccount, see ports.py. A call that Slack limits is repeated up to `retries` times."""

    def __init__(self, token: str | None, base_url: str, retries: int) -> None:
        handlers = [AsyncRateLimitErrorRetryHandler(retries)] if retries else []
        self._client = web_client(token, base_url, *handlers)

    async def check_bot_token(self, needed: Collection[str]) -> BotIdentity:
        return await slack_checks.check_bot_token(self._client, needed)

    async def check_app_token(self, app_token: str, bot: BotIdentity | None = None) -> None:
        await slack_checks.check_app_token(self._client, app_token, bot)

    async def check_user(self, user_id: str, team: str = "") -> Person:
        return await slack_checks.check_user(self._client, user_id, team)

    def people(self) -> AsyncIterator[Person]:
        return slack_checks.people(self._client)

    async def time(self) -> datetime:
        return await slack_probes.slack_time(self._client)

    async def greet(self, app_token: str) -> None:
        await slack_probes.greeting(self._client, app_token)

    async def has_written(self, user_id: str) -> bool:
        return await slack_probes.writable(self._client, user_id)

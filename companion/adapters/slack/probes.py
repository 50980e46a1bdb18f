"""What only an attempt shows about Slack: its time, a socket, and whether we can post in the DM."""

import asyncio
import json
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import aiohttp

from companion.adapters.slack.client import UNEXPECTED_ANSWER, SlackClient, network_failure
from companion.adapters.slack.proxy import proxy_for
from companion.errors import MessengerError
from companion.texts.slack import TEST_MESSAGE

HELLO_TIMEOUT_S = 15
RECENT_MESSAGES = 50


class SlackProbes:
    """The probes of a SlackAccount, see ports.py."""

    def __init__(self, client: SlackClient) -> None:
        self.client = client

    async def time(self) -> datetime:
        answer = await self.client.answer("api.test")
        try:
            return parsedate_to_datetime(answer.headers["date"]).astimezone(UTC)
        except (KeyError, ValueError) as error:
            raise MessengerError("api.test", UNEXPECTED_ANSWER) from error

    async def greet(self, app_token: str) -> None:
        ticket = await self.client.call("apps.connections.open", app_token=app_token)
        url = str(ticket["url"])
        # Closed at once: while it is open, Slack may send it what is meant for the daemon.
        try:
            async with (
                asyncio.timeout(HELLO_TIMEOUT_S),
                aiohttp.ClientSession() as session,
                session.ws_connect(url, proxy=proxy_for(url)) as socket,
            ):
                async for message in socket:
                    if message.type is aiohttp.WSMsgType.TEXT and _is_hello(message.data):
                        return
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise network_failure("socket", error) from error
        raise MessengerError("socket", "closed_without_hello")

    async def has_written(self, user_id: str) -> bool:
        # A message that is there is proof enough, and disturbs nobody. Nothing but a post shows
        # that the messages tab is on.
        opened = await self.client.call("conversations.open", users=user_id)
        channel = str(opened["channel"]["id"])
        history = await self.client.call(
            "conversations.history", channel=channel, limit=RECENT_MESSAGES
        )
        if any(message.get("bot_id") for message in history.get("messages", [])):
            return True
        posted = await self.client.call("chat.postMessage", channel=channel, text=TEST_MESSAGE)
        await self.client.call("chat.delete", channel=channel, ts=str(posted["ts"]))
        return False


def _is_hello(data: str) -> bool:
    try:
        said = json.loads(data)
    except ValueError:
        return False
    return isinstance(said, dict) and said.get("type") == "hello"

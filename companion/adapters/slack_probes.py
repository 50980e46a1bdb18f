"""What only an attempt can tell about Slack: its time, a socket, and whether the DM takes words."""

import asyncio
import json
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web.async_client import AsyncWebClient

from companion.errors import MessengerError

GREETING_S = 15
RECENT = 50
TRYING = "Companion Memory tries whether it can write here."


async def slack_time(client: AsyncWebClient) -> datetime:
    """The time by Slack's clock, to the second. MessengerError when Slack cannot be reached."""
    answer = await _call("api.test", client.api_test())
    headers = {str(name).lower(): str(value) for name, value in dict(answer.headers).items()}
    try:
        return parsedate_to_datetime(headers["date"]).astimezone(UTC)
    except (KeyError, ValueError) as error:
        raise MessengerError("api.test", "unexpected_answer") from error


async def greeting(client: AsyncWebClient, app_token: str) -> None:
    """Open a socket and wait for Slack's hello, no longer than that: while it is open, Slack may
    send it what is meant for the daemon. MessengerError when there is none."""
    ticket = await _call("apps.connections.open", client.apps_connections_open(app_token=app_token))
    try:
        async with (
            asyncio.timeout(GREETING_S),
            aiohttp.ClientSession(trust_env=True) as session,
            session.ws_connect(str(ticket["url"])) as socket,
        ):
            async for message in socket:
                if message.type is aiohttp.WSMsgType.TEXT and _is_hello(message.data):
                    return
    except (aiohttp.ClientError, TimeoutError, OSError) as error:
        raise MessengerError("socket", type(error).__name__) from error
    raise MessengerError("socket", "closed_without_hello")


async def writable(client: AsyncWebClient, user_id: str) -> bool:
    """Whether the direct message was written to already; if not, it is tried out.

    A message that is there is proof enough, and keeps this quiet. Otherwise one is posted and
    deleted at once, because nothing else tells that the messages tab is on. MessengerError when
    the conversation cannot be opened, read or written.
    """
    opened = await _call("conversations.open", client.conversations_open(users=user_id))
    channel = str(opened["channel"]["id"])
    history = await _call(
        "conversations.history", client.conversations_history(channel=channel, limit=RECENT)
    )
    if any(message.get("bot_id") for message in history.get("messages", [])):
        return True
    posted = await _call("chat.postMessage", client.chat_postMessage(channel=channel, text=TRYING))
    await _call("chat.delete", client.chat_delete(channel=channel, ts=str(posted["ts"])))
    return False


def _is_hello(data: str) -> bool:
    try:
        said = json.loads(data)
    except ValueError:
        return False
    return isinstance(said, dict) and said.get("type") == "hello"


async def _call(name: str, asked: Any) -> Any:
    try:
        return await asked
    except SlackApiError as error:
        # What stands between us and Slack may answer with something that is no answer of Slack's.
        data = getattr(error.response, "data", None)
        code = data.get("error") if isinstance(data, dict) else None
        raise MessengerError(name, str(code or "unexpected_answer")) from error
    except (SlackClientError, aiohttp.ClientError, TimeoutError, OSError, ValueError) as error:
        raise MessengerError(name, type(error).__name__) from error

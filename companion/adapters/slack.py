"""The DM with the user, over Slack's Web API."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import datetime
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.http_retry.async_handler import AsyncRetryHandler
from slack_sdk.http_retry.builtin_async_handlers import (
    AsyncConnectionErrorRetryHandler,
    AsyncRateLimitErrorRetryHandler,
    AsyncServerErrorRetryHandler,
)
from slack_sdk.models.blocks import MarkdownBlock
from slack_sdk.web.async_client import AsyncWebClient

from companion.domain.entry import message_ts
from companion.domain.mrkdwn import escape, message_text
from companion.errors import MessengerError
from companion.ports import Said

EVENT_TYPE = "companion_job"
CONFIRMED = "white_check_mark"
PAGE = 200
SUBTYPES = {None, "file_share", "thread_broadcast"}
"""Messages that a person wrote; all others are Slack's own notes."""

type Method = Callable[..., Awaitable[Any]]


class SlackMessenger:
    """Messenger on Slack. The DM with `user_id` is opened when it is first needed.

    Reading is retried by Slack's own handlers. A post is repeated only after a 429, which is an
    answer: after a lost one it might be there already, and Slack has no idempotency key.
    """

    def __init__(self, token: str, base_url: str, user_id: str, patience_s: float = 60) -> None:
        self._poster = web_client(token, base_url, AsyncRateLimitErrorRetryHandler(2))
        self._client = web_client(
            token,
            base_url,
            AsyncRateLimitErrorRetryHandler(2),
            AsyncServerErrorRetryHandler(2),
            AsyncConnectionErrorRetryHandler(2),
        )
        self._user_id = user_id
        self._patience_s = patience_s
        self._channel: str | None = None

    async def send_prompt(self, job_id: str, question: str) -> str:
        return await self._post(job_id, 0, text=question)

    async def send_summary(self, job_id: str, part: int, markdown: str, fallback: str) -> str:
        return await self._post(
            job_id, part, text=escape(fallback), blocks=[MarkdownBlock(text=markdown).to_dict()]
        )

    async def find_sent(self, job_id: str, since: datetime) -> dict[int, str]:
        sent: dict[int, str] = {}
        async for message in self._history(message_ts(since), include_all_metadata=True):
            metadata = message.get("metadata") or {}
            payload = metadata.get("event_payload") or {}
            if metadata.get("event_type") == EVENT_TYPE and payload.get("job_id") == job_id:
                sent[int(payload.get("part", 0))] = message["ts"]
        return sent

    async def confirm(self, ts: str) -> None:
        channel = await self.channel()
        try:
            await self._call(
                self._client.reactions_add, channel=channel, timestamp=ts, name=CONFIRMED
            )
        except MessengerError as error:
            if error.code not in {"already_reacted", "message_not_found"}:
                raise

    async def time_zone(self) -> str:
        answer = await self._call(self._client.users_info, user=self._user_id)
        return str(answer["user"].get("tz") or "UTC")

    async def channel(self) -> str:
        if self._channel is None:
            answer = await self._call(self._client.conversations_open, users=self._user_id)
            self._channel = str(answer["channel"]["id"])
        return self._channel

    async def read_back(self, since_ts: str) -> AsyncIterator[Said]:
        channel = await self.channel()
        async for message in self._history(since_ts):
            if wrote(message, self._user_id):
                yield said_from(message, channel)
            if message.get("reply_count"):
                async for reply in self._thread(message["ts"]):
                    # The history shows a reply that was sent to the channel too.
                    if reply.get("subtype") != "thread_broadcast" and wrote(reply, self._user_id):
                        yield said_from(reply, channel)

    async def look_up(self, ts: str) -> Said | None:
        try:
            async for message in self._thread(ts, with_parent=True):
                if message["ts"] == ts and wrote(message, self._user_id):
                    return said_from(message, await self.channel())
        except MessengerError as error:
            if error.code not in {"thread_not_found", "message_not_found"}:
                raise
        return None

    async def _thread(self, ts: str, with_parent: bool = False) -> AsyncIterator[dict[str, Any]]:
        channel = await self.channel()
        async for message in self._pages(
            self._client.conversations_replies, channel=channel, ts=ts
        ):
            if with_parent or message["ts"] != ts:
                yield message

    async def _history(self, oldest: str, **more: Any) -> AsyncIterator[dict[str, Any]]:
        channel = await self.channel()
        async for message in self._pages(
            self._client.conversations_history, channel=channel, oldest=oldest, **more
        ):
            yield message

    async def _pages(self, method: Method, **arguments: Any) -> AsyncIterator[dict[str, Any]]:
        cursor: str | None = None
        while True:
            answer = await self._call(method, limit=PAGE, cursor=cursor, **arguments)
            for message in answer.get("messages", []):
                yield message
            cursor = (answer.get("response_metadata") or {}).get("next_cursor")
            if not cursor:
                return

    async def _post(self, job_id: str, part: int, **message: Any) -> str:
        answer = await self._call(
            self._poster.chat_postMessage,
            channel=await self.channel(),
            metadata={
                "event_type": EVENT_TYPE,
                "event_payload": {"job_id": job_id, "part": part},
            },
            unfurl_links=False,
            unfurl_media=False,
            **message,
        )
        return str(answer["ts"])

    async def _call(self, method: Method, **arguments: Any) -> dict[str, Any]:
        name = method.__name__.replace("_", ".", 1)
        try:
            # A long Retry-After must not hold up everything else.
            async with asyncio.timeout(self._patience_s):
                answer = await method(**arguments)
        except SlackApiError as error:
            raise MessengerError(name, code_of(error)) from error
        except (SlackClientError, aiohttp.ClientError, TimeoutError, OSError, ValueError) as error:
            raise MessengerError(name, type(error).__name__) from error
        if not isinstance(answer.data, dict):
            raise MessengerError(name, "unexpected_answer")
        return answer.data


def web_client(token: str | None, base_url: str, *handlers: AsyncRetryHandler) -> AsyncWebClient:
    """Slack's own client with only these retries."""
    return AsyncWebClient(
        token=token,
        base_url=base_url if base_url.endswith("/") else base_url + "/",
        timeout=15,
        retry_handlers=list(handlers),
    )


def code_of(error: SlackApiError) -> str:
    """Slack's code, or `unexpected_answer`: what stands between us may answer in its place."""
    data = getattr(error.response, "data", None)
    code = data.get("error") if isinstance(data, dict) else None
    return str(code or "unexpected_answer")


def wrote(message: dict[str, Any], user_id: str) -> bool:
    """Whether a message is that user's own words."""
    return (
        message.get("user") == user_id
        and not message.get("bot_id")
        and message.get("subtype") in SUBTYPES
    )


def said_from(message: dict[str, Any], channel: str) -> Said:
    """A user's message, as events and history show it, in plain values."""
    thread_ts = message.get("thread_ts")
    # What is sent to the channel as well carries its root instead.
    parent = message.get("parent_user_id") or (message.get("root") or {}).get("user")
    return Said(
        channel=channel,
        ts=message["ts"],
        text=message_text(
            message.get("text") or "",
            [file.get("name") or "unnamed" for file in message.get("files") or []],
        ),
        thread_ts=thread_ts if thread_ts != message["ts"] else None,
        to_oneself=parent == message["user"],
        revision=(message.get("edited") or {}).get("ts") or "",
    )

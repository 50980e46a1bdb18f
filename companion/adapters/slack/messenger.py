"""The DM with the user, over Slack's Web API."""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from slack_sdk.models.blocks import MarkdownBlock

from companion.adapters.slack.client import CALL_TIMEOUT_S, Retry, SlackClient
from companion.adapters.slack.messages import (
    WARNING,
    mention_of_group,
    mention_of_user,
    said_from,
    wrote,
)
from companion.adapters.slack.presence import read_presence
from companion.adapters.slack.text import escape
from companion.adapters.slack.views.prompt import closed_prompt, open_prompt, open_prompt_of
from companion.domain.entry import Entry, find_message_ts, message_ts
from companion.domain.markdown import plain_text
from companion.domain.presence import Presence
from companion.errors import MessengerError, SlackRefusedError
from companion.ports import OpenPrompt, Said, Thread

EVENT_TYPE = "companion_job"
"""The kind of the metadata that our messages carry."""
WARNING_TYPE = "companion_warning"
"""The kind of the metadata of our line in the thread of a message that was not stored."""
CONFIRMED = "white_check_mark"
UNKNOWN = frozenset({"channel_not_found", "user_not_found", "user_not_visible"})
"""Slack's answers about an id that it does not know, or that the app may not know."""
BROADCAST = frozenset({"reply_broadcast", "thread_broadcast"})
"""The subtypes of replies that were sent to the channel too."""
PAGE = 200
"""Messages a page."""
FORM_REFUSED = frozenset(
    {"invalid_blocks", "invalid_blocks_format", "msg_blocks_too_long", "msg_too_long"}
)
"""Slack's answers to a message that would be taken in a plainer form."""
NOT_CHANGEABLE = frozenset({"cant_update_message", "edit_window_closed", "message_not_found"})
"""Slack's answers about a message that stays as it is, or is not there any more."""

PICTURE_ATTEMPTS, PICTURE_PAUSE_S = 20, 3.0
"""Slack needs some seconds until a message can show an uploaded picture."""
ALT_TEXT_LIMIT = 2000
"""https://docs.slack.dev/reference/block-kit/blocks/image-block"""

log = logging.getLogger(__name__)


class SlackMessenger:
    """Messenger on Slack. The DM with `user_id` is opened when it is first needed.

    Reading is retried. A post is repeated only after a 429, which says that nothing was posted:
    after a lost answer the message might be there already, and Slack has no idempotency key.
    """

    def __init__(
        self,
        token: str,
        base_url: str,
        user_id: str,
        timeout_s: float = CALL_TIMEOUT_S,
        pause: Callable[[float], Awaitable[object]] = asyncio.sleep,
    ) -> None:
        self._pause = pause
        self._poster = SlackClient(token, base_url, timeout_s=timeout_s)
        self._client = SlackClient(token, base_url, Retry.ANY_FAILURE, timeout_s=timeout_s)
        self._user_id = user_id
        self._channel: str | None = None
        self._workspace: str | None = None
        self._is_dnd_refused = False

    async def send_prompt(self, job_id: str, question: str, *, buttons: bool = False) -> str:
        if not buttons:
            return await self._post(job_id, 0, text=question)
        try:
            return await self._post(job_id, 0, text=question, blocks=open_prompt(job_id, question))
        except SlackRefusedError as error:
            if error.code not in FORM_REFUSED:
                raise
            log.warning("prompt.sent_plain job_id=%s code=%s", job_id, error.code)
            return await self._post(job_id, 0, text=question)

    async def close_prompt(self, ts: str, job_id: str, question: str, note: str) -> None:
        text = escape(f"{question}\n{note}")
        # A message that is changed keeps its metadata only if it is sent along.
        same = {"channel": await self.channel(), "ts": ts, "metadata": _metadata(job_id, 0)}
        blocks = closed_prompt(question, note)
        try:
            await self._client.call("chat.update", text=text, blocks=blocks, **same)
        except SlackRefusedError as error:
            if error.code in FORM_REFUSED:
                await self._client.call("chat.update", text=text, blocks=[], **same)
            elif error.code not in NOT_CHANGEABLE:
                raise

    async def send_summary(self, job_id: str, part: int, markdown: str, fallback: str) -> str:
        blocks = [MarkdownBlock(text=markdown).to_dict()]
        try:
            return await self._post(job_id, part, text=escape(fallback), blocks=blocks)
        except SlackRefusedError as error:
            if error.code not in FORM_REFUSED:
                raise
            # What a block shows best may still be said in plain words.
            log.warning("summary.sent_plain job_id=%s part=%d code=%s", job_id, part, error.code)
            return await self._post(job_id, part, text=escape(plain_text(markdown, len(markdown))))

    async def upload_picture(self, name: str, png: bytes, title: str, alt_text: str) -> str:
        # https://docs.slack.dev/messaging/working-with-files: an upload that nothing shows is lost.
        place = await self._client.call(
            "files.getUploadURLExternal", filename=name, length=len(png), alt_txt=alt_text
        )
        await self._client.upload(str(place["upload_url"]), png)
        file_id = str(place["file_id"])
        files = [{"id": file_id, "title": title}]
        await self._client.call("files.completeUploadExternal", files=files)
        return file_id

    async def send_with_picture(
        self, job_id: str, part: int, markdown: str, fallback: str, picture_id: str, alt_text: str
    ) -> str:
        blocks = [
            MarkdownBlock(text=markdown).to_dict(),
            {
                "type": "image",
                "slack_file": {"id": picture_id},
                "alt_text": alt_text[:ALT_TEXT_LIMIT],
            },
        ]
        for _ in range(PICTURE_ATTEMPTS):
            try:
                return await self._post(job_id, part, text=escape(fallback), blocks=blocks)
            except SlackRefusedError as error:
                # So Slack says, too, that it has not processed the picture yet.
                if error.code not in FORM_REFUSED:
                    raise
            await self._pause(PICTURE_PAUSE_S)
        log.warning("review.sent_without_picture job_id=%s reason=not_processed", job_id)
        return await self.send_summary(job_id, part, markdown, fallback)

    async def find_sent(self, job_id: str, since: datetime) -> dict[int, str]:
        sent: dict[int, str] = {}
        async for message in self._history(message_ts(since), include_all_metadata=True):
            metadata = message.get("metadata") or {}
            payload = metadata.get("event_payload") or {}
            if metadata.get("event_type") == EVENT_TYPE and payload.get("job_id") == job_id:
                sent[int(payload.get("part", 0))] = message["ts"]
        return sent

    async def confirm(self, ts: str) -> None:
        await self._react(ts, CONFIRMED)

    async def warn(self, ts: str, line: str) -> None:
        if not await self._react(ts, WARNING):
            return
        # Not by the sign: the process that put it there may have stopped before it said why.
        async for reply in self._thread(ts, include_all_metadata=True):
            if (reply.get("metadata") or {}).get("event_type") == WARNING_TYPE:
                return
        metadata = {"event_type": WARNING_TYPE, "event_payload": {"ts": ts}}
        channel = await self.channel()
        await self._poster.call(
            "chat.postMessage", channel=channel, thread_ts=ts, text=line, metadata=metadata
        )

    async def take_back_warning(self, ts: str) -> None:
        channel = await self.channel()
        try:
            await self._client.call("reactions.remove", channel=channel, timestamp=ts, name=WARNING)
        except SlackRefusedError as error:
            if error.code not in {"no_reaction", "message_not_found"}:
                raise

    async def _react(self, ts: str, name: str) -> bool:
        """Add a reaction, unless it is there; False where the message is not."""
        channel = await self.channel()
        try:
            await self._client.call("reactions.add", channel=channel, timestamp=ts, name=name)
        except SlackRefusedError as error:
            if error.code not in {"already_reacted", "message_not_found"}:
                raise
            return error.code == "already_reacted"
        return True

    async def time_zone(self) -> str:
        answer = await self._client.call("users.info", user=self._user_id)
        return str(answer["user"].get("tz") or "UTC")

    async def presence(self, *, with_dnd: bool) -> Presence:
        answer = await self._client.call("users.info", user=self._user_id)
        profile = answer["user"].get("profile") or {}
        return read_presence(profile, await self._dnd() if with_dnd else {})

    async def _dnd(self) -> dict[str, Any]:
        try:
            return await self._client.call("dnd.info", user=self._user_id)
        except SlackRefusedError as error:
            if error.code != "missing_scope":
                raise
            if not self._is_dnd_refused:
                log.warning(
                    "presence.without_do_not_disturb needed=dnd:read see='companion doctor'"
                )
            self._is_dnd_refused = True
            return {}

    async def fetch_name(self, mentioned: str) -> str | None:
        try:
            match mentioned[:1]:
                case "U" | "W":
                    answer = await self._client.call("users.info", user=mentioned)
                    return mention_of_user(answer.get("user") or {})
                case "C" | "G":
                    answer = await self._client.call("conversations.info", channel=mentioned)
                    name = (answer.get("channel") or {}).get("name")
                    return f"#{name}" if name else None
                case "S":
                    answer = await self._client.call("usergroups.list")
                    return mention_of_group(answer.get("usergroups") or [], mentioned)
        except MessengerError as error:
            if error.code not in UNKNOWN:
                raise
        return None

    async def channel(self) -> str:
        if self._channel is None:
            answer = await self._client.call("conversations.open", users=self._user_id)
            self._channel = str(answer["channel"]["id"])
        return self._channel

    async def read_back(self, since_ts: str) -> AsyncIterator[Said | Thread | OpenPrompt]:
        channel = await self.channel()
        async for message in self._history(since_ts):
            if wrote(message, self._user_id):
                yield said_from(message, channel)
            elif job_id := open_prompt_of(message):
                yield OpenPrompt(message["ts"], job_id)
            if count := message.get("reply_count"):
                yield Thread(message["ts"], str(message.get("latest_reply") or ""), int(count))

    async def read_replies(self, thread_ts: str) -> AsyncIterator[Said]:
        channel = await self.channel()
        async for reply in self._thread(thread_ts):
            # The history shows a reply that was sent to the channel too.
            if reply.get("subtype") not in BROADCAST and wrote(reply, self._user_id):
                yield said_from(reply, channel)

    async def links(self, entries: Sequence[Entry]) -> dict[UUID, str]:
        messages = [entry for entry in entries if entry.is_slack_message]
        if not messages:
            return {}
        channel, workspace = await self.channel(), await self._workspace_url()
        found = ((entry.log_id, find_message_ts(entry, channel)) for entry in messages)
        return {
            log_id: f"{workspace}/archives/{channel}/p{ts.replace('.', '')}"
            for log_id, ts in found
            if ts
        }

    async def _workspace_url(self) -> str:
        if self._workspace is None:
            answer = await self._client.call("auth.test")
            self._workspace = str(answer["url"]).rstrip("/")
        return self._workspace

    async def look_up(self, ts: str) -> Said | None:
        try:
            async for message in self._thread(ts, with_parent=True):
                if message["ts"] == ts and wrote(message, self._user_id):
                    return said_from(message, await self.channel())
        except MessengerError as error:
            if error.code not in {"thread_not_found", "message_not_found"}:
                raise
        return None

    async def _thread(
        self, ts: str, with_parent: bool = False, **more: Any
    ) -> AsyncIterator[dict[str, Any]]:
        async for message in self._client.pages(
            "conversations.replies", "messages", PAGE, channel=await self.channel(), ts=ts, **more
        ):
            if with_parent or message["ts"] != ts:
                yield message

    async def _history(self, oldest: str, **more: Any) -> AsyncIterator[dict[str, Any]]:
        channel = await self.channel()
        async for message in self._client.pages(
            "conversations.history", "messages", PAGE, channel=channel, oldest=oldest, **more
        ):
            yield message

    async def _post(self, job_id: str, part: int, **message: Any) -> str:
        answer = await self._poster.call(
            "chat.postMessage",
            channel=await self.channel(),
            metadata=_metadata(job_id, part),
            unfurl_links=False,
            unfurl_media=False,
            **message,
        )
        return str(answer["ts"])


def _metadata(job_id: str, part: int) -> dict[str, Any]:
    return {"event_type": EVENT_TYPE, "event_payload": {"job_id": job_id, "part": part}}

"""Answers where somebody pressed or typed something, which only they see.

By the addresses that Slack gives for it; they need no token:
https://docs.slack.dev/interactivity/handling-user-interaction#message_responses
"""

from collections.abc import Mapping
from typing import Any

import aiohttp

from companion.adapters.slack.client import network_failure
from companion.adapters.slack.proxy import proxy_for
from companion.errors import MessengerError

CALL = "response_url"
TIMEOUT_S = 15.0


class SlackResponder:
    """Responder by `post_response`."""

    async def respond(self, url: str, text: str) -> None:
        answer = {"response_type": "ephemeral", "replace_original": False, "text": text}
        await post_response(url, answer)


async def post_response(url: str, message: Mapping[str, Any]) -> None:
    """Post a message there. MessengerError if Slack does not take it: an address is good for five
    answers, in half an hour."""
    timeout = aiohttp.ClientTimeout(total=TIMEOUT_S)
    try:
        async with (
            aiohttp.ClientSession(timeout=timeout) as session,
            session.post(url, json=message, proxy=proxy_for(url)) as response,
        ):
            if response.status != 200:
                raise MessengerError(CALL, f"status {response.status}")
    except (aiohttp.ClientError, TimeoutError, OSError, ValueError) as error:
        raise network_failure(CALL, error) from error

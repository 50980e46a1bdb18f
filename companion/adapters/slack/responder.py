"""Answers where somebody pressed or typed something, which only they see."""

import aiohttp

from companion.adapters.slack.client import network_failure
from companion.adapters.slack.proxy import proxy_for
from companion.errors import MessengerError

CALL = "response_url"
TIMEOUT_S = 15.0


class SlackResponder:
    """Responder by the addresses that Slack gives for it; they need no token.

    https://docs.slack.dev/interactivity/handling-user-interaction#message_responses
    """

    async def respond(self, url: str, text: str) -> None:
        timeout = aiohttp.ClientTimeout(total=TIMEOUT_S)
        answer = {"response_type": "ephemeral", "replace_original": False, "text": text}
        try:
            async with (
                aiohttp.ClientSession(timeout=timeout) as session,
                session.post(url, json=answer, proxy=proxy_for(url)) as response,
            ):
                if response.status != 200:
                    raise MessengerError(CALL, f"status {response.status}")
        except (aiohttp.ClientError, TimeoutError, OSError, ValueError) as error:
            raise network_failure(CALL, error) from error

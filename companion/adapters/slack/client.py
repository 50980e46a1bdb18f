"""Slack's Web API: the one way to call it, with its timeout, retries, pages and errors."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from enum import Enum, auto
from http import HTTPStatus
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.http_retry.async_handler import AsyncRetryHandler
from slack_sdk.http_retry.builtin_async_handlers import (
    AsyncConnectionErrorRetryHandler,
    AsyncRateLimitErrorRetryHandler,
    AsyncServerErrorRetryHandler,
)
from slack_sdk.web.async_client import AsyncWebClient

from companion.adapters.slack.proxy import proxy_for
from companion.errors import MessengerError, SlackRefusedError
from companion.texts.certificates import certificate_problem

REQUEST_TIMEOUT_S = 15
"""For one request. A call may take longer: it may wait for a rate limit and try again."""
CALL_TIMEOUT_S = 60.0
RETRIES = 2

REFUSED_TOKEN = frozenset(
    {
        "account_inactive",
        "invalid_auth",
        "not_allowed_token_type",
        "not_authed",
        "token_expired",
        "token_revoked",
    }
)
"""Slack's answers to any call that mean: it does not take this token, at least not now."""
UNEXPECTED_ANSWER = "unexpected_answer"


class Retry(Enum):
    """After what a call is tried again."""

    RATE_LIMIT = auto()
    """After a 429 alone, which says that nothing was done: safe for posts, too."""
    ANY_FAILURE = auto()
    """Also after Slack's own errors and a lost connection: for calls that may run twice."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What Slack answered. The names of `headers` are in lower case."""

    body: dict[str, Any]
    headers: Mapping[str, str]


class SlackClient:
    """Calls methods by the names that Slack's reference has: https://docs.slack.dev/reference/methods

    `timeout_s` is for a whole call with its retries; None waits as long as Slack says.
    """

    def __init__(
        self,
        token: str | None,
        base_url: str,
        retry: Retry = Retry.RATE_LIMIT,
        retries: int = RETRIES,
        timeout_s: float | None = CALL_TIMEOUT_S,
    ) -> None:
        self.token = token or ""
        self.base_url = base_url.rstrip("/") + "/"
        self._timeout_s = timeout_s
        self._web = AsyncWebClient(
            token=token,
            base_url=self.base_url,
            timeout=REQUEST_TIMEOUT_S,
            retry_handlers=_handlers(retry, retries),
        )
        self._web.proxy = proxy_for(self.base_url)  # in place of what the SDK takes by itself

    async def call(self, method: str, **arguments: Any) -> dict[str, Any]:
        """The body of Slack's answer.

        Raises SlackRefusedError with Slack's own code, or MessengerError where Slack gave no
        answer.
        """
        return (await self.answer(method, **arguments)).body

    async def answer(self, method: str, **arguments: Any) -> Answer:
        """Like `call`, with the headers of the answer."""
        send = getattr(self._web, method.replace(".", "_"))
        try:
            # A long Retry-After must not hold up everything else.
            async with asyncio.timeout(self._timeout_s):
                response = await send(**arguments)
        except SlackApiError as error:
            raise _refusal(method, error) from error
        except (SlackClientError, aiohttp.ClientError, TimeoutError, OSError, ValueError) as error:
            raise network_failure(method, error) from error
        if not isinstance(response.data, dict):
            raise MessengerError(method, UNEXPECTED_ANSWER)
        headers = dict(response.headers or {}).items()
        return Answer(response.data, {str(name).lower(): str(value) for name, value in headers})

    async def upload(self, url: str, content: bytes) -> None:
        """Send a file to the address that Slack gave for it. Raises MessengerError."""
        timeout = aiohttp.ClientTimeout(total=self._timeout_s)
        try:
            async with (
                aiohttp.ClientSession(timeout=timeout) as session,
                session.post(url, data=content, proxy=proxy_for(url)) as response,
            ):
                if response.status != HTTPStatus.OK:
                    raise MessengerError("upload", f"status {response.status}")
        except (aiohttp.ClientError, TimeoutError, OSError, ValueError) as error:
            raise network_failure("upload", error) from error

    async def pages(
        self, method: str, items: str, limit: int, **arguments: Any
    ) -> AsyncIterator[dict[str, Any]]:
        """Everything under `items` in the answers, `limit` at a time. Raises like `call`."""
        cursor: str | None = None
        while True:
            body = await self.call(method, limit=limit, cursor=cursor, **arguments)
            for item in body.get(items, []):
                yield item
            cursor = (body.get("response_metadata") or {}).get("next_cursor")
            if not cursor:
                return


def _handlers(retry: Retry, retries: int) -> list[AsyncRetryHandler]:
    handlers: list[AsyncRetryHandler] = [AsyncRateLimitErrorRetryHandler(retries)]
    if retry is Retry.ANY_FAILURE:
        handlers.append(AsyncServerErrorRetryHandler(retries))
        handlers.append(AsyncConnectionErrorRetryHandler(retries))
    return handlers


def network_failure(call: str, error: Exception) -> MessengerError:
    """Why Slack gave no answer; in words if it is a certificate."""
    cause = " ".join(certificate_problem(error, "SSL_CERT_FILE") or ())
    return MessengerError(call, type(error).__name__, cause)


def _refusal(method: str, error: SlackApiError) -> MessengerError:
    data = getattr(error.response, "data", None)
    if not isinstance(data, dict) or not data.get("error"):
        # A proxy or a captive portal may answer in Slack's place.
        return MessengerError(method, UNEXPECTED_ANSWER)
    code, needed = str(data["error"]), str(data.get("needed") or "")
    return SlackRefusedError(method, code, needed=needed, bad_token=code in REFUSED_TOKEN)

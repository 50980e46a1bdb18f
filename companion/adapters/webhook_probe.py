"""The webhook from outside, as Slack meets it: is it up, and does it accept our signature?"""

from datetime import datetime
from urllib.parse import urlencode, urlsplit, urlunsplit
from uuid import UUID

import aiohttp
from slack_sdk.signature import SignatureVerifier

from companion.domain.manifest import COMMAND, EVENTS_PATH, HEALTH_PATH
from companion.errors import WebhookError

NOBODY = "U0DOCTOR"
WRONG_SECRET = "not the signing secret"  # noqa: S105 -- no secret at all, on purpose
MOST_BYTES = 65536


class HttpWebhookProbe:
    """A WebhookProbe, see ports.py. Each request has `timeout_s` seconds. The empty `/log` is
    from `user_id`, or from nobody."""

    def __init__(self, timeout_s: float, user_id: str | None) -> None:
        self._timeout = aiohttp.ClientTimeout(total=timeout_s)
        self._user_id = user_id or NOBODY

    async def reach(self, url: str) -> str:
        base = _base(url)
        status = await self._ask("GET", base + HEALTH_PATH)
        if status != 200:
            raise WebhookError(
                f"{base}{HEALTH_PATH} answers {status}, not 200. Check that this is the address of "
                "your webhook, and that the latest version is deployed."
            )
        return base

    async def try_signature(self, base: str, secret: str, now: datetime, unique: UUID) -> None:
        accepted = await self._send_empty_log(base, secret, now, unique)
        if accepted == 401:
            raise WebhookError(
                "it refuses a request signed with SLACK_SIGNING_SECRET. Give the webhook the same "
                "secret (`fly secrets set SLACK_SIGNING_SECRET=…`), that of the app that owns "
                f"{COMMAND}, and check that both clocks are right."
            )
        # Something else that answers 200 there would not look at the signature.
        if accepted != 200 or await self._send_empty_log(base, WRONG_SECRET, now, unique) != 401:
            raise WebhookError(
                f"{base}{EVENTS_PATH} answers {accepted}, and does not check signatures as our "
                "webhook does. Check that this is its address, and that the latest version is "
                "deployed."
            )

    async def _send_empty_log(self, base: str, secret: str, now: datetime, unique: UUID) -> int:
        """The status of the answer."""
        body = urlencode(
            {
                "command": COMMAND,
                "text": "",
                "user_id": self._user_id,
                "trigger_id": f"doctor.{unique}",
            }
        )
        timestamp = str(int(now.timestamp()))
        signature = SignatureVerifier(secret).generate_signature(timestamp=timestamp, body=body)
        headers = {
            "Content-Type": "application/x-www-form-urlencoded",
            "X-Slack-Request-Timestamp": timestamp,
            "X-Slack-Signature": signature or "",
        }
        return await self._ask("POST", base + EVENTS_PATH, data=body, headers=headers)

    async def _ask(
        self,
        method: str,
        url: str,
        data: str | None = None,
        headers: dict[str, str] | None = None,
    ) -> int:
        try:
            async with (
                aiohttp.ClientSession(timeout=self._timeout, trust_env=True) as session,
                session.request(
                    method, url, data=data, headers=headers, allow_redirects=False
                ) as answer,
            ):
                await answer.content.read(MOST_BYTES)
                return answer.status
        except (aiohttp.ClientError, TimeoutError, OSError, ValueError) as error:
            raise WebhookError(
                f"{url} cannot be reached ({type(error).__name__}). Check that it is running "
                "(`fly status`), and that the address is right."
            ) from error


def _base(url: str) -> str:
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.netloc:
        raise WebhookError(f"{url} is not a URL. Write it like https://my-companion.fly.dev.")
    path = parts.path.rstrip("/").removesuffix(EVENTS_PATH)
    return urlunsplit((parts.scheme, parts.netloc, path, "", ""))

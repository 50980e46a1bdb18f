"""The webhook from outside, as Slack meets it: is it up, and does it accept our signature?"""

from datetime import datetime
from urllib.parse import urlencode, urlsplit, urlunsplit
from uuid import UUID

import aiohttp
from slack_sdk.signature import SignatureVerifier

from companion.adapters.slack.proxy import proxy_for
from companion.domain.manifest import COMMAND, EVENTS_PATH, HEALTH_PATH, VERSION_HEADER
from companion.errors import WebhookError
from companion.texts.certificates import certificate_problem

NOBODY = "U0DOCTOR"
"""Who sends the empty command where no member ID is set."""
WRONG_SECRET = "not the signing secret"  # noqa: S105 -- no secret at all, on purpose

type Answer = tuple[int, str | None]
"""Its status, and the version of our webhook; None where something else answered."""


class HttpWebhookProbe:
    """A WebhookProbe, see ports.py. Each request has `timeout_s` seconds. The empty `/log` is
    from `user_id`, or from nobody."""

    def __init__(self, timeout_s: float, user_id: str | None) -> None:
        self._timeout = aiohttp.ClientTimeout(total=timeout_s)
        self._user_id = user_id or NOBODY

    async def reach(self, url: str) -> tuple[str, str]:
        base = _base(url)
        status, version = await self._ask("GET", base + HEALTH_PATH)
        if status != 200 or version is None:
            raise WebhookError(
                f"{base}{HEALTH_PATH} answers {status}, but not as our webhook does. Check that "
                "this is the address of your webhook, and that the latest version is deployed."
            )
        return base, version

    async def try_signature(self, base: str, secret: str, now: datetime, unique: UUID) -> None:
        status, version = await self._send_empty_log(base, secret, now, unique)
        if status == 401:
            raise WebhookError(
                "it refuses a request signed with SLACK_SIGNING_SECRET. Give the webhook the same "
                "secret (`fly secrets set SLACK_SIGNING_SECRET=…`), that of the app that owns "
                f"{COMMAND}, and check that both clocks are right."
            )
        if status != 200 or version is None:
            raise WebhookError(
                f"{base}{EVENTS_PATH} answers {status}, but not as our webhook does. Check that "
                "this is its address, and that the latest version is deployed."
            )
        if (await self._send_empty_log(base, WRONG_SECRET, now, unique))[0] != 401:
            raise WebhookError(
                f"{base}{EVENTS_PATH} also answers a request with a wrong signature. Deploy the "
                "latest version."
            )

    async def _send_empty_log(self, base: str, secret: str, now: datetime, unique: UUID) -> Answer:
        form = {
            "command": COMMAND,
            "text": "",
            "user_id": self._user_id,
            "trigger_id": f"doctor.{unique}",
        }
        body = urlencode(form)
        return await self._ask("POST", base + EVENTS_PATH, body, _signed(body, secret, now))

    async def _ask(
        self, method: str, url: str, data: str | None = None, headers: dict[str, str] | None = None
    ) -> Answer:
        try:
            async with (
                aiohttp.ClientSession(timeout=self._timeout) as session,
                session.request(
                    method,
                    url,
                    data=data,
                    headers=headers,
                    allow_redirects=False,
                    proxy=proxy_for(url),
                ) as answer,
            ):
                return answer.status, answer.headers.get(VERSION_HEADER)
        except (aiohttp.ClientError, TimeoutError, OSError, ValueError) as error:
            if untrusted := certificate_problem(error, "SSL_CERT_FILE"):
                raise WebhookError(f"{url} cannot be reached: {' '.join(untrusted)}") from error
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


def _signed(body: str, secret: str, now: datetime) -> dict[str, str]:
    timestamp = str(int(now.timestamp()))
    signature = SignatureVerifier(secret).generate_signature(timestamp=timestamp, body=body)
    return {
        "Content-Type": "application/x-www-form-urlencoded",
        "X-Slack-Request-Timestamp": timestamp,
        "X-Slack-Signature": signature or "",
    }

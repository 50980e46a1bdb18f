"""The webhook from outside, as Slack meets it: is it there, and does it take our signature?"""

from datetime import datetime
from urllib.parse import urlencode, urlsplit, urlunsplit
from uuid import UUID

import aiohttp
from slack_sdk.signature import SignatureVerifier

from companion.errors import CompanionError

EVENTS = "/slack/events"
NOBODY = "U0DOCTOR"
NOTHING_KEPT = "Nothing was saved"


class WebhookError(CompanionError):
    """The webhook is not as Slack needs it; the text says what to do."""


async def reach(url: str, timeout_s: float) -> str:
    """See that it is up; its own address, without what comes after. WebhookError if it is not."""
    base = _base(url)
    status, _ = await _ask("GET", f"{base}/healthz", timeout_s)
    if status != 200:
        raise WebhookError(
            f"{base}/healthz answers {status}, not 200: is that the address of your webhook, and "
            "is the latest version deployed?"
        )
    return base


async def try_signature(
    base: str, secret: str, now: datetime, unique: UUID, timeout_s: float, user_id: str | None
) -> None:
    """Send an empty `/log`, of which nothing is kept. WebhookError if it is not taken."""
    body = urlencode(
        {
            "command": "/log",
            "text": "",
            "user_id": user_id or NOBODY,
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
    status, text = await _ask("POST", base + EVENTS, timeout_s, data=body, headers=headers)
    if status == 401:
        raise WebhookError(
            "it does not take a request signed with SLACK_SIGNING_SECRET: give the webhook the "
            "same secret (`fly secrets set SLACK_SIGNING_SECRET=…`), that of the app that owns "
            "/log; and see that both clocks are right."
        )
    if status != 200 or NOTHING_KEPT not in text:
        raise WebhookError(
            f"{base}{EVENTS} answers {status}, and not as our webhook does: is that its address, "
            "and is the latest version deployed?"
        )


def _base(url: str) -> str:
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.netloc:
        raise WebhookError(f"{url} is no URL: write it like https://my-companion.fly.dev.")
    path = parts.path.rstrip("/").removesuffix(EVENTS)
    return urlunsplit((parts.scheme, parts.netloc, path, "", ""))


async def _ask(
    method: str,
    url: str,
    timeout_s: float,
    data: str | None = None,
    headers: dict[str, str] | None = None,
) -> tuple[int, str]:
    try:
        async with (
            aiohttp.ClientSession(
                timeout=aiohttp.ClientTimeout(total=timeout_s), trust_env=True
            ) as session,
            session.request(
                method, url, data=data, headers=headers, allow_redirects=False
            ) as answer,
        ):
            return answer.status, (await answer.content.read(65536)).decode(errors="replace")
    except (aiohttp.ClientError, TimeoutError, OSError, ValueError) as error:
        raise WebhookError(
            f"{url} cannot be reached ({type(error).__name__}): is it running (`fly status`), and "
            "is the address right?"
        ) from error

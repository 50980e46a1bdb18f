"""Pages and time limits of `conversations.history` and `conversations.replies`."""

import base64
from dataclasses import dataclass

from companion.sandbox.api.methods.arguments import is_true
from companion.sandbox.workspace.message import Body, Message, RefusedError


@dataclass(frozen=True, slots=True)
class Page:
    """Some messages; `cursor` asks for the next page and is empty on the last one."""

    messages: list[Message]
    cursor: str


def within(messages: list[Message], params: Body) -> list[Message]:
    oldest, latest = _bound(params, "oldest"), _bound(params, "latest")
    inclusive = is_true(params.get("inclusive"))

    def inside(ts: str) -> bool:
        key = _key(ts)
        if inclusive and key in (oldest, latest):
            return True
        return (oldest is None or key > oldest) and (latest is None or key < latest)

    return [message for message in messages if inside(message.ts)]


def _bound(params: Body, name: str) -> tuple[int, int] | None:
    """A limit in time; `0` means no limit."""
    value = str(params.get(name) or "")
    if value in ("", "0", "now"):
        return None
    try:
        return _key(value)
    except ValueError as error:
        raise RefusedError(f"invalid_ts_{name}") from error


def _key(ts: str) -> tuple[int, int]:
    seconds, _, micros = ts.partition(".")
    return int(seconds), int(micros[:6].ljust(6, "0"))


def page_of(messages: list[Message], params: Body, *, default: int, newest_first: bool) -> Page:
    """The messages after the cursor, as many as were asked for."""
    limit = _limit(params, default)
    if params.get("cursor"):
        last = _read_cursor(str(params["cursor"]))
        # By time, not by position: messages that come or go between two calls must not shift pages.
        messages = [
            message
            for message in messages
            if (_key(message.ts) < last if newest_first else _key(message.ts) > last)
        ]
    page = messages[:limit]
    return Page(page, _cursor(page[-1].ts) if len(messages) > limit else "")


def _limit(params: Body, default: int) -> int:
    try:
        limit = int(params.get("limit") or default)
    except ValueError as error:
        raise RefusedError("invalid_limit") from error
    if not 1 <= limit <= 1000:
        raise RefusedError("invalid_limit")
    return limit


def _cursor(ts: str) -> str:
    return base64.b64encode(f"after:{ts}".encode()).decode()


def _read_cursor(cursor: str) -> tuple[int, int]:
    try:
        return _key(base64.b64decode(cursor, validate=True).decode().removeprefix("after:"))
    except ValueError as error:
        raise RefusedError("invalid_cursor") from error

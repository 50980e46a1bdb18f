"""Pages of entries: a cursor is the moment of the last entry, of which a person has one each."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import AsyncIterator
from datetime import datetime

from companion.domain.entry import Entry, format_timestamp, parse_timestamp
from companion.entrypoints.mcp.desk import Desk
from companion.entrypoints.mcp.results import (
    MAX_PAGE_TEXT,
    EntryResult,
    Reply,
    entry_result,
    page_reply,
)
from companion.errors import UsageError
from companion.texts import agents as texts

MAX_ENTRIES = 200


def cursor_after(moment: datetime) -> str:
    return urlsafe_b64encode(format_timestamp(moment).encode()).decode()


def moment_of(cursor: str) -> datetime:
    """The moment of the last entry that was returned. UsageError for anything else."""
    try:
        return parse_timestamp(urlsafe_b64decode(cursor.encode()).decode())
    except ValueError:
        raise UsageError(texts.BAD_CURSOR) from None


async def page_of(entries: AsyncIterator[Entry], count: int, desk: Desk) -> Reply:
    """The next `count` entries, fewer where they are long; and a cursor if there are more."""
    shown: list[EntryResult] = []
    size, last = 0, None
    async for entry in entries:
        result = entry_result(entry, desk)
        size += len(result.text)
        if shown and (len(shown) == count or size > MAX_PAGE_TEXT):
            return page_reply(shown, cursor_after(last) if last else None)
        shown.append(result)
        last = entry.timestamp
    return page_reply(shown, None)

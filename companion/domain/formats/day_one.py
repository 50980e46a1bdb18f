"""Day One's JSON export: entries with a moment, a zone and an identity of their own."""

from datetime import datetime
from typing import Any
from uuid import uuid5

from companion.domain.entry import NAMESPACE, parse_timestamp
from companion.domain.formats.found import (
    EntryMaker,
    Found,
    an_object,
    text_of,
    with_tags,
    zone_of,
)
from companion.domain.formats.jrnl import STARRED

_MEDIA = {"photos": "photo", "videos": "video", "audios": "audio", "pdfAttachments": "PDF"}
"""What an entry without words may consist of; its text is then `[photo]`."""


def read(maker: EntryMaker, number: int, record: Any) -> Found | None:
    """An element of `entries`. Its tags and its star become `#tags`. None for an empty one."""
    entry = an_object(record)
    text, moment = text_of(entry, "text") or "", text_of(entry, "creationDate")
    if not text.strip():
        text = " ".join(f"[{name}]" for kind, name in _MEDIA.items() if entry.get(kind))
    if not text:
        return None
    if not moment:
        raise ValueError("it has no creationDate")
    tags = entry.get("tags") or []
    if not isinstance(tags, list) or not all(isinstance(tag, str) for tag in tags):
        raise ValueError("its tags are not a list of texts")
    names = ["-".join(tag.split()) for tag in tags if tag.strip()]
    starred = [STARRED] if entry.get("starred") is True else []
    tagged = with_tags(text.strip(), [*names, *starred])
    tz, timestamp = zone_of(entry, "timeZone"), _moment(moment)
    if uuid := text_of(entry, "uuid"):
        log_id = uuid5(NAMESPACE, f"day-one:{uuid.upper()}")
        return maker.known(number, timestamp, tagged, tz, log_id)
    return maker.at(number, timestamp, tagged, tz)


def _moment(text: str) -> datetime:
    try:
        return parse_timestamp(text)
    except (ValueError, OverflowError):
        raise ValueError(
            "its creationDate is not a moment with an offset like 2026-11-20T10:19:29Z"
        ) from None

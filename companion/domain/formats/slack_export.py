"""Slack's own export: the person's messages in a channel or a direct message, day by day."""

import re
from collections.abc import Callable, Mapping
from typing import Any

from companion.domain.entry import message_log_id, message_timestamp, storable
from companion.domain.formats.found import EntryMaker, Found, an_object

type Words = Callable[[Mapping[str, Any], str], str | None]
"""What a person said in a message; None for a message that is not theirs. An adapter knows."""

_TS = re.compile(r"[0-9]{1,11}\.[0-9]{6}")


def read(
    maker: EntryMaker, number: int, record: Any, channel: str | None, words: Words
) -> Found | None:
    """One message; None for one that is somebody else's, or has no words.

    In a channel that is known it has the identity that Slack gives it, as if it had been captured.
    """
    message = an_object(record)
    ts = message.get("ts")
    if message.get("user") != maker.user_id:
        return None
    if not isinstance(ts, str) or not _TS.fullmatch(ts):
        raise ValueError("its ts is not one of Slack's, like 1763812800.000100")
    text = words(message, maker.user_id)
    if text is None or not text.strip():
        return None
    moment = message_timestamp(ts)
    if channel:
        return maker.known(
            number, moment, storable(text), maker.zone.key, message_log_id(channel, ts)
        )
    return maker.at(number, moment, storable(text), maker.zone.key)

"""Entries whose messages went away together: the person decides what becomes of them."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from companion.domain.entry import format_timestamp, parse_timestamp

HANDFUL = 5
"""So many may go away at once without being asked about: people delete a few messages."""

type Missing = Mapping[UUID, datetime]
"""The timestamps of entries, by their identity."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MissingEntries:
    """What waits for a decision. `other_channel` is set where they belong to another direct message
    than the one that is read now."""

    found_at: datetime
    entries: Missing
    other_channel: bool = False


def is_suspicious(missing: int, expected: int) -> bool:
    """Whether more messages went away at once than a person deletes: more than a handful, and at
    least half of all that were to be found."""
    return missing > HANDFUL and 2 * missing >= expected


def missing_to_json(missing: MissingEntries) -> str:
    """As a store has it."""
    return json.dumps(
        {
            "found_at": format_timestamp(missing.found_at),
            "other_channel": missing.other_channel,
            "entries": json.loads(entries_to_json(missing.entries)),
        }
    )


def missing_from_json(text: str) -> MissingEntries:
    """What `missing_to_json` wrote."""
    fields = json.loads(text)
    return MissingEntries(
        found_at=parse_timestamp(fields["found_at"]),
        entries=_entries(fields["entries"]),
        other_channel=fields["other_channel"],
    )


def entries_to_json(entries: Missing) -> str:
    """As a store has them."""
    return json.dumps({str(key): format_timestamp(moment) for key, moment in entries.items()})


def entries_from_json(text: str | None, after: datetime) -> dict[UUID, datetime]:
    """What `entries_to_json` wrote, but for those that are not after that moment."""
    entries = _entries(json.loads(text)) if text else {}
    return {key: moment for key, moment in entries.items() if moment > after}


def _entries(fields: Mapping[str, str]) -> dict[UUID, datetime]:
    return {UUID(key): parse_timestamp(moment) for key, moment in fields.items()}


MAX_AGE = timedelta(days=90)
"""How long it is remembered that an entry was kept: an older one is never taken for deleted."""

"""The last change that a person made to an entry, stored for a day so that it can be undone."""

import json
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from companion.domain.entry import Entry, Source, format_optional, format_timestamp, parse_timestamp

UNDO_PERIOD = timedelta(hours=24)


class ChangeKind(StrEnum):
    """What was done."""

    LOG = "log"
    EDIT = "edit"
    DELETE = "delete"
    UNDO = "undo"


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryChange:
    """A change of the entry `log_id`, whose timestamp is `timestamp`.

    `revision` is that of the text after the change. `former` is the entry as it was before an
    edit or a deletion; nothing else holds words.
    """

    user_id: str
    kind: ChangeKind
    changed_at: datetime
    timestamp: datetime
    log_id: UUID
    revision: str = ""
    former: Entry | None = None

    def is_over(self, now: datetime) -> bool:
        """Whether it is too old to be undone."""
        return now - self.changed_at >= UNDO_PERIOD


def logged(entry: Entry, changed_at: datetime) -> EntryChange:
    """The change that a new entry is."""
    return _change_of(ChangeKind.LOG, entry, changed_at)


def edited(former: Entry, entry: Entry, changed_at: datetime) -> EntryChange:
    """The change from the `former` text of an entry to its text now."""
    return replace(_change_of(ChangeKind.EDIT, entry, changed_at), former=former)


def deleted(former: Entry, changed_at: datetime) -> EntryChange:
    """The change that a deletion is."""
    return replace(_change_of(ChangeKind.DELETE, former, changed_at), former=former)


def _change_of(kind: ChangeKind, entry: Entry, changed_at: datetime) -> EntryChange:
    return EntryChange(
        user_id=entry.user_id,
        kind=kind,
        changed_at=changed_at,
        timestamp=entry.timestamp,
        log_id=entry.log_id,
        revision=entry.revision,
    )


def undone(change: EntryChange, now: datetime) -> EntryChange:
    """The change that an undo is. It has no words, because it cannot be undone."""
    return replace(change, kind=ChangeKind.UNDO, changed_at=now, former=None)


def change_to_json(change: EntryChange) -> str:
    """The change as a store holds it."""
    former = change.former
    fields = {
        "kind": change.kind,
        "timestamp": format_timestamp(change.timestamp),
        "log_id": str(change.log_id),
        "revision": change.revision,
        "former": former
        and {
            "text": former.text,
            "source": former.source,
            "tz": former.tz,
            "answers": former.answers,
            "revision": former.revision,
            "mentions": dict(former.mentions),
            "logged_at": format_optional(former.logged_at),
            # Earlier versions do not know it.
            **({"agent": former.agent} if former.agent else {}),
        },
    }
    return json.dumps(fields, ensure_ascii=False)


def change_from_json(user_id: str, changed_at: datetime, text: str) -> EntryChange:
    """What `change_to_json` wrote. ValueError for anything else."""
    try:
        fields: dict[str, Any] = json.loads(text)
        timestamp, log_id = parse_timestamp(fields["timestamp"]), UUID(fields["log_id"])
        former = fields["former"]
        if former is not None:
            source, logged_at = Source(former.pop("source")), former.pop("logged_at", None)
            former = Entry(
                user_id=user_id,
                timestamp=timestamp,
                log_id=log_id,
                source=source,
                logged_at=parse_timestamp(logged_at) if logged_at else None,
                **former,
            )
        return EntryChange(
            user_id=user_id,
            kind=ChangeKind(fields["kind"]),
            changed_at=changed_at,
            timestamp=timestamp,
            log_id=log_id,
            revision=fields["revision"],
            former=former,
        )
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError("not a change") from error

"""Entries and jobs as DynamoDB's items: pure translation, both ways."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

from companion.domain.entry import NAMESPACE, Entry, Source, format_timestamp, parse_timestamp
from companion.domain.job import Job, JobState, Outcome, from_definition, to_definition

type Item = dict[str, dict[str, Any]]
"""An item as the wire has it: `{"text": {"S": "…"}}`. It never leaves this package."""

TTL_ATTRIBUTE = "expires_at"
JOBS_KEPT = timedelta(days=90)


def attribute(value: str | int | bool) -> dict[str, Any]:
    match value:
        case bool():
            return {"BOOL": value}
        case int():
            return {"N": str(value)}
        case _:
            return {"S": str(value)}


def attributes(values: Mapping[str, str | int | None]) -> Item:
    return {name: attribute(value) for name, value in values.items() if value is not None}


def text_of(item: Item, name: str, default: str | None = None) -> Any:
    return item.get(name, {}).get("S", default)


def moment_of(item: Item, name: str) -> datetime | None:
    text = text_of(item, name)
    return parse_timestamp(text) if text else None


def item_key(user_id: str, sort_key: str) -> Item:
    return {"PK": {"S": f"user:{user_id}"}, "SK": {"S": sort_key}}


def job_key(user_id: str, job_id: str) -> Item:
    return item_key(user_id, f"job:{job_id}")


def entry_attributes(entry: Entry) -> Item:
    return attributes(
        {
            "text": entry.text,
            "source": entry.source,
            "tz": entry.tz,
            "answers": entry.answers,
            "revision": entry.revision or None,
        }
    )


def log_id_of(item: Item) -> UUID:
    """The row's, or for one that another tool wrote without: one that its key always gives."""
    try:
        return UUID(text_of(item, "log_id", ""))
    except ValueError:
        return uuid5(NAMESPACE, f"row:{text_of(item, 'PK')}:{text_of(item, 'SK')}")


def read_entry(user_id: str, item: Item) -> Entry:
    text = text_of(item, "text")
    if text is None:
        raise ValueError("no text")
    source = text_of(item, "source")
    return Entry(
        user_id=user_id,
        timestamp=parse_timestamp(text_of(item, "timestamp") or text_of(item, "SK")[len("log:") :]),
        text=text,
        log_id=log_id_of(item),
        # A tool that knows no sources knows `/log` alone.
        source=Source(source) if source in Source else Source.COMMAND,
        tz=text_of(item, "tz"),
        answers=text_of(item, "answers"),
        revision=text_of(item, "revision", ""),
    )


def job_attributes(job: Job) -> Item:
    return attributes(
        {
            "job_definition": to_definition(job),
            "state": job.state,
            "owner": job.owner,
            "lease_until": format_timestamp(job.lease_until) if job.lease_until else None,
            "attempts": job.attempts,
            "outcome": job.outcome,
            "reason": job.reason,
            "finished_at": format_timestamp(job.finished_at) if job.finished_at else None,
            "message_ts": job.message_ts,
            TTL_ATTRIBUTE: int((job.due + JOBS_KEPT).timestamp()),
        }
    )


def read_job(item: Item) -> Job:
    outcome = text_of(item, "outcome")
    planned = from_definition(
        text_of(item, "PK")[len("user:") :],
        text_of(item, "SK")[len("job:") :],
        text_of(item, "job_definition", ""),
    )
    return replace(
        planned,
        state=JobState(text_of(item, "state")),
        owner=text_of(item, "owner"),
        lease_until=moment_of(item, "lease_until"),
        attempts=int(item.get("attempts", {}).get("N", 0)),
        outcome=Outcome(outcome) if outcome else None,
        reason=text_of(item, "reason"),
        finished_at=moment_of(item, "finished_at"),
        message_ts=text_of(item, "message_ts"),
    )

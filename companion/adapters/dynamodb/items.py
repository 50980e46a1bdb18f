"""Entries, jobs and plans as DynamoDB's items: pure translation, both ways."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

from companion.domain.change import UNDO_PERIOD, EntryChange, change_from_json, change_to_json
from companion.domain.entry import (
    NAMESPACE,
    Entry,
    Source,
    format_optional,
    format_timestamp,
    parse_timestamp,
)
from companion.domain.jobs.definition import (
    job_definition,
    plan_definition,
    plan_result,
    read_job,
    read_plan,
)
from companion.domain.jobs.job import Job, JobResult, JobState
from companion.domain.jobs.planning import Plan
from companion.domain.mentions import mentions_from_json, mentions_to_json

type Item = dict[str, dict[str, Any]]
"""An item as the wire has it: `{"text": {"S": "…"}}`. It never leaves this package."""

TTL_ATTRIBUTE = "expires_at"
JOB_TTL = timedelta(days=90)
"""How long after its due time DynamoDB deletes a job."""
READ_CURSOR = "mark:dm"
"""The sort key of the read cursor, by the name that 0.1.0 gave it."""
LAST_CHANGE = "change:last"
VERSION = "version:jobs"
"""The sort key of what changes with each saved job and preference."""
PREFERENCE = "pref:"
"""How the sort key of a preference begins."""


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


def note_key(user_id: str, name: str) -> Item:
    return item_key(user_id, f"note:{name}")


def preference_key(user_id: str, name: str) -> Item:
    return item_key(user_id, f"{PREFERENCE}{name}")


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
            "mentions": mentions_to_json(entry.mentions) or None,
            "logged_at": format_optional(entry.logged_at),
            "agent": entry.agent,
        }
    )


def change_item(change: EntryChange) -> Item:
    return item_key(change.user_id, LAST_CHANGE) | attributes(
        {
            "changed_at": format_timestamp(change.changed_at),
            "change": change_to_json(change),
            TTL_ATTRIBUTE: int((change.changed_at + UNDO_PERIOD).timestamp()),
        }
    )


def read_change(user_id: str, item: Item) -> EntryChange:
    changed_at = parse_timestamp(text_of(item, "changed_at", ""))
    return change_from_json(user_id, changed_at, text_of(item, "change", ""))


def log_id_of(item: Item) -> UUID:
    """The row's own; or, if another tool wrote it without one, an id computed from its key."""
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
        # A tool that does not write sources knows only `/log`.
        source=Source(source) if source in Source else Source.COMMAND,
        tz=text_of(item, "tz"),
        answers=text_of(item, "answers"),
        revision=text_of(item, "revision", ""),
        mentions=mentions_from_json(text_of(item, "mentions")),
        logged_at=moment_of(item, "logged_at"),
        agent=text_of(item, "agent"),
    )


def job_attributes(job: Job) -> Item:
    return attributes(
        {
            "job_definition": job_definition(job),
            "state": job.state,
            "owner": job.owner,
            "lease_until": format_timestamp(job.lease_until) if job.lease_until else None,
            "attempts": job.attempts,
            **(result_values(job.result) if job.result else {}),
            TTL_ATTRIBUTE: int((job.due + JOB_TTL).timestamp()),
        }
    )


def plan_attributes(plan: Plan) -> Item:
    return attributes(
        {
            "job_definition": plan_definition(plan),
            "state": JobState.DONE,
            "attempts": 0,
            **result_values(plan_result(plan)),
            TTL_ATTRIBUTE: int((plan.made_at + JOB_TTL).timestamp()),
        }
    )


def result_values(result: JobResult) -> dict[str, str]:
    values = {
        "outcome": result.outcome,
        "finished_at": format_timestamp(result.finished_at),
        "reason": result.reason,
        "message_ts": result.message_ts,
    }
    return {name: value for name, value in values.items() if value is not None}


def job_id_of(item: Item) -> str:
    job_id: str = text_of(item, "SK")[len("job:") :]
    return job_id


def read_job_item(item: Item) -> Job:
    """The job. ValueError where this version cannot read it."""
    names = ("state", "owner", "lease_until", "outcome", "reason", "finished_at", "message_ts")
    stored = {name: text_of(item, name) for name in names}
    attempts = int(item.get("attempts", {}).get("N", 0))
    return read_job(*_definition(item), stored | {"attempts": attempts})


def read_plan_item(item: Item) -> Plan:
    """The plan. ValueError where this version cannot read it."""
    return read_plan(*_definition(item), text_of(item, "reason"))


def _definition(item: Item) -> tuple[str, str, str]:
    """Whose it is, its id and its definition."""
    user_id = text_of(item, "PK")[len("user:") :]
    return user_id, job_id_of(item), text_of(item, "job_definition", "")

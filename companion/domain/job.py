"""A job: something planned ahead, so that it happens once, and so that one can see why not."""

import json
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from companion.domain.entry import format_timestamp, parse_timestamp


class JobKind(StrEnum):
    PLAN = "plan"
    """The day's plan itself: the first one to be saved is the one that holds."""
    PROMPT = "prompt"
    SUMMARY = "summary"


class JobState(StrEnum):
    PLANNED = "planned"
    CLAIMED = "claimed"
    DONE = "done"


class Outcome(StrEnum):
    SENT = "sent"
    MISSED = "missed"
    """Its moment went by while nothing could send it."""
    SKIPPED = "skipped"
    """It was not to be: `reason` says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One planned thing of one user.

    `job_id` begins with the local day (`2026-11-22/prompt-1`), so that ids sort by day and a
    range of days is a range of ids. `due` is in UTC; `tz` is the IANA zone of the plan.
    `moments` is a plan's own: when its prompts are due. `message_ts` is the Slack `ts` of what
    was sent. `owner` has the claim until `lease_until`; `attempts` counts the claims.
    """

    user_id: str
    job_id: str
    kind: JobKind
    day: date
    due: datetime
    tz: str
    moments: tuple[datetime, ...] = ()
    state: JobState = JobState.PLANNED
    owner: str | None = None
    lease_until: datetime | None = None
    attempts: int = 0
    outcome: Outcome | None = None
    reason: str | None = None
    finished_at: datetime | None = None
    message_ts: str | None = None


def job_id(day: date, name: str) -> str:
    """`2026-11-22/prompt-1`."""
    return f"{day.isoformat()}/{name}"


def to_definition(job: Job) -> str:
    """What was planned, as JSON. What became of it changes, and is kept beside it."""
    return json.dumps(
        {
            "kind": job.kind,
            "day": job.day.isoformat(),
            "due": format_timestamp(job.due),
            "tz": job.tz,
            "moments": [format_timestamp(moment) for moment in job.moments],
        }
    )


def from_definition(user_id: str, job_id: str, definition: str) -> Job:
    """The job as it was planned. ValueError where the JSON is not what `to_definition` writes."""
    try:
        planned = json.loads(definition)
        return Job(
            user_id=user_id,
            job_id=job_id,
            kind=JobKind(planned["kind"]),
            day=date.fromisoformat(planned["day"]),
            due=parse_timestamp(planned["due"]),
            tz=planned["tz"],
            moments=tuple(parse_timestamp(moment) for moment in planned["moments"]),
        )
    except (KeyError, TypeError) as error:
        raise ValueError(f"{job_id}: no job definition ({error!r})") from error

"""The `job_definition` of a stored job or plan: JSON that every version since 0.1.0 can read.

A plan is stored beside the jobs, as version 0.1.0 did: with the kind `plan` and under an id that
`is_plan_id` recognizes, done from the start. What becomes of a job is stored beside this JSON.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from companion.domain.entry import format_timestamp, parse_timestamp
from companion.domain.jobs.job import Job, JobKind, JobResult, JobState, Outcome
from companion.domain.jobs.planning import PLAN, Plan


def is_plan_id(stored_id: str) -> bool:
    """Whether a plan is stored under this id: `2026-11-22/plan`, `2026-11-22/plan@Asia/Tokyo`."""
    name = stored_id.partition("/")[2]
    return name.partition("@")[0] == PLAN


def job_definition(job: Job) -> str:
    return _definition(
        job.kind,
        job.day,
        job.due,
        job.tz,
        question=job.question,
        planned_for=format_timestamp(job.planned_for) if job.planned_for else "",
        waits_for=job.waits_for,
    )


def plan_definition(plan: Plan) -> str:
    return _definition(PLAN, plan.day, plan.made_at, plan.tz, plan.moments)


def plan_result(plan: Plan) -> JobResult:
    """What is stored as the result of a plan."""
    outcome = Outcome.SENT if plan.moments else Outcome.SKIPPED
    return JobResult(outcome, plan.made_at, plan.reason)


def read_job(user_id: str, job_id: str, definition: str, stored: Mapping[str, Any]) -> Job:
    """The job of that definition, with the state, claim and result that are `stored` beside it.

    Raises ValueError where `job_definition` would not have written this JSON.
    """
    planned = _parsed(job_id, definition)
    try:
        job = Job(
            user_id=user_id,
            job_id=job_id,
            kind=JobKind(planned["kind"]),
            day=date.fromisoformat(planned["day"]),
            due=parse_timestamp(planned["due"]),
            tz=planned["tz"],
            question=planned.get("question", ""),
            planned_for=_moment(planned.get("planned_for")),
            waits_for=planned.get("waits_for", ""),
        )
    except (KeyError, TypeError) as error:
        raise ValueError(f"{job_id}: not a job definition ({error!r})") from error
    return replace(
        job,
        state=JobState(stored["state"]),
        owner=stored["owner"],
        lease_until=_moment(stored["lease_until"]),
        attempts=stored["attempts"],
        result=_result(stored),
    )


def read_plan(user_id: str, plan_id: str, definition: str, reason: str | None) -> Plan:
    """The plan of that definition. Raises ValueError as `read_job` does."""
    planned = _parsed(plan_id, definition)
    try:
        return Plan(
            user_id=user_id,
            plan_id=plan_id,
            day=date.fromisoformat(planned["day"]),
            made_at=parse_timestamp(planned["due"]),
            tz=planned["tz"],
            moments=tuple(parse_timestamp(moment) for moment in planned["moments"]),
            reason=reason or "",
        )
    except (KeyError, TypeError) as error:
        raise ValueError(f"{plan_id}: not a plan's definition ({error!r})") from error


def _definition(
    kind: str,
    day: date,
    due: datetime,
    tz: str,
    moments: Sequence[datetime] = (),
    **more: str,
) -> str:
    return json.dumps(
        {
            "kind": kind,
            "day": day.isoformat(),
            "due": format_timestamp(due),
            "tz": tz,
            # Version 0.1.0 expects it of every kind.
            "moments": [format_timestamp(moment) for moment in moments],
            **{name: text for name, text in more.items() if text},
        }
    )


def _parsed(stored_id: str, definition: str) -> dict[str, Any]:
    planned = json.loads(definition)
    if not isinstance(planned, dict):
        raise ValueError(f"{stored_id}: not a job definition")
    return planned


def _result(stored: Mapping[str, Any]) -> JobResult | None:
    outcome, finished_at = stored["outcome"], _moment(stored["finished_at"])
    if outcome is None or finished_at is None:
        return None
    return JobResult(Outcome(outcome), finished_at, stored["reason"], stored["message_ts"])


def _moment(text: str | None) -> datetime | None:
    return parse_timestamp(text) if text else None

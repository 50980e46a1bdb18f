"""Jobs and plans in SQL: both are rows of the table `jobs`."""

from __future__ import annotations  # what only describes arguments is not imported

import sqlite3
from typing import TYPE_CHECKING

from companion.adapters.sqlite.statements import Statements
from companion.domain.entry import format_timestamp
from companion.errors import UnreadableJobError

if TYPE_CHECKING:
    # `companion log` has no job, and need not wait for what knows them.
    from datetime import date, datetime

    from companion.domain.jobs.job import Job, JobResult
    from companion.domain.jobs.planning import Plan


class SqliteJobs(Statements):
    """JobStore."""

    async def save_job(self, job: Job) -> Job:
        from companion.domain.jobs.definition import job_definition

        return self._job(
            await self._save(
                job.user_id,
                job.job_id,
                job_definition(job),
                job.state,
                job.owner,
                format_timestamp(job.lease_until) if job.lease_until else None,
                job.attempts,
                *_result_values(job.result),
            )
        )

    async def save_plan(self, plan: Plan) -> Plan:
        from companion.domain.jobs.definition import plan_definition, plan_result
        from companion.domain.jobs.job import JobState

        return self._plan(
            await self._save(
                plan.user_id,
                plan.plan_id,
                plan_definition(plan),
                JobState.DONE,
                None,
                None,
                0,
                *_result_values(plan_result(plan)),
            )
        )

    async def fetch_jobs(self, user_id: str, since: date, until: date) -> list[Job]:
        from companion.domain.jobs.definition import is_plan_id

        rows = await self._rows(user_id, since, until)
        jobs = [self._job(row) for row in rows if not is_plan_id(row["job_id"])]
        return sorted(jobs, key=lambda job: (job.due, job.job_id))

    async def fetch_plans(self, user_id: str, since: date, until: date) -> list[Plan]:
        from companion.domain.jobs.definition import is_plan_id

        rows = await self._rows(user_id, since, until)
        plans = [self._plan(row) for row in rows if is_plan_id(row["job_id"])]
        return sorted(plans, key=lambda plan: (plan.made_at, plan.plan_id))

    async def claim_job(
        self, user_id: str, job_id: str, owner: str, now: datetime, lease_until: datetime
    ) -> Job | None:
        rows = await self._run(
            "UPDATE jobs SET state = 'claimed', owner = ?, lease_until = ?, attempts = attempts + 1"
            " WHERE user_id = ? AND job_id = ?"
            " AND (state = 'planned' OR (state = 'claimed' AND lease_until <= ?))"
            " RETURNING *",
            owner,
            format_timestamp(lease_until),
            user_id,
            job_id,
            format_timestamp(now),
        )
        return self._job(rows[0]) if rows else None

    async def postpone_job(self, job: Job) -> bool:
        from companion.domain.jobs.definition import job_definition

        rows = await self._run(
            "UPDATE jobs SET job_definition = ?"
            " WHERE user_id = ? AND job_id = ? AND state = 'planned' RETURNING 1",
            job_definition(job),
            job.user_id,
            job.job_id,
        )
        return bool(rows)

    async def finish_job(self, user_id: str, job_id: str, owner: str, result: JobResult) -> bool:
        rows = await self._run(
            "UPDATE jobs"
            " SET state = 'done', outcome = ?, reason = ?, finished_at = ?, message_ts = ?"
            " WHERE user_id = ? AND job_id = ? AND state = 'claimed' AND owner = ? RETURNING 1",
            *_result_values(result),
            user_id,
            job_id,
            owner,
        )
        return bool(rows)

    async def fetch_version(self, user_id: str) -> str:
        # What other connections committed, and what this one changed. No table is read.
        rows = await self._run("SELECT data_version, total_changes() FROM pragma_data_version")
        return f"{self._connection.reopened}/{rows[0][0]}/{rows[0][1]}"

    async def _save(self, user_id: str, job_id: str, *values: str | int | None) -> sqlite3.Row:
        """Store a row unless there is one of its id; the row that is stored now."""
        await self._run(
            "INSERT INTO jobs"
            " (user_id, job_id, job_definition, state, owner, lease_until, attempts,"
            " outcome, reason, finished_at, message_ts)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
            user_id,
            job_id,
            *values,
        )
        rows = await self._run(
            "SELECT * FROM jobs WHERE user_id = ? AND job_id = ?", user_id, job_id
        )
        return rows[0]

    async def _rows(self, user_id: str, since: date, until: date) -> list[sqlite3.Row]:
        # An id begins with its day.
        return await self._run(
            "SELECT * FROM jobs WHERE user_id = ? AND job_id >= ? AND job_id < ?",
            user_id,
            since.isoformat(),
            until.isoformat(),
        )

    def _job(self, row: sqlite3.Row) -> Job:
        from companion.domain.jobs.definition import read_job

        try:
            return read_job(row["user_id"], row["job_id"], row["job_definition"], dict(row))
        except ValueError as error:
            raise UnreadableJobError(str(self._path), row["job_id"]) from error

    def _plan(self, row: sqlite3.Row) -> Plan:
        from companion.domain.jobs.definition import read_plan

        try:
            return read_plan(row["user_id"], row["job_id"], row["job_definition"], row["reason"])
        except ValueError as error:
            raise UnreadableJobError(str(self._path), row["job_id"]) from error


def _result_values(result: JobResult | None) -> tuple[str | None, ...]:
    """outcome, reason, finished_at, message_ts."""
    if result is None:
        return (None, None, None, None)
    return (
        result.outcome,
        result.reason,
        format_timestamp(result.finished_at),
        result.message_ts,
    )

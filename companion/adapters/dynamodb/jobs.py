"""Jobs and plans in DynamoDB's requests: both are `job:` items."""

from datetime import date, datetime

from companion.adapters.dynamodb.items import (
    VERSION,
    Item,
    item_key,
    job_attributes,
    job_id_of,
    job_key,
    plan_attributes,
    read_job_item,
    read_plan_item,
    result_values,
    text_of,
)
from companion.adapters.dynamodb.refusals import store_errors
from companion.adapters.dynamodb.requests import Requests
from companion.domain.entry import format_timestamp
from companion.domain.jobs.definition import is_plan_id, job_definition
from companion.domain.jobs.job import Job, JobResult, JobState
from companion.domain.jobs.planning import Plan
from companion.errors import UnreadableJobError


class DynamoJobs(Requests):
    """JobStore."""

    async def save_job(self, job: Job) -> Job:
        key = job_key(job.user_id, job.job_id)
        stored = await self._put_if_free(key | job_attributes(job))
        # After the job: who sees the new version has to find the job. And also where the job was
        # there already: the process that saved it may have stopped before this.
        await self._renew_version(job.user_id)
        return job if stored is None else self._job(stored)

    async def save_plan(self, plan: Plan) -> Plan:
        key = job_key(plan.user_id, plan.plan_id)
        stored = await self._put_if_free(key | plan_attributes(plan))
        return plan if stored is None else self._plan(stored)

    async def fetch_jobs(self, user_id: str, since: date, until: date) -> list[Job]:
        items = await self._items(user_id, since, until)
        jobs = [self._job(item) for item in items if not is_plan_id(job_id_of(item))]
        return sorted(jobs, key=lambda job: (job.due, job.job_id))

    async def fetch_plans(self, user_id: str, since: date, until: date) -> list[Plan]:
        items = await self._items(user_id, since, until)
        plans = [self._plan(item) for item in items if is_plan_id(job_id_of(item))]
        return sorted(plans, key=lambda plan: (plan.made_at, plan.plan_id))

    async def claim_job(
        self, user_id: str, job_id: str, owner: str, now: datetime, lease_until: datetime
    ) -> Job | None:
        item = await self._update(
            job_key(user_id, job_id),
            "SET #state = :claimed, #owner = :owner, #lease_until = :lease_until"
            " ADD #attempts :one",
            "#state = :planned OR (#state = :claimed AND #lease_until <= :now)",
            {
                "claimed": JobState.CLAIMED,
                "planned": JobState.PLANNED,
                "owner": owner,
                "lease_until": format_timestamp(lease_until),
                "now": format_timestamp(now),
                "one": 1,
            },
        )
        return None if item is None else self._job(item)

    async def postpone_job(self, job: Job) -> bool:
        changed = await self._update(
            job_key(job.user_id, job.job_id),
            "SET #job_definition = :job_definition",
            "#state = :planned",
            {"job_definition": job_definition(job), "planned": JobState.PLANNED},
        )
        return changed is not None

    async def finish_job(self, user_id: str, job_id: str, owner: str, result: JobResult) -> bool:
        values = {"state": JobState.DONE} | result_values(result)
        changed = await self._update(
            job_key(user_id, job_id),
            "SET " + ", ".join(f"#{name} = :{name}" for name in values),
            "#state = :claimed AND #owner = :owner",
            {"claimed": JobState.CLAIMED, "owner": owner, **values},
        )
        return changed is not None

    async def fetch_version(self, user_id: str) -> str:
        with store_errors(self._table):
            answer = await self._client.get_item(
                TableName=self._table,
                Key=item_key(user_id, VERSION),
                # It may be a second old, for half the price.
                ConsistentRead=False,
            )
        version: str = text_of(answer.get("Item", {}), "version", "")
        return version

    async def _items(self, user_id: str, since: date, until: date) -> list[Item]:
        # An id begins with its day, so no id is as short as the upper end.
        return await self._query(user_id, f"job:{since.isoformat()}", f"job:{until.isoformat()}")

    def _job(self, item: Item) -> Job:
        try:
            return read_job_item(item)
        except ValueError as error:
            raise UnreadableJobError(f"DynamoDB table {self._table}", job_id_of(item)) from error

    def _plan(self, item: Item) -> Plan:
        try:
            return read_plan_item(item)
        except ValueError as error:
            raise UnreadableJobError(f"DynamoDB table {self._table}", job_id_of(item)) from error

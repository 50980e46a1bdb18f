"""When somebody did something for the first time, however often Slack delivers it."""

from datetime import date, datetime

from companion.domain.jobs.job import Job, JobKind, JobResult, JobState, Outcome, job_id
from companion.ports import JobStore

ANY_DAY = date(1970, 1, 1)
"""The day of what has none of its own."""


async def first_moment(
    jobs: JobStore, user_id: str, day: date, name: str, now: datetime, tz: str
) -> datetime:
    """The moment of the first call with that day and name, which must not depend on when it is
    made. It gives what is stored then the same key, on whatever machine. Raises StoreError."""
    done = Job(
        user_id=user_id,
        job_id=job_id(day, name),
        kind=JobKind.PRESS,
        day=day,
        due=now,
        tz=tz,
        state=JobState.DONE,
        result=JobResult(Outcome.SENT, now),
    )
    return (await jobs.save_job(done)).due

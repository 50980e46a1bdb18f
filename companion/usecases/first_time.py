"""When somebody did something for the first time, however often Slack delivers it."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from companion.domain.jobs.job import Job, JobKind, JobResult, JobState, Outcome, job_id
from companion.domain.person import PersonTime
from companion.errors import StoreError
from companion.ports import JobStore
from companion.usecases.person_times import PersonTimes

NO_DAY = date(1970, 1, 1)
"""The day in the id of what belongs to none. A daemon of an older version does not come across it
when it reads the jobs of its days: it would not know their kind."""


async def first_moment(jobs: JobStore, user_id: str, name: str, now: datetime, tz: str) -> datetime:
    """The moment of the first call with that name. It gives what is stored then the same key, on
    whatever machine. Raises StoreError."""
    done = Job(
        user_id=user_id,
        job_id=job_id(NO_DAY, name),
        kind=JobKind.PRESS,
        day=NO_DAY,
        due=now,
        tz=tz,
        state=JobState.DONE,
        result=JobResult(Outcome.SENT, now),
    )
    return (await jobs.save_job(done)).due


async def time_of(times: PersonTimes, user_id: str) -> PersonTime:
    """Where the person is. By the settings where the keys of this program may not read that: keys
    from before may only write."""
    try:
        return await times.of(user_id)
    except StoreError:
        zone = times.zone
        return PersonTime(zone or ZoneInfo("UTC"), times.day_start, is_known=zone is not None)

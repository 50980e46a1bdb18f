"""When somebody did something for the first time, however often Slack delivers it."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from companion.domain.jobs.job import Job, JobKind, JobResult, JobState, Outcome, job_id
from companion.domain.person import PersonTime
from companion.errors import StoreError
from companion.ports import JobStore
from companion.usecases.person_times import PersonTimes

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


async def time_of(times: PersonTimes, user_id: str) -> PersonTime:
    """Where the person is. By the settings where the keys of this program may not read that: keys
    from before may only write."""
    try:
        return await times.of(user_id)
    except StoreError:
        zone = times.zone
        return PersonTime(zone or ZoneInfo("UTC"), times.day_start, is_known=zone is not None)

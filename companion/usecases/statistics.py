"""Statistics of a period, from the stored entries and jobs."""

from datetime import datetime, time
from zoneinfo import ZoneInfo

from companion.domain.calendar import BEGINNING, DAY, END, local_day
from companion.domain.statistics import Statistics, make_statistics
from companion.ports import Store

ANSWERS_AFTER = 7 * DAY
"""So long after the period the answers to its prompts are looked for."""


async def read_statistics(
    store: Store,
    user_id: str,
    since: datetime,
    until: datetime,
    now: datetime,
    zone: ZoneInfo,
    day_start: time,
) -> Statistics:
    """The statistics of since <= t < until, as of `now`. Raises StoreError."""
    answered_until = until + ANSWERS_AFTER if until < END - ANSWERS_AFTER else END
    entries = await store.fetch_logs(user_id, since, answered_until)
    # A job's day is that of the zone it was planned in, which may be one off.
    first = local_day(max(since, BEGINNING + 2 * DAY), zone, day_start) - DAY
    last = local_day(min(until, now), zone, day_start) + 2 * DAY
    jobs = await store.fetch_jobs(user_id, first, max(first, last))
    return make_statistics(entries, jobs, since, until, now, zone, day_start)

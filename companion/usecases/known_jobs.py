"""The jobs around now, read again only when one may be due or new.

A tick asks for the store's version, which costs a sixth of what the jobs cost.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from companion.domain.jobs.job import Job
from companion.ports import JobStore

MAX_AGE = timedelta(minutes=9)
"""How long the version is trusted. So late a job is noticed that version 0.2.0 or earlier saved:
soon enough for a prompt, which may be ten minutes late."""


@dataclass(slots=True, kw_only=True)
class KnownJobs:
    """One user's jobs, as one process knows them. What is known only says when to read them."""

    user_id: str
    jobs: JobStore
    _known: list[Job] = field(default_factory=list)
    _version: str = ""
    _since: date = date.max
    _until: date = date.min
    _read_at: datetime | None = None

    async def fetch(
        self, since: date, until: date, now: datetime, is_due: Callable[[Job], bool]
    ) -> list[Job]:
        """The jobs whose `day` is since <= day < until, as `fetch_jobs` gives them now; none while
        nothing new is there and no known job `is_due`. Raises StoreError."""
        # Before the jobs: what is saved between the two requests is found by the next call.
        version = await self.jobs.fetch_version(self.user_id)
        if (
            version == self._version
            and self._since <= since
            and until <= self._until
            and self._is_recent(now)
            and not any(is_due(job) for job in self._known if since <= job.day < until)
        ):
            return []
        self._known = await self.jobs.fetch_jobs(self.user_id, since, until)
        self._version, self._since, self._until, self._read_at = version, since, until, now
        return self._known

    def _is_recent(self, now: datetime) -> bool:
        # What was read in the future was read before the clock was set back.
        return self._read_at is not None and timedelta() <= now - self._read_at < MAX_AGE

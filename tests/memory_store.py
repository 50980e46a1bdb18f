"""The store in memory, for tests: the plainest reading of what the ports promise.

No method awaits anything, so nothing interrupts one half-way.
"""

from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Self
from uuid import UUID

from companion.domain.change import EntryChange
from companion.domain.entry import TICK, Entry
from companion.domain.jobs.job import Job, JobResult, JobState
from companion.domain.jobs.planning import Plan
from companion.domain.search import Query
from companion.errors import StoreError
from companion.ports import Erased, Tombstone


@dataclass
class _User:
    rows: dict[datetime, Entry | None] = field(default_factory=dict)
    """By key; None is a tombstone."""
    keys: dict[UUID, datetime] = field(default_factory=dict)
    """Which key an entry got: its own timestamp, or the next that was free."""
    jobs: dict[str, Job] = field(default_factory=dict)
    plans: dict[str, Plan] = field(default_factory=dict)
    read_cursor: str | None = None
    change: EntryChange | None = None
    notes: dict[str, str] = field(default_factory=dict)
    preferences: dict[str, str] = field(default_factory=dict)

    def take_key(self, log_id: UUID, timestamp: datetime) -> datetime:
        while timestamp in self.rows:
            timestamp += TICK
        self.keys[log_id] = timestamp
        return timestamp


class MemoryLogStore:
    """LogStore and JobStore; forgets everything with the process."""

    def __init__(self) -> None:
        self._users: defaultdict[str, _User] = defaultdict(_User)
        self._versions: Counter[str] = Counter()

    @classmethod
    @asynccontextmanager
    async def open(cls) -> AsyncIterator[Self]:
        """An empty store, opened the way the lasting ones are."""
        yield cls()

    async def write_log(self, entry: Entry) -> bool:
        try:
            entry.text.encode()
        except UnicodeEncodeError as error:  # as no lasting store can keep it
            raise StoreError("memory", "the text is not valid Unicode.") from error
        user = self._users[entry.user_id]
        key = user.keys.get(entry.log_id)
        if key is None:
            key = user.take_key(entry.log_id, entry.timestamp)
            user.rows[key] = replace(entry, timestamp=key)
            return True
        stored = user.rows[key]
        if stored is None or stored.revision >= entry.revision:
            return False
        user.rows[key] = replace(
            stored, text=entry.text, revision=entry.revision, mentions=entry.mentions
        )
        return True

    async def write_logs(self, entries: Sequence[Entry]) -> int:
        return sum([await self.write_log(entry) for entry in entries])

    async def delete_log(self, user_id: str, timestamp: datetime, log_id: UUID) -> bool:
        user = self._users[user_id]
        key = user.keys.get(log_id)
        if key is None:
            key = user.take_key(log_id, timestamp)
        was_there = user.rows.get(key) is not None
        user.rows[key] = None
        return was_there

    async def restore_log(self, entry: Entry) -> bool:
        user = self._users[entry.user_id]
        key = user.keys.get(entry.log_id)
        if key is None or user.rows[key] is not None:
            return False
        user.rows[key] = replace(entry, timestamp=key)
        return True

    async def save_change(self, change: EntryChange) -> None:
        self._users[change.user_id].change = change

    async def fetch_change(self, user_id: str, now: datetime) -> EntryChange | None:
        change = self._users[user_id].change
        return None if change is None or change.is_over(now) else change

    async def purge_changes(self, now: datetime) -> None:
        for user in self._users.values():
            if user.change and user.change.is_over(now):
                user.change = None

    async def fetch_logs(self, user_id: str, since: datetime, until: datetime) -> list[Entry]:
        return [entry async for entry in self.read_logs(user_id, since, until)]

    async def read_logs(
        self, user_id: str, since: datetime, until: datetime
    ) -> AsyncIterator[Entry]:
        rows = self._users[user_id].rows
        for key in sorted(rows):
            if since <= key < until and (entry := rows[key]):
                yield entry

    async def fetch_backdated(self, user_id: str, since: datetime) -> list[Entry]:
        rows = self._users[user_id].rows.values()
        found = [row for row in rows if row and row.logged_at and row.logged_at >= since]
        return sorted(found, key=lambda entry: (entry.typed_at, entry.timestamp))

    async def search_logs(
        self, user_id: str, query: Query, since: datetime, until: datetime
    ) -> AsyncIterator[Entry]:
        for entry in reversed(await self.fetch_logs(user_id, since, until)):
            if query.finds(entry):
                yield entry

    async def read_tombstones(self, user_id: str) -> AsyncIterator[Tombstone]:
        user = self._users[user_id]
        for log_id, key in list(user.keys.items()):
            if user.rows[key] is None:
                yield Tombstone(key, log_id)

    async def fetch_read_cursor(self, user_id: str) -> str | None:
        return self._users[user_id].read_cursor

    async def save_read_cursor(self, user_id: str, ts: str) -> None:
        user = self._users[user_id]
        user.read_cursor = max(user.read_cursor or "", ts)

    async def fetch_note(self, user_id: str, name: str) -> str | None:
        return self._users[user_id].notes.get(name)

    async def save_note(self, user_id: str, name: str, text: str) -> None:
        self._users[user_id].notes[name] = text
        if not text:
            del self._users[user_id].notes[name]

    async def fetch_preferences(self, user_id: str) -> dict[str, str]:
        return dict(self._users[user_id].preferences)

    async def save_preference(self, user_id: str, name: str, text: str) -> None:
        self._versions[user_id] += 1
        self._users[user_id].preferences[name] = text
        if not text:
            del self._users[user_id].preferences[name]

    async def save_job(self, job: Job) -> Job:
        self._versions[job.user_id] += 1
        return self._users[job.user_id].jobs.setdefault(job.job_id, job)

    async def fetch_jobs(self, user_id: str, since: date, until: date) -> list[Job]:
        jobs = self._users[user_id].jobs.values()
        return sorted(
            (job for job in jobs if since <= job.day < until),
            key=lambda job: (job.due, job.job_id),
        )

    async def claim_job(
        self, user_id: str, job_id: str, owner: str, now: datetime, lease_until: datetime
    ) -> Job | None:
        jobs = self._users[user_id].jobs
        job = jobs.get(job_id)
        if job is None or job.state is JobState.DONE:
            return None
        if job.lease_until is not None and job.lease_until > now:
            return None
        jobs[job_id] = replace(
            job,
            state=JobState.CLAIMED,
            owner=owner,
            lease_until=lease_until,
            attempts=job.attempts + 1,
        )
        return jobs[job_id]

    async def postpone_job(self, job: Job) -> bool:
        jobs = self._users[job.user_id].jobs
        known = jobs.get(job.job_id)
        if known is None or known.state is not JobState.PLANNED:
            return False
        jobs[job.job_id] = replace(
            known, due=job.due, planned_for=job.planned_for, waits_for=job.waits_for
        )
        return True

    async def finish_job(self, user_id: str, job_id: str, owner: str, result: JobResult) -> bool:
        jobs = self._users[user_id].jobs
        job = jobs.get(job_id)
        if job is None or job.state is not JobState.CLAIMED or job.owner != owner:
            return False
        jobs[job_id] = replace(job, state=JobState.DONE, result=result)
        return True

    async def save_plan(self, plan: Plan) -> Plan:
        return self._users[plan.user_id].plans.setdefault(plan.plan_id, plan)

    async def fetch_plans(self, user_id: str, since: date, until: date) -> list[Plan]:
        plans = self._users[user_id].plans.values()
        return sorted(
            (plan for plan in plans if since <= plan.day < until),
            key=lambda plan: (plan.made_at, plan.plan_id),
        )

    async def fetch_version(self, user_id: str) -> str:
        return f"{self._versions[user_id]}"

    async def fetch_users(self) -> list[str]:
        return sorted(user_id for user_id, user in self._users.items() if user != _User())

    async def erase_user(self, user_id: str) -> Erased:
        user = self._users.pop(user_id, _User())
        entries = sum(row is not None for row in user.rows.values())
        return Erased(
            entries=entries,
            tombstones=len(user.rows) - entries,
            jobs=len(user.jobs) + len(user.plans),
            read_cursors=int(user.read_cursor is not None),
        )

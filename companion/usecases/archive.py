"""Many entries at once: exported, and copied from one store to another."""

from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from uuid import UUID

from companion.domain.calendar import BEGINNING, END
from companion.domain.entry import EPOCH, MAX_TEXT_BYTES, Entry, Wanted, every_entry
from companion.domain.formats.exports import Render
from companion.domain.jobs.job import Job, JobState
from companion.errors import StoreError
from companion.ports import LogStore, Store
from companion.usecases.missing import KEPT_NOTE

PAGE = 1000
NEAR = timedelta(seconds=1)
"""More than an entry's timestamp moves where other entries have its key."""

type Advance = Callable[[int], object]
"""Called with the number of entries that are done since the last call."""


def ignore(_: int) -> None:
    """An `Advance` for callers that show no progress."""


async def export_entries(
    store: LogStore,
    user_id: str,
    since: datetime,
    until: datetime,
    render: Render,
    write: Callable[[str], object],
    advance: Advance = ignore,
    wanted: Wanted = every_entry,
) -> int:
    """Write a user's wanted entries, oldest first, a page at a time; how many there were."""
    count = 0
    async for page in _pages(store.read_logs(user_id, since, until)):
        chosen = list(filter(wanted, page))
        write("".join(map(render, chosen)))
        advance(len(page))
        count += len(chosen)
    return count


@dataclass(frozen=True, slots=True)
class TooLarge:
    """An entry that the target does not take: DynamoDB's items end at 400 KB. `size` is bytes."""

    log_id: UUID
    size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Copied:
    """What a copy found and did. `jobs` counts the plans too; `missing` is how many entries are
    still not in the target, with those that are `too_large` for it."""

    entries: int
    written: int
    tombstones: int
    jobs: int
    missing: int
    too_large: tuple[TooLarge, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Copy:
    """One user's entries, tombstones, jobs and read cursor, from one store to another.

    The source stays as it is. What the target already has is not written again: an interrupted
    copy continues where it stopped, and a repeated one brings what is new.
    """

    source: Store
    target: Store

    source_id: str | None = None
    """The id under which the source has it all, where that is another one."""

    async def __call__(self, user_id: str, advance: Advance = ignore) -> Copied:
        source_id = self.source_id or user_id
        entries = written = tombstones = missing = 0
        too_large: list[TooLarge] = []
        async for page, absent in self._compared(user_id):
            written += await self._write(absent, too_large)
            entries += len(page)
            advance(len(page))
        async for tombstone in self.source.read_tombstones(source_id):
            await self.target.delete_log(user_id, tombstone.timestamp, tombstone.log_id)
            tombstones += 1
        jobs = await self.source.fetch_jobs(source_id, date.min, date.max)
        for job in jobs:
            await self._copy_job(replace(job, user_id=user_id))
        plans = await self.source.fetch_plans(source_id, date.min, date.max)
        for plan in plans:
            await self.target.save_plan(replace(plan, user_id=user_id))
        # Last, because it says that everything before it is stored.
        if read_cursor := await self.source.fetch_read_cursor(source_id):
            await self.target.save_read_cursor(user_id, read_cursor)
        if kept := await self.source.fetch_note(source_id, KEPT_NOTE):
            await self.target.save_note(user_id, KEPT_NOTE, kept)
        async for page, absent in self._compared(user_id):
            missing += len(absent)
            advance(len(page))
        return Copied(
            entries=entries,
            written=written,
            tombstones=tombstones,
            jobs=len(jobs) + len(plans),
            missing=missing,
            too_large=tuple(too_large),
        )

    async def _write(self, absent: Sequence[Entry], too_large: list[TooLarge]) -> int:
        """Store a page. What is longer than an entry may be, from before there was a limit, goes
        alone, so that a store that refuses it still gets everything else."""
        sizes = {entry.log_id: len(entry.text.encode()) for entry in absent}
        written = await self.target.write_logs(
            [entry for entry in absent if sizes[entry.log_id] <= MAX_TEXT_BYTES]
        )
        for entry in absent:
            if sizes[entry.log_id] > MAX_TEXT_BYTES:
                try:
                    written += await self.target.write_log(entry)
                except StoreError:
                    too_large.append(TooLarge(entry.log_id, sizes[entry.log_id]))
        return written

    async def _compared(self, user_id: str) -> AsyncIterator[tuple[list[Entry], list[Entry]]]:
        """The source's entries, page by page, and which of each page the target does not have.

        Both stores are read once, side by side in the order of time.
        """
        deleted = {tombstone.log_id async for tombstone in self.target.read_tombstones(user_id)}
        theirs = self.target.read_logs(user_id, BEGINNING, END)
        ahead = await anext(theirs, None)
        known: dict[UUID, Entry] = {}
        async for page in _pages(self._read_source(user_id)):
            newest = page[-1].timestamp
            while ahead and ahead.timestamp - newest <= NEAR:
                known[ahead.log_id] = ahead
                ahead = await anext(theirs, None)
            yield (
                page,
                [
                    entry
                    for entry in page
                    if entry.log_id not in deleted
                    and (entry.log_id not in known or known[entry.log_id].revision < entry.revision)
                ],
            )
            known = {key: entry for key, entry in known.items() if newest - entry.timestamp <= NEAR}

    async def _read_source(self, user_id: str) -> AsyncIterator[Entry]:
        async for entry in self.source.read_logs(self.source_id or user_id, BEGINNING, END):
            yield replace(entry, user_id=user_id)

    async def _copy_job(self, job: Job) -> None:
        """Copies also what became of it since the last copy: a message must not be sent twice."""
        there = await self.target.save_job(job)
        if job.result is None or there.state is JobState.DONE:
            return
        over = max(job.result.finished_at, there.lease_until or EPOCH)
        if await self.target.claim_job(job.user_id, job.job_id, _COPIER, over, over):
            await self.target.finish_job(job.user_id, job.job_id, _COPIER, job.result)


_COPIER = "companion copy"


async def _pages(entries: AsyncIterator[Entry]) -> AsyncIterator[list[Entry]]:
    page: list[Entry] = []
    async for entry in entries:
        page.append(entry)
        if len(page) == PAGE:
            yield page
            page = []
    if page:
        yield page

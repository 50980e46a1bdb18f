"""When the jobs are read again: what a daemon at rest does not read, and what it never misses."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from companion.domain.jobs.job import Job, JobKind, job_id
from companion.errors import StoreError
from companion.usecases.deliver import is_due
from companion.usecases.known_jobs import MAX_AGE, KnownJobs
from tests.memory_store import MemoryLogStore

TODAY = date(2026, 11, 20)
DAY, HOUR, TICK = timedelta(days=1), timedelta(hours=1), timedelta(seconds=20)
NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


def job(name: str = "prompt-1", due: datetime = NOON + HOUR, day: date = TODAY) -> Job:
    return Job(
        user_id="U1", job_id=job_id(day, name), kind=JobKind.PROMPT, day=day, due=due, tz="UTC"
    )


class Counting(MemoryLogStore):
    """Counts how often the jobs are read, and can fail once."""

    def __init__(self) -> None:
        super().__init__()
        self.reads = 0
        self.fails = False

    async def fetch_jobs(self, user_id: str, since: date, until: date) -> list[Job]:
        if self.fails:
            self.fails = False
            raise StoreError("memory", "does not answer.")
        self.reads += 1
        return await super().fetch_jobs(user_id, since, until)

    def save_as_version_0_2_0(self, job: Job) -> None:
        self._users[job.user_id].jobs[job.job_id] = job


@pytest.fixture
def store() -> Counting:
    return Counting()


@pytest.fixture
def known(store: Counting) -> KnownJobs:
    return KnownJobs(user_id="U1", jobs=store)


async def fetch(known: KnownJobs, now: datetime, since: date = TODAY) -> list[Job]:
    return await known.fetch(since, TODAY + 2 * DAY, now, lambda job: is_due(job, now))


async def test_at_rest_the_jobs_are_read_once_in_a_while(store: Counting, known: KnownJobs) -> None:
    await store.save_job(job())
    assert await fetch(known, NOON) == [job()]
    moment = NOON + TICK
    while moment < NOON + MAX_AGE:
        assert await fetch(known, moment) == []
        moment += TICK
    assert store.reads == 1
    assert await fetch(known, moment) == [job()]
    assert store.reads == 2


async def test_what_another_process_saves_is_there_at_the_next_tick(
    store: Counting, known: KnownJobs
) -> None:
    await fetch(known, NOON)
    await store.save_job(asked := job("ask-1", due=NOON))
    assert await fetch(known, NOON + TICK) == [asked]


async def test_a_job_that_is_due_comes_as_it_is_stored_now(
    store: Counting, known: KnownJobs
) -> None:
    await store.save_job(job())
    await store.save_job(later := job("prompt-2", due=NOON + 2 * HOUR))
    await fetch(known, NOON + HOUR - TICK)
    claimed = await store.claim_job("U1", job().job_id, "other", NOON + HOUR, NOON + 2 * HOUR)
    assert await fetch(known, NOON + HOUR) == [claimed, later]
    assert await fetch(known, NOON + HOUR + TICK) == []


async def test_a_claim_that_lapsed_is_due_again(store: Counting, known: KnownJobs) -> None:
    await store.save_job(job(due=NOON))
    claimed = await store.claim_job("U1", job().job_id, "other", NOON, NOON + 2 * TICK)
    assert await fetch(known, NOON) == [claimed]
    assert await fetch(known, NOON + TICK) == []
    assert await fetch(known, NOON + 2 * TICK) == [claimed]


async def test_a_job_that_an_older_version_saved_is_found_before_it_is_too_late_for_a_prompt(
    store: Counting, known: KnownJobs
) -> None:
    await fetch(known, NOON)
    store.save_as_version_0_2_0(asked := job("ask-1", due=NOON + TICK))
    assert await fetch(known, NOON + TICK) == []
    assert await fetch(known, NOON + MAX_AGE) == [asked]


async def test_a_clock_that_was_set_back_does_not_keep_it_from_reading(
    store: Counting, known: KnownJobs
) -> None:
    await fetch(known, NOON + DAY)
    store.save_as_version_0_2_0(asked := job("ask-1", due=NOON))
    assert await fetch(known, NOON) == [asked]


async def test_days_that_were_not_read_yet_are_read(store: Counting, known: KnownJobs) -> None:
    await store.save_job(old := job(day=TODAY - DAY))
    assert await fetch(known, NOON) == []
    assert await fetch(known, NOON, since=TODAY - DAY) == [old]
    assert await fetch(known, NOON + TICK) == []


async def test_what_was_due_on_a_day_that_nobody_asks_for_any_more_does_not_count(
    store: Counting, known: KnownJobs
) -> None:
    await store.save_job(old := job(due=NOON, day=TODAY - DAY))
    assert await fetch(known, NOON, since=TODAY - DAY) == [old]
    assert await fetch(known, NOON + TICK) == []
    assert store.reads == 1


async def test_after_a_store_that_did_not_answer_it_reads_again(
    store: Counting, known: KnownJobs
) -> None:
    await fetch(known, NOON)
    await store.save_job(asked := job("ask-1", due=NOON))
    store.fails = True
    with pytest.raises(StoreError):
        await fetch(known, NOON)
    assert await fetch(known, NOON) == [asked]


async def test_what_is_saved_between_its_two_requests_is_found_by_the_next_tick(
    store: Counting, known: KnownJobs, monkeypatch: pytest.MonkeyPatch
) -> None:
    fetch_jobs = store.fetch_jobs

    async def then_save(user_id: str, since: date, until: date) -> list[Job]:
        found = await fetch_jobs(user_id, since, until)
        monkeypatch.undo()
        await store.save_job(job("ask-1", due=NOON))
        return found

    monkeypatch.setattr(store, "fetch_jobs", then_save)
    assert await fetch(known, NOON - TICK) == []
    assert await fetch(known, NOON) == [job("ask-1", due=NOON)]


async def test_a_move_to_another_time_of_day_counts_as_it_is_now(known: KnownJobs) -> None:
    store = known.jobs
    await store.save_job(job())
    days = (TODAY, TODAY + DAY)
    assert await known.fetch(*days, NOON, lambda job: is_due(job, NOON)) == [job()]
    earlier = await known.fetch(
        *days, NOON, lambda job: is_due(replace(job, due=job.due - 2 * HOUR), NOON)
    )
    assert earlier == [job()]

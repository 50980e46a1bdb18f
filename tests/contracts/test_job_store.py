"""Every promise of JobStore, on every store."""

import asyncio
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from companion.domain.jobs.job import Job, JobKind, JobResult, JobState, Outcome, job_id
from companion.domain.jobs.planning import Plan
from tests.contracts.conftest import Store

DAY = date(2026, 11, 22)
NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
LEASE = timedelta(minutes=5)
DAYS = timedelta(days=1)


def job(name: str = "prompt-1", *, day: date = DAY, due: datetime = NOW, user: str = "U1") -> Job:
    return Job(
        user_id=user,
        job_id=job_id(day, name),
        kind=JobKind.PROMPT,
        day=day,
        due=due,
        tz="Europe/Berlin",
    )


async def all_jobs(store: Store, user: str = "U1") -> list[Job]:
    return await store.fetch_jobs(user, DAY - 400 * DAYS, DAY + 400 * DAYS)


async def claim(store: Store, owner: str, now: datetime = NOW) -> Job | None:
    return await store.claim_job("U1", job().job_id, owner, now, now + LEASE)


async def test_a_job_comes_back_as_it_was_planned(store: Store) -> None:
    planned = job(due=NOW + timedelta(microseconds=1))
    assert await store.save_job(planned) == planned
    assert await all_jobs(store) == [planned]


async def test_a_question_comes_back_with_its_job(store: Store) -> None:
    asked = replace(job(), kind=JobKind.ASK, question="wann “zuletzt” billing?\n🎉")
    await store.save_job(asked)
    assert await all_jobs(store) == [asked]
    claimed = await claim(store, "mac")
    assert claimed is not None
    assert claimed.question == asked.question


async def test_a_job_that_is_saved_as_done_comes_back_as_done(store: Store) -> None:
    done = Job(
        user_id="U1",
        job_id=job_id(DAY, "prompt-1"),
        kind=JobKind.PROMPT,
        day=DAY,
        due=NOW,
        tz="Europe/Berlin",
        state=JobState.DONE,
        owner="mac",
        lease_until=NOW,
        attempts=2,
        result=JobResult(Outcome.SKIPPED, NOW, "do not disturb", "1763812800.000100"),
    )
    assert await store.save_job(done) == done
    assert await all_jobs(store) == [done]
    assert await claim(store, "other") is None


async def test_the_first_job_of_an_id_stays(store: Store) -> None:
    first, second = job(due=NOW), job(due=NOW + LEASE)
    await store.save_job(first)
    assert await store.save_job(second) == first
    assert await all_jobs(store) == [first]


async def test_saving_again_shows_what_became_of_the_job(store: Store) -> None:
    await store.save_job(job())
    claimed = await claim(store, "mac")
    assert await store.save_job(job()) == claimed


async def test_of_many_savers_at_once_all_get_the_one_job(stores: list[Store]) -> None:
    saved = await asyncio.gather(
        *(stores[n % 2].save_job(job(due=NOW + n * LEASE)) for n in range(8))
    )
    assert len(set(saved)) == 1
    assert await all_jobs(stores[0]) == [saved[0]]


async def test_a_range_of_days_begins_with_since_and_ends_before_until(store: Store) -> None:
    for offset in (-1, 0, 6, 7):
        await store.save_job(job(day=DAY + offset * DAYS))
    found = await store.fetch_jobs("U1", DAY, DAY + 7 * DAYS)
    assert [job.day for job in found] == [DAY, DAY + 6 * DAYS]
    assert await store.fetch_jobs("U1", DAY, DAY) == []
    assert await store.fetch_jobs("U1", DAY + DAYS, DAY - DAYS) == []


async def test_jobs_come_by_due_and_then_by_id(store: Store) -> None:
    for name, minutes in (("prompt-1", 5), ("summary", 0), ("prompt-2", 0), ("prompt-3", 9)):
        await store.save_job(job(name, due=NOW + timedelta(minutes=minutes)))
    found = await store.fetch_jobs("U1", DAY, DAY + DAYS)
    assert [job.job_id for job in found] == [
        "2026-11-22/prompt-2",
        "2026-11-22/summary",
        "2026-11-22/prompt-1",
        "2026-11-22/prompt-3",
    ]


async def test_users_have_jobs_of_their_own(store: Store) -> None:
    await store.save_job(job(user="U1"))
    await store.save_job(job(user="U2", due=NOW + LEASE))
    assert await all_jobs(store, "U1") == [job(user="U1")]
    assert await store.claim_job("U3", job().job_id, "mac", NOW, NOW + LEASE) is None
    assert await store.finish_job("U3", job().job_id, "mac", JobResult(Outcome.SENT, NOW)) is False


async def test_a_claim_says_who_has_the_job_and_until_when(store: Store) -> None:
    await store.save_job(job())
    claimed = await claim(store, "mac")
    assert claimed is not None
    assert (claimed.state, claimed.owner) == (JobState.CLAIMED, "mac")
    assert (claimed.lease_until, claimed.attempts) == (NOW + LEASE, 1)
    assert await all_jobs(store) == [claimed]


async def test_an_unknown_job_cannot_be_claimed_and_is_not_created(store: Store) -> None:
    assert await claim(store, "mac") is None
    assert await all_jobs(store) == []


async def test_of_many_claims_at_once_one_wins(stores: list[Store]) -> None:
    await stores[0].save_job(job())
    claims = await asyncio.gather(*(claim(stores[n % 2], f"mac-{n}") for n in range(8)))
    winners = [claimed for claimed in claims if claimed]
    assert len(winners) == 1
    assert await all_jobs(stores[1]) == winners
    assert winners[0].attempts == 1


async def test_of_many_claims_of_one_owner_at_once_one_wins(stores: list[Store]) -> None:
    await stores[0].save_job(job())
    claims = await asyncio.gather(*(claim(stores[n % 2], "mac") for n in range(8)))
    assert sum(claimed is not None for claimed in claims) == 1


@pytest.mark.parametrize("owner", ["mac", "other"])
async def test_a_lease_keeps_others_out_until_its_last_microsecond(
    store: Store, owner: str
) -> None:
    await store.save_job(job())
    held = await claim(store, "mac")
    assert await claim(store, owner, NOW + LEASE - timedelta(microseconds=1)) is None
    assert await all_jobs(store) == [held]


async def test_a_claim_can_be_taken_over_when_its_lease_is_over(store: Store) -> None:
    await store.save_job(job())
    await claim(store, "mac")
    taken = await claim(store, "other", NOW + LEASE)
    assert taken is not None
    assert (taken.owner, taken.attempts) == ("other", 2)
    assert taken.lease_until == NOW + 2 * LEASE


async def test_of_many_takeovers_at_once_one_wins(stores: list[Store]) -> None:
    await stores[0].save_job(job())
    await claim(stores[0], "mac")
    claims = await asyncio.gather(*(claim(stores[n % 2], f"{n}", NOW + LEASE) for n in range(8)))
    assert sum(claimed is not None for claimed in claims) == 1


async def test_a_finished_job_keeps_what_became_of_it(store: Store) -> None:
    await store.save_job(job())
    await claim(store, "mac")
    assert await store.finish_job(
        "U1",
        job().job_id,
        "mac",
        JobResult(
            Outcome.SENT,
            NOW + LEASE,
            reason="after a retry",
            message_ts="1763812800.000100",
        ),
    )
    (done,) = await all_jobs(store)
    assert (done.state, done.outcome, done.finished_at) == (
        JobState.DONE,
        Outcome.SENT,
        NOW + LEASE,
    )
    assert (done.reason, done.message_ts) == ("after a retry", "1763812800.000100")
    assert (done.owner, done.attempts) == ("mac", 1)


async def test_a_job_is_finished_once_and_cannot_be_claimed_again(store: Store) -> None:
    await store.save_job(job())
    await claim(store, "mac")
    assert await store.finish_job("U1", job().job_id, "mac", JobResult(Outcome.MISSED, NOW)) is True
    done = await all_jobs(store)
    assert await store.finish_job("U1", job().job_id, "mac", JobResult(Outcome.SENT, NOW)) is False
    assert await claim(store, "mac", NOW + 2 * LEASE) is None
    assert await all_jobs(store) == done


async def test_without_the_claim_nobody_can_finish(store: Store) -> None:
    assert await store.finish_job("U1", job().job_id, "mac", JobResult(Outcome.SENT, NOW)) is False
    await store.save_job(job())
    assert await store.finish_job("U1", job().job_id, "mac", JobResult(Outcome.SENT, NOW)) is False
    held = await claim(store, "mac")
    assert (
        await store.finish_job("U1", job().job_id, "other", JobResult(Outcome.SENT, NOW)) is False
    )
    assert await all_jobs(store) == [held]


async def test_an_owner_whose_job_was_taken_over_cannot_finish(store: Store) -> None:
    await store.save_job(job())
    await claim(store, "mac")
    taken = await claim(store, "other", NOW + LEASE)
    assert await store.finish_job("U1", job().job_id, "mac", JobResult(Outcome.SENT, NOW)) is False
    assert await all_jobs(store) == [taken]


async def test_a_lapsed_lease_that_nobody_took_over_still_finishes(store: Store) -> None:
    await store.save_job(job())
    await claim(store, "mac")
    late = NOW + 10 * LEASE
    assert await store.finish_job("U1", job().job_id, "mac", JobResult(Outcome.SENT, late)) is True


def plan(name: str = "plan", *, day: date = DAY, made_at: datetime = NOW, user: str = "U1") -> Plan:
    return Plan(
        user_id=user,
        plan_id=job_id(day, name),
        day=day,
        made_at=made_at,
        tz="America/Los_Angeles",
        moments=(NOW + timedelta(microseconds=1), NOW + timedelta(hours=3)),
        reason="2 prompts",
    )


async def all_plans(store: Store, user: str = "U1") -> list[Plan]:
    return await store.fetch_plans(user, DAY - 400 * DAYS, DAY + 400 * DAYS)


async def test_a_plan_comes_back_as_it_was_made(store: Store) -> None:
    empty = replace(plan(day=DAY + DAYS), moments=(), reason="no prompts: not a working day")
    for made in (plan(), empty):
        assert await store.save_plan(made) == made
    assert await all_plans(store) == [plan(), empty]


async def test_the_first_plan_of_an_id_stays(store: Store) -> None:
    await store.save_plan(plan())
    assert await store.save_plan(plan(made_at=NOW + LEASE)) == plan()
    assert await all_plans(store) == [plan()]


async def test_of_many_planners_at_once_all_get_the_one_plan(stores: list[Store]) -> None:
    saved = await asyncio.gather(
        *(stores[n % 2].save_plan(plan(made_at=NOW + n * LEASE)) for n in range(8))
    )
    assert len(set(saved)) == 1
    assert await all_plans(stores[0]) == [saved[0]]


async def test_plans_of_the_days_asked_for_come_by_when_they_were_made(store: Store) -> None:
    for offset in (-1, 0, 6, 7):
        await store.save_plan(plan(day=DAY + offset * DAYS))
    await store.save_plan(plan("plan@Asia/Tokyo", made_at=NOW + LEASE))
    await store.save_plan(plan("plan@Asia/Kolkata", made_at=NOW - LEASE))
    found = await store.fetch_plans("U1", DAY, DAY + 7 * DAYS)
    assert [plan.plan_id for plan in found] == [
        "2026-11-22/plan@Asia/Kolkata",
        "2026-11-22/plan",
        "2026-11-28/plan",
        "2026-11-22/plan@Asia/Tokyo",
    ]
    assert await store.fetch_plans("U1", DAY, DAY) == []


async def test_plans_and_jobs_are_told_apart(store: Store) -> None:
    await store.save_plan(plan())
    await store.save_plan(plan("plan@Asia/Tokyo"))
    await store.save_job(job())
    assert await all_jobs(store) == [job()]
    assert await all_plans(store) == [plan(), plan("plan@Asia/Tokyo")]
    assert await store.claim_job("U1", plan().plan_id, "mac", NOW, NOW + LEASE) is None


async def test_users_have_plans_of_their_own_which_are_erased_with_them(store: Store) -> None:
    await store.save_plan(plan(user="U1"))
    await store.save_plan(plan(user="U2"))
    assert await all_plans(store, "U1") == [plan(user="U1")]
    assert (await store.erase_user("U1")).jobs == 1
    assert await all_plans(store, "U1") == []
    assert await all_plans(store, "U2") == [plan(user="U2")]


async def test_the_version_is_another_one_after_each_job_and_preference_of_any_process(
    stores: list[Store],
) -> None:
    one, other = stores
    versions = [await one.fetch_version("U1")]
    for each in (one, other):
        await each.save_job(job(f"prompt-{id(each)}"))
        versions.append(await one.fetch_version("U1"))
        for text in ("until Monday", ""):
            await each.save_preference("U1", "pause", text)
            versions.append(await one.fetch_version("U1"))
    assert len(set(versions)) == len(versions)


async def test_who_knows_the_version_finds_the_job(stores: list[Store]) -> None:
    before = await stores[0].fetch_version("U1")

    async def look() -> list[Job]:
        async with asyncio.timeout(60):
            while await stores[0].fetch_version("U1") == before:
                pass  # the store's own waiting lets the other go on
        return await all_jobs(stores[0])

    _, found = await asyncio.gather(stores[1].save_job(job()), look())
    assert found == [job()]


async def test_the_version_stays_while_nothing_is_written(stores: list[Store]) -> None:
    await stores[0].save_job(job())
    version = await stores[0].fetch_version("U1")
    await all_jobs(stores[0])
    await all_jobs(stores[1])
    assert await stores[0].fetch_version("U1") == version


async def test_a_planned_job_can_be_postponed_and_says_why_it_waits(store: Store) -> None:
    await store.save_job(job())
    later = replace(
        job(due=NOW + LEASE), planned_for=NOW, waits_for="in a meeting until 14:30 “so”"
    )
    assert await store.postpone_job(later)
    assert await all_jobs(store) == [later]
    claimed = await claim(store, "mac", NOW + LEASE)
    assert claimed is not None
    assert (claimed.due, claimed.first_due) == (NOW + LEASE, NOW)
    assert await store.save_job(job()) == claimed


async def test_what_is_claimed_done_or_unknown_is_not_postponed(store: Store) -> None:
    later = replace(job(due=NOW + LEASE), planned_for=NOW, waits_for="in a meeting")
    assert not await store.postpone_job(later)
    await store.save_job(job())
    claimed = await claim(store, "mac")
    assert claimed is not None
    assert not await store.postpone_job(later)
    await store.finish_job("U1", job().job_id, "mac", JobResult(Outcome.SENT, NOW))
    assert not await store.postpone_job(later)
    assert [each.due for each in await all_jobs(store)] == [NOW]


async def test_of_a_job_that_is_postponed_and_claimed_at_once_one_thing_holds(store: Store) -> None:
    await store.save_job(job())
    later = replace(job(due=NOW + LEASE), planned_for=NOW, waits_for="in a meeting")
    await asyncio.gather(store.postpone_job(later), claim(store, "mac"))
    [stored] = await all_jobs(store)
    assert stored.state is JobState.CLAIMED
    assert stored.attempts == 1

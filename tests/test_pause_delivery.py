"""A pause in the whole system: what does not come, what comes after it, and for which programs."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from companion.bootstrap import pauses
from companion.domain.jobs.job import Job, JobKind, Outcome
from companion.domain.pause import PAUSE
from companion.entrypoints.sandbox import System
from companion.texts.slack import QUESTION
from tests.system import BERLIN, Workplace, workplace

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


def at(wall: str) -> datetime:
    return datetime.fromisoformat(wall).replace(tzinfo=ZoneInfo(BERLIN)).astimezone(UTC)


@pytest.fixture
async def place(tmp_path: Path) -> AsyncIterator[Workplace]:
    """Friday, 20 November 2026, in the morning; with a review on Fridays."""
    async with workplace(tmp_path, companion_review="fri 16:00") as place:
        yield place


async def pause(place: Workplace, until: str | None, *, vacation: bool = False) -> None:
    """As another program on the same store does it."""
    async with place.store() as store:
        mine = pauses(place.slack.user_id, store, place.clock)
        await mine.pause(at(until) if until else None, vacation=vacation)


async def resume(place: Workplace) -> None:
    async with place.store() as store:
        assert await pauses(place.slack.user_id, store, place.clock).resume()


async def live(place: Workplace, it: System, until: str) -> None:
    while place.clock.now() < at(until):
        await it.companion.day.tick()
        place.clock.advance(5 * MINUTE)


async def results(place: Workplace, day: str, kind: JobKind) -> list[tuple[Outcome | None, str]]:
    jobs: list[Job] = [job for job in await place.jobs() if job.day.isoformat() == day]
    return [(job.outcome, job.reason or "") for job in jobs if job.kind is kind]


def headings(place: Workplace) -> list[str]:
    """How each message begins, but for prompts."""
    known = ("Where you left off", "Here’s what", "Your week")
    said = place.sent_by_companion()
    return [name for text in said for name in known if text.startswith(name)]


async def test_in_a_pause_no_prompt_comes_and_each_says_why(place: Workplace) -> None:
    async with place.run() as it:
        await live(place, it, "2026-11-20T08:55")
        await pause(place, "2026-11-23T09:00")
        await live(place, it, "2026-11-20T17:00")
        assert QUESTION not in place.sent_by_companion()
        prompts = await results(place, "2026-11-20", JobKind.PROMPT)
        assert set(prompts) == {(Outcome.SKIPPED, "paused until Mon 23 Nov 9:00")}
        assert len(headings(place)) == 2  # the summary and the review
        await live(place, it, "2026-11-23T17:00")
        assert 3 <= place.sent_by_companion().count(QUESTION) <= 5


async def test_a_pause_that_another_program_ends_holds_no_longer(place: Workplace) -> None:
    async with place.run() as it:
        await pause(place, None)
        await live(place, it, "2026-11-20T10:59")
        await resume(place)
        await live(place, it, "2026-11-20T17:00")
    outcomes = [outcome for outcome, _ in await results(place, "2026-11-20", JobKind.PROMPT)]
    assert outcomes[-1] is Outcome.SENT
    assert Outcome.SKIPPED in outcomes


async def test_a_vacation_stops_all_until_the_first_working_day_begins_with_where_one_left_off(
    place: Workplace,
) -> None:
    async with place.run() as it:
        await place.slack.say("fixed OPS-1. Next: deploy billing")
        await live(place, it, "2026-11-20T08:00")
        await pause(place, "2026-11-28T00:00", vacation=True)  # a Saturday
        await live(place, it, "2026-11-30T08:00")
        assert headings(place) == []
        assert QUESTION not in place.sent_by_companion()
        held = (Outcome.SKIPPED, "on vacation until Mon 30 Nov")
        for day in ("2026-11-20", "2026-11-25", "2026-11-28", "2026-11-29"):
            assert await results(place, day, JobKind.SUMMARY) == [held]
        assert await results(place, "2026-11-27", JobKind.REVIEW) == [held]
        assert set(await results(place, "2026-11-27", JobKind.PROMPT)) == {
            (Outcome.SKIPPED, "on vacation until Sat 28 Nov")
        }
        await live(place, it, "2026-11-30T09:00")
        assert headings(place) == ["Where you left off", "Here’s what"]


@pytest.mark.parametrize(
    ("resumed", "day"),
    [("2026-11-25T08:00", "2026-11-25"), ("2026-11-25T12:00", "2026-11-26")],
)
async def test_after_an_open_vacation_the_next_working_morning_begins_with_it(
    place: Workplace, resumed: str, day: str
) -> None:
    async with place.run() as it:
        await place.slack.say("fixed OPS-1. Next: deploy billing")
        await pause(place, None, vacation=True)
        await live(place, it, resumed)
        await resume(place)
        await live(place, it, "2026-11-27T08:00")
    sent = [
        (job.day.isoformat(), job.kind)
        for job in await place.jobs()
        if job.kind in {JobKind.WHERE, JobKind.SUMMARY} and job.outcome is Outcome.SENT
    ]
    assert sent[:2] == [(day, JobKind.WHERE), (day, JobKind.SUMMARY)]
    assert [kind for _, kind in sent].count(JobKind.WHERE) == 1


async def test_a_pause_that_cannot_be_read_holds_nothing_back(place: Workplace) -> None:
    async with place.store() as store:
        await store.save_preference(place.slack.user_id, PAUSE, "{of a later version")
    async with place.run() as it:
        await live(place, it, "2026-11-20T17:00")
    assert 3 <= place.sent_by_companion().count(QUESTION) <= 5


async def test_what_is_asked_for_comes_in_a_pause_too(place: Workplace) -> None:
    async with place.run() as it:
        await pause(place, None, vacation=True)
        await it.companion.day.ask_now(UUID(int=1))
    assert place.sent_by_companion().count(QUESTION) == 1

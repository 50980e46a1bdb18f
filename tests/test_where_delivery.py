"""After some days away the direct message begins with where the person left off, once."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from companion.domain.jobs.job import JobKind, Outcome
from tests.system import Workplace, workplace

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
async def place(tmp_path: Path) -> AsyncIterator[Workplace]:
    """Friday, 20 November 2026, in the morning."""
    async with workplace(tmp_path, companion_prompts_per_day="0") as place:
        yield place


def headings(place: Workplace) -> list[str]:
    """The first words of what was sent, oldest first; the welcome is left out."""
    known = ("Where you left off", "Here’s what you’ve been up to")
    return [name for text in place.sent_by_companion() for name in known if text.startswith(name)]


async def test_after_two_working_days_it_comes_before_the_summary_and_once(
    place: Workplace,
) -> None:
    async with place.run() as it:
        await place.slack.say("fixed OPS-1. Next: deploy billing")
        for days in (3, 1):  # Monday, Tuesday
            place.clock.advance(days * DAY + (HOUR if days == 3 else timedelta()))
            await it.daemon.tick()
        assert "Where you left off" not in headings(place)
        before = len(headings(place))
        place.clock.advance(DAY)  # Wednesday: Monday and Tuesday have no entry
        await it.daemon.tick()
        await place.slack.wait_for(lambda m: "Where you left off" in m["text"])
        assert headings(place)[before:] == ["Where you left off", "Here’s what you’ve been up to"]
        for _ in range(3):
            place.clock.advance(DAY)
            await it.daemon.tick()
    assert headings(place).count("Where you left off") == 1
    (where,) = [job for job in await place.jobs() if job.kind is JobKind.WHERE]
    assert where.outcome is Outcome.SENT
    (text,) = [t for t in place.sent_by_companion() if t.startswith("Where you left off")]
    assert "fixed OPS-1. Next: deploy billing" in text
    assert "Still open, as far as your entries say:" in text


async def test_without_any_entry_nothing_is_looked_back_on(place: Workplace) -> None:
    async with place.run() as it:
        for _ in range(6):
            place.clock.advance(DAY)
            await it.daemon.tick()
    assert "Where you left off" not in headings(place)


async def test_after_a_day_off_yesterday_tells_of_the_last_day_with_entries(
    place: Workplace,
) -> None:
    async with place.run() as it:
        await place.slack.say("on Friday")
        place.clock.advance(3 * DAY + HOUR)  # Monday: Sunday has no entry
        await it.daemon.tick()
        summary = await place.slack.wait_for(
            lambda m: "past week" in m["text"] and "Nothing on Sunday" in m["text"]
        )
    _, yesterday = summary["blocks"][0]["text"].split("focused on yesterday:\n")
    assert yesterday.startswith("Nothing on Sunday. On Friday:\n\n### Friday 2026-11-20\n")
    assert "on Friday" in yesterday

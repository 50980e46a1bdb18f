"""The welcome: once in a lifetime, also through crashes, and for newcomers alone."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from aiohttp import web

from companion.domain.calendar import DAY, DEFAULT_RHYTHM, PromptsPerDay
from companion.domain.entry import Entry, Source
from companion.domain.jobs.job import Job, JobKind, JobState, Outcome, job_id
from companion.sandbox import Body
from companion.usecases.welcome import WELCOME_DAY, welcome_job, welcome_text
from tests.system import BERLIN, Workplace, workplace

MINUTE = timedelta(minutes=1)


@pytest.fixture
async def place(tmp_path: Path) -> AsyncIterator[Workplace]:
    async with workplace(tmp_path, is_new=True) as it:
        yield it


async def welcomes(place: Workplace) -> list[Job]:
    async with place.store() as store:
        return await store.fetch_jobs(place.slack.user_id, WELCOME_DAY, WELCOME_DAY + DAY)


def sent(place: Workplace) -> list[str]:
    return [text for text in place.sent_by_companion() if "remember what you do" in text]


async def live(place: Workplace) -> None:
    """One run, with a tick after its connection."""
    async with place.run() as system:
        await system.daemon.tick()


async def test_the_first_connection_says_what_will_happen_and_the_next_ones_do_not(
    place: Workplace,
) -> None:
    await live(place)
    await live(place)
    place.clock.advance(DAY)
    await live(place)

    (text,) = sent(place)
    for part in (
        "3 to 5 times on a working day (Monday to Friday, 09:00-17:00)",
        "08:30",
        "Just answer here",
    ):
        assert part in text
    assert "`COMPANION_PROMPTS_PER_DAY=0`" in text
    (job,) = await welcomes(place)
    assert (job.kind, job.outcome) == (JobKind.WELCOME, Outcome.SENT)


async def test_two_daemons_say_it_once(place: Workplace) -> None:
    async with place.run() as one, place.run() as other:
        await asyncio.gather(one.daemon.tick(), other.daemon.tick())
    assert len(sent(place)) == 1


async def test_one_that_was_sent_by_a_daemon_that_died_is_not_sent_again(place: Workplace) -> None:
    welcome = welcome_job(place.slack.user_id, place.clock.now(), ZoneInfo(BERLIN))
    now = place.clock.now()
    async with place.store() as store:
        await store.save_job(welcome)
        await store.claim_job(welcome.user_id, welcome.job_id, "dead", now, now + MINUTE)
    async with place.run() as system:  # posts as the dead one did, and records nothing
        await system.companion.messenger.send_prompt(welcome.job_id, welcome_text(DEFAULT_RHYTHM))
        assert [job.state for job in await welcomes(place)] == [JobState.CLAIMED]
        place.clock.advance(2 * MINUTE)
        await system.daemon.tick()

    assert len(sent(place)) == 1
    assert [job.outcome for job in await welcomes(place)] == [Outcome.SENT]


async def test_while_slack_refuses_the_day_goes_on_and_the_welcome_comes_later(
    place: Workplace,
) -> None:
    async def refuse(method: str, _: Body) -> web.StreamResponse | None:
        refused = method == "chat.postMessage"
        return web.json_response({"ok": False, "error": "fatal_error"}) if refused else None

    place.slack.before_api = refuse
    async with place.run() as system:
        await system.daemon.tick()
        assert await place.plans()
        place.slack.before_api = None
        place.clock.advance(3 * MINUTE)  # the claim lapses
        await system.daemon.tick()
    assert len(sent(place)) == 1


@pytest.mark.parametrize("known_by", ["read cursor", "jobs"])
async def test_somebody_who_knows_the_assistant_is_not_welcomed(
    place: Workplace, known_by: str
) -> None:
    user_id, today = place.slack.user_id, place.clock.now().date()
    earlier = Job(
        user_id=user_id,
        job_id=job_id(today - 3 * DAY, "prompt-1"),
        kind=JobKind.PROMPT,
        day=today - 3 * DAY,
        due=place.clock.now() - 3 * DAY,
        tz=BERLIN,
    )
    async with place.store() as store:
        if known_by == "jobs":
            await store.save_job(earlier)
        else:
            await store.save_read_cursor(user_id, "1795000000.000000")
    await live(place)

    assert sent(place) == []
    assert [job.outcome for job in await welcomes(place)] == [Outcome.SKIPPED]


async def test_entries_alone_do_not_make_somebody_known(place: Workplace) -> None:
    """Somebody who logged in a terminal before meets the assistant in Slack only now."""
    entry = Entry(
        user_id=place.slack.user_id,
        timestamp=place.clock.now() - DAY,
        text="typed",
        log_id=UUID(int=1),
        source=Source.TERMINAL,
    )
    async with place.store() as store:
        await store.write_log(entry)
    await live(place)
    assert len(sent(place)) == 1


def test_without_prompts_none_are_promised() -> None:
    text = welcome_text(replace(DEFAULT_RHYTHM, prompts=PromptsPerDay(0, 0)))
    assert "I ask no questions" in text
    assert "working day" not in text


def test_it_names_the_command_that_pauses_where_there_is_one() -> None:
    assert "type `/mem pause 2h`" in welcome_text(DEFAULT_RHYTHM, "/mem")
    assert "pause" not in welcome_text(DEFAULT_RHYTHM)
    assert "pause" not in welcome_text(replace(DEFAULT_RHYTHM, prompts=PromptsPerDay(0, 0)), "/mem")

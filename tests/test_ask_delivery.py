"""A question that the daemon is to answer is answered once in the direct message, with links."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from companion.domain.calendar import DEFAULT_RHYTHM
from companion.domain.jobs.job import Job, JobKind, Outcome
from companion.usecases.ask import ask_job
from tests.system import Workplace, workplace

BERLIN = ZoneInfo("Europe/Berlin")
QUESTION = "when did I last touch *billing*, <!channel>?"


@pytest.fixture
async def place(tmp_path: Path) -> AsyncIterator[Workplace]:
    async with workplace(tmp_path, companion_prompts_per_day="0") as place:
        yield place


def asked(place: Workplace, user_id: str) -> Job:
    return ask_job(user_id, QUESTION, UUID(int=7), place.clock.now(), BERLIN, DEFAULT_RHYTHM)


async def answers(place: Workplace) -> list[Job]:
    return [job for job in await place.jobs() if job.kind is JobKind.ASK]


async def test_the_answer_comes_with_the_next_tick_and_once(place: Workplace) -> None:
    async with place.run() as it:
        ts = await place.slack.say("fixed the billing of BILL-412")
        await place.slack.wait_for(lambda m: m["ts"] == ts and m.get("reactions"))
        await it.companion.store.save_job(asked(place, it.companion.user_id))
        place.clock.advance(timedelta(seconds=30))
        await it.daemon.tick()
        await place.slack.wait_for(lambda m: "touch *billing*" in m["text"])
        for _ in range(3):
            place.clock.advance(timedelta(minutes=20))
            await it.daemon.tick()
        sent = [
            message
            for message in place.slack.messages(place.slack.dm_channel)
            if message.get("bot_id") and "touch *billing*" in message["text"]
        ]
    (message,) = sent
    assert "fixed the billing of BILL-412" in message["text"]
    markdown = message["blocks"][0]["text"]
    assert markdown.startswith("> when did I last touch \\*billing\\*, \\<!channel\\>?\n\n")
    assert f"/archives/{place.slack.dm_channel}/p{ts.replace('.', '')})" in markdown
    assert "Without a model: " in markdown
    (job,) = await answers(place)
    assert job.outcome is Outcome.SENT


async def test_after_a_day_nobody_waits_for_it_any_more(place: Workplace) -> None:
    async with place.run() as it:
        await it.companion.store.save_job(asked(place, it.companion.user_id))
        place.clock.advance(timedelta(hours=25))
        await it.daemon.tick()
        assert not [text for text in place.sent_by_companion() if "billing" in text]
    (job,) = await answers(place)
    assert (job.outcome, job.reason) == (Outcome.MISSED, "nothing could answer it for a day")

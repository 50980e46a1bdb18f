"""The weekly review comes once, with the picture if there can be one."""

import logging
from collections.abc import AsyncIterator
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from PIL import Image

from companion import bootstrap
from companion.adapters.slack import messenger as slack_messenger
from companion.domain.jobs.job import JobKind, Outcome
from companion.sandbox.page.html.context import Context
from companion.sandbox.page.html.message import render_message
from tests.fakes import FakePainter
from tests.system import Workplace, workplace

DAY, HOUR = timedelta(days=1), timedelta(hours=1)


@pytest.fixture
async def place(tmp_path: Path) -> AsyncIterator[Workplace]:
    """Friday, 20 November 2026, in the morning; the review comes in the afternoon."""
    async with workplace(
        tmp_path, companion_prompts_per_day="0", companion_review="fri 16:00"
    ) as place:
        yield place


@pytest.fixture
def fake_painter(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is drawn, where what is in the picture does not matter."""
    monkeypatch.setattr(bootstrap, "painter", FakePainter)


async def review(place: Workplace) -> dict[str, Any]:
    """The review of a Friday with two entries."""
    async with place.run() as it:
        await place.slack.say("fixed OPS-1. Next: deploy billing")
        await place.slack.say("OPS-1 is deployed")
        await place.slack.wait_for(
            lambda m: m["text"].startswith("OPS-1") and bool(m.get("reactions"))
        )
        place.clock.advance(9 * HOUR)
        await it.daemon.tick()
        sent = await place.slack.wait_for(lambda m: m["text"].startswith("Your week"), timeout=60)
        await it.daemon.finish(timeout_s=5)
    return sent


async def reviews_of_days(place: Workplace, days: int) -> list[str]:
    """The reviews that are sent on that many days, at five in the afternoon."""
    async with bootstrap.companion(place.settings, place.clock) as it:
        place.clock.advance(9 * HOUR)
        for _ in range(days):
            await it.day.tick()
            await it.day.tick()
            place.clock.advance(DAY)
    return [text for text in place.sent_by_companion() if text.startswith("Your week")]


async def test_it_has_the_week_where_it_stands_and_the_picture(place: Workplace) -> None:
    sent = await review(place)
    text, image = sent["blocks"]
    assert text["text"].startswith("## Your week\n### OPS-1 (Fri)\n")
    assert "## Where you left off\n" in text["text"]
    assert "_next:_ deploy billing" in text["text"]
    assert image["alt_text"].startswith("2 entries, 2026-11-14 to 2026-11-20.")
    address = f"{place.slack.url}/sandbox/files/{image['slack_file']['id']}"
    async with aiohttp.ClientSession() as browser, browser.get(address) as answer:
        content = await answer.read()
    with Image.open(BytesIO(content)) as shown:
        assert shown.width == 1440
    (job,) = [job for job in await place.jobs() if job.kind is JobKind.REVIEW]
    assert (job.outcome, job.message_ts) == (Outcome.SENT, sent["ts"])


@pytest.mark.usefixtures("fake_painter")
async def test_the_page_of_the_local_slack_shows_the_picture(place: Workplace) -> None:
    sent = await review(place)
    shown = render_message(sent, Context(lambda name: name))
    file_id = sent["blocks"][1]["slack_file"]["id"]
    assert f'<img class="picture" src="/sandbox/files/{file_id}" alt="2 entries, ' in shown


@pytest.mark.usefixtures("fake_painter")
async def test_it_comes_once_a_week(place: Workplace) -> None:
    assert len(await reviews_of_days(place, 15)) == 3


async def test_it_is_off_until_it_is_set(tmp_path: Path) -> None:
    async with workplace(tmp_path, companion_prompts_per_day="0") as place:
        assert await reviews_of_days(place, 7) == []
        assert [job for job in await place.jobs() if job.kind is JobKind.REVIEW] == []


@pytest.mark.usefixtures("fake_painter")
async def test_without_the_scope_it_comes_without_the_picture(
    place: Workplace, caplog: pytest.LogCaptureFixture
) -> None:
    place.slack.scopes.discard("files:write")
    with caplog.at_level(logging.WARNING):
        sent = await review(place)
    assert [block["type"] for block in sent["blocks"]] == ["markdown"]
    assert "review.without_picture job_id=2026-11-20/review" in caplog.text
    assert "files:write" in caplog.text


async def test_a_picture_that_cannot_be_drawn_leaves_the_review(
    place: Workplace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bootstrap, "painter", lambda: FakePainter(works=False))
    sent = await review(place)
    assert [block["type"] for block in sent["blocks"]] == ["markdown"]


@pytest.mark.usefixtures("fake_painter")
async def test_it_waits_until_slack_has_processed_the_picture(
    place: Workplace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(slack_messenger, "PICTURE_PAUSE_S", 0)
    place.slack.refuse_blocks(kind="image", times=3)
    sent = await review(place)
    assert [block["type"] for block in sent["blocks"]] == ["markdown", "image"]


@pytest.mark.usefixtures("fake_painter")
async def test_a_picture_that_is_never_processed_is_left_out(
    place: Workplace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(slack_messenger, "PICTURE_PAUSE_S", 0)
    refusal = place.slack.refuse_blocks(kind="image")
    sent = await review(place)
    assert [block["type"] for block in sent["blocks"]] == ["markdown"]
    assert refusal.refused == slack_messenger.PICTURE_ATTEMPTS

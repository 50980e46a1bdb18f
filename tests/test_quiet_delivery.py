"""What Slack says of the person: a prompt waits, or is skipped with a reason."""

import logging
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from aiohttp import web

from companion.domain.jobs.job import Job, JobKind, JobState, Outcome
from companion.texts.slack import QUESTION
from tests.system import Workplace, workplace
from tests.test_pause_delivery import at, live

MINUTE = timedelta(minutes=1)
SCOPE = "dnd:read"


@pytest.fixture
async def place(tmp_path: Path) -> AsyncIterator[Workplace]:
    """Friday, 20 November 2026, in the morning; one prompt a day, at any time."""
    async with workplace(tmp_path, companion_prompts_per_day="1") as place:
        yield place


async def the_prompt(place: Workplace) -> Job:
    [prompt] = [
        job
        for job in await place.jobs()
        if job.kind is JobKind.PROMPT and job.day == at("2026-11-20T12:00").date()
    ]
    return prompt


async def until_it_is_due(place: Workplace) -> Job:
    """Plan the day, and stop the clock when the prompt is due."""
    async with place.run() as it:
        await it.companion.day.tick()
    prompt = await the_prompt(place)
    place.clock.set(prompt.due)
    return prompt


@pytest.mark.parametrize("sign", ["snooze", "dnd", "huddle", "status"])
async def test_a_prompt_waits_until_nothing_holds_it_back_any_more(
    place: Workplace, sign: str
) -> None:
    prompt = await until_it_is_due(place)
    ends = prompt.due + 12 * MINUTE
    match sign:
        case "snooze":
            place.slack.snooze(ends)
        case "dnd":
            place.slack.dnd["dnd_enabled"] = True
            place.slack.dnd["next_dnd_start_ts"] = int(prompt.due.timestamp()) - 60
            place.slack.dnd["next_dnd_end_ts"] = int(ends.timestamp())
        case "huddle":
            place.slack.set_huddle(ends)
        case _:
            place.slack.set_status("In a meeting about zebras", ":spiral_calendar_pad:", ends)
    async with place.run() as it:
        await it.companion.day.tick()
        waiting = await the_prompt(place)
        assert (waiting.state, waiting.first_due) == (JobState.PLANNED, prompt.due)
        assert waiting.waits_for
        assert "zebras" not in waiting.waits_for
        while place.clock.now() < prompt.due + 20 * MINUTE:
            place.clock.advance(MINUTE)
            await it.companion.day.tick()
    asked = await the_prompt(place)
    assert asked.outcome is Outcome.SENT
    assert asked.finished_at is not None
    assert ends - MINUTE <= asked.finished_at <= ends + 5 * MINUTE
    assert place.sent_by_companion().count(QUESTION) == 1


async def test_a_daemon_that_restarts_meanwhile_knows_that_it_waits(place: Workplace) -> None:
    prompt = await until_it_is_due(place)
    place.slack.set_huddle(prompt.due + 40 * MINUTE)
    for _ in range(9):
        async with place.run() as it:
            await it.companion.day.tick()
        place.clock.advance(5 * MINUTE)
    assert (await the_prompt(place)).outcome is Outcome.SENT


async def test_a_prompt_that_is_held_back_to_the_end_is_skipped_with_the_reason(
    place: Workplace,
) -> None:
    async with place.run() as it:
        place.slack.set_status("Out sick", ":face_with_thermometer:")
        await live(place, it, "2026-11-20T17:00")
    prompt = await the_prompt(place)
    assert (prompt.outcome, prompt.reason) == (
        Outcome.SKIPPED,
        "your Slack status says you are out sick",
    )
    assert QUESTION not in place.sent_by_companion()


async def test_what_is_switched_off_holds_nothing_back(tmp_path: Path) -> None:
    async with workplace(
        tmp_path, companion_prompts_per_day="1", companion_off="dnd,huddle,status"
    ) as place:
        prompt = await until_it_is_due(place)
        place.slack.set_huddle(prompt.due + 400 * MINUTE)
        place.slack.snooze(prompt.due + 400 * MINUTE)
        async with place.run() as it:
            await it.companion.day.tick()
        assert (await the_prompt(place)).outcome is Outcome.SENT
        assert "dnd.info" not in place.slack.api_calls


async def test_an_app_from_before_without_the_scope_asks_and_says_so_once(
    place: Workplace, caplog: pytest.LogCaptureFixture
) -> None:
    prompt = await until_it_is_due(place)
    place.slack.scopes.discard(SCOPE)
    place.slack.snooze(prompt.due + 400 * MINUTE)
    with caplog.at_level(logging.WARNING):
        async with place.run() as it:
            await it.companion.day.tick()
            await it.companion.messenger.presence(with_dnd=True)
    assert (await the_prompt(place)).outcome is Outcome.SENT
    told = [record.getMessage() for record in caplog.records if SCOPE in record.getMessage()]
    assert len(told) == 1


async def test_a_slack_that_says_nothing_of_the_person_holds_nothing_back(
    place: Workplace, caplog: pytest.LogCaptureFixture
) -> None:
    await until_it_is_due(place)
    async with place.run() as it:
        await it.companion.day.zones.current()

        async def broken(method: str, _: object) -> web.StreamResponse | None:
            failed = {"ok": False, "error": "fatal_error"}
            return web.json_response(failed) if method == "users.info" else None

        place.slack.before_api = broken
        with caplog.at_level(logging.WARNING):
            await it.companion.day.tick()
        place.slack.before_api = None
    assert (await the_prompt(place)).outcome is Outcome.SENT
    assert "presence.unknown" in caplog.text


def calendar_of(file: Path, title: str, since: datetime, until: datetime) -> Path:
    """A calendar with one meeting."""
    lines = [
        *("BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:x", "BEGIN:VEVENT", "UID:1"),
        *("DTSTAMP:20260101T000000Z", f"SUMMARY:{title}"),
        *(f"DTSTART:{since:%Y%m%dT%H%M%SZ}", f"DTEND:{until:%Y%m%dT%H%M%SZ}"),
        *("END:VEVENT", "END:VCALENDAR", ""),
    ]
    file.write_text("\r\n".join(lines), encoding="utf-8", newline="")
    return file


async def test_a_prompt_waits_for_the_end_of_a_meeting_whose_title_goes_nowhere(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    file = tmp_path / "calendar.ics"
    async with workplace(
        tmp_path, companion_prompts_per_day="1", companion_calendar=str(file)
    ) as place:
        prompt = await until_it_is_due(place)
        ends = prompt.due + 12 * MINUTE
        calendar_of(file, "about zebras", prompt.due - 30 * MINUTE, ends)
        with caplog.at_level(logging.DEBUG):
            async with place.run() as it:
                await it.companion.day.tick()
                waiting = await the_prompt(place)
                while place.clock.now() < prompt.due + 20 * MINUTE:
                    place.clock.advance(MINUTE)
                    await it.companion.day.tick()
        asked = await the_prompt(place)
        assert asked.outcome is Outcome.SENT
        assert asked.finished_at is not None
        assert ends <= asked.finished_at <= ends + 5 * MINUTE
        assert str(waiting.waits_for).startswith("in a meeting until ")
    assert "zebras" not in caplog.text
    assert b"zebras" not in (tmp_path / "memory.db").read_bytes()


async def test_a_calendar_that_fails_holds_nothing_back_and_says_so_once_for_each_reason(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with workplace(
        tmp_path,
        companion_prompts_per_day="1",
        companion_calendar="https://127.0.0.1:1/hunter2.ics",
    ) as place:
        await until_it_is_due(place)
        with caplog.at_level(logging.INFO):
            async with place.run() as it:
                await it.companion.day.tick()
        assert (await the_prompt(place)).outcome is Outcome.SENT
    assert caplog.text.count("calendar.failed") == 1
    assert "hunter2" not in caplog.text


async def test_a_calendar_that_stays_broken_is_logged_again_only_for_another_reason(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    file = tmp_path / "calendar.ics"
    async with workplace(
        tmp_path, companion_prompts_per_day="1", companion_calendar=str(file)
    ) as place:

        def missing() -> None:
            file.unlink(missing_ok=True)

        def broken() -> None:
            file.write_text("no calendar", encoding="utf-8")

        def fixed() -> None:
            now = place.clock.now()
            calendar_of(file, "over", now - 2 * MINUTE, now - MINUTE)

        async with place.run() as it:
            quiet, zone = it.companion.day.deliver.quiet, ZoneInfo("Europe/Berlin")
            for change in (missing, broken, fixed, missing):
                change()
                for _ in range(2):
                    place.clock.advance(10 * MINUTE)  # what was read is not kept so long
                    await quiet.holds(place.clock.now(), zone)
    told = [
        record.getMessage()
        for record in caplog.records
        if record.getMessage().startswith("calendar.failed")
    ]
    assert ["No such file" in line for line in told] == [True, False, True]

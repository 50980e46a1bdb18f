"""Webhook and daemon as bootstrap wires them, on each store: what is in it, not what was called."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest

from companion.domain.entry import Source, message_timestamp
from companion.domain.jobs.job import JobKind, JobState, Outcome
from companion.entrypoints.daemon import Intervals
from companion.entrypoints.sandbox import system
from companion.texts.slack import QUESTION
from tests.system import BY_HAND, MORNING, Workplace, workplace

MINUTE = timedelta(minutes=1)
_ID = UUID(int=7)


@pytest.fixture(params=["sqlite", "dynamodb"])
async def place(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Workplace]:
    if request.param == "dynamodb":
        table = await _table(request)
        async with workplace(tmp_path, table) as it:
            yield it
    else:
        async with workplace(tmp_path) as it:
            yield it


async def _table(request: pytest.FixtureRequest) -> dict[str, str]:
    from companion.adapters.dynamodb import DynamoLogStore

    settings: dict[str, str] = request.getfixturevalue("dynamodb_settings")
    async with DynamoLogStore.open(**settings) as store:
        await store.create_table()
    return settings


async def test_a_log_command_is_one_entry_and_is_echoed_with_the_local_time(
    place: Workplace,
) -> None:
    async with place.run():
        answer = await place.slack.run_command("/log", 'fix "payload" & <b> bug 🎉')
    [entry] = await place.entries()
    assert entry.text == 'fix "payload" & <b> bug 🎉'
    assert entry.source is Source.COMMAND
    assert int(entry.timestamp.timestamp()) == int(MORNING.timestamp())
    assert 'fix "payload" &amp; &lt;b&gt; bug 🎉' in answer["text"]
    assert f"<!date^{int(MORNING.timestamp())}^{{time}}|07:00 UTC>" in answer["text"]


async def test_one_app_alone_answers_log_through_the_daemon(place: Workplace) -> None:
    async with place.run():
        place.slack.command_url = None  # the command comes over the socket
        answer = await place.slack.run_command("/log", "one app is enough")
    [entry] = await place.entries()
    assert entry.text == "one app is enough"
    assert "Logged at" in answer["text"]


async def test_the_daemon_reads_a_moment_in_the_zone_of_the_persons_profile(
    place: Workplace,
) -> None:
    async with place.run() as it:
        place.slack.command_url = None  # the command comes over the socket
        await it.daemon.tick()  # learns the zone
        calls = len(place.slack.api_calls)
        answer = await place.slack.run_command("/log", "@yesterday 16:00 fixed it")
        assert len(place.slack.api_calls) == calls
    [entry] = await place.entries()
    assert entry.text == "fixed it"
    assert f"{entry.timestamp:%Y-%m-%d %H:%M}" == "2026-11-19 15:00"
    assert "Logged for Thursday 2026-11-19 16:00" in answer["text"]


async def test_a_webhook_beside_the_daemon_can_share_its_zone(place: Workplace) -> None:
    """As in the sandbox: what a newcomer types there is read."""
    shared = system(place.slack, place.settings, place.clock, intervals=BY_HAND, share_zone=True)
    async with shared as it:
        await place.slack.wait_connected()
        await it.daemon.tick()
        answer = await place.slack.run_command("/log", "@yesterday 16:00 fixed it")
    assert "Logged for Thursday 2026-11-19 16:00" in answer["text"]


@pytest.mark.usefixtures("model_process")
async def test_the_summary_tells_what_was_said_yesterday_and_in_the_week(
    place: Workplace,
) -> None:
    async with place.run() as it:
        await place.slack.run_command("/log", "on Friday")
        place.clock.advance(timedelta(days=1))
        await place.slack.run_command("/log", "on Saturday")
        place.clock.advance(timedelta(days=1, hours=1))
        await it.daemon.tick()
        summary = await place.slack.wait_for(
            lambda m: "past week" in m["text"] and "on Saturday" in m["text"], timeout=60
        )
    week, yesterday = summary["blocks"][0]["text"].split("\n\n## Here’s what you were focused on")
    assert "on Friday" in week
    assert "on Saturday" in week
    assert "the model “no-such-model” is not known to llm" in week
    assert "on Friday" not in yesterday
    assert "on Saturday" in yesterday
    assert "on Saturday" in summary["text"]  # what notifications show


async def test_two_quick_edits_of_which_one_is_lost_end_with_the_last(place: Workplace) -> None:
    async with place.run() as it:
        ts = await place.slack.say("one")
        await place.slack.wait_for(lambda m: m["ts"] == ts and m.get("reactions"))
        place.slack.hold_events = True
        await place.slack.edit(ts, "two")
        await place.slack.edit(ts, "three")  # its event never comes
        assert await place.slack.deliver(place.slack.held[0])
        await it.companion.read_back()
    assert [entry.text for entry in await place.entries()] == ["three"]


async def test_a_reply_in_the_thread_of_a_prompt_and_a_plain_one_are_entries_that_answer_it(
    place: Workplace,
) -> None:
    async with place.run() as it:
        place.clock.set(datetime(2026, 11, 20, 10, 0, tzinfo=UTC))
        await it.companion.day.ask_now(_ID)
        prompt = await place.slack.wait_for(lambda m: m["text"] == QUESTION)
        in_thread = await place.slack.say("reviewing a < b", thread_ts=prompt["ts"])
        plain = await place.slack.say("and tea")
        await place.slack.wait_for(lambda m: m["ts"] == in_thread and m.get("reactions"))
        await place.slack.wait_for(lambda m: m["ts"] == plain and m.get("reactions"))
    first, second = await place.entries()
    assert (first.text, first.source) == ("reviewing a < b", Source.REPLY)
    assert (second.text, second.source) == ("and tea", Source.MESSAGE)
    assert first.timestamp == message_timestamp(in_thread)
    assert first.tz == "Europe/Berlin"
    assert first.answers == second.answers
    assert first.answers is not None
    assert first.answers.startswith("2026-11-20/ask-")


async def test_an_edit_and_a_deletion_in_slack_change_the_entry(place: Workplace) -> None:
    async with place.run() as it:
        kept = await place.slack.say("writing tsets")
        gone = await place.slack.say("a secret")
        await place.slack.wait_for(lambda m: m["ts"] == gone and m.get("reactions"))
        await place.slack.edit(kept, "writing tests")
        await place.slack.delete(gone)
        await it.companion.read_back()  # waits for events that are in hand
    assert [entry.text for entry in await place.entries()] == ["writing tests"]


async def test_only_the_users_own_messages_count(place: Workplace) -> None:
    stranger = place.slack.add_user("somebody", "UTC")
    async with place.run():
        await place.slack.run_command("/log", "mine too", user_id=stranger)
        ts = await place.slack.say("mine")
        await place.slack.wait_for(lambda m: m["ts"] == ts and m.get("reactions"))
    assert [entry.text for entry in await place.entries()] == ["mine"]
    assert [entry.text for entry in await place.entries(stranger)] == ["mine too"]


async def test_a_day_has_three_to_five_prompts_in_hours_and_one_summary_restarts_or_not(
    place: Workplace,
) -> None:
    place.clock.set(datetime(2026, 11, 19, 23, 0, tzinfo=UTC))  # midnight in Berlin
    for _ in range(6):
        async with place.run() as it:  # a restart every four hours
            for _ in range(4 * 12):
                await it.daemon.tick()
                place.clock.advance(5 * MINUTE)
    jobs = await place.jobs()
    friday = [job for job in jobs if job.day.isoformat() == "2026-11-20"]
    prompts = [job for job in friday if job.kind is JobKind.PROMPT]
    assert 3 <= len(prompts) <= 5
    assert all(job.outcome is Outcome.SENT for job in prompts)
    assert place.sent_by_companion().count(QUESTION) == len(prompts)
    for job in prompts:
        assert job.message_ts is not None
        sent_at = message_timestamp(job.message_ts)
        assert timedelta() <= sent_at - job.due <= 10 * MINUTE
        assert 8 <= sent_at.hour < 16  # 09:00-17:00 in Berlin
    summaries = [text for text in place.sent_by_companion() if "this past week" in text]
    assert len(summaries) == 1
    [summary] = [job for job in friday if job.kind is JobKind.SUMMARY]
    assert summary.due == datetime(2026, 11, 20, 7, 30, tzinfo=UTC)  # 08:30 in Berlin
    assert summary.state is JobState.DONE


async def test_the_scheduler_ticks_by_itself(place: Workplace) -> None:
    intervals = Intervals(
        tick=timedelta(milliseconds=20),
        read_back=BY_HAND.read_back,
        asleep_after=BY_HAND.asleep_after,
    )
    place.clock.set(datetime(2026, 11, 20, 7, 29, tzinfo=UTC))
    async with place.run(intervals):
        while not await place.plans():
            pass  # a summary that was due before the first day was planned is skipped
        place.clock.advance(2 * MINUTE)
        summary = await place.slack.wait_for(lambda m: "this past week" in m["text"])
    assert summary["blocks"][0]["type"] == "markdown"
    assert summary["blocks"][0]["text"].startswith(
        "## Here’s what you’ve been up to this past week:\n"
    )
    assert "\n\n## Here’s what you were focused on yesterday:\n" in summary["blocks"][0]["text"]


async def test_what_was_said_while_the_daemon_was_away_is_read_back(place: Workplace) -> None:
    async with place.run() as it:
        await it.companion.day.ask_now(_ID)
        prompt = await place.slack.wait_for(lambda m: m["text"] == QUESTION)
        old = await place.slack.say("before")
        await place.slack.wait_for(lambda m: m["ts"] == old and m.get("reactions"))
    place.clock.advance(60 * MINUTE)
    await place.slack.edit(old, "before, mended")
    await place.slack.say("in the thread", thread_ts=prompt["ts"])
    last = await place.slack.say("plainly")
    async with place.run():
        await place.slack.wait_for(lambda m: m["ts"] == last and m.get("reactions"))
    texts = [entry.text for entry in await place.entries()]
    assert texts == ["before, mended", "in the thread", "plainly"]

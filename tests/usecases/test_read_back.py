"""Read-back on the real Slack adapter and a local Slack: what the DM says is what is stored."""

from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from aiohttp import web

from companion.adapters.slack.messages import read_event
from companion.adapters.slack.messenger import PAGE, SlackMessenger
from companion.domain.entry import Entry, Source, message_log_id, message_timestamp
from companion.domain.jobs.job import Job, JobKind, JobResult, Outcome
from companion.errors import MessengerError, StoreError
from companion.sandbox import Body, LocalSlack
from companion.usecases.capture_message import Captured, CaptureMessage
from companion.usecases.missing import MissingMessages
from companion.usecases.names import Names
from companion.usecases.read_back import FULL_LOOKBACK, SHORT_LOOKBACK, ReadBack
from companion.usecases.reading_progress import NOTE
from companion.usecases.zones import Zones
from tests.fakes import FakeClock
from tests.memory_store import MemoryLogStore
from tests.system import BERLIN, MORNING

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)


class LimitedStore(MemoryLogStore):
    """Fails once it has stored so many entries."""

    room: int | None = None

    async def write_log(self, entry: Entry) -> bool:
        if self.room == 0:
            raise StoreError("The store", "the disk is full.")
        if self.room is not None:
            self.room -= 1
        return await super().write_log(entry)


@dataclass(kw_only=True)
class Desk:
    """Everything that read-back needs, without a daemon around it."""

    slack: LocalSlack
    clock: FakeClock
    store: LimitedStore = field(default_factory=LimitedStore)

    def __post_init__(self) -> None:
        slack = self.slack
        self.messenger = SlackMessenger(slack.bot_token, slack.api_url, slack.user_id)
        zones = Zones(ZoneInfo(BERLIN), self.messenger, self.clock)
        self.capture = CaptureMessage(
            user_id=slack.user_id,
            store=self.store,
            jobs=self.store,
            zones=zones,
            names=Names(self.messenger, self.clock),
        )
        self.missing = MissingMessages(user_id=slack.user_id, store=self.store, clock=self.clock)
        self.restart()

    def restart(self) -> None:
        """A new process on the same store."""
        self.read_back = ReadBack(
            user_id=self.slack.user_id,
            store=self.store,
            messenger=self.messenger,
            capture=self.capture,
            missing=self.missing,
            clock=self.clock,
        )

    async def entries(self) -> list[Entry]:
        now = self.clock.now()
        return await self.store.fetch_logs(self.slack.user_id, now - 999 * DAY, now + 999 * DAY)

    async def texts(self) -> list[str]:
        return [entry.text for entry in await self.entries()]

    async def slack_ts(self) -> list[str]:
        return [message["ts"] for message in self.slack.messages(self.slack.dm_channel)]

    async def read_cursor(self) -> str | None:
        return await self.store.fetch_read_cursor(self.slack.user_id)

    async def prompt(self, *, recorded: bool = True) -> str:
        """A prompt that was asked just now; its `ts`."""
        job = Job(
            user_id=self.slack.user_id,
            job_id=f"{self.clock.now().date()}/prompt-1",
            kind=JobKind.PROMPT,
            day=self.clock.now().date(),
            due=self.clock.now(),
            tz=BERLIN,
        )
        await self.store.save_job(job)
        claim = (job.user_id, job.job_id, "me")
        await self.store.claim_job(*claim, self.clock.now(), self.clock.now() + MINUTE)
        ts = await self.messenger.send_prompt(job.job_id, "What are you doing?")
        if recorded:
            await self.store.finish_job(
                *claim, JobResult(Outcome.SENT, self.clock.now(), message_ts=ts)
            )
        return ts

    def calls(self) -> Counter[str]:
        """What was asked of Slack since the last time."""
        calls = Counter(self.slack.api_calls)
        self.slack.api_calls.clear()
        return calls


def allow(desk: Desk, *, replies: int) -> None:
    """Slack answers so many calls for replies, and asks to wait for all others."""
    left = [replies]

    async def limit(method: str, params: Body) -> web.Response | None:
        if method != "conversations.replies":
            return None
        left[0] -= 1
        refusal = {"ok": False, "error": "ratelimited"}
        return web.json_response(refusal) if left[0] < 0 else None

    desk.slack.before_api = limit


@pytest.fixture
async def desk() -> AsyncIterator[Desk]:
    clock = FakeClock(MORNING)
    async with LocalSlack(now=clock.now, time_zone=BERLIN) as slack:
        yield Desk(slack=slack, clock=clock)


async def test_every_message_is_stored_once_over_any_number_of_pages(desk: Desk) -> None:
    said = [f"message {number}" for number in range(2 * PAGE + 3)]
    thread_ts = await desk.slack.say(said[0])
    for text in said[1:]:
        last = await desk.slack.say(text)
    replies = [f"reply {number}" for number in range(PAGE + 1)]
    for text in replies:
        last = await desk.slack.say(text, thread_ts)

    captured = await desk.read_back()

    assert len(captured) == len(said) + len(replies)
    assert await desk.texts() == [*said, *replies]
    assert [entry.tz for entry in (await desk.entries())[:1]] == [BERLIN]
    assert await desk.read_cursor() == last
    assert desk.calls()["conversations.history"] == 3
    assert await desk.read_back() == []
    assert await desk.texts() == [*said, *replies]


async def test_the_read_cursor_stays_when_the_store_fails_halfway(desk: Desk) -> None:
    await desk.slack.say("before")
    await desk.read_back()
    before = await desk.read_cursor()
    texts = [await desk.slack.say(text) and text for text in ("one", "two", "three")]

    desk.store.room = 2
    with pytest.raises(StoreError):
        await desk.read_back()
    assert await desk.read_cursor() == before

    desk.store.room = None
    desk.clock.advance(30 * DAY)
    desk.restart()
    await desk.read_back(SHORT_LOOKBACK)
    assert await desk.texts() == ["before", *texts]
    assert await desk.read_cursor() != before


async def test_the_read_cursor_stays_when_slack_fails_between_two_pages(desk: Desk) -> None:
    for number in range(PAGE + 1):
        await desk.slack.say(f"message {number}")

    async def fail_later(method: str, params: Body) -> web.Response | None:
        refusal = {"ok": False, "error": "internal_error"}
        return web.json_response(refusal) if params.get("cursor") else None

    desk.slack.before_api = fail_later
    with pytest.raises(MessengerError):
        await desk.read_back()
    assert await desk.read_cursor() is None
    assert len(await desk.entries()) == PAGE

    desk.slack.before_api = None
    await desk.read_back()
    assert len(await desk.entries()) == PAGE + 1


async def test_a_long_reading_goes_on_where_the_one_before_failed(desk: Desk) -> None:
    roots = [await desk.slack.say(f"thread {number}") for number in range(40)]
    for number, root in enumerate(roots):
        await desk.slack.say(f"reply {number}", root)
    allow(desk, replies=15)
    for _ in range(2):
        with pytest.raises(MessengerError):
            await desk.read_back()
        desk.restart()  # a new process knows it too
        allow(desk, replies=15)
    await desk.read_back()

    assert len(await desk.texts()) == 80
    assert desk.calls()["conversations.replies"] == 42  # each once, and two were refused
    assert await desk.store.fetch_note(desk.slack.user_id, NOTE) is None
    assert await desk.read_cursor() == (await desk.slack_ts())[-1]


async def test_a_reading_that_goes_on_sees_new_replies_and_finds_the_rest_the_next_time(
    desk: Desk,
) -> None:
    roots = [await desk.slack.say(f"thread {number}") for number in range(12)]
    first = [await desk.slack.say(f"reply {number}", root) for number, root in enumerate(roots)]
    allow(desk, replies=11)
    with pytest.raises(MessengerError):
        await desk.read_back()
    desk.slack.before_api = None
    await desk.slack.edit(first[0], "edited meanwhile")
    await desk.slack.say("a new reply", roots[1])
    desk.clock.advance(2 * MINUTE)
    desk.calls()

    await desk.read_back()
    assert desk.calls()["conversations.replies"] == 2  # the last one, and the one with the new
    texts = await desk.texts()
    assert "a new reply" in texts
    assert "reply 0" in texts

    await desk.read_back(SHORT_LOOKBACK)
    assert "edited meanwhile" in await desk.texts()


async def test_what_an_interrupted_reading_read_long_ago_is_read_again(desk: Desk) -> None:
    roots = [await desk.slack.say(f"thread {number}") for number in range(12)]
    for root in roots:
        await desk.slack.say("reply", root)
    allow(desk, replies=11)
    with pytest.raises(MessengerError):
        await desk.read_back()
    desk.slack.before_api = None
    desk.clock.advance(DAY)
    desk.calls()
    await desk.read_back()
    assert desk.calls()["conversations.replies"] == 12


async def test_what_a_failed_reading_captured_is_returned_by_the_next(desk: Desk) -> None:
    root = await desk.slack.say("root")
    await desk.slack.say("reply", root)
    allow(desk, replies=0)
    with pytest.raises(MessengerError):
        await desk.read_back()
    desk.slack.before_api = None
    assert [said.text for said in await desk.read_back()] == ["root", "reply"]
    assert await desk.read_back() == []


async def test_after_a_failed_reading_the_next_one_looks_back_as_far(desk: Desk) -> None:
    old = await desk.slack.say("old")
    desk.clock.advance(3 * DAY)
    await desk.slack.say("new")
    await desk.read_back()
    await desk.slack.edit(old, "old, mended")
    await desk.slack.say("newest")
    desk.store.room = 0
    for lookback in (FULL_LOOKBACK, SHORT_LOOKBACK):
        with pytest.raises(StoreError):
            await desk.read_back(lookback)
    desk.store.room = None
    await desk.read_back(SHORT_LOOKBACK)
    assert await desk.texts() == ["old, mended", "new", "newest"]


async def test_the_read_cursor_never_moves_back(desk: Desk) -> None:
    await desk.slack.say("kept")
    newest = await desk.slack.say("deleted")
    await desk.read_back()
    await desk.slack.delete(newest)
    desk.clock.advance(2 * MINUTE)
    await desk.read_back()
    assert await desk.read_cursor() == newest
    assert await desk.texts() == ["kept"]


async def test_edits_and_deletions_within_the_lookback_are_found(desk: Desk) -> None:
    old = await desk.slack.say("old")
    gone = await desk.slack.say("gone")
    desk.clock.advance(FULL_LOOKBACK - MINUTE)
    await desk.slack.say("new")
    await desk.read_back()
    await desk.slack.edit(old, "old, mended")
    await desk.slack.delete(gone)

    assert await desk.read_back(SHORT_LOOKBACK) == []
    assert await desk.texts() == ["old", "gone", "new"]
    assert await desk.read_back(FULL_LOOKBACK) == []
    assert await desk.texts() == ["old, mended", "new"]


async def test_entries_from_before_the_lookback_are_left_alone(desk: Desk) -> None:
    await desk.slack.say("old")
    desk.clock.advance(FULL_LOOKBACK + MINUTE)
    await desk.slack.say("new")
    await desk.read_back()
    desk.calls()
    await desk.read_back()
    assert await desk.texts() == ["old", "new"]
    assert desk.calls() == {"conversations.history": 1}


async def test_a_change_during_a_long_absence_is_found_even_in_an_older_message(
    desk: Desk,
) -> None:
    prompt = await desk.prompt()
    edited = await desk.slack.say("edited")
    deleted = await desk.slack.say("deleted")
    tombstone = await desk.slack.say("deleted, with a reply")
    await desk.slack.say("the reply", tombstone)
    desk.clock.advance(MINUTE)
    await desk.slack.say("last before the holidays")
    await desk.read_back()

    desk.clock.advance(3 * DAY)
    await desk.slack.say("answered from the phone", prompt)
    await desk.slack.edit(edited, "edited on the phone")
    await desk.slack.delete(deleted)
    await desk.slack.delete(tombstone)
    desk.clock.advance(30 * DAY)
    desk.restart()
    [captured] = await desk.read_back()

    assert captured.thread_ts == prompt
    assert await desk.texts() == [
        "edited on the phone",
        "the reply",
        "last before the holidays",
        "answered from the phone",
    ]


async def test_a_clock_that_was_set_back_hides_nothing(desk: Desk) -> None:
    await desk.slack.say("kept")
    gone = await desk.slack.say("gone")
    desk.clock.advance(2 * MINUTE)
    await desk.slack.say("kept too")
    await desk.read_back()
    await desk.slack.delete(gone)
    desk.clock.set(MORNING - 300 * DAY)
    await desk.slack.say("said by Slack's clock")
    await desk.read_back()
    assert await desk.texts() == ["kept", "kept too", "said by Slack's clock"]


async def test_replies_in_threads_of_older_messages_stay_and_follow_their_changes(
    desk: Desk,
) -> None:
    root = await desk.slack.say("root")
    desk.clock.advance(2 * DAY)
    kept = await desk.slack.say("kept", root)
    edited = await desk.slack.say("edited", root)
    gone = await desk.slack.say("gone", root)
    await desk.read_back()
    await desk.slack.edit(edited, "edited twice")
    await desk.slack.delete(gone)
    desk.clock.advance(2 * MINUTE)

    await desk.read_back(SHORT_LOOKBACK)

    assert await desk.texts() == ["root", "kept", "edited twice"]
    assert [e.timestamp for e in await desk.entries()] == [
        message_timestamp(ts) for ts in (root, kept, edited)
    ]


async def test_a_reply_to_a_prompt_answers_it_and_one_to_anything_else_does_not(
    desk: Desk,
) -> None:
    prompt = await desk.prompt()
    desk.clock.advance(2 * DAY)
    plain = await desk.slack.say("plain")
    await desk.slack.say("to the prompt", prompt)
    await desk.slack.say("to the prompt, and to all", prompt, broadcast=True)
    await desk.slack.say("to oneself", plain)
    await desk.read_back()
    prompt_id = f"{MORNING.date()}/prompt-1"
    assert [(e.text, e.source, e.answers) for e in await desk.entries()] == [
        ("plain", Source.MESSAGE, None),
        ("to the prompt", Source.REPLY, prompt_id),
        ("to the prompt, and to all", Source.REPLY, prompt_id),
        ("to oneself", Source.MESSAGE, None),
    ]


async def test_an_unfurled_link_is_not_an_edit(desk: Desk) -> None:
    ts = await desk.slack.say("see https://example.com")
    await desk.read_back()
    before = await desk.entries()
    # Slack adds what it found behind the link, and no `edited`.
    message = desk.slack._workspace.find(desk.slack.dm_channel, ts)
    message.body["attachments"] = [{"title": "Example", "text": "an example"}]
    assert await desk.read_back() == []
    assert await desk.entries() == before


async def test_a_tombstone_of_slacks_is_a_deletion_and_the_replies_to_it_stay(desk: Desk) -> None:
    root = await desk.slack.say("root")
    reply = await desk.slack.say("reply", root)
    await desk.read_back()
    await desk.slack.delete(root)
    desk.clock.advance(2 * MINUTE)
    await desk.read_back()
    assert await desk.texts() == ["reply"]
    await desk.slack.delete(reply)
    await desk.read_back()
    assert await desk.texts() == []


async def test_only_the_users_own_messages_count(desk: Desk) -> None:
    stranger = desk.slack.add_user("somebody")
    workspace, channel = desk.slack._workspace, desk.slack.dm_channel
    mine = await desk.slack.say("mine")
    workspace.post(channel, stranger, "theirs")
    workspace.post(channel, stranger, "theirs, in my thread", thread_ts=mine)
    workspace.post(channel, desk.slack.user_id, "mine, through an app", more={"bot_id": "B2"})
    workspace.post(channel, desk.slack.user_id, "joined", more={"subtype": "channel_join"})
    workspace.post(channel, desk.slack.bot_user_id, "the assistant's")
    await desk.read_back()
    assert await desk.texts() == ["mine", "mine, through an app"]


async def test_entries_that_are_not_messages_in_the_dm_are_left_alone(desk: Desk) -> None:
    for number, source in enumerate((Source.COMMAND, Source.TERMINAL)):
        await desk.store.write_log(_entry(desk, source, MORNING, number))
    await desk.read_back()
    assert await desk.texts() == ["command", "terminal"]


async def test_an_entry_that_moved_on_by_a_microsecond_is_found_and_deleted_too(desk: Desk) -> None:
    ts = await desk.slack.say("said")
    moment = message_timestamp(ts)
    for number in range(3):
        await desk.store.write_log(
            _entry(desk, Source.COMMAND, moment + number * timedelta(microseconds=1), number)
        )
    await desk.read_back()
    [moved] = [entry for entry in await desk.entries() if entry.text == "said"]
    assert moved.timestamp == moment + timedelta(microseconds=3)
    assert await desk.read_back() == []
    await desk.slack.delete(ts)
    desk.clock.advance(2 * MINUTE)
    await desk.read_back()
    assert await desk.texts() == ["command"] * 3


async def test_a_message_that_slack_does_not_show_yet_is_not_taken_for_deleted(desk: Desk) -> None:
    await desk.slack.say("just said")
    await desk.read_back()

    async def be_late(method: str, params: Body) -> web.Response | None:
        match method:
            case "conversations.history":
                return web.json_response({"ok": True, "messages": []})
            case "conversations.replies":
                return web.json_response({"ok": False, "error": "thread_not_found"})
        return None

    desk.slack.before_api = be_late
    await desk.read_back()
    assert await desk.texts() == ["just said"]
    desk.clock.advance(2 * MINUTE)
    await desk.read_back()
    assert await desk.texts() == []


async def test_what_the_dm_says_wins_over_a_stale_event(desk: Desk) -> None:
    ts = await desk.slack.say("one")
    await desk.slack.edit(ts, "two")
    await desk.read_back()
    [entry] = await desk.entries()
    log_id = message_log_id(desk.slack.dm_channel, ts)
    assert (entry.text, entry.log_id) == ("two", log_id)
    # However late its revision claims to be.
    await desk.store.write_log(
        Entry(
            user_id=entry.user_id,
            timestamp=entry.timestamp,
            text="stale",
            log_id=log_id,
            source=entry.source,
            revision="9999999999.000000",
        )
    )
    assert await desk.texts() == ["stale"]
    await desk.read_back()
    assert await desk.texts() == ["two"]


async def test_a_late_event_does_not_undo_an_edit_of_the_same_second(desk: Desk) -> None:
    desk.slack.hold_events = True
    ts = await desk.slack.say("one")
    await desk.slack.edit(ts, "two")
    await desk.slack.edit(ts, "three")
    await desk.read_back()
    for payload in desk.slack.held:
        said = read_event(payload["event"], desk.slack.user_id)
        assert said is not None
        if said.text != "three":
            assert await desk.capture(said) is Captured.KNOWN
    assert await desk.texts() == ["three"]


async def test_an_answer_that_comes_before_its_prompt_is_recorded_still_answers_it(
    desk: Desk,
) -> None:
    unrecorded = await desk.prompt(recorded=False)  # the daemon that sent it died right then
    mine = await desk.slack.say("mine")
    await desk.slack.say("to oneself", mine)
    await desk.slack.say("an answer", unrecorded)
    desk.clock.advance(5 * MINUTE)
    notice = desk.slack._workspace.post(
        desk.slack.dm_channel, desk.slack.bot_user_id, "no prompt, and later"
    )
    await desk.slack.say("to that", notice.ts)
    await desk.read_back()
    assert [(e.text, e.answers) for e in await desk.entries()] == [
        ("mine", None),
        ("to oneself", None),
        ("an answer", f"{MORNING.date()}/prompt-1"),
        ("to that", None),
    ]


async def test_a_message_that_slack_hides_for_its_age_is_not_taken_for_deleted(desk: Desk) -> None:
    ts = await desk.slack.say("kept here")
    await desk.read_back()
    await desk.slack.delete(ts)  # to an app it looks the same
    desk.clock.advance(91 * DAY)
    desk.restart()
    await desk.read_back()
    assert await desk.texts() == ["kept here"]


async def test_the_periodic_read_back_costs_few_calls(desk: Desk) -> None:
    prompts = []
    for _ in range(5):
        desk.clock.advance(30 * DAY)
        prompts.append(await desk.prompt())
        for number in range(20):
            await desk.slack.say(f"said {number}")
        await desk.slack.say("answered", prompts[-1])
    await desk.read_back()
    desk.calls()

    await desk.read_back(SHORT_LOOKBACK)
    assert desk.calls() == {"conversations.history": 1, "conversations.replies": 1}

    desk.clock.advance(2 * DAY)
    await desk.read_back(SHORT_LOOKBACK)
    assert desk.calls().total() <= 2


def _entry(desk: Desk, source: Source, timestamp: datetime, number: int) -> Entry:
    return Entry(
        user_id=desk.slack.user_id,
        timestamp=timestamp,
        text=source.value,
        log_id=UUID(int=number),
        source=source,
    )

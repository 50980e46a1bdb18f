"""Days as people live them: travel, night shifts, sleep, and clocks that are set."""

import random
from collections.abc import AsyncIterator, Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from companion.domain.calendar import (
    PromptsPerDay,
    Rhythm,
    WorkHours,
    local_day,
    parse_days,
    parse_time,
    working_span,
)
from companion.domain.entry import Entry, message_ts
from companion.domain.jobs.job import Job, JobKind, JobState, Outcome
from companion.domain.jobs.planning import MAX_LATENESS, Plan
from companion.domain.presence import Presence
from companion.errors import MessengerError, SummarizerError
from companion.ports import Said, Thread
from companion.usecases.day import FIRST_DAY, Day
from companion.usecases.deliver import Deliver
from companion.usecases.known_jobs import KnownJobs
from companion.usecases.pause import Pauses
from companion.usecases.prompt import PromptHandler
from companion.usecases.summarize import SummaryHandler, WriteSummary
from companion.usecases.zones import MAX_ZONE_AGE, Zones
from tests.fakes import FakeClock
from tests.memory_store import MemoryLogStore
from tests.usecases.quiet import undisturbed

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
BERLIN, LOS_ANGELES, TOKYO = "Europe/Berlin", "America/Los_Angeles", "Asia/Tokyo"
NEW_YORK, LORD_HOWE, APIA = "America/New_York", "Australia/Lord_Howe", "Pacific/Apia"
ZONES = [BERLIN, LOS_ANGELES, TOKYO, LORD_HOWE, APIA, "America/Havana", "Asia/Kathmandu", "UTC",
         "Pacific/Kiritimati", "Pacific/Pago_Pago"]  # fmt: skip


def rhythm(
    hours: str = "09:00-17:00",
    days: str = "mon-fri",
    prompts: str = "3-5",
    summary: str = "08:30",
    day_start: str = "00:00",
) -> Rhythm:
    return Rhythm(
        WorkHours.parse(hours),
        parse_days(days),
        PromptsPerDay.parse(prompts),
        parse_time(summary),
        parse_time(day_start),
    )


class DirectMessage:
    """A Messenger: what was sent, and when; `fail` makes the next sending fail."""

    def __init__(self, clock: FakeClock, zone: str) -> None:
        self.zone = zone
        self.prompts: dict[str, datetime] = {}
        self.summaries: dict[str, datetime] = {}
        self.fail = False
        self.on_summary: Callable[[], None] = lambda: None
        self.on_find: Callable[[], None] = lambda: None
        self._clock = clock

    async def send_prompt(self, job_id: str, question: str, *, buttons: bool = False) -> str:
        return self._send(self.prompts, job_id)

    async def close_prompt(self, ts: str, job_id: str, question: str, note: str) -> None:
        return None

    async def send_summary(self, job_id: str, part: int, markdown: str, fallback: str) -> str:
        ts = self._send(self.summaries, job_id)
        self.on_summary()
        return ts

    async def upload_picture(self, name: str, png: bytes, title: str, alt_text: str) -> str:
        return "F1"

    async def send_with_picture(
        self, job_id: str, part: int, markdown: str, fallback: str, picture_id: str, alt_text: str
    ) -> str:
        return await self.send_summary(job_id, part, markdown, fallback)

    def _send(self, sent: dict[str, datetime], job_id: str) -> str:
        if self.fail:
            raise MessengerError("chat.postMessage", "ClientConnectorError")
        assert job_id not in sent, f"{job_id} is sent twice"
        sent[job_id] = self._clock.now()
        return message_ts(sent[job_id])

    async def find_sent(self, job_id: str, since: datetime) -> dict[int, str]:
        self.on_find()
        when = (self.prompts | self.summaries).get(job_id)
        return {0: message_ts(when)} if when and when >= since else {}

    async def confirm(self, ts: str) -> None:
        return None

    async def warn(self, ts: str, line: str) -> None:
        return None

    async def take_back_warning(self, ts: str) -> None:
        return None

    async def time_zone(self) -> str:
        return self.zone

    async def presence(self, *, with_dnd: bool) -> Presence:
        return Presence()

    async def fetch_name(self, mentioned: str) -> str | None:
        return None

    async def channel(self) -> str:
        return "D1"

    async def look_up(self, ts: str) -> Said | None:
        return None

    async def links(self, entries: Sequence[Entry]) -> dict[UUID, str]:
        return {}

    async def read_back(self, since_ts: str) -> AsyncIterator[Said | Thread]:
        nothing: tuple[Said, ...] = ()
        for said in nothing:
            yield said

    async def read_replies(self, thread_ts: str) -> AsyncIterator[Said]:
        nothing: tuple[Said, ...] = ()
        for said in nothing:
            yield said


class NoModel:
    async def summarize(self, instruction: str, material: str) -> str:
        raise SummarizerError("there is none")


class Person:
    """Somebody with a daemon, from a moment on the wall clock of a zone on."""

    def __init__(self, wall: str, zone: str = BERLIN, goes: Rhythm | None = None) -> None:
        self.clock = FakeClock(at(wall, zone))
        self.dm = DirectMessage(self.clock, zone)
        self.store = MemoryLogStore()
        self.seed = random.Random(wall + zone)
        self.day = self.daemon(goes or rhythm())

    def daemon(self, goes: Rhythm) -> Day:
        """Another daemon on the same store, or this one after a restart."""
        pauses = Pauses(user_id="U1", store=self.store, clock=self.clock)
        write = WriteSummary(store=self.store, summarizer=NoModel(), rhythm=goes)
        return Day(
            user_id="U1",
            store=self.store,
            jobs=self.store,
            known_jobs=KnownJobs(user_id="U1", jobs=self.store),
            deliver=Deliver(
                jobs=self.store,
                messenger=self.dm,
                clock=self.clock,
                owner=f"daemon-{self.seed.random()}",
                quiet=undisturbed(self.store, self.clock, goes),
                handlers={
                    JobKind.PROMPT: PromptHandler(messenger=self.dm, rhythm=goes),
                    JobKind.SUMMARY: SummaryHandler(
                        messenger=self.dm, write_summary=write, clock=self.clock, rhythm=goes
                    ),
                },
            ),
            pauses=pauses,
            zones=Zones(None, self.dm, self.clock),
            clock=self.clock,
            rng=random.Random(self.seed.random()),
            rhythm=goes,
        )

    async def live(self, until: datetime, step: timedelta = 5 * MINUTE) -> None:
        while self.clock.now() < until:
            await self.day.tick()
            self.clock.advance(step)

    async def sleep(self, until: datetime) -> None:
        """The lid is closed until then, and opened."""
        self.clock.set(until)
        await self.day.tick()

    async def jobs(self, day: str | None = None) -> list[Job]:
        jobs = await self.store.fetch_jobs("U1", date(1990, 1, 1), date(2100, 1, 1))
        return [job for job in jobs if day in (None, job.day.isoformat())]

    async def plans(self) -> list[Plan]:
        return await self.store.fetch_plans("U1", date(1990, 1, 1), date(2100, 1, 1))

    async def summary(self, day: str) -> Job:
        [summary] = [job for job in await self.jobs(day) if job.kind is JobKind.SUMMARY]
        return summary

    async def prompts(self, day: str) -> list[Job]:
        return [job for job in await self.jobs(day) if job.kind is JobKind.PROMPT]

    def asked(self, day: str, zone: str) -> list[str]:
        """When the day's prompts were asked, as the wall clock there showed it."""
        return [
            when.astimezone(ZoneInfo(zone)).strftime("%H:%M")
            for job_id, when in self.dm.prompts.items()
            if job_id.startswith(day)
        ]


def at(wall: str, zone: str = BERLIN) -> datetime:
    return datetime.fromisoformat(wall).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


async def test_the_first_day_has_no_summary_if_its_time_is_over() -> None:
    person = Person("2026-11-20T11:00")
    await person.live(at("2026-11-21T09:00"))
    assert (await person.summary("2026-11-20")).reason == FIRST_DAY
    assert list(person.dm.summaries) == ["2026-11-21/summary"]


async def test_a_summary_is_sent_late_on_its_day_and_once() -> None:
    person = Person("2026-11-19T07:00")
    await person.live(at("2026-11-19T20:00"))
    await person.sleep(at("2026-11-20T15:00"))
    await person.live(at("2026-11-20T23:00"))
    assert person.dm.summaries["2026-11-20/summary"] == at("2026-11-20T15:00")


async def test_a_summary_is_not_sent_after_its_day() -> None:
    person = Person("2026-11-20T07:00")
    await person.live(at("2026-11-20T08:00"))
    await person.sleep(at("2026-11-21T00:10"))
    await person.live(at("2026-11-21T09:00"))
    friday = await person.summary("2026-11-20")
    assert (friday.outcome, friday.reason) == (Outcome.MISSED, "its day was over")
    assert person.dm.summaries == {"2026-11-21/summary": at("2026-11-21T08:30")}


async def test_after_days_of_sleep_there_is_one_summary_no_burst_and_no_open_job() -> None:
    person = Person("2026-11-16T07:00")
    await person.live(at("2026-11-16T08:00"))
    await person.sleep(at("2026-11-20T13:00"))
    assert not person.dm.prompts
    assert list(person.dm.summaries) == ["2026-11-20/summary"]
    monday = await person.jobs("2026-11-16")
    assert {job.outcome for job in monday} == {Outcome.MISSED}
    assert all(job.reason for job in monday)
    await person.live(at("2026-11-20T18:00"))
    assert 1 <= len(person.asked("2026-11-20", BERLIN)) <= 3  # of half a day


@pytest.mark.parametrize("wall", ["2026-11-20T12:00", "2026-11-20T00:10"])
async def test_a_zone_that_changes_during_the_day_moves_the_rest_of_it(wall: str) -> None:
    person = Person("2026-11-19T07:00")
    await person.live(at(wall))
    person.dm.zone = NEW_YORK
    await person.live(at("2026-11-20T23:00", NEW_YORK))
    in_berlin = [time for time in person.asked("2026-11-20", BERLIN) if time < wall[11:]]
    in_new_york = person.asked("2026-11-20", NEW_YORK)[len(in_berlin) :]
    assert all("09:00" <= time < "17:00" for time in in_new_york)
    assert 3 <= len(in_berlin) + len(in_new_york) <= 5
    assert in_new_york
    for job in await person.prompts("2026-11-20"):
        assert job.state is JobState.DONE
        assert job.message_ts or job.reason
    due = at("2026-11-20T08:30", BERLIN if in_berlin else NEW_YORK)
    assert person.dm.summaries["2026-11-20/summary"] == due


async def test_a_day_that_begins_twice_has_one_summary_and_no_more_prompts_than_a_day() -> None:
    person = Person("2026-11-16T07:00", TOKYO)
    await person.live(at("2026-11-17T18:00", TOKYO))
    assert 3 <= len(person.asked("2026-11-17", TOKYO)) <= 5
    person.dm.zone = LOS_ANGELES  # Tuesday morning, again
    await person.live(at("2026-11-18T12:00", LOS_ANGELES))
    assert len(person.asked("2026-11-17", TOKYO)) <= 5
    assert person.dm.summaries["2026-11-17/summary"] == at("2026-11-17T08:30", TOKYO)
    assert person.dm.summaries["2026-11-18/summary"] == at("2026-11-18T08:30", LOS_ANGELES)


async def test_a_summary_that_was_planned_in_another_zone_comes_in_the_morning_here() -> None:
    person = Person("2026-11-16T07:00", TOKYO)
    await person.live(at("2026-11-17T02:00", TOKYO))  # Tuesday is planned
    person.dm.zone = LOS_ANGELES  # Monday, 09:00
    await person.live(at("2026-11-17T08:29", LOS_ANGELES))
    assert list(person.dm.summaries) == ["2026-11-16/summary"]
    await person.live(at("2026-11-17T09:00", LOS_ANGELES))
    sent_at = person.dm.summaries["2026-11-17/summary"]
    assert timedelta() <= sent_at - at("2026-11-17T08:30", LOS_ANGELES) <= 5 * MINUTE


async def test_a_date_that_does_not_exist_is_not_planned() -> None:
    person = Person("2011-12-28T07:00", APIA)
    await person.live(at("2012-01-01T09:00", APIA))
    assert sorted(person.dm.summaries) == [
        "2011-12-28/summary", "2011-12-29/summary", "2011-12-31/summary", "2012-01-01/summary",
    ]  # fmt: skip
    assert not await person.jobs("2011-12-30")


async def test_two_daemons_that_disagree_on_the_zone_do_not_plan_in_turns() -> None:
    person = Person("2026-11-20T07:00")
    other = person.daemon(rhythm())
    await other.tick()
    person.clock.advance(MAX_ZONE_AGE - MINUTE)
    person.dm.zone = "Europe/London"
    person.day = person.daemon(rhythm())
    await person.day.tick()
    for _ in range(3):  # the other one has not noticed yet
        await other.tick()
        await person.day.tick()
    plans = [plan for plan in await person.plans() if str(plan.day) == "2026-11-20"]
    assert [plan.tz for plan in plans] == [BERLIN, "Europe/London"]
    await person.live(at("2026-11-20T23:00"))
    assert 3 <= len(person.dm.prompts) <= 5


async def test_prompts_of_two_zones_are_not_asked_one_right_after_the_other() -> None:
    one_an_hour = rhythm("09:00-17:00", prompts="7-14")
    person = Person("2026-11-20T08:00", goes=one_an_hour)
    while person.clock.now() < at("2026-11-20T17:00"):
        await person.live(person.clock.now() + 20 * MINUTE)
        person.dm.zone = "Europe/Paris" if person.dm.zone == BERLIN else BERLIN
    gaps = [later - earlier for earlier, later in pairwise(person.dm.prompts.values())]
    assert gaps
    assert min(gaps) >= 20 * MINUTE  # half an hour but for how late a tick may be


async def test_a_night_shift_is_one_span_over_midnight_and_the_clock_change() -> None:
    person = Person("2026-10-24T20:00", goes=rhythm("22:00-06:00", "sat"))
    await person.live(at("2026-10-25T20:00"))
    assert 3 <= len(person.dm.prompts) <= 5
    assert all(job_id.startswith("2026-10-24") for job_id in person.dm.prompts)
    assert all(
        at("2026-10-24T22:00") <= when < at("2026-10-25T06:00")
        for when in person.dm.prompts.values()
    )
    assert max(person.dm.prompts.values()) > at("2026-10-25T00:00")


async def test_a_start_in_the_middle_of_a_night_shift_plans_the_rest_of_it() -> None:
    person = Person("2026-11-21T01:00", goes=rhythm("22:00-06:00", "fri"))
    await person.live(at("2026-11-21T07:00"))
    assert person.asked("2026-11-20", BERLIN)
    assert await person.prompts("2026-11-21") == []


async def test_work_that_begins_before_the_day_does_has_all_its_prompts() -> None:
    person = Person("2026-11-19T12:00", goes=rhythm("01:00-09:00", day_start="03:00"))
    await person.live(at("2026-11-20T12:00"))
    assert 3 <= len(person.asked("2026-11-20", BERLIN)) <= 5


async def test_a_day_that_begins_at_three_ends_at_three() -> None:
    person = Person("2026-11-19T12:00", goes=rhythm(summary="02:00", day_start="03:00"))
    await person.live(at("2026-11-20T04:00"))
    # At two, yesterday is not over yet.
    assert person.dm.summaries == {"2026-11-20/summary": at("2026-11-20T03:00")}


async def test_without_prompts_there_is_still_a_summary() -> None:
    person = Person("2026-11-20T07:00", goes=rhythm(prompts="0"))
    await person.live(at("2026-11-20T18:00"))
    assert not person.dm.prompts
    assert list(person.dm.summaries) == ["2026-11-20/summary"]


async def test_prompts_that_are_turned_off_are_skipped_even_if_planned() -> None:
    person = Person("2026-11-20T07:00")
    await person.live(at("2026-11-20T08:00"))
    person.day = person.daemon(rhythm(prompts="0"))
    await person.live(at("2026-11-20T18:00"))
    assert not person.dm.prompts
    assert {job.outcome for job in await person.prompts("2026-11-20")} == {Outcome.SKIPPED}


async def test_new_hours_and_a_new_summary_time_apply_after_a_restart() -> None:
    person = Person("2026-11-20T07:00")
    await person.live(at("2026-11-20T08:00"))
    person.day = person.daemon(rhythm("09:00-12:00", summary="10:00"))
    await person.live(at("2026-11-20T18:00"))
    assert all(time < "12:00" for time in person.asked("2026-11-20", BERLIN))
    assert person.dm.summaries == {"2026-11-20/summary": at("2026-11-20T10:00")}


async def test_hours_that_are_shorter_than_the_gaps_still_keep_the_prompts_apart() -> None:
    person = Person("2026-11-20T07:00", goes=rhythm("09:00-10:00", prompts="4"))
    await person.live(at("2026-11-20T12:00"), MINUTE)
    assert len(person.dm.prompts) == 4
    gaps = [later - earlier for earlier, later in pairwise(person.dm.prompts.values())]
    assert min(gaps) >= 5 * MINUTE


async def test_a_claim_of_a_clock_that_was_ahead_is_taken_over_and_sent_once() -> None:
    person = Person("2026-11-20T07:00")
    await person.live(at("2026-11-20T08:00"))
    person.clock.advance(2 * HOUR)
    person.dm.fail = True  # as on waking without a network
    await person.day.tick()
    person.clock.advance(-2 * HOUR)
    person.dm.fail = False
    await person.live(at("2026-11-20T20:00"))
    sent_at = person.dm.summaries["2026-11-20/summary"]
    assert at("2026-11-20T08:30") <= sent_at <= at("2026-11-20T10:20")


async def test_a_clock_set_back_over_midnight_sends_nothing_again() -> None:
    person = Person("2026-11-19T07:00")
    await person.live(at("2026-11-20T12:00"))
    person.clock.advance(-13 * HOUR)
    await person.live(at("2026-11-20T20:00"))  # DirectMessage refuses what it has
    assert sorted(person.dm.summaries) == ["2026-11-19/summary", "2026-11-20/summary"]
    assert 3 <= len(person.asked("2026-11-20", BERLIN)) <= 5


async def test_a_sleep_while_the_summary_is_written_makes_no_late_prompt() -> None:
    person = Person("2026-11-20T07:00", goes=rhythm("09:00-17:00", prompts="1"))
    await person.day.tick()
    [prompt] = await person.prompts("2026-11-20")
    person.dm.on_summary = lambda: person.clock.set(at("2026-11-20T19:00"))
    await person.sleep(prompt.due + MINUTE)  # both are due
    assert list(person.dm.summaries) == ["2026-11-20/summary"]
    assert not person.dm.prompts
    assert (await person.prompts("2026-11-20"))[0].outcome is Outcome.MISSED


async def test_a_sleep_while_the_dm_is_searched_makes_no_late_prompt() -> None:
    person = Person("2026-11-20T07:00", goes=rhythm("09:00-17:00", prompts="1"))
    await person.day.tick()
    [prompt] = await person.prompts("2026-11-20")
    person.dm.fail = True
    await person.sleep(prompt.due)
    person.dm.fail = False
    person.dm.on_find = lambda: person.clock.set(at("2026-11-20T19:00"))
    await person.sleep(prompt.due + 3 * MINUTE)  # the claim is over: was it sent?
    assert not person.dm.prompts
    person.dm.on_find = lambda: None
    await person.sleep(at("2026-11-20T19:10"))
    assert (await person.prompts("2026-11-20"))[0].outcome is Outcome.MISSED


async def test_a_summary_that_was_sent_but_not_recorded_is_not_sent_again_elsewhere() -> None:
    person = Person("2026-11-20T07:00")
    await person.live(at("2026-11-20T08:30"))

    def crash() -> None:
        raise MessengerError("chat.postMessage", "TimeoutError")  # Slack had taken it

    person.dm.on_summary = crash
    await person.day.tick()
    assert list(person.dm.summaries) == ["2026-11-20/summary"]
    person.dm.zone = LOS_ANGELES
    person.day = person.daemon(rhythm())
    await person.live(at("2026-11-20T18:00", LOS_ANGELES))
    assert (await person.summary("2026-11-20")).outcome is Outcome.SENT


async def test_a_zone_that_no_machine_knows_is_utc_until_there_is_a_better_one() -> None:
    person = Person("2026-11-20T07:00")
    person.dm.zone = "Europe"  # a folder of zones
    await person.live(at("2026-11-20T12:00"))
    assert list(person.dm.summaries.values()) == [at("2026-11-20T08:30", "UTC")]


async def test_a_prompt_or_a_summary_on_request_comes_in_addition_to_the_planned_ones() -> None:
    person = Person("2026-11-20T07:00")
    for number in range(6):
        await person.day.ask_now(UUID(int=number))
    await person.day.summarize_now(UUID(int=9))
    await person.live(at("2026-11-20T20:00"))
    planned = [job_id for job_id in person.dm.prompts if "/prompt-" in job_id]
    assert 3 <= len(planned) <= 5
    assert "2026-11-20/summary" in person.dm.summaries


HOURS = ["09:00-17:00", "22:00-06:00", "00:00-24:00", "12:00-20:00", "02:00-10:00"]


@settings(max_examples=40, deadline=None)
@given(
    st.datetimes(datetime(2010, 1, 1), datetime(2037, 1, 1)),
    st.sampled_from(ZONES),
    st.sampled_from(HOURS),
    st.sampled_from(["00:00", "03:00"]),
    st.integers(),
)
async def test_each_local_day_has_one_plan_its_prompts_in_hours_and_apart_and_one_summary(
    begin: datetime, zone_key: str, hours: str, day_start: str, seed: int
) -> None:
    goes = rhythm(hours, "mon-sun", day_start=day_start)
    person = Person(begin.isoformat(), zone_key, goes)
    person.seed = random.Random(seed)
    zone, begun = ZoneInfo(zone_key), person.clock.now()
    await person.live(begun + 3 * DAY, MAX_LATENESS)
    ended = person.clock.now() - MAX_LATENESS
    jobs = await person.jobs()
    plans = await person.plans()
    assert len({plan.day for plan in plans}) == len(plans)
    lived = {local_day(begun + step * HOUR, zone, goes.day_start) for step in range(3 * 24)}
    assert lived <= {plan.day for plan in plans}
    for day in lived:
        span = working_span(day, goes, zone)
        assert span is not None
        asked = [t for job_id, t in person.dm.prompts.items() if job_id.startswith(f"{day}/")]
        assert all(moment in span for moment in asked)
        assert len(asked) <= 5
        if begun <= span.since and span.until <= ended:
            # Where hours meet, the first prompt may have come too soon after the day before's.
            meet = hours == "00:00-24:00"
            assert len(asked) >= 3 - meet
    gaps = [b - a for a, b in pairwise(person.dm.prompts.values())]
    assert all(gap >= 20 * MINUTE for gap in gaps)
    for job in jobs:
        if job.due <= ended:
            assert job.state is JobState.DONE
            assert job.outcome is Outcome.SENT or job.reason
    summaries = [job for job in jobs if job.kind is JobKind.SUMMARY and job.due <= ended]
    unsent = [job for job in summaries if job.job_id not in person.dm.summaries]
    assert all(job.day == min(plan.day for plan in plans) for job in unsent)  # the first day's


@settings(max_examples=40, deadline=None)
@given(
    st.datetimes(datetime(2010, 1, 1), datetime(2037, 1, 1)),
    st.lists(
        st.tuples(st.sampled_from(ZONES), st.integers(1, 40), st.integers(-3, 8)),
        min_size=1,
        max_size=6,
    ),
    st.integers(),
)
async def test_travel_and_clock_jumps_never_ask_twice_or_at_night(
    begin: datetime, legs: list[tuple[str, int, int]], seed: int
) -> None:
    goes = rhythm()
    person = Person(begin.isoformat(), BERLIN, goes)
    person.seed = random.Random(seed)
    for zone_key, hours, jump in legs:
        zone, person.dm.zone = ZoneInfo(zone_key), zone_key
        before = len(person.dm.prompts)
        # Ticks as far apart as the zone is asked for, so that it is always the one of now.
        await person.live(person.clock.now() + hours * HOUR, MAX_ZONE_AGE)
        for job_id, when in list(person.dm.prompts.items())[before:]:
            span = working_span(when.astimezone(zone).date(), goes, zone)
            assert span is not None, f"{job_id} on a day off"
            assert when in span, f"{job_id} outside the hours"
        person.clock.advance(jump * HOUR)
    jobs = await person.jobs()
    for day in {job.day for job in jobs}:
        asked = [job_id for job_id in person.dm.prompts if job_id.startswith(f"{day}/")]
        assert len(asked) <= 5
        of_day = [job for job in jobs if job.day == day and job.kind is JobKind.SUMMARY]
        assert len(of_day) == 1
    sent = {job.job_id for job in jobs if job.message_ts}
    assert sent == person.dm.prompts.keys() | person.dm.summaries.keys()

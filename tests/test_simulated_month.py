"""A month with the whole system: sleep, travel, clock changes, restarts, and what came of it."""

import asyncio
import gc
import os
import threading
from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from companion import bootstrap
from companion.bootstrap import pauses
from companion.domain.entry import message_timestamp
from companion.domain.jobs.job import Job, JobKind, JobState, Outcome
from companion.entrypoints.daemon import Intervals
from companion.entrypoints.sandbox import System, settings_for
from companion.sandbox import LocalSlack
from companion.usecases.zones import MAX_ZONE_AGE
from tests.fakes import FakeClock, FakePainter
from tests.system import BERLIN, Workplace

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
STEP = 9 * MINUTE  # a prompt may be ten minutes late
UP, BED = time(6, 30), time(22, 30)
NINE, FIVE = time(9), time(17)
LOS_ANGELES, TOKYO, LORD_HOWE = "America/Los_Angeles", "Asia/Tokyo", "Australia/Lord_Howe"
INTERVALS = Intervals(
    tick=DAY,  # the real scheduler ticks once at the start; then the test does
    read_back=3 * HOUR,
    asleep_after=365 * DAY,  # what a wake does to the socket is shown where the daemon is
    ping_interval_s=5,
)


def at(wall: str, zone: str) -> datetime:
    return datetime.fromisoformat(wall).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


@dataclass(frozen=True)
class Moment:
    """What was so from `true` on."""

    true: datetime
    skew: timedelta
    zone: str


@dataclass
class Life:
    """A person and their Mac. Slack's clock is always right; the Mac's is what it was set to."""

    place: Workplace
    true: FakeClock
    history: list[Moment] = field(default_factory=list)
    said: list[str] = field(default_factory=list)
    running: System | None = None
    away: bool = False
    """Whether nothing is said at night: a gap without an entry."""
    _stack: AsyncExitStack = field(default_factory=AsyncExitStack)

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.place.slack.time_zone)

    async def start(self) -> None:
        self.running = await self._stack.enter_async_context(self.place.run())
        self._note()
        # APScheduler's first tick is not ours to wait for; from then on the test ticks.
        while any("run_coroutine_job" in repr(task) for task in asyncio.all_tasks()):  # noqa: ASYNC110
            await asyncio.sleep(0.002)

    async def stop(self) -> None:
        await self._stack.aclose()
        self.running = None

    async def restart(self) -> None:
        await self.stop()
        await self.start()

    async def travel(self, zone: str) -> None:
        self.place.slack.time_zone = zone
        self._note()

    async def set_clock(self, by: timedelta) -> None:
        self.place.clock.advance(by)
        self._note()

    async def sleep(self, until: datetime) -> None:
        """Nothing runs, no event comes through, and then the lid is opened."""
        if self.away:
            self.pass_time(until - self.true.now())
            await self.tick()
            return
        slack = self.place.slack
        slack.hold_events = True
        self.pass_time((until - self.true.now()) / 2)
        said = await slack.say(f"said at {self.true.now()}")
        self.said.append(said)
        slack.hold_events = False
        self.pass_time(until - self.true.now())
        await self.tick()
        await slack.wait_for(lambda m: m["ts"] == said and m.get("reactions"))

    async def live(self, until: datetime) -> None:
        """Be up by day and asleep at night, wherever one is."""
        while self.true.now() < until:
            local = self.true.now().astimezone(self.zone)
            if UP <= local.time() < BED:
                await self.tick()
                # Nothing is due in the evening and but for the summary at the week-end.
                busy = 8 <= local.hour < (17 if local.weekday() < 5 else 9)
                self.pass_time(STEP if busy else 3 * STEP)
            else:
                day = local.date() + (DAY if local.time() >= BED else timedelta())
                wake = datetime.combine(day, UP, tzinfo=self.zone).astimezone(UTC)
                await self.sleep(min(wake, until))

    def pass_time(self, span: timedelta) -> None:
        self.true.advance(span)
        self.place.clock.advance(span)

    async def tick(self) -> None:
        self._note()
        assert self.running is not None
        await self.running.daemon.tick()
        # It goes on beside the day: here the clock stands still until it is over.
        await self.running.daemon.reading.wait()

    def _note(self) -> None:
        now = self.true.now()
        skew = self.place.clock.now() - now
        self.history.append(Moment(now, skew, self.place.slack.time_zone))

    def sent(self, kind: str) -> list[tuple[str, datetime]]:
        """Which jobs of a kind (`prompt-`, `summary`) are in the DM, and since when."""
        posted = [
            (message["metadata"]["event_payload"]["job_id"], message_timestamp(message["ts"]))
            for message in self.place.slack.messages(self.place.slack.dm_channel)
            if message.get("metadata")
        ]
        return [(job_id, when) for job_id, when in posted if f"/{kind}" in job_id]

    def wall_clocks(self, when: datetime) -> list[datetime]:
        """What the Mac's clock showed, where the person was; after travel also where from."""
        last = bisect_right(self.history, when, key=lambda moment: moment.true) - 1
        now = self.history[last]
        lately = [m for m in self.history[:last] if when - m.true < MAX_ZONE_AGE + STEP] + [now]
        zones = dict.fromkeys([now.zone, *(moment.zone for moment in reversed(lately))])
        return [(when + now.skew).astimezone(ZoneInfo(zone)) for zone in zones]


@asynccontextmanager
async def life(tmp_path: Path, zone: str, begin: datetime, **given: str) -> AsyncIterator[Life]:
    true = FakeClock(begin)
    async with LocalSlack(now=true.now, time_zone=zone) as slack:
        place = Workplace(
            slack=slack,
            settings=settings_for(
                slack,
                tmp_path / "memory.db",
                llm_model="no-such-model",
                env_file=None,
                **given,
            ),
            clock=FakeClock(begin),
            intervals=INTERVALS,
        )
        it = Life(place, true)
        try:
            yield it
        finally:
            await it.stop()


async def no_more_than(before: Counter[str], timeout: float = 60) -> None:
    """Until nothing is there that was not there before: what is closed takes a moment to go."""
    loop = asyncio.get_running_loop()
    give_up = loop.time() + timeout  # a timer for that would be one more
    while more := resources() - before:
        assert loop.time() < give_up, f"there is more than before: {more}"
        await asyncio.sleep(0.005)


def resources() -> Counter[str]:
    """What a leak would make more of."""
    gc.collect()
    loop = asyncio.get_running_loop()
    # The loop keeps its own few workers once it has needed them.
    threads = [thread for thread in threading.enumerate() if "asyncio_" not in thread.name]
    timers = [timer for timer in loop._scheduled if not timer.cancelled()]  # type: ignore[attr-defined]
    return Counter(
        tasks=len(asyncio.all_tasks()),
        timers=len(timers),
        threads=len(threads),
        files=len(os.listdir("/dev/fd")),  # noqa: PTH208 -- not a folder of files
    )


def by_day(sent: list[tuple[str, datetime]]) -> dict[str, list[datetime]]:
    days = defaultdict(list)
    for job_id, when in sent:
        days[job_id.partition("/")[0]].append(when)
    return days


def look_at(it: Life, jobs: list[Job]) -> None:
    """What holds on every day, whatever happened."""
    prompts, summaries = it.sent("prompt-"), it.sent("summary")
    reviews, wheres = it.sent("review"), it.sent("where")
    once = prompts + summaries + reviews + wheres
    for job_id, count in Counter(job_id for job_id, _ in once).items():
        assert count == 1, f"{job_id} was sent {count} times"
    for job_id, when in prompts:
        assert any(
            NINE <= clock.time() < FIVE and clock.weekday() < 5 for clock in it.wall_clocks(when)
        ), f"{job_id} was asked at {it.wall_clocks(when)}"
    for (first, earlier), (second, later) in pairwise(prompts):
        assert later - earlier >= 30 * MINUTE - STEP, f"{first} and {second} are a burst"
    assert all(len(of_day) <= 5 for of_day in by_day(prompts).values())
    now = it.place.clock.now()
    for job in jobs:
        if job.due < now - DAY:
            assert job.state is JobState.DONE, f"{job.job_id} is left"
            assert job.outcome is Outcome.SENT or job.reason, f"{job.job_id} does not say why"
    recorded = {job.job_id for job in jobs if job.message_ts}
    assert recorded == {job_id for job_id, _ in once}
    for job_id, when in reviews:
        assert any(
            clock.weekday() == 4 and clock.time() >= time(16) for clock in it.wall_clocks(when)
        ), f"{job_id} was sent at {it.wall_clocks(when)}"
    summed_up = dict(by_day(summaries))
    for day, (when,) in by_day(wheres).items():
        assert when < summed_up[day][0], f"on {day} the summary came first"


def outcomes(jobs: list[Job], day: str, kind: JobKind) -> Counter[Outcome | None]:
    return Counter(job.outcome for job in jobs if job.day.isoformat() == day and job.kind is kind)


def weekdays(*spans: tuple[str, str]) -> list[str]:
    days = []
    for first, last in spans:
        day = date.fromisoformat(first)
        while day <= date.fromisoformat(last):
            days += [day.isoformat()] * (day.weekday() < 5)
            day += DAY
    return days


async def test_in_a_month_of_sleep_travel_clock_changes_and_restarts_every_day_is_right(
    tmp_path: Path,
) -> None:
    async with life(tmp_path, BERLIN, at("2026-10-01T06:30", BERLIN)) as it:
        nothing = resources()
        await it.start()
        await it.live(at("2026-10-02T12:00", BERLIN))
        at_work = resources()
        # An afternoon with the lid closed.
        await it.live(at("2026-10-08T10:00", BERLIN))
        await it.sleep(at("2026-10-08T18:00", BERLIN))
        # West on Tuesday morning, when that day is planned already: it is Monday evening there.
        await it.live(at("2026-10-13T06:45", BERLIN))
        await it.travel(LOS_ANGELES)
        # East over the date line in mid-day, then west again, so that Monday and Tuesday repeat.
        await it.live(at("2026-10-15T12:00", LOS_ANGELES))
        await it.travel(TOKYO)
        await it.live(at("2026-10-20T11:00", TOKYO))
        await it.travel(LOS_ANGELES)
        await it.live(at("2026-10-21T12:00", LOS_ANGELES))
        await it.travel(BERLIN)
        # Berlin's clocks go back on the 25th. Restarts, at noon and in the summary's minute.
        await it.live(at("2026-10-23T12:00", BERLIN))
        await no_more_than(at_work)
        await it.restart()
        await it.live(at("2026-10-26T08:30", BERLIN))
        await it.restart()
        # The Mac's own clock is set back, forward, and right.
        await it.live(at("2026-10-27T13:00", BERLIN))
        await it.set_clock(-2 * HOUR)
        await it.live(at("2026-10-28T11:00", BERLIN))
        await it.set_clock(3 * HOUR)
        await it.live(at("2026-10-28T20:00", BERLIN))
        await it.set_clock(-HOUR)
        # A long week-end: the lid is closed at noon on Friday, and opened late on Monday.
        await it.live(at("2026-10-30T12:00", BERLIN))
        await it.sleep(at("2026-11-02T09:40", BERLIN))
        await it.live(at("2026-11-02T18:00", BERLIN))
        await it.stop()
        await no_more_than(nothing)
        jobs, entries = await it.place.jobs(), await it.place.entries()

    look_at(it, jobs)
    assert len(entries) == len(it.said)
    prompts, summaries = by_day(it.sent("prompt-")), by_day(it.sent("summary"))
    full_days = weekdays(
        ("2026-10-01", "2026-10-07"),
        ("2026-10-09", "2026-10-12"),
        ("2026-10-13", "2026-10-14"),  # in Los Angeles
        ("2026-10-16", "2026-10-19"),  # in Tokyo
        ("2026-10-22", "2026-10-26"),
        ("2026-10-29", "2026-10-29"),
        ("2026-11-02", "2026-11-02"),
    )
    assert {day: len(prompts[day]) for day in full_days if not 3 <= len(prompts[day]) <= 5} == {}
    asleep = outcomes(jobs, "2026-10-08", JobKind.PROMPT)
    assert 3 <= asleep.total() <= 5
    assert asleep[Outcome.MISSED] >= 2
    assert outcomes(jobs, "2026-10-30", JobKind.PROMPT)[Outcome.MISSED] >= 1
    # One summary a day; the week-end that was slept through has none, and none is made up for it.
    days = [date(2026, 10, 1) + step * DAY for step in range(33)]
    slept = {date(2026, 10, 31), date(2026, 11, 1)}
    assert sorted(summaries) == [day.isoformat() for day in days if day not in slept]
    for day, (when,) in summaries.items():
        wall = it.wall_clocks(when)[0]
        if day != "2026-11-02":
            assert time(8, 30) <= wall.time() <= time(8, 40), f"{day} was told at {wall}"
        assert wall.date().isoformat() == day


@pytest.mark.parametrize(
    ("zone", "first"),
    [
        (BERLIN, "2026-03-27"),  # an hour forward on the 29th
        (LORD_HOWE, "2026-04-03"),  # half an hour back on the 5th
        (LORD_HOWE, "2026-10-02"),  # half an hour forward on the 4th
    ],
)
async def test_around_a_clock_change_each_day_has_its_prompts_and_one_summary_at_its_time(
    zone: str, first: str, tmp_path: Path
) -> None:
    async with life(tmp_path, zone, at(f"{first}T06:30", zone)) as it:
        await it.start()
        await it.live(at(f"{first}T06:30", zone) + 3.5 * DAY)
        await it.stop()
        jobs = await it.place.jobs()
    look_at(it, jobs)
    friday, saturday, sunday, monday = (
        (date.fromisoformat(first) + step * DAY).isoformat() for step in range(4)
    )
    prompts, summaries = by_day(it.sent("prompt-")), by_day(it.sent("summary"))
    assert sorted(prompts) == [friday, monday]
    assert all(3 <= len(of_day) <= 5 for of_day in prompts.values())
    assert sorted(summaries) == [friday, saturday, sunday, monday]
    for (when,) in summaries.values():
        assert time(8, 30) <= it.wall_clocks(when)[0].time() <= time(8, 40)


async def test_a_review_comes_once_a_week_and_a_gap_ends_with_where_one_left_off_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bootstrap, "painter", FakePainter)  # what it draws is shown elsewhere
    begin = at("2026-11-04T06:30", BERLIN)  # a Wednesday
    async with life(tmp_path, BERLIN, begin, companion_review="fri 16:00") as it:
        await it.start()
        await it.live(at("2026-11-11T08:00", BERLIN))
        it.away = True
        await it.live(at("2026-11-16T12:00", BERLIN))
        await it.restart()
        await it.live(at("2026-11-17T12:00", BERLIN))
        it.away = False
        await it.live(at("2026-11-21T12:00", BERLIN))
        await it.stop()
        jobs = await it.place.jobs()
    look_at(it, jobs)
    assert sorted(by_day(it.sent("review"))) == ["2026-11-06", "2026-11-13", "2026-11-20"]
    # The last entry is of the night to Wednesday: Thursday, Friday and Monday have none.
    assert sorted(by_day(it.sent("where"))) == ["2026-11-14"]


async def test_a_month_with_a_vacation_and_a_public_holiday_leaves_one_alone_on_both(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bootstrap, "painter", FakePainter)
    begin = at("2026-04-27T06:30", BERLIN)  # a Monday; Friday is Labour Day
    given = {"companion_review": "fri 16:00", "companion_holidays": "DE-BE"}
    async with life(tmp_path, BERLIN, begin, **given) as it:
        await it.start()
        await it.live(at("2026-05-06T17:30", BERLIN))
        until = at("2026-05-18T00:00", BERLIN)
        async with it.place.store() as store:  # as `companion pause` does it
            mine = pauses(it.place.slack.user_id, store, it.place.clock)
            await mine.pause(until, vacation=True)
        it.away = True
        await it.live(at("2026-05-13T12:00", BERLIN))
        await it.restart()
        await it.live(at("2026-05-18T12:00", BERLIN))
        it.away = False
        await it.live(at("2026-05-26T12:00", BERLIN))  # Monday the 25th is Whit Monday
        await it.stop()
        jobs = await it.place.jobs()
    look_at(it, jobs)
    asked, prompts = it.sent("prompt-"), by_day(it.sent("prompt-"))
    working = weekdays(
        ("2026-04-27", "2026-04-30"),
        ("2026-05-04", "2026-05-06"),
        ("2026-05-18", "2026-05-22"),
        ("2026-05-26", "2026-05-26"),
    )
    assert sorted(prompts) == working
    assert all(3 <= len(prompts[day]) <= 5 for day in working[:-1])  # the last ends at noon
    sent = [*asked, *it.sent("summary"), *it.sent("review"), *it.sent("where")]
    assert [job_id for job_id, when in sent if at("2026-05-06T17:30", BERLIN) <= when < until] == []
    # A holiday has its summary, like a day of the week-end.
    summaries = by_day(it.sent("summary"))
    days = [date(2026, 4, 27) + step * DAY for step in range(30)]
    off = [date(2026, 5, 7) + step * DAY for step in range(11)]
    assert sorted(summaries) == [day.isoformat() for day in days if day not in off]
    assert sorted(by_day(it.sent("review"))) == ["2026-05-01", "2026-05-22"]
    # The first working day begins with where one left off, before all else.
    [(job_id, where)] = it.sent("where")
    assert job_id.startswith("2026-05-18/")
    assert all(where < when for _, when in sent if when > until and when != where)
    missed = [job for job in jobs if job.outcome is Outcome.SKIPPED and job.day in off]
    assert {job.reason for job in missed} == {"on vacation until Mon 18 May"}

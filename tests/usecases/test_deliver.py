"""Which jobs are due, to the moment, and whose they are."""

import logging
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from companion.domain.calendar import DEFAULT_RHYTHM
from companion.domain.jobs.job import Job, JobKind, JobResult, JobState, Outcome, Veto, job_id
from companion.domain.jobs.planning import Plan
from companion.errors import ClaimLapsedError, MessengerError
from companion.usecases.deliver import FAR_OFF, Deliver, check_claim
from companion.usecases.pause import Pauses
from tests.fakes import FakeClock
from tests.memory_store import MemoryLogStore
from tests.usecases.quiet import undisturbed

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
TODAY = date(2026, 11, 20)
HOUR = timedelta(hours=1)
SECOND, LEASE = timedelta(seconds=1), timedelta(minutes=2)
UTC_ZONE = ZoneInfo("UTC")


def job(name: str = "prompt-1", due: datetime = NOON, **more: object) -> Job:
    given = {
        "user_id": "U1",
        "job_id": job_id(TODAY, name),
        "kind": JobKind.PROMPT,
        "day": TODAY,
        "due": due,
        "tz": "UTC",
    }
    return Job(**given | more)  # type: ignore[arg-type]


def plan(*moments: datetime) -> Plan:
    return Plan(
        user_id="U1",
        plan_id=job_id(TODAY, "plan"),
        day=TODAY,
        made_at=NOON - 12 * HOUR,
        tz="UTC",
        moments=moments,
        reason="",
    )


class DirectMessage:
    """What was sent, and what the search for it finds."""

    def __init__(self) -> None:
        self.found: dict[int, str] = {}
        self.searched_since: list[datetime] = []
        self.searched: list[str] = []
        self.reachable = True

    async def channel(self) -> str:
        if not self.reachable:
            raise MessengerError("conversations.open", "ClientConnectorError")
        return "D1"

    async def find_sent(self, job_id: str, since: datetime) -> dict[int, str]:
        self.searched_since.append(since)
        self.searched.append(job_id)
        return self.found


class Handler:
    lease = LEASE

    def __init__(self) -> None:
        self.sent: list[tuple[Job, dict[int, str]]] = []
        self.reason: Veto | None = None
        self.asked: list[tuple[object, ...]] = []
        self.fail = False

    def veto(self, job: Job, now: datetime, zone: ZoneInfo, others: object) -> Veto | None:
        self.asked.append((job, now, zone, others))
        return self.reason

    async def send(self, job: Job, sent: dict[int, str]) -> str:
        if self.fail:
            raise MessengerError("chat.postMessage", "ClientConnectorError")
        self.sent.append((job, sent))
        return sent.get(0, "1.0")


class Desk:
    """A daemon's delivery, and everything around it."""

    def __init__(self) -> None:
        self.clock, self.store = FakeClock(NOON), MemoryLogStore()
        self.pauses = Pauses(user_id="U1", store=self.store, clock=self.clock)
        self.dm, self.handler = DirectMessage(), Handler()
        self.deliver = self.daemon("daemon-1")

    def daemon(self, owner: str) -> Deliver:
        return Deliver(
            jobs=self.store,
            messenger=self.dm,  # type: ignore[arg-type]  # only what delivering needs
            clock=self.clock,
            owner=owner,
            quiet=undisturbed(self.store, self.clock, DEFAULT_RHYTHM),
            handlers={JobKind.PROMPT: self.handler},
        )

    async def due(self, *jobs: Job) -> None:
        for each in jobs:
            await self.store.save_job(each)
        await self.deliver.due(jobs, UTC_ZONE)

    async def stored(self) -> Job:
        [found] = await self.store.fetch_jobs("U1", TODAY, TODAY + timedelta(days=1))
        return found


async def test_a_job_is_done_from_its_very_moment_on_and_not_before() -> None:
    early, now = Desk(), Desk()
    await early.due(job(due=NOON + timedelta(microseconds=1)))
    await now.due(job(due=NOON))
    assert early.handler.sent == []
    assert [each.job_id for each, _ in now.handler.sent] == [job_id(TODAY, "prompt-1")]
    done = await now.stored()
    assert (done.outcome, done.message_ts, done.finished_at) == (Outcome.SENT, "1.0", NOON)


async def test_the_reason_against_a_job_is_asked_for_with_all_that_it_may_depend_on() -> None:
    desk, other = Desk(), job("prompt-2", NOON + LEASE)
    await desk.store.save_job(job())
    jobs = [job(), other]
    await desk.deliver.due(jobs, ZoneInfo("Asia/Tokyo"))
    assert desk.handler.asked == [(job(), NOON, ZoneInfo("Asia/Tokyo"), jobs)]


async def test_a_claim_lasts_as_long_as_its_kind_of_job_takes() -> None:
    desk = Desk()
    await desk.due(job())
    [(_, _)] = desk.handler.sent
    desk.handler.fail = True
    await desk.store.save_job(job("prompt-2"))
    with pytest.raises(MessengerError):
        await desk.deliver.one(job("prompt-2"))
    [_, left] = await desk.store.fetch_jobs("U1", TODAY, TODAY + timedelta(days=1))
    assert (left.owner, left.lease_until) == ("daemon-1", NOON + LEASE)


async def test_what_became_of_a_job_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, logger="companion.usecases.deliver")
    desk = Desk()
    await desk.due(job())
    desk.handler.reason = Veto(Outcome.MISSED, "it slept")
    await desk.due(job("prompt-2"))
    assert caplog.messages == [
        "job.sent job_id=2026-11-20/prompt-1",
        "job.missed job_id=2026-11-20/prompt-2 reason='it slept'",
    ]


async def test_what_is_done_is_not_done_again() -> None:
    desk = Desk()
    await desk.due(job(state=JobState.DONE))
    assert desk.handler.sent == []


async def test_a_claim_of_another_daemon_holds_to_its_last_moment() -> None:
    desk = Desk()
    await desk.store.save_job(job())
    claimed = await desk.store.claim_job("U1", job().job_id, "daemon-2", NOON, NOON + LEASE)
    assert claimed is not None
    desk.clock.set(NOON + LEASE - timedelta(microseconds=1))
    await desk.deliver.due([claimed], UTC_ZONE)
    assert desk.handler.sent == []
    desk.clock.set(NOON + LEASE)
    await desk.deliver.due([claimed], UTC_ZONE)
    assert len(desk.handler.sent) == 1


def test_a_claim_lapses_at_its_last_moment() -> None:
    claimed = job(lease_until=NOON + LEASE)
    check_claim(claimed, NOON + LEASE - timedelta(microseconds=1))
    check_claim(job(), NOON + 9 * LEASE)
    with pytest.raises(ClaimLapsedError, match="prompt-1"):
        check_claim(claimed, NOON + LEASE)


async def test_what_a_daemon_before_sent_is_looked_for_once_and_recorded() -> None:
    desk = Desk()
    await desk.store.save_job(job())
    await desk.store.claim_job("U1", job().job_id, "daemon-2", NOON, NOON)
    desk.dm.found = {0: "0.9"}
    claimed = await desk.deliver.one(job())
    assert claimed is not None
    assert claimed.attempts == 2
    assert (desk.dm.searched, desk.dm.searched_since) == ([job().job_id], [NOON - FAR_OFF])
    assert desk.handler.sent[0][1] == {0: "0.9"}
    assert (await desk.stored()).message_ts == "0.9"


async def test_of_a_first_claim_nothing_is_looked_for() -> None:
    desk = Desk()
    await desk.due(job())
    assert desk.dm.searched_since == []
    assert desk.handler.sent[0][1] == {}


async def test_a_veto_is_recorded_with_its_reason_and_nothing_is_sent_also_without_slack() -> None:
    desk = Desk()
    desk.handler.reason, desk.dm.reachable = Veto(Outcome.MISSED, "it slept"), False
    await desk.due(job())
    done = await desk.stored()
    assert desk.handler.sent == []
    assert (done.outcome, done.reason, done.finished_at) == (Outcome.MISSED, "it slept", NOON)


async def test_a_veto_does_not_deny_what_was_sent_before() -> None:
    desk = Desk()
    await desk.store.save_job(job())
    await desk.store.claim_job("U1", job().job_id, "daemon-2", NOON, NOON)
    desk.dm.found = {0: "0.9"}
    await desk.deliver.one(job(), Veto(Outcome.MISSED, "it is late"))
    assert (await desk.stored()).outcome is Outcome.SENT


async def test_without_slack_there_is_no_claim_that_would_have_to_lapse() -> None:
    desk = Desk()
    desk.dm.reachable = False
    await desk.due(job())
    assert (await desk.stored()).lease_until is None


async def test_the_log_names_a_reason_where_there_is_one(caplog: pytest.LogCaptureFixture) -> None:
    sent, late = Desk(), Desk()
    late.handler.reason = Veto(Outcome.MISSED, "it slept")
    with caplog.at_level(logging.INFO):
        await sent.due(job())
        await late.due(job())
    assert caplog.messages == [
        f"job.sent job_id={job().job_id}",
        f"job.missed job_id={job().job_id} reason='it slept'",
    ]


async def test_a_job_that_fails_is_logged_and_the_next_one_is_done(
    caplog: pytest.LogCaptureFixture,
) -> None:
    desk, other = Desk(), job("prompt-2")
    await desk.store.save_job(other)
    desk.handler.fail = True
    await desk.due(job())
    desk.handler.fail = False
    await desk.deliver.due([other], UTC_ZONE)
    assert [each.job_id for each, _ in desk.handler.sent] == [other.job_id]
    assert caplog.messages == [
        f"job.failed job_id={job().job_id} error=\"Slack's chat.postMessage failed: "
        'ClientConnectorError."'
    ]


async def test_a_job_is_sent_in_the_zone_where_the_person_is_now() -> None:
    desk = Desk()
    await desk.store.save_job(job())
    await desk.deliver.one(job(tz="Asia/Tokyo"))
    assert desk.handler.sent[0][0].tz == "Asia/Tokyo"


async def test_a_result_that_another_daemon_recorded_is_left_alone_and_logged(
    caplog: pytest.LogCaptureFixture,
) -> None:
    desk = Desk()
    await desk.store.save_job(job())

    async def take_over(job: Job, sent: dict[int, str]) -> str:
        desk.clock.advance(LEASE)
        await desk.store.claim_job("U1", job.job_id, "daemon-2", desk.clock.now(), NOON + 9 * LEASE)
        result = JobResult(Outcome.SENT, desk.clock.now(), message_ts="2.0")
        assert await desk.store.finish_job("U1", job.job_id, "daemon-2", result)
        return "1.0"

    desk.handler.send = take_over  # type: ignore[method-assign]
    await desk.deliver.one(job())
    assert (await desk.stored()).message_ts == "2.0"
    assert caplog.messages == [f"job.not_recorded job_id={job().job_id}"]


async def test_what_another_daemon_has_is_left_to_it() -> None:
    desk = Desk()
    await desk.store.save_job(job())
    await desk.store.claim_job("U1", job().job_id, "daemon-2", NOON, NOON + LEASE)
    assert await desk.deliver.one(job()) is None
    assert desk.handler.sent == []


async def test_a_job_that_is_held_back_waits_without_a_claim_and_comes_then() -> None:
    desk = Desk()
    prompt = job()
    later = plan(NOON, NOON + 3 * HOUR)
    await desk.store.save_plan(later)
    await desk.pauses.pause(NOON + HOUR / 4)
    await desk.due(prompt)
    stored = await desk.stored()
    assert (stored.state, stored.attempts) == (JobState.PLANNED, 0)
    assert (stored.due, stored.first_due) == (NOON + HOUR / 4, NOON)
    assert stored.waits_for == "paused until 12:15"
    desk.clock.advance(HOUR / 4)
    await desk.deliver.due([await desk.stored()], UTC_ZONE)
    assert (await desk.stored()).outcome is Outcome.SENT


async def test_a_job_that_is_held_back_for_too_long_says_why() -> None:
    desk = Desk()
    await desk.store.save_plan(plan(NOON, NOON + 3 * HOUR))
    await desk.pauses.pause(NOON + 4 * HOUR)
    await desk.due(job())
    stored = await desk.stored()
    assert (stored.outcome, stored.reason) == (Outcome.SKIPPED, "paused until 16:00")
    assert desk.handler.sent == []


async def test_what_a_dead_daemon_sent_before_the_pause_is_recorded_as_sent() -> None:
    desk = Desk()
    await desk.store.save_plan(plan(NOON, NOON + 3 * HOUR))
    await desk.store.save_job(job())
    await desk.store.claim_job("U1", job().job_id, "dead", NOON, NOON + LEASE)
    desk.dm.found = {0: "1.0"}
    desk.clock.advance(LEASE)
    await desk.pauses.pause(None)
    await desk.deliver.due([await desk.stored()], UTC_ZONE)
    assert (await desk.stored()).outcome is Outcome.SENT

"""A job: one prompt or summary, planned ahead so that it is sent once, and what became of it."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum


class JobKind(StrEnum):
    """What a job sends. For each kind, `bootstrap` gives `Deliver` a handler."""

    PROMPT = "prompt"
    SUMMARY = "summary"
    WHERE = "where"
    """Where the person left off, after some days without an entry."""
    STANDUP = "standup"
    """What to say in the standup; only where it was asked for."""
    REVIEW = "review"
    """The past week, once a week."""
    WELCOME = "welcome"
    ASK = "ask"
    """The answer to a question that the person asked."""
    PRESS = "press"
    """What somebody pressed in Slack, stored so that it is done once. It sends nothing."""


class JobState(StrEnum):
    PLANNED = "planned"
    CLAIMED = "claimed"
    DONE = "done"


class Outcome(StrEnum):
    """What became of a job."""

    SENT = "sent"
    MISSED = "missed"
    """Its time went by while nothing could send it."""
    SKIPPED = "skipped"
    """There was a reason not to send it."""


@dataclass(frozen=True, slots=True)
class Veto:
    """The reason not to do a job, and the outcome that is recorded instead."""

    outcome: Outcome
    reason: str


@dataclass(frozen=True, slots=True)
class Wait:
    """Do the job later, unless it is held back then as well; `reason` is why not now."""

    until: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class JobResult:
    """What became of a job, and when. `message_ts` is the Slack `ts` of what was sent."""

    outcome: Outcome
    finished_at: datetime
    reason: str | None = None
    message_ts: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One planned prompt or summary of one user.

    `job_id` begins with the local day (`2026-11-22/prompt-1`), so that ids sort by day and a
    range of days is a range of ids. `due` is in UTC; `tz` is the IANA zone of the plan.
    `owner` has the claim until `lease_until`; `attempts` counts the claims. A job that is done
    has a `result`. `question` is what the person asked, for a job of the kind `ask`.
    A job that something holds back is due later than it was `planned_for`; `waits_for` says why.
    """

    user_id: str
    job_id: str
    kind: JobKind
    day: date
    due: datetime
    tz: str
    state: JobState = JobState.PLANNED
    owner: str | None = None
    lease_until: datetime | None = None
    attempts: int = 0
    result: JobResult | None = None
    question: str = ""
    planned_for: datetime | None = None
    waits_for: str = ""

    @property
    def first_due(self) -> datetime:
        """When it was due as planned."""
        return self.planned_for or self.due

    @property
    def outcome(self) -> Outcome | None:
        return self.result.outcome if self.result else None

    @property
    def reason(self) -> str | None:
        return self.result.reason if self.result else None

    @property
    def finished_at(self) -> datetime | None:
        return self.result.finished_at if self.result else None

    @property
    def message_ts(self) -> str | None:
        return self.result.message_ts if self.result else None


def job_id(day: date, name: str) -> str:
    """`2026-11-22/prompt-1`."""
    return f"{day.isoformat()}/{name}"

"""What the tools that sum up return in structured form: where, standup, ask, statistics, log."""

from collections.abc import Sequence

from pydantic import BaseModel

from companion.domain.questions.answer import Answer
from companion.domain.statistics import Statistics
from companion.domain.summaries.next_steps import OpenEnd
from companion.domain.summaries.standup import Standup
from companion.domain.summaries.where import Where
from companion.entrypoints.mcp.desk import Desk
from companion.entrypoints.mcp.results import MAX_TEXT, EntryResult, entry_result

MAX_LISTED = 50


class LogResult(BaseModel):
    """The stored entry; `is_new` is false where an earlier call with the same key stored it."""

    entry: EntryResult
    is_new: bool


class OpenResult(BaseModel):
    """A sentence that leaves something open: `next`, `blocked` or `question`."""

    kind: str
    words: str
    entry_id: str
    when: str


class WhereResult(BaseModel):
    """The last day with entries, its last ones, and what is open. No day: nothing is written."""

    day: str | None
    last: list[EntryResult]
    open: list[OpenResult]


class StandupResult(BaseModel):
    """What was done since a day, and what is open. `text` is ready to paste."""

    since: str
    done: list[EntryResult]
    next: list[OpenResult]
    blocked: list[OpenResult]
    text: str


class AnswerLine(BaseModel):
    """A line of the person's model, and the entries that it rests on."""

    text: str
    entries: list[str]


class AnswerResult(BaseModel):
    """`lines` are checked against the entries that they name. `nearest_only`: the entries have only
    some of the words. `without_model` says why the model did not answer, if it was asked."""

    question: str
    lines: list[AnswerLine]
    entries: list[EntryResult]
    nearest_only: bool
    without_model: str | None


class TagResult(BaseModel):
    tag: str
    entries: int


class PromptsResult(BaseModel):
    """What became of the prompts; `median_seconds_to_answer` is from the prompt to its answer."""

    asked: int
    answered: int
    missed: int
    skipped: int
    median_seconds_to_answer: float | None


class StatisticsResult(BaseModel):
    first_day: str
    last_day: str
    entries: int
    by_day: dict[str, int]
    tags: list[TagResult]
    prompts: PromptsResult


def where_result(where: Where | None, desk: Desk) -> WhereResult:
    if where is None:
        return WhereResult(day=None, last=[], open=[])
    return WhereResult(
        day=where.day.isoformat(),
        last=[entry_result(entry, desk) for entry in where.last],
        open=_open(where.open_ends, desk),
    )


def standup_result(standup: Standup, text: str, desk: Desk) -> StandupResult:
    return StandupResult(
        since=standup.since.isoformat(),
        done=[entry_result(entry, desk) for entry in standup.done[-MAX_LISTED:]],
        next=_open(standup.next, desk),
        blocked=_open(standup.blocked, desk),
        text=text,
    )


def answer_result(answer: Answer, desk: Desk) -> AnswerResult:
    return AnswerResult(
        question=answer.question,
        lines=[
            AnswerLine(text=line.text, entries=[str(entry.log_id) for entry in line.entries])
            for line in (answer.lines.lines if answer.lines else ())
        ],
        entries=[entry_result(entry, desk) for entry in answer.evidence],
        nearest_only=answer.is_near,
        without_model=answer.reason,
    )


def statistics_result(counted: Statistics) -> StatisticsResult:
    prompts = counted.prompts
    return StatisticsResult(
        first_day=counted.first_day.isoformat(),
        last_day=counted.last_day.isoformat(),
        entries=counted.entries,
        by_day={day.isoformat(): number for day, number in counted.by_day.items()},
        tags=[TagResult(tag=each.tag, entries=each.entries) for each in counted.tags[:MAX_LISTED]],
        prompts=PromptsResult(
            asked=prompts.asked,
            answered=prompts.answered,
            missed=prompts.missed,
            skipped=prompts.skipped,
            median_seconds_to_answer=prompts.to_answer.total_seconds()
            if prompts.to_answer
            else None,
        ),
    )


def _open(ends: Sequence[OpenEnd], desk: Desk) -> list[OpenResult]:
    return [
        OpenResult(
            kind=end.sort,
            words=end.bare[:MAX_TEXT],
            entry_id=str(end.entry.log_id),
            when=end.entry.local_time(desk.zone).isoformat(timespec="seconds"),
        )
        for end in ends
    ]

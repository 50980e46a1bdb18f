"""Answers a question about the entries: by a model, or by the entries that are found."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import ClassVar
from uuid import UUID
from zoneinfo import ZoneInfo

from companion.domain.calendar import DAY, Rhythm, local_day
from companion.domain.entry import Entry
from companion.domain.jobs.job import Job, JobKind, Outcome, Veto, job_id
from companion.domain.markdown import escape, plain_text, split_markdown
from companion.domain.moments import Moments
from companion.domain.questions.answer import ANSWER, Answer, DatedMoments, render_answer
from companion.domain.questions.reading import MAX_QUESTION, check_question, read_question
from companion.domain.questions.request import (
    SEARCH_INSTRUCTION,
    SEARCH_SCHEMA,
    Search,
    question_material,
    read_searches,
    search_material,
)
from companion.domain.summaries.references import LinkReferences
from companion.errors import SummarizerError
from companion.ports import Clock, LogStore, Messenger, Model
from companion.usecases.deliver import check_claim
from companion.usecases.find_entries import find_entries
from companion.usecases.links import links_if_known
from companion.usecases.newest import newest_entries
from companion.usecases.search import search_entries
from companion.usecases.summarize import LineWriter

SEARCH_STEPS = 2
"""How often the model may choose what to search for; more than once only where nothing is found."""
PER_SEARCH, IN_ALL = 20, 60
"""So many entries of each search, and of all of them, does the model read."""
SPACE = 100
"""About so many characters stand around each entry that a model reads."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """Answers questions; by a model where `model` is one."""

    store: LogStore
    rhythm: Rhythm
    model: Model | None = None
    max_material: int

    async def __call__(self, user_id: str, question: str, now: datetime, zone: ZoneInfo) -> Answer:
        """What the entries say about a question that is asked at `now` by somebody in `zone`.

        A model chooses what to search for and writes the lines; each is checked against the entries
        that it names. Where it does not answer, the answer is the entries that a plain reading of
        the question finds. Without entries no model writes. Raises StoreError, and QuestionError
        as `check_question` does.
        """
        question = check_question(question)
        moments = Moments(now, zone, self.rhythm.day_start)
        reading = read_question(question, moments)
        near = await find_entries(self.store, user_id, reading, IN_ALL, now)
        answer = Answer(
            question=question,
            reading=reading,
            found=tuple(near.entries),
            has_more=near.has_more,
            is_near=near.is_near,
        )
        if self.model is None:
            return answer
        try:
            return await self._by_model(self.model, user_id, answer, moments)
        except SummarizerError as error:
            return replace(answer, reason=error.reason)

    async def _by_model(
        self, model: Model, user_id: str, answer: Answer, moments: Moments
    ) -> Answer:
        searched = await self._search(model, user_id, answer.question, moments)
        known = {entry.log_id: entry for entry in (*searched, *answer.found)}
        if not known:
            return answer
        if not answer.found or answer.is_near:
            # What the model looked for is nearer than some of the words.
            found = searched or answer.found
            answer = replace(answer, found=tuple(found), is_near=answer.is_near and not searched)
        entries = self._that_fit(list(known.values())[:IN_ALL])
        writer = LineWriter(model, moments.here, self.rhythm.day_start, self.max_material)
        lines = await writer.body(ANSWER, entries, question_material(answer.question))
        return replace(answer, lines=lines)

    async def _search(
        self, model: Model, user_id: str, question: str, moments: Moments
    ) -> list[Entry]:
        """What the model finds, in a bounded number of steps."""
        in_vain: list[Search] = []
        for _ in range(SEARCH_STEPS):
            material = search_material(question, moments, in_vain)
            filled_in = await model.fill_in(SEARCH_INSTRUCTION, material, SEARCH_SCHEMA)
            searches = read_searches(filled_in, moments)
            if not searches:
                return []
            found: dict[UUID, Entry] = {}
            for search in searches:
                entries = await self._found_by(search, user_id, moments.now)
                found.update({entry.log_id: entry for entry in entries})
            if found:
                return list(found.values())
            in_vain += searches
        return []

    async def _found_by(self, search: Search, user_id: str, now: datetime) -> Sequence[Entry]:
        if search.query is None:
            return await newest_entries(
                self.store, user_id, search.since, search.until, PER_SEARCH, now
            )
        found = await search_entries(
            self.store, user_id, search.query, search.since, search.until, PER_SEARCH
        )
        return found.entries

    def _that_fit(self, entries: Sequence[Entry]) -> list[Entry]:
        """As many of them as the model can read at once, oldest first."""
        room, fitting = self.max_material - 2 * MAX_QUESTION, entries[:1]
        room -= len(entries[0].text) + SPACE
        for entry in entries[1:]:
            room -= len(entry.text) + SPACE
            if room < 0:
                break
            fitting = [*fitting, entry]
        return sorted(fitting, key=lambda entry: entry.timestamp)


def ask_job(
    user_id: str, question: str, unique: UUID, now: datetime, zone: ZoneInfo, rhythm: Rhythm
) -> Job:
    """The job by which the daemon's next tick answers a question in the direct message.
    QuestionError as `check_question` raises it."""
    day = local_day(now, zone, rhythm.day_start)
    return Job(
        user_id=user_id,
        job_id=job_id(day, f"{JobKind.ASK}-{unique}"),
        kind=JobKind.ASK,
        day=day,
        due=now,
        tz=zone.key,
        question=check_question(question),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class AskHandler:
    """Sends the answer to a question to the direct message, with links to its entries."""

    messenger: Messenger
    ask: Ask
    clock: Clock
    rhythm: Rhythm
    lease: ClassVar[timedelta] = timedelta(minutes=15)
    _written: dict[str, str] = field(default_factory=dict)
    """The texts of jobs that are not sent yet, by their ids."""

    def veto(self, job: Job, now: datetime, zone: ZoneInfo, others: Sequence[Job]) -> Veto | None:
        """After a day nobody waits for the answer any more."""
        if now - job.due > DAY:
            return Veto(Outcome.MISSED, "nothing could answer it for a day")
        return None

    async def send(self, job: Job, sent: dict[int, str]) -> str:
        """Post it, unless it is `sent`; its `ts`. However often that fails, it is written once."""
        if 0 in sent:
            return sent[0]
        markdown = self._written.get(job.job_id) or await self._write(job)
        self._written[job.job_id] = markdown
        check_claim(job, self.clock.now())  # the model may have taken its time
        ts = await self.messenger.send_summary(job.job_id, 0, markdown, plain_text(markdown))
        self._written.pop(job.job_id)
        return ts

    async def _write(self, job: Job) -> str:
        zone = ZoneInfo(job.tz)
        answer = await self.ask(job.user_id, job.question, job.due, zone)
        moments = DatedMoments(zone, self.rhythm.day_start)
        refer = LinkReferences(moments, await links_if_known(self.messenger, answer.evidence))
        asked = "\n".join(f"> {escape(line)}" for line in answer.question.splitlines())
        parts = [asked, render_answer(answer, moments, refer)]
        if answer.reason:
            parts.append(f"_Without a model: {answer.reason}._")
        markdown, *_ = split_markdown("\n\n".join(parts))
        return markdown

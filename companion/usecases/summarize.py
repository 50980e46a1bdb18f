"""The daily summary: written by a model from the entries, or without one, and delivered."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from typing import ClassVar
from zoneinfo import ZoneInfo

from companion.domain.calendar import Rhythm, days_window, local_day, past_week, yesterday
from companion.domain.day_names import weekday_name
from companion.domain.entry import Entry
from companion.domain.jobs.job import Job, Outcome, Veto
from companion.domain.markdown import tidy
from companion.domain.summaries.grounding import Checked, check, read_bullets
from companion.domain.summaries.plain_summary import plain_summary
from companion.domain.summaries.references import LinkReferences, Moments
from companion.domain.summaries.summary import (
    DAY_INSTRUCTION,
    MAX_MATERIAL,
    MAX_REFERENCES,
    REWRITE,
    WEEK,
    YESTERDAY,
    Body,
    Line,
    Section,
    Summary,
    by_day,
    materials,
    notes_material,
    plain_text,
    refused_material,
    render,
    split_markdown,
)
from companion.errors import SummarizerError
from companion.ports import Clock, Commits, LogStore, Messenger, Summarizer
from companion.usecases.deliver import check_claim
from companion.usecases.links import links_if_known
from companion.usecases.with_commits import with_commits

EMPTY_ANSWER = "the model answered with nothing"
TOMORROWS = "_This is tomorrow’s summary; its yesterday is today._"
NOTHING_ON = "Nothing on {day}. On {active}:"


@dataclass(frozen=True, slots=True, kw_only=True)
class SummaryHandler:
    """Sends the summary of a day to the direct message."""

    messenger: Messenger
    write_summary: "WriteSummary"
    clock: Clock
    rhythm: Rhythm
    lease: ClassVar[timedelta] = timedelta(minutes=15)
    _written: dict[str, str] = field(default_factory=dict)
    """The texts of jobs that are not sent yet, by their ids."""

    def veto(self, job: Job, now: datetime, zone: ZoneInfo, others: Sequence[Job]) -> Veto | None:
        """A late summary is still sent, but not after its day: it would be about the wrong days."""
        day = days_window(job.day, job.day, zone, self.rhythm.day_start)
        if now >= day.until:
            return Veto(Outcome.MISSED, "its day was over")
        return None

    async def send(self, job: Job, sent: dict[int, str]) -> str:
        """Write the summary and post the parts that are not in `sent`; the first part's `ts`."""
        sent = dict(sent)
        markdown = self._written.get(job.job_id) or await self._write(job)
        # However often a post fails, the model is asked once, and all parts are of one text.
        self._written[job.job_id] = markdown
        fallback = plain_text(markdown)
        for part, text in enumerate(split_markdown(markdown)):
            if part not in sent:
                check_claim(job, self.clock.now())  # the model may have taken its time
                sent[part] = await self.messenger.send_summary(job.job_id, part, text, fallback)
        self._written.pop(job.job_id)
        return sent[0]

    async def _write(self, job: Job) -> str:
        zone = ZoneInfo(job.tz)
        summary = await self.write_summary(job.user_id, job.day, zone)
        named = [
            entry
            for body in (summary.week, summary.yesterday)
            for line in body.lines
            for entry in line.entries[:MAX_REFERENCES]
        ]
        refer = LinkReferences(
            Moments(zone, self.rhythm.day_start), await links_if_known(self.messenger, named)
        )
        markdown = render(summary, refer)
        is_ahead = job.day > local_day(self.clock.now(), zone, self.rhythm.day_start)
        return f"{TOMORROWS}\n\n{markdown}" if is_ahead else markdown


@dataclass(frozen=True, slots=True, kw_only=True)
class WriteSummary:
    """Writes the summary of a day from what the store holds."""

    store: LogStore
    summarizer: Summarizer
    rhythm: Rhythm
    max_material: int = MAX_MATERIAL
    """How many characters the model is given at once."""
    commits: Commits | None = None

    async def __call__(self, user_id: str, today: date, zone: ZoneInfo) -> Summary:
        """The summary of the week and the day before `today`; never raises SummarizerError."""
        week = past_week(today, zone, self.rhythm.day_start)
        last_day = yesterday(today, zone, self.rhythm.day_start)
        logged = await self.store.fetch_logs(user_id, week.since, week.until)
        entries = await with_commits(logged, self.commits, user_id, week.since, week.until)
        of_last_day = [entry for entry in entries if entry.timestamp in last_day]
        intro = ""
        if entries and not of_last_day:
            # After a day off, what one did before it is what one looks for.
            active = entries[-1].local_day(zone, self.rhythm.day_start)
            of_last_day = [
                entry for entry in entries if entry.local_day(zone, self.rhythm.day_start) == active
            ]
            intro = NOTHING_ON.format(
                day=weekday_name(last_day.last_day), active=weekday_name(active)
            )
        summary = await summarize_entries(
            entries, of_last_day, zone, self.summarizer, self.rhythm.day_start, self.max_material
        )
        return replace(summary, yesterday=summary.yesterday.after(intro)) if intro else summary


async def summarize_entries(
    week: Sequence[Entry],
    yesterday: Sequence[Entry],
    zone: ZoneInfo,
    summarizer: Summarizer,
    day_start: time = time(),
    max_material: int = MAX_MATERIAL,
) -> Summary:
    """The summary of the entries of both windows, each oldest first.

    `zone` is where the person is, for entries that do not say where they were written. The model
    is called once for each section that has entries, and more often only for a section of more
    than `max_material` characters, or with lines that do not rest on the entries that they name.
    If any call fails, the model writes neither section: the summary says once why, and this never
    raises SummarizerError.
    """
    writer = LineWriter(summarizer, zone, day_start, max_material)
    try:
        return Summary(
            week=await writer.body(WEEK, week), yesterday=await writer.body(YESTERDAY, yesterday)
        )
    except SummarizerError as error:
        return plain_summary(week, yesterday, zone, error.reason, day_start)


@dataclass(frozen=True, slots=True)
class LineWriter:
    """Has a model write sections, and checks each line against the entries that it names."""

    summarizer: Summarizer
    zone: ZoneInfo
    day_start: time
    max_material: int

    async def body(self, section: Section, entries: Sequence[Entry], more: str = "") -> Body:
        """The lines of one section; `more` is material that stands after the entries.
        SummarizerError where the model writes none that holds."""
        if not entries:
            return Body(section.nothing)
        numbered = dict(enumerate(entries, start=1))
        material = f"{await self._material(numbered)}\n\n{more}".rstrip()
        checked = await self._ask(section.instruction, material, numbered)
        supported, left_out = checked.supported, len(checked.refused)
        if checked.refused:
            again = await self._ask_again(section, material, checked, numbered)
            if checked.names_no_entries and again.names_no_entries:
                raise SummarizerError("the model named no entries for what it wrote")
            rewritten = tuple(bullet for bullet in again.supported if bullet not in supported)
            supported += rewritten
            left_out = max(0, left_out - len(rewritten))
        if not supported:
            raise SummarizerError("the model wrote nothing that your entries say")
        return Body(
            lines=tuple(
                Line(bullet.text, tuple(numbered[number] for number in bullet.numbers))
                for bullet in supported
            ),
            left_out=left_out,
        )

    async def _ask_again(
        self, section: Section, material: str, checked: Checked, numbered: dict[int, Entry]
    ) -> Checked:
        """Once more, for the lines that were refused. Where that fails, what holds is enough."""
        refused = refused_material([bullet.text for bullet in checked.refused])
        try:
            return await self._ask(
                section.instruction + REWRITE, f"{material}\n\n{refused}", numbered
            )
        except SummarizerError:
            if not checked.supported:
                raise
            return Checked((), checked.refused)

    async def _ask(self, instruction: str, material: str, numbered: dict[int, Entry]) -> Checked:
        bullets = read_bullets(await self._answer(instruction, material))
        if not bullets:
            raise SummarizerError(EMPTY_ANSWER)
        return check(bullets, numbered, self.zone, self.day_start)

    async def _material(self, numbered: dict[int, Entry]) -> str:
        material, *more = materials(numbered, self.zone, self.day_start, self.max_material)
        return await self._notes_by_day(numbered) if more else material

    async def _notes_by_day(self, numbered: dict[int, Entry]) -> str:
        """Notes on each day, for more entries than the model can read at once."""
        notes = [
            (day, await self._answer(DAY_INSTRUCTION, material))
            for day, of_day in by_day(numbered, self.zone, self.day_start).items()
            for material in materials(of_day, self.zone, self.day_start, self.max_material)
        ]
        material = notes_material(notes)
        if len(material) > self.max_material:
            raise SummarizerError("there is more to read than the model can take, even day by day")
        return material

    async def _answer(self, instruction: str, material: str) -> str:
        answer = tidy(await self.summarizer.summarize(instruction, material))
        if not answer:
            raise SummarizerError(EMPTY_ANSWER)
        return answer

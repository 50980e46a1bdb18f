"""The daily summary: written by a model from the entries, or without one, and delivered."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import ClassVar
from zoneinfo import ZoneInfo

from companion.domain.calendar import Rhythm, days_window, past_week, yesterday
from companion.domain.entry import Entry
from companion.domain.job import Job, Outcome, Veto
from companion.domain.markdown import tidy
from companion.domain.summary import (
    DAY_INSTRUCTION,
    MAX_MATERIAL,
    WEEK,
    YESTERDAY,
    Section,
    Summary,
    by_day,
    entries_summary,
    materials,
    notes_material,
    plain_text,
    render,
    split_markdown,
)
from companion.errors import SummarizerError
from companion.ports import Clock, LogStore, Messenger, Summarizer
from companion.usecases.deliver import check_claim


@dataclass(frozen=True, slots=True, kw_only=True)
class SummaryHandler:
    """Sends the summary of a day to the direct message."""

    messenger: Messenger
    write_summary: "WriteSummary"
    clock: Clock
    rhythm: Rhythm
    lease: ClassVar[timedelta] = timedelta(minutes=15)

    def veto(self, job: Job, now: datetime, zone: ZoneInfo, others: Sequence[Job]) -> Veto | None:
        """A late summary is still sent, but not after its day: it would be about the wrong days."""
        day = days_window(job.day, job.day, zone, self.rhythm.day_start)
        if now >= day.until:
            return Veto(Outcome.MISSED, "its day was over")
        return None

    async def send(self, job: Job, sent: dict[int, str]) -> str:
        """Write the summary and post the parts that are not in `sent`; the first part's `ts`."""
        zone = ZoneInfo(job.tz)
        sent = dict(sent)
        markdown = render(await self.write_summary(job.user_id, job.day, zone))
        fallback = plain_text(markdown)
        for part, text in enumerate(split_markdown(markdown)):
            if part not in sent:
                check_claim(job, self.clock.now())  # the model may have taken its time
                sent[part] = await self.messenger.send_summary(job.job_id, part, text, fallback)
        return sent[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class WriteSummary:
    """Writes the summary of a day from what the store holds."""

    store: LogStore
    summarizer: Summarizer
    rhythm: Rhythm

    async def __call__(self, user_id: str, today: date, zone: ZoneInfo) -> Summary:
        """The summary of the week and the day before `today`; never raises SummarizerError."""
        week = past_week(today, zone, self.rhythm.day_start)
        last_day = yesterday(today, zone, self.rhythm.day_start)
        entries = await self.store.fetch_logs(user_id, week.since, week.until)
        of_last_day = [entry for entry in entries if entry.timestamp in last_day]
        return await summarize_entries(
            entries, of_last_day, zone, self.summarizer, day_start=self.rhythm.day_start
        )


async def summarize_entries(
    week: Sequence[Entry],
    yesterday: Sequence[Entry],
    zone: ZoneInfo,
    summarizer: Summarizer,
    max_material: int = MAX_MATERIAL,
    day_start: time = time(),
) -> Summary:
    """The summary of the entries of both windows, each oldest first.

    `zone` is where the person is, for entries that do not say where they were written. The model
    is called once for each section that has entries, and more often only for a section of more
    than `max_material` characters. If any call fails, the model writes neither section: the
    summary says once why, and this never raises SummarizerError.
    """
    try:
        return Summary(
            week=await _section(WEEK, week, zone, summarizer, max_material, day_start),
            yesterday=await _section(
                YESTERDAY, yesterday, zone, summarizer, max_material, day_start
            ),
        )
    except SummarizerError as error:
        return entries_summary(week, yesterday, zone, error.reason, day_start)


async def _section(
    section: Section,
    entries: Sequence[Entry],
    zone: ZoneInfo,
    summarizer: Summarizer,
    max_material: int,
    day_start: time,
) -> str:
    """The text of one section."""
    if not entries:
        return section.nothing
    material, *more = materials(entries, zone, max_material, day_start)
    if more:
        material = await _notes_by_day(entries, zone, summarizer, max_material, day_start)
    return await _answer(summarizer, section.instruction, material)


async def _notes_by_day(
    entries: Sequence[Entry],
    zone: ZoneInfo,
    summarizer: Summarizer,
    max_material: int,
    day_start: time,
) -> str:
    """Notes on each day, for more entries than the model can read at once."""
    notes = [
        (day, await _answer(summarizer, DAY_INSTRUCTION, material))
        for day, of_day in by_day(entries, zone, day_start).items()
        for material in materials(of_day, zone, max_material, day_start)
    ]
    material = notes_material(notes)
    if len(material) > max_material:
        raise SummarizerError("there is more to read than the model can take, even day by day")
    return material


async def _answer(summarizer: Summarizer, instruction: str, material: str) -> str:
    answer = tidy(await summarizer.summarize(instruction, material))
    if not answer:
        raise SummarizerError("the model answered with nothing")
    return answer

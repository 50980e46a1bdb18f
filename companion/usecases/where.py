"""Where somebody left off, whenever they ask, and by itself after some days without an entry."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import ClassVar
from zoneinfo import ZoneInfo

from companion.domain.calendar import BEGINNING, DAY, Rhythm, days_window
from companion.domain.entry import Entry
from companion.domain.jobs.job import Job, JobKind, Outcome, Veto, job_id
from companion.domain.jobs.planning import answer_veto, is_asked_for
from companion.domain.markdown import plain_text, split_markdown
from companion.domain.summaries.references import LinkReferences, Moments
from companion.domain.summaries.summary import Body
from companion.domain.summaries.where import (
    GAP_DAYS,
    WHERE,
    Where,
    find_where,
    render_where,
    working_days_between,
)
from companion.errors import SummarizerError
from companion.ports import Clock, Commits, JobStore, LogStore, Messenger, Summarizer
from companion.texts.slack import WITHOUT_MODEL
from companion.usecases.deliver import check_claim
from companion.usecases.links import links_if_known
from companion.usecases.newest import newest_entries
from companion.usecases.summarize import LineWriter
from companion.usecases.with_commits import with_commits

ENTRIES = 200
"""So many of the newest entries are looked at."""
GAP_LOOKBACKS = (7 * DAY, 90 * DAY)
"""So far back the last entry is looked for: of a longer gap nobody needs to be told."""
LOOKBACK = 14 * DAY
"""So far before the last entry what was left open counts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FindWhere:
    """Where somebody left off before a moment; by a model where `summarizer` is one."""

    store: LogStore
    rhythm: Rhythm
    summarizer: Summarizer | None = None
    max_material: int
    commits: Commits | None = None

    async def __call__(
        self, user_id: str, before: datetime, zone: ZoneInfo, folder: Path | None = None
    ) -> tuple[Where | None, Body | None, str | None]:
        """What was found, the model's lines about it, and why there are none. `folder` is where
        the person stands."""
        entries = await newest_entries(self.store, user_id, BEGINNING, before, ENTRIES, before)
        recent = [entry for entry in entries if entries[-1].timestamp - entry.timestamp <= LOOKBACK]
        since = before - LOOKBACK
        known = await with_commits(recent, self.commits, user_id, since, before)
        where = find_where(known, zone, self.rhythm.day_start)
        if self.commits and where:
            where = replace(where, worktree=await self.commits.worktree(folder))
        if where is None or self.summarizer is None:
            return where, None, None
        writer = LineWriter(self.summarizer, zone, self.rhythm.day_start, self.max_material)
        try:
            return where, await writer.body(WHERE, known[-ENTRIES // 4 :]), None
        except SummarizerError as error:
            return where, None, error.reason


def entries_named(where: Where | None, lines: Body | None) -> list[Entry]:
    """The entries that the text about it refers to."""
    ends = [end.entry for end in where.open_ends] if where else []
    return ends + ([entry for line in lines.lines for entry in line.entries] if lines else [])


@dataclass(frozen=True, slots=True, kw_only=True)
class WhereHandler:
    """Sends where the person left off to the direct message."""

    messenger: Messenger
    find_where: FindWhere
    clock: Clock
    rhythm: Rhythm
    lease: ClassVar[timedelta] = timedelta(minutes=15)

    def veto(self, job: Job, now: datetime, zone: ZoneInfo, others: Sequence[Job]) -> Veto | None:
        """Late is fine on its day; after it, the summary of that day has said the same."""
        if is_asked_for(job):
            return answer_veto(job, now)
        day = days_window(job.day, job.day, zone, self.rhythm.day_start)
        return Veto(Outcome.MISSED, "its day was over") if now >= day.until else None

    async def send(self, job: Job, sent: dict[int, str]) -> str:
        """Post it, unless it is `sent`; its `ts`. What is logged today is not looked back on,
        unless the person asked for it today."""
        if 0 in sent:
            return sent[0]
        zone = ZoneInfo(job.tz)
        before = days_window(job.day, job.day, zone, self.rhythm.day_start).since
        if is_asked_for(job):
            before = self.clock.now()
        where, lines, reason = await self.find_where(job.user_id, before, zone)
        moments = Moments(zone, self.rhythm.day_start)
        refer = LinkReferences(
            moments, await links_if_known(self.messenger, entries_named(where, lines))
        )
        text = render_where(where, lines, moments, refer, job.day)
        if reason and is_asked_for(job):
            text += f"\n\n{WITHOUT_MODEL.format(reason=reason)}"
        markdown, *_ = split_markdown(text)
        check_claim(job, self.clock.now())  # the model may have taken its time
        return await self.messenger.send_summary(job.job_id, 0, markdown, plain_text(markdown))


async def needs_where(
    store: LogStore, jobs: JobStore, user_id: str, today: date, zone: ZoneInfo, rhythm: Rhythm
) -> bool:
    """Whether the day should begin with where the person left off: after some working days
    without an entry, once for each such gap."""
    morning = days_window(today, today, zone, rhythm.day_start).since
    newest: list[Entry] = []
    for lookback in GAP_LOOKBACKS:
        newest = newest or await store.fetch_logs(user_id, morning - lookback, morning)
    if not newest:
        return False
    last = newest[-1].local_day(zone, rhythm.day_start)
    if working_days_between(last, today, rhythm.works_on) < GAP_DAYS:
        return False
    return not any(
        job.job_id == job_id(job.day, JobKind.WHERE)
        and job.day != today
        and job.outcome is Outcome.SENT
        for job in await jobs.fetch_jobs(user_id, last, today)
    )

"""The standup: ready to paste, with or without a model."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import ClassVar
from zoneinfo import ZoneInfo

from companion.domain.calendar import DAY, Rhythm, local_day
from companion.domain.jobs.job import Job, Veto
from companion.domain.jobs.planning import answer_veto
from companion.domain.markdown import plain_text, split_markdown
from companion.domain.summaries.standup import (
    DONE,
    Standup,
    make_standup,
    render_standup,
    standup_since,
)
from companion.errors import SummarizerError
from companion.ports import Clock, Commits, LogStore, Messenger, Summarizer
from companion.texts.slack import STANDUP_HEADING, WITHOUT_MODEL
from companion.usecases.deliver import check_claim
from companion.usecases.newest import newest_entries
from companion.usecases.summarize import LineWriter
from companion.usecases.with_commits import with_commits

ENTRIES = 300
"""So many of the newest entries are looked at."""
LOOKBACK = 30 * DAY
"""After a longer absence there is nothing to tell of."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MakeStandup:
    """The standup as of now; `summarizer` None leaves the words as they were written."""

    store: LogStore
    rhythm: Rhythm
    summarizer: Summarizer | None = None
    max_material: int
    commits: Commits | None = None

    async def __call__(
        self, user_id: str, now: datetime, zone: ZoneInfo
    ) -> tuple[Standup, str | None]:
        """The standup, and why no model wrote it if none did. Raises StoreError."""
        day_start = self.rhythm.day_start
        ends = now - LOOKBACK, now + DAY
        newest = await newest_entries(self.store, user_id, *ends, ENTRIES, now)
        entries = await with_commits(newest, self.commits, user_id, *ends)
        today = local_day(now, zone, day_start)
        since = standup_since(today, entries, self.rhythm.works_on, zone, day_start)
        standup = make_standup(entries, since, zone, day_start)
        if self.summarizer is None or not standup.done:
            return standup, None
        writer = LineWriter(self.summarizer, zone, day_start, self.max_material)
        try:
            return replace(standup, lines=await writer.body(DONE, standup.done)), None
        except SummarizerError as error:
            return standup, error.reason


@dataclass(frozen=True, slots=True, kw_only=True)
class StandupHandler:
    """Sends a standup that the person asked for to the direct message."""

    messenger: Messenger
    make: MakeStandup
    clock: Clock
    lease: ClassVar[timedelta] = timedelta(minutes=15)

    def veto(self, job: Job, now: datetime, zone: ZoneInfo, others: Sequence[Job]) -> Veto | None:
        return answer_veto(job, now)

    async def send(self, job: Job, sent: dict[int, str]) -> str:
        """Post it, unless it is `sent`; its `ts`."""
        if 0 in sent:
            return sent[0]
        standup, reason = await self.make(job.user_id, self.clock.now(), ZoneInfo(job.tz))
        text = f"{STANDUP_HEADING}\n{render_standup(standup, 'markdown')}"
        if reason:
            text += f"\n\n{WITHOUT_MODEL.format(reason=reason)}"
        markdown, *_ = split_markdown(text)
        check_claim(job, self.clock.now())  # the model may have taken its time
        return await self.messenger.send_summary(job.job_id, 0, markdown, plain_text(markdown))

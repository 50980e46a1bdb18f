"""The daily summary: what the past week and yesterday were about."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import ClassVar
from zoneinfo import ZoneInfo

from companion.domain.calendar import Rhythm, days_window, past_week, yesterday
from companion.domain.digest import Digest, plain_text, render, split_markdown
from companion.domain.job import Job, Outcome
from companion.ports import Clock, LogStore, Messenger, Summarizer
from companion.usecases.compose import compose_digest
from companion.usecases.deliver import check_claim


@dataclass(frozen=True, slots=True, kw_only=True)
class WriteDigest:
    """The digest of a day, for whoever wants to read it."""

    store: LogStore
    summarizer: Summarizer
    rhythm: Rhythm

    async def __call__(self, user_id: str, today: date, zone: ZoneInfo) -> Digest:
        """What `today` looks back on; always a digest, with or without a model."""
        week = past_week(today, zone, self.rhythm.day_start)
        last_day = yesterday(today, zone, self.rhythm.day_start)
        entries = await self.store.fetch_logs(user_id, week.since, week.until)
        return await compose_digest(
            entries, [entry for entry in entries if entry.timestamp in last_day], zone,
            self.summarizer,
        )  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Summaries:
    """How a summary's job is done."""

    messenger: Messenger
    write_digest: WriteDigest
    clock: Clock
    rhythm: Rhythm
    lease: ClassVar[timedelta] = timedelta(minutes=15)

    def why_not(
        self, job: Job, now: datetime, zone: ZoneInfo, others: Sequence[Job]
    ) -> tuple[Outcome, str] | None:
        """Late is fine, once; after its day it would be about other days."""
        day = days_window(job.day, job.day, zone, self.rhythm.day_start)
        if now >= day.until:
            return Outcome.MISSED, "its day was over"
        return None

    async def send(self, job: Job, sent: dict[int, str]) -> str:
        """Compose and post it, but for the parts that are `sent`; the first part's `ts`."""
        zone = ZoneInfo(job.tz)
        sent = dict(sent)
        markdown = render(await self.write_digest(job.user_id, job.day, zone))
        fallback = plain_text(markdown)
        for part, text in enumerate(split_markdown(markdown)):
            if part not in sent:
                check_claim(job, self.clock.now())  # the model may have taken its time
                sent[part] = await self.messenger.send_summary(job.job_id, part, text, fallback)
        return sent[0]

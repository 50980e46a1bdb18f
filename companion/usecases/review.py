"""The weekly review: written once, with a picture if there can be one, and delivered."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import ClassVar
from zoneinfo import ZoneInfo

from companion.domain.calendar import DAY, Rhythm, days_window
from companion.domain.chart import draw_statistics
from companion.domain.jobs.job import Job, Outcome, Veto
from companion.domain.markdown import plain_text, split_markdown
from companion.domain.review import REVIEW_DAYS, render_review
from companion.domain.summaries.references import LinkReferences, Moments
from companion.domain.summaries.where import render_where
from companion.errors import DrawingError, MessengerError
from companion.ports import Clock, Commits, Messenger, Painter, Store
from companion.usecases.deliver import check_claim
from companion.usecases.links import links_if_known
from companion.usecases.statistics import read_statistics
from companion.usecases.where import FindWhere, entries_named
from companion.usecases.with_commits import with_commits

FILE_NAME = "week.png"

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewHandler:
    """Sends the review of the week to the direct message."""

    store: Store
    messenger: Messenger
    find_where: FindWhere
    painter: Painter
    clock: Clock
    rhythm: Rhythm
    commits: Commits | None = None
    lease: ClassVar[timedelta] = timedelta(minutes=15)
    _written: dict[str, str] = field(default_factory=dict)
    """The texts of jobs that are not sent yet, by their ids."""

    def veto(self, job: Job, now: datetime, zone: ZoneInfo, others: Sequence[Job]) -> Veto | None:
        """Late is fine on its day."""
        if self.rhythm.review is None:
            return Veto(Outcome.SKIPPED, "COMPANION_REVIEW is not set any more")
        day = days_window(job.day, job.day, zone, self.rhythm.day_start)
        return Veto(Outcome.MISSED, "its day was over") if now >= day.until else None

    async def send(self, job: Job, sent: dict[int, str]) -> str:
        """Post the parts that are not in `sent`, the first with the picture; the first's `ts`."""
        sent = dict(sent)
        markdown = self._written.get(job.job_id) or await self._write(job)
        self._written[job.job_id] = markdown  # a model is asked once, however often a post fails
        fallback = plain_text(markdown)
        for part, text in enumerate(split_markdown(markdown)):
            if part in sent:
                continue
            picture = await self._upload(job) if part == 0 else None
            check_claim(job, self.clock.now())  # the model and the upload may have taken long
            said = job.job_id, part, text, fallback
            if picture:
                sent[part] = await self.messenger.send_with_picture(*said, *picture)
            else:
                sent[part] = await self.messenger.send_summary(*said)
        self._written.pop(job.job_id)
        return sent[0]

    async def _write(self, job: Job) -> str:
        zone, day_start = ZoneInfo(job.tz), self.rhythm.day_start
        since, until = self._week(job)
        logged = await self.store.fetch_logs(job.user_id, since, until)
        entries = await with_commits(logged, self.commits, job.user_id, since, until)
        where, lines, _ = await self.find_where(job.user_id, until, zone)
        moments = Moments(zone, day_start)
        refer = LinkReferences(
            moments, await links_if_known(self.messenger, entries_named(where, lines))
        )
        left_off = render_where(where, lines, moments, refer, job.day)
        return render_review(entries, left_off, zone, day_start)

    def _week(self, job: Job) -> tuple[datetime, datetime]:
        """From the beginning of the first day to now."""
        first, zone = job.day - (REVIEW_DAYS - 1) * DAY, ZoneInfo(job.tz)
        window = days_window(first, job.day, zone, self.rhythm.day_start)
        return window.since, min(window.until, self.clock.now())

    async def _upload(self, job: Job) -> tuple[str, str] | None:
        """The picture's id in Slack and its alt text; None if there cannot be one."""
        now, zone = self.clock.now(), ZoneInfo(job.tz)
        statistics = await read_statistics(
            self.store, job.user_id, *self._week(job), now, zone, self.rhythm.day_start
        )
        picture = draw_statistics(statistics)
        try:
            png = await self.painter.draw(picture, "png")
            uploaded = await self.messenger.upload_picture(
                FILE_NAME, png, picture.title, picture.alt_text
            )
        except (DrawingError, MessengerError) as error:
            log.warning(
                "review.without_picture job_id=%s error=%r needed=%s",
                job.job_id,
                str(error),
                getattr(error, "needed", ""),
            )
            return None
        return uploaded, picture.alt_text

"""The Home tab: put together from what is stored, and shown again when something changes."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from companion.domain.calendar import CLOCK_SKEW, DAY, Rhythm, days_window, local_day
from companion.domain.entry import Entry
from companion.domain.home import (
    MAX_SHOWN,
    PAGE,
    HomeEntry,
    HomePage,
    entry_key,
    shown_text,
    week_bars,
)
from companion.domain.markdown import plain_text
from companion.domain.summaries.references import LinkReferences, Moments
from companion.domain.summaries.summary import day_name
from companion.domain.summaries.where import render_where
from companion.domain.summaries.window_summary import SummaryWindow
from companion.ports import Clock, HomeTab, LogStore, Messenger
from companion.texts import slack as texts
from companion.usecases.links import links_if_known
from companion.usecases.next import WhatIsNext
from companion.usecases.schedule_in_words import coming_text
from companion.usecases.summarize_window import SummarizeWindow
from companion.usecases.where import FindWhere
from companion.usecases.zones import Zones

log = logging.getLogger(__name__)

MAX_WORDS = 2800
"""Of where one left off, and of a summary: a little less than Slack's section holds."""


@dataclass(slots=True)
class Shown:
    """What one person looks at: how much, and what was just done. It is forgotten with the
    process, and then the next opening shows the tab as it is at first."""

    count: int = PAGE
    notice: str = ""
    undo: str = ""
    summary: str = ""
    is_writing: bool = False


def _ignore() -> None:
    """Nothing shows it."""


@dataclass(slots=True, kw_only=True)
class Home:
    """One person's Home tab."""

    user_id: str
    store: LogStore
    messenger: Messenger
    tab: HomeTab
    find_where: FindWhere
    summarize: SummarizeWindow
    what_is_next: WhatIsNext
    zones: Zones
    clock: Clock
    rhythm: Rhythm
    shown: Shown = field(default_factory=Shown)
    is_open: bool = False
    """Whether it was opened since the start: nobody else needs it to be up to date."""
    on_change: Callable[[], None] = _ignore
    """Called when an open tab is to be shown again; must not wait."""

    def changed(self) -> None:
        """Something that the tab shows may be different."""
        if self.is_open:
            self.on_change()

    async def publish(self) -> None:
        """Show it as it is now. Raises StoreError, MessengerError."""
        await self.tab.publish(await self.page())

    async def page(self) -> HomePage:
        """What there is to show. Raises StoreError, MessengerError."""
        zone, now, day_start = await self.zones.current(), self.clock.now(), self.rhythm.day_start
        today = local_day(now, zone, day_start)
        window = days_window(today - 6 * DAY, today, zone, day_start)
        week = await self.store.fetch_logs(self.user_id, window.since, window.until)
        entries = [entry for entry in week if entry.local_day(zone, day_start) == today]
        count = min(self.shown.count, MAX_SHOWN)
        # Today's entries are shown already: where one left off is on the day before them.
        before = days_window(today, today, zone, day_start).since if entries else now + CLOCK_SKEW
        where, _, _ = await self.find_where(self.user_id, before, zone)
        moments = Moments(zone, day_start)
        left_off = render_where(where, None, moments, LinkReferences(moments, {}), today)
        following = await self.what_is_next(zone)
        return HomePage(
            heading=day_name(today),
            entries=await self._shown_entries(entries[-count:], zone),
            earlier=max(0, len(entries) - count),
            week="\n".join(week_bars(week, today, zone, day_start)),
            left_off=texts.HOME_NOTHING_BEFORE
            if where is None and entries
            else plain_text(left_off.partition("\n")[2], MAX_WORDS),
            coming=coming_text(following, zone, self.rhythm),
            is_paused=following.pause is not None,
            notice=self.shown.notice,
            undo=self.shown.undo,
            summary=self.shown.summary,
            is_writing=self.shown.is_writing,
        )

    async def write_summary(self) -> None:
        """Sum up today so far, and show that this is under way."""
        if self.shown.is_writing:
            return
        self.shown.is_writing, self.shown.summary = True, texts.HOME_WRITING
        self.changed()
        try:
            zone, now = await self.zones.current(), self.clock.now()
            today = local_day(now, zone, self.rhythm.day_start)
            window = days_window(today, today, zone, self.rhythm.day_start)
            asked = SummaryWindow(window.since, window.until, zone, self.rhythm.day_start)
            summary = await self.summarize(self.user_id, asked)
            refer = LinkReferences(Moments(zone, self.rhythm.day_start), {})
            self.shown.summary = plain_text(summary.render(refer), MAX_WORDS)
        except BaseException:
            self.shown.summary = texts.HOME_NOT_WRITTEN
            raise
        finally:
            self.shown.is_writing = False
            self.changed()

    async def _shown_entries(
        self, entries: Sequence[Entry], zone: ZoneInfo
    ) -> tuple[HomeEntry, ...]:
        links = await links_if_known(self.messenger, entries)
        return tuple(
            HomeEntry(
                key=entry_key(entry),
                clock=f"{entry.local_time(zone):%H:%M}",
                text=shown_text(f"{entry.text} {entry.byline}".rstrip()),
                link=links.get(entry.log_id, ""),
                mentions=entry.mentions,
            )
            for entry in reversed(entries)
        )

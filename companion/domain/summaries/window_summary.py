"""The summary of any window: one heading, checked lines, and references as in the daily one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time
from zoneinfo import ZoneInfo

from companion.domain.calendar import BEGINNING, DAY, END, local_day, moment_at
from companion.domain.day_names import day_name
from companion.domain.entry import TICK, Entry
from companion.domain.summaries.plain_summary import WHY, by_thread, in_order
from companion.domain.summaries.summary import RULES, Body, Refer, Section, render_body

NOTHING = "Nothing is written down for this time."
_OF_A_DAY = """
Your task: what the focus was, in one to five bullets, in the order in which it happened.
"""
_OF_DAYS = """
Your task: what these days were about, in three to seven bullets. Join what belongs together \
across days into themes and threads, and say on which days they were worked on. Name what was left \
open only where the entries say that it was.
"""


@dataclass(frozen=True, slots=True)
class SummaryWindow:
    """From when until when (since <= t < until), for a person in `zone` whose days begin at
    `day_start`; with a tag only its entries."""

    since: datetime
    until: datetime
    zone: ZoneInfo
    day_start: time = time()
    tag: str | None = None

    def section(self, entries: Sequence[Entry]) -> Section:
        """What a summary of these entries of the window has as heading and instruction."""
        first, last = self._ends(entries)
        days = {entry.local_day(self.zone, self.day_start) for entry in entries}
        tag = f"#{self.tag}, " if self.tag else ""
        return Section(
            heading=f"## {tag}{first}" + (f" to {last}" if last != first else ""),
            instruction=RULES + (_OF_DAYS if len(days) > 1 else _OF_A_DAY),
            nothing=NOTHING,
        )

    def plain(self, entries: Sequence[Entry], reason: str) -> Body:
        """The entries themselves, and one line that says why no model wrote about them."""
        days = {entry.local_day(self.zone, self.day_start) for entry in entries}
        text = (by_thread if len(days) > 1 else in_order)(entries, self.zone, self.day_start)
        return Body(f"{WHY.format(reason=reason)}\n\n{text}")

    def _ends(self, entries: Sequence[Entry]) -> tuple[str, str]:
        """In words: days, or times where it does not begin and end with a day. An open end is that
        of the entries."""
        since, until = self.since, self.until
        if until == END and entries:
            until = self._start_of(entries[-1].timestamp + DAY)
        if since == BEGINNING:
            since = self._start_of(entries[0].timestamp if entries else until - TICK)
        whole = since == self._start_of(since) and until == self._start_of(until)
        if whole:
            return self._day(since), self._day(max(since, until - TICK))
        return self._time(since), self._time(until)

    def _start_of(self, moment: datetime) -> datetime:
        """When the day of that moment begins."""
        day = local_day(moment, self.zone, self.day_start)
        return moment_at(day, self.day_start, self.zone)

    def _day(self, moment: datetime) -> str:
        return day_name(local_day(moment, self.zone, self.day_start))

    def _time(self, moment: datetime) -> str:
        local = moment.astimezone(self.zone)
        return f"{day_name(local.date())} {local:%H:%M}"


@dataclass(frozen=True, slots=True)
class WindowSummary:
    """The summary of a window. `reason` says why no model wrote it, if none did."""

    heading: str
    body: Body
    reason: str | None = None

    def render(self, refer: Refer) -> str:
        """As Markdown."""
        return f"{self.heading}\n{render_body(self.body, refer)}"

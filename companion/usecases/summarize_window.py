"""The summary of any window, written by a model from its entries, or without one."""

from dataclasses import dataclass

from companion.domain.entry import every_entry
from companion.domain.summaries.summary import Body
from companion.domain.summaries.window_summary import SummaryWindow, WindowSummary
from companion.domain.tags import tagged
from companion.errors import SummarizerError
from companion.ports import Commits, LogStore, Summarizer
from companion.usecases.summarize import LineWriter
from companion.usecases.with_commits import with_commits


@dataclass(frozen=True, slots=True, kw_only=True)
class SummarizeWindow:
    """`companion summary` of a day, a week or a period."""

    store: LogStore
    summarizer: Summarizer
    max_material: int
    commits: Commits | None = None

    async def __call__(self, user_id: str, window: SummaryWindow) -> WindowSummary:
        """The summary; without entries no model is asked. Raises StoreError."""
        wanted = tagged(window.tag) if window.tag else every_entry
        ends = window.since, window.until
        logged = await self.store.fetch_logs(user_id, *ends)
        found = await with_commits(logged, self.commits, user_id, *ends)
        entries = list(filter(wanted, found))
        section = window.section(entries)
        if not entries:
            return WindowSummary(section.heading, Body(section.nothing))
        writer = LineWriter(self.summarizer, window.zone, window.day_start, self.max_material)
        try:
            return WindowSummary(section.heading, await writer.body(section, entries))
        except SummarizerError as error:
            plain = window.plain(entries, error.reason)
            return WindowSummary(section.heading, plain, error.reason)

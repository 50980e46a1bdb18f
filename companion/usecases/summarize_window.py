"""The summary of any window, written by a model from its entries, or without one."""

from dataclasses import dataclass

from companion.domain.entry import every_entry
from companion.domain.summaries.summary import Body
from companion.domain.summaries.window_summary import SummaryWindow, WindowSummary
from companion.domain.tags import tagged
from companion.errors import SummarizerError
from companion.ports import LogStore, Summarizer
from companion.usecases.summarize import LineWriter


@dataclass(frozen=True, slots=True, kw_only=True)
class SummarizeWindow:
    """`companion summary` of a day, a week or a period."""

    store: LogStore
    summarizer: Summarizer
    max_material: int

    async def __call__(self, user_id: str, window: SummaryWindow) -> WindowSummary:
        """The summary; without entries no model is asked. Raises StoreError."""
        wanted = tagged(window.tag) if window.tag else every_entry
        found = await self.store.fetch_logs(user_id, window.since, window.until)
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

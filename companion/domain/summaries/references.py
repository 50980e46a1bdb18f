"""How a summary's lines refer to their entries: by a link, by time and id, or by a footnote."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import time
from uuid import UUID
from zoneinfo import ZoneInfo

from companion.domain.commits.work import Work
from companion.domain.day_names import day_name
from companion.domain.entry import Entry
from companion.domain.summaries.summary import FOOTNOTE


@dataclass(frozen=True, slots=True)
class Moments:
    """Names the moments of entries, for a person in `zone` whose days begin at `day_start`."""

    zone: ZoneInfo
    day_start: time

    def short(self, entry: Entry) -> str:
        """`Fri 14:05`; `Fri 14:05 by Claude Code` where an agent wrote it."""
        return f"{self.when(entry)} {entry.byline}".rstrip()

    def when(self, entry: Entry) -> str:
        """`Fri 14:05`."""
        return f"{self.day(entry)[:3]} {entry.local_time(self.zone):%H:%M}"

    def full(self, entry: Entry) -> str:
        """`Friday 2026-11-20 14:05`."""
        return f"{self.day(entry)} {entry.local_time(self.zone):%H:%M} {entry.byline}".rstrip()

    def day(self, entry: Entry) -> str:
        return day_name(entry.local_day(self.zone, self.day_start))


@dataclass(frozen=True, slots=True)
class LinkReferences:
    """For Slack: the time, as a link to the message where the entry is one."""

    moments: Moments
    links: Mapping[UUID, str]

    def __call__(self, entry: Entry) -> str:
        if isinstance(entry, Work):
            return entry.shown
        shown, link = self.moments.short(entry), self.links.get(entry.log_id)
        return f"[{shown}]({link})" if link else shown


@dataclass(frozen=True, slots=True)
class IdReferences:
    """For a terminal: the time, and the id by which commands take the entry."""

    moments: Moments

    def __call__(self, entry: Entry) -> str:
        if isinstance(entry, Work):
            return self.moments.short(entry)
        return f"{self.moments.short(entry)} {entry.short_id}"


@dataclass(frozen=True, slots=True)
class Footnotes:
    """For a Markdown file: numbers, and what each stands for at its end."""

    moments: Moments
    _numbers: dict[UUID, int] = field(default_factory=dict)
    _notes: list[str] = field(default_factory=list)

    def __call__(self, entry: Entry) -> str:
        number = self._numbers.setdefault(entry.log_id, len(self._numbers) + 1)
        if number > len(self._notes):
            where = (
                f" {entry.link or ''}" if isinstance(entry, Work) else f", entry {entry.short_id}"
            )
            note = f"{FOOTNOTE}{number}]: {self.moments.full(entry)}{where}"
            self._notes.append(note.rstrip())
        return f"{FOOTNOTE}{number}]"

    def notes(self) -> str:
        """The notes of what was referred to so far, with a blank line before them."""
        return "\n\n" + "\n".join(self._notes) if self._notes else ""

"""The summary without a model: the entries themselves, by what they are about and by day.

It is what a newcomer sees first, and what comes whenever no model answers. It stays within three
messages: what does not fit is counted.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, time
from zoneinfo import ZoneInfo

from companion.domain.day_names import day_name
from companion.domain.entry import Entry
from companion.domain.summaries.slack_marks import entry_item
from companion.domain.summaries.summary import WEEK, YESTERDAY, Body, Summary
from companion.domain.summaries.threads import Thread, find_threads

WEEK_LIMIT, YESTERDAY_LIMIT = 17_000, 9_000
"""In characters: together they fit into three messages, cuts between entries included."""

WHY = "_Without a model: {reason}. Here are your entries._"
"""The line that says why no model wrote a summary."""


@dataclass(frozen=True, slots=True)
class _Measure:
    """How much is shown of each entry, of each thread, and of threads and days together."""

    characters: int
    entries: int
    groups: int


_MEASURES = (
    _Measure(1_200, 12, 40),
    _Measure(500, 8, 30),
    _Measure(200, 6, 20),
    _Measure(120, 4, 15),
    _Measure(80, 3, 10),
)


def plain_summary(
    week: Sequence[Entry],
    yesterday: Sequence[Entry],
    zone: ZoneInfo,
    reason: str,
    day_start: time = time(),
) -> Summary:
    """Both sections, and one line that says why no model wrote them."""
    why = WHY.format(reason=reason)
    return Summary(
        week=Body(f"{why}\n\n{by_thread(week, zone, day_start) or WEEK.nothing}"),
        yesterday=Body(in_order(yesterday, zone, day_start) or YESTERDAY.nothing),
        reason=reason,
    )


def by_thread(
    entries: Sequence[Entry], zone: ZoneInfo, day_start: time, limit: int = WEEK_LIMIT
) -> str:
    """The threads first, then the rest by day, in so many characters; empty without entries."""
    threads, rest = find_threads(entries)
    days = _by_day(rest, zone, day_start)
    for measure in _MEASURES:
        groups = [
            *(_thread(thread, zone, day_start, measure) for thread in threads),
            *(_day(day, of_day, zone, measure) for day, of_day in days.items()),
        ]
        shown, hidden = groups[: measure.groups], groups[measure.groups :]
        text = "\n\n".join(shown)
        if hidden:
            text += (
                f"\n\n_And {_counted(len(hidden), 'more thread or day', 'more threads and days')}._"
            )
        if len(text) <= limit:
            return text
    return text[:limit]


def in_order(entries: Sequence[Entry], zone: ZoneInfo, day_start: time) -> str:
    """In the order in which it happened. Where it is too much, the end of the day is shown."""
    for measure in _MEASURES:
        shown = entries[-4 * measure.entries :]
        earlier = len(entries) - len(shown)
        note = f"_{_counted(earlier, 'earlier entry', 'earlier entries')}, then:_\n\n"
        text = (note if earlier else "") + "\n\n".join(
            _day(day, of_day, zone, replace(measure, entries=len(shown)))
            for day, of_day in _by_day(shown, zone, day_start).items()
        )
        if len(text) <= YESTERDAY_LIMIT:
            return text
    return text[:YESTERDAY_LIMIT]


def _thread(thread: Thread, zone: ZoneInfo, day_start: time, measure: _Measure) -> str:
    days = dict.fromkeys(entry.local_day(zone, day_start) for entry in thread.entries)
    named = ", ".join(f"{day_name(day)[:3]}" for day in days)
    items = [
        _item(
            entry,
            f"{day_name(entry.local_day(zone, day_start))[:3]} {entry.local_time(zone):%H:%M}",
            measure,
        )
        for entry in thread.entries
    ]
    return f"### {thread.name} ({named})\n{_cut(items, measure)}"


def _day(day: date, entries: Sequence[Entry], zone: ZoneInfo, measure: _Measure) -> str:
    items = [_item(entry, f"{entry.local_time(zone):%H:%M}", measure) for entry in entries]
    return f"### {day_name(day)}\n{_cut(items, measure)}"


def _cut(items: Sequence[str], measure: _Measure) -> str:
    more = len(items) - measure.entries
    if more <= 0:
        return "\n".join(items)
    shown = "\n".join(items[: measure.entries])
    return f"{shown}\n- _and {_counted(more, 'more entry', 'more entries')}_"


def _item(entry: Entry, label: str, measure: _Measure) -> str:
    text = entry.text
    left = len(text) - measure.characters
    if left > 0:
        text = f"{text[: measure.characters].rstrip()}…"
    item = entry_item(entry, label, _closed(text))
    return f"{item} _({_counted(left, 'more character')})_" if left > 0 else item


def _closed(text: str) -> str:
    """A block of code that was cut ends where the text does."""
    return f"{text}\n```" if text.count("```") % 2 else text


def _by_day(entries: Sequence[Entry], zone: ZoneInfo, day_start: time) -> dict[date, list[Entry]]:
    days: dict[date, list[Entry]] = {}
    for entry in entries:
        days.setdefault(entry.local_day(zone, day_start), []).append(entry)
    return days


def _counted(number: int, one: str, many: str = "") -> str:
    return f"{number:,} {one if number == 1 else many or f'{one}s'}"

"""Entries as a list of days, cut into pages that fit where they are shown."""

from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, time
from zoneinfo import ZoneInfo

from companion.domain.entry import Entry
from companion.domain.summaries.summary import day_heading

MAX_PAGE = 9_000
"""So long are all texts of a page together, as they are written where it is shown."""
MAX_LINES = 40
MAX_PIECE = 2_500
"""So long is what is shown of a text in one piece; a longer one is shown in several."""
MIN_PIECE = 250
"""Where there is less room, what comes is on the next page."""

type Measure = Callable[[str], int]
"""How long a text is where it is shown."""


@dataclass(frozen=True, slots=True)
class Line:
    """An entry's text, or a part of it: `begun` and `ends` say whether it has the first and the
    last of it."""

    at: datetime
    """On the wall clock of where the person was."""
    text: str
    byline: str = ""
    begins: bool = True
    ends: bool = True
    mentions: Mapping[str, str] = field(default_factory=dict, hash=False)
    """As the entry's: without a name where nobody knew it."""


@dataclass(frozen=True, slots=True)
class ListedDay:
    heading: str
    lines: list[Line] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Position:
    """Where a next page begins: at that character of the entry with that timestamp."""

    timestamp: datetime
    character: int = 0


@dataclass(frozen=True, slots=True)
class Page:
    """Days with their entries, in the order in which these came. `goes_on` is None at the end."""

    days: list[ListedDay] = field(default_factory=list)
    goes_on: Position | None = None


async def make_page(
    entries: AsyncIterator[Entry],
    zone: ZoneInfo,
    day_start: time,
    measure: Measure,
    begin: Position | None = None,
) -> Page:
    """As much as a page holds. The first entry is the one that `begin` names, if it is there."""
    days: list[ListedDay] = []
    room, lines = MAX_PAGE, 0
    async for entry in entries:
        at = begin.character if begin and entry.timestamp == begin.timestamp else 0
        heading = day_heading(entry, zone, day_start)
        while at < len(entry.text) or at == 0:
            if lines == MAX_LINES or room < MIN_PIECE:
                return Page(days, Position(entry.timestamp, at))
            piece = _piece(entry.text[at:], min(MAX_PIECE, room), measure)
            if not days or days[-1].heading != heading:
                days.append(ListedDay(heading))
            after = at + len(piece)
            days[-1].lines.append(
                Line(
                    entry.local_time(zone),
                    piece,
                    entry.byline,
                    begins=at == 0,
                    ends=after >= len(entry.text),
                    mentions=entry.mentions,
                )
            )
            room, lines = room - measure(piece) - len(heading), lines + 1
            at = after
            if not entry.text:
                break
    return Page(days)


def _piece(text: str, limit: int, measure: Measure) -> str:
    """The beginning of a text that is not longer than the limit, cut between words if it can be."""
    piece = text[:limit]
    while (length := measure(piece)) > limit:
        piece = piece[: min(len(piece) - 1, len(piece) * limit // length)]
    if len(piece) == len(text):
        return piece
    space = max(piece.rfind(" "), piece.rfind("\n")) + 1
    return piece[:space] if space > len(piece) / 2 else piece

"""Meetings of the person's calendar, and whether one holds a prompt back."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, time
from zoneinfo import ZoneInfo

from companion.domain.quiet import Hold
from companion.domain.until import until_text


@dataclass(frozen=True, slots=True)
class Meeting:
    """When the person is in one; its title stays in the calendar. `is_away`: they are out of the
    office all day."""

    since: datetime
    until: datetime
    is_away: bool = False


def meeting_hold(
    meetings: Iterable[Meeting], now: datetime, zone: ZoneInfo, day_start: time
) -> Hold | None:
    """The meeting that is going on and ends last."""
    going_on = [meeting for meeting in meetings if meeting.since <= now < meeting.until]
    if not going_on:
        return None
    last = max(going_on, key=lambda meeting: meeting.until)
    where = "away, by your calendar," if last.is_away else "in a meeting"
    return Hold(f"{where} until {until_text(last.until, now, zone, day_start)}", last.until)

"""How people are told until when something holds: `14:30`, `Mon 30 Nov 9:00`, `Tue 12 Jan 2027`."""

from datetime import datetime, time
from zoneinfo import ZoneInfo

from companion.domain.calendar import WEEKDAY_NAMES, local_day, moment_at
from companion.domain.day_names import MONTHS


def until_text(until: datetime, now: datetime, zone: ZoneInfo, day_start: time = time()) -> str:
    """The time if it is still today, else the day, with its time unless the day begins then, and
    with its year if that is another one."""
    local, today = until.astimezone(zone), local_day(now, zone, day_start)
    clock = f"{local.hour}:{local:%M}"
    if local_day(until, zone, day_start) == today:
        return clock
    day = local.date()
    name = f"{WEEKDAY_NAMES[day.weekday()][:3]} {day.day} {MONTHS[day.month - 1].title()}"
    year = "" if day.year == today.year else f" {day.year}"
    return name + year + ("" if until == moment_at(day, day_start, zone) else f" {clock}")

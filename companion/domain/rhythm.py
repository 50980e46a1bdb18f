"""A person's rhythm as a text: the daemon writes it into the store for the web app."""

import json
from dataclasses import replace
from datetime import date

from companion.domain.calendar import (
    DAY,
    PromptsPerDay,
    Rhythm,
    Weekly,
    WorkHours,
    days_text,
    parse_days,
    parse_time,
)

HOLIDAYS_AHEAD = 60
"""So many days ahead holidays are named, from yesterday on."""


def rhythm_to_json(rhythm: Rhythm, today: date) -> str:
    """What `read_rhythm` reads. The day start is a preference of its own."""
    near = [today + number * DAY for number in range(-1, HOLIDAYS_AHEAD)]
    holidays = {day.isoformat(): name for day in near if (name := rhythm.holiday(day))}
    return json.dumps(
        {
            "hours": str(rhythm.hours),
            "days": days_text(rhythm.days),
            "prompts": str(rhythm.prompts),
            "summary": f"{rhythm.summary_time:%H:%M}",
            "review": str(rhythm.review) if rhythm.review else None,
            "holidays": holidays,
        },
        ensure_ascii=False,
    )


def read_rhythm(text: str, otherwise: Rhythm) -> Rhythm:
    """What `rhythm_to_json` wrote; for anything else, as a later version may write, `otherwise`."""
    try:
        said = json.loads(text)
        named = {date.fromisoformat(day): str(name) for day, name in said["holidays"].items()}
        return replace(
            otherwise,
            hours=WorkHours.parse(said["hours"]),
            days=parse_days(said["days"]),
            prompts=PromptsPerDay.parse(said["prompts"]),
            summary_time=parse_time(said["summary"]),
            review=Weekly.parse(said["review"]) if said["review"] else None,
            holidays=named.get,
        )
    except (ValueError, TypeError, KeyError, AttributeError):
        return otherwise

"""What Slack says of the person now, and what of it holds a prompt back."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, time
from zoneinfo import ZoneInfo

from companion.domain.features import Feature
from companion.domain.quiet import Hold
from companion.domain.until import until_text

STATUSES = {
    "in a meeting": (
        (":spiral_calendar_pad:", ":calendar:"),
        ("in a meeting", "in meetings", "in a call", "on a call", "presenting"),
    ),
    "on vacation": (
        (":palm_tree:",),
        (
            "vacation",
            "on vacation",
            "vacationing",
            "out of office",
            "ooo",
            "on leave",
            "on holiday",
            "day off",
        ),
    ),
    "out sick": ((":face_with_thermometer:",), ("out sick", "sick")),
    "commuting": ((":bus:",), ("commuting",)),
    "not to be disturbed": ((":no_bell:",), ("do not disturb", "focus time", "focusing")),
}
"""What a status means, by its emoji or the beginning of its text. Slack's default statuses and
those that its calendar apps set are among them. docs/settings.md lists them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Presence:
    """A moment is None where Slack does not tell it; `status_until` also for a status without an
    end. The status's text is the person's own: it is read, and neither stored nor logged."""

    dnd_since: datetime | None = None
    dnd_until: datetime | None = None
    """The Do Not Disturb that is on now, or the next one."""
    snoozed_until: datetime | None = None
    in_huddle: bool = False
    huddle_until: datetime | None = None
    """When Slack forgets the huddle: most end earlier."""
    status_text: str = ""
    status_emoji: str = ""
    status_until: datetime | None = None


def presence_holds(
    presence: Presence,
    now: datetime,
    zone: ZoneInfo,
    day_start: time,
    is_on: Callable[[Feature], bool],
) -> Iterator[Hold]:
    """All that holds a prompt back, of what nobody switched off."""

    def until(moment: datetime | None) -> str:
        return f" until {until_text(moment, now, zone, day_start)}" if moment else ""

    if is_on(Feature.DND) and (ends := _dnd_until(presence, now)):
        yield Hold(f"Slack's Do Not Disturb is on{until(ends)}", ends)
    is_over = presence.huddle_until is not None and presence.huddle_until <= now
    if is_on(Feature.HUDDLE) and presence.in_huddle and not is_over:
        yield Hold("in a huddle", None)
    if is_on(Feature.STATUS) and (meaning := _status(presence, now)):
        ends = presence.status_until
        yield Hold(f"your Slack status says you are {meaning}{until(ends)}", ends)


def _dnd_until(presence: Presence, now: datetime) -> datetime | None:
    since, until, snoozed = presence.dnd_since, presence.dnd_until, presence.snoozed_until
    ends = [until] if since and until and since <= now < until else []
    ends += [snoozed] if snoozed and now < snoozed else []
    return max(ends, default=None)


def _status(presence: Presence, now: datetime) -> str | None:
    """What the status means for prompts; None for nothing."""
    if presence.status_until is not None and presence.status_until <= now:
        return None
    words = " ".join(presence.status_text.casefold().split())
    for meaning, (emojis, beginnings) in STATUSES.items():
        if presence.status_emoji in emojis or any(_begins(words, each) for each in beginnings):
            return meaning
    return None


def means_away(text: str) -> bool:
    """Whether a text says that the person does not work, like `On vacation` or `OOO`."""
    words = " ".join(text.casefold().split())
    away = (*STATUSES["on vacation"][1], *STATUSES["out sick"][1])
    return any(_begins(words, each) for each in away)


def _begins(words: str, beginning: str) -> bool:
    return words.startswith(beginning) and not words[len(beginning) :][:1].isalnum()

"""What stands in a file: entries with the identity that their place gives them, and problems."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, time
from functools import cache
from typing import Any, Required, TypedDict
from uuid import UUID
from zoneinfo import ZoneInfo

from companion.domain.calendar import FIRST_YEAR, LAST_YEAR, wall_time
from companion.domain.entry import Entry, Source, check_text, storable
from companion.domain.formats.identity import (
    Occurrences,
    earlier_id,
    local_id,
    local_key,
    moment_id,
)
from companion.errors import TextTooLongError


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A place in a file, counted from 1, that makes no entry. `unit` says what is counted."""

    number: int
    problem: str
    unit: str = "line"


@dataclass(frozen=True, slots=True)
class Found:
    """An entry at its place in a file.

    `other_ids` and what `earlier_ids` computes are identities under which a store may have it
    already. `by_log_id` says that the file gave the identity itself, so that no other is possible.
    """

    number: int
    entry: Entry
    by_log_id: bool = False
    other_ids: tuple[UUID, ...] = ()
    wall: datetime | None = None
    earlier_texts: tuple[str, ...] = ()

    def earlier_ids(self, zones: Iterable[ZoneInfo]) -> Iterator[UUID]:
        """What version 0.1.0 called it if it was read in one of these zones."""
        if self.wall is not None:
            for zone in zones:
                moment = _in_utc(self.wall, zone)
                for text in self.earlier_texts:
                    yield earlier_id(moment, text)


type Read = Found | Unreadable


def why(error: ValueError) -> str:
    """Why something is unreadable, to stand after the place where it is."""
    return error.problem if isinstance(error, TextTooLongError) else str(error)


class More(TypedDict, total=False):
    """What a file may say of an entry besides; it is made with it, because copying an entry takes
    as long as reading it."""

    source: Required[Source]
    answers: str | None
    revision: str
    mentions: Mapping[str, str]
    logged_at: datetime | None
    agent: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryMaker:
    """Makes a person's entries of what a file says. ValueError for what cannot be an entry."""

    user_id: str
    zone: ZoneInfo
    day_start: time = time()
    occurrences: Occurrences = field(default_factory=Occurrences)

    def local(
        self,
        number: int,
        wall: datetime,
        text: str,
        *,
        said: str | None = None,
        earlier: tuple[str, ...] | None = None,
        shown_at: datetime | None = None,
        zone: ZoneInfo | None = None,
        to_the_minute: bool = False,
    ) -> Found:
        """An entry whose time is a wall clock's, so that any zone gives it the same identity.

        `said` is what the identity is made of, where `text` was changed on the way. `shown_at` is
        the wall clock's time where that is not the written one: a day may begin after midnight.
        """
        there, said = zone or self.zone, text if said is None else said
        key = local_key(wall, said, to_the_minute)
        count = self.occurrences.count(key)
        return Found(
            number,
            self._entry(_in_utc(shown_at or wall, there), text, local_id(key, count), there),
            wall=wall,
            earlier_texts=((said,) if earlier is None else earlier) if count == 1 else (),
        )

    def at(
        self, number: int, moment: datetime, text: str, tz: str | None, more: More | None = None
    ) -> Found:
        """An entry whose moment is known."""
        zone = ZoneInfo(tz) if tz else self.zone
        utc = checked_moment(moment)
        count = self.occurrences.count(f"{utc.isoformat()}:{text}")
        there = wall_time(utc, zone).replace(tzinfo=None)
        return Found(
            number,
            self._entry(utc, text, moment_id(utc, text, count), zone if tz else None, more),
            other_ids=(local_id(local_key(there, text), count),),
        )

    def known(
        self,
        number: int,
        moment: datetime,
        text: str,
        tz: str | None,
        log_id: UUID,
        more: More | None = None,
    ) -> Found:
        """An entry that brings its identity."""
        zone = ZoneInfo(tz) if tz else None
        entry = self._entry(checked_moment(moment), text, log_id, zone, more)
        return Found(number, entry, by_log_id=True)

    def _entry(
        self,
        moment: datetime,
        text: str,
        log_id: UUID,
        zone: ZoneInfo | None,
        more: More | None = None,
    ) -> Entry:
        return Entry(
            user_id=self.user_id,
            timestamp=moment,
            text=check_text(storable(text)),
            log_id=log_id,
            tz=zone.key if zone else None,
            **(more or {"source": Source.TERMINAL}),
        )


def read_each(elements: Iterable[Any], read: Callable[[int, Any], Found | None]) -> Iterator[Read]:
    """Each element of a list, as `read` understands it; what it answers None to is left out."""
    for number, element in enumerate(elements, start=1):
        try:
            if found := read(number, element):
                yield found
        except ValueError as error:
            yield Unreadable(number, why(error), "entry")


def checked_wall(wall: datetime) -> datetime:
    """A time of a year that can be meant; ValueError for any other."""
    if not FIRST_YEAR <= wall.year <= LAST_YEAR:
        raise ValueError(
            f"the year {wall.year:04} is not read; years from {FIRST_YEAR} to {LAST_YEAR} are"
        )
    return wall


def checked_moment(moment: datetime) -> datetime:
    """The moment in UTC, if its year there and where it was written can be meant."""
    checked_wall(moment)
    return checked_wall(moment.astimezone(UTC))


def _in_utc(wall: datetime, zone: ZoneInfo) -> datetime:
    return checked_wall(wall).replace(tzinfo=zone).astimezone(UTC)


def an_object(record: Any) -> Mapping[str, Any]:
    """The record, if it is a JSON object."""
    if not isinstance(record, Mapping):
        raise ValueError("this is not a JSON object")
    return record


def text_of(record: Mapping[str, Any], name: str) -> str | None:
    """A text of a JSON object that may be missing."""
    value = record.get(name)
    if value is None:
        return None
    if not isinstance(value, str):
        raise ValueError(f"its {name} is not a text")
    return storable(value)


def zone_of(record: Mapping[str, Any], name: str) -> str | None:
    """A time zone of a JSON object that may be missing."""
    tz = text_of(record, name) or None
    if tz and not is_zone(tz):
        raise ValueError(f"its {name} is not a time zone like Europe/Berlin")
    return tz


def with_tags(text: str, tags: Iterable[str]) -> str:
    """The text, and at its end the tags that do not stand in it."""
    missing = [
        f"#{tag}"
        for tag in dict.fromkeys(tags)
        if not re.search(rf"(?<!\w)#{re.escape(tag)}(?![\w-])", text, re.IGNORECASE)
    ]
    return "\n".join([text, " ".join(missing)]) if missing else text


@cache
def is_zone(name: str) -> bool:
    """Whether that is the name of a time zone."""
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return False
    return True

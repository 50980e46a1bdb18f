"""A moment: an instant, a day, or a longer stretch of days, as somebody meant it."""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum


class MomentError(ValueError):
    """What was typed is not in the grammar, or names a day or time that does not exist."""


class NotInGrammarError(MomentError):
    """What was typed is not in the grammar."""


class FutureMomentError(MomentError):
    """What was typed is still to come, and a moment that has passed is needed."""

    def __init__(self) -> None:
        super().__init__("That moment is in the future. Give a moment that has passed.")


class ZoneUnknownError(MomentError):
    """What was typed depends on where the person is, and nobody knows where that is."""


class Extent(Enum):
    """How much time a moment covers."""

    INSTANT = "instant"
    DAY = "day"
    RANGE = "range"
    """A week, a month or a year."""


@dataclass(frozen=True, slots=True)
class Moment:
    """A half-open stretch, since <= t < until, in UTC. Of an instant both ends are the same."""

    since: datetime
    until: datetime
    extent: Extent
    noon: datetime | None = None
    """Of a day: when its clock shows 12:00."""

    @property
    def at(self) -> datetime:
        """The one moment that is meant: of a day its noon. MomentError for a range."""
        if self.extent is Extent.RANGE:
            raise MomentError("That is a range of days, and one moment is needed.")
        return self.noon or self.since

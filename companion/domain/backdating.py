"""Entries of an earlier moment: `/log @yesterday 16:00 fixed it`, and what is refused there."""

import re
from dataclasses import dataclass
from datetime import datetime

from companion.domain.calendar import CLOCK_SKEW, FIRST_YEAR
from companion.domain.moment import Extent, FutureMomentError, Moment, MomentError, ZoneUnknownError
from companion.domain.moments import ACCEPTED, Moments, month_number

_MAX_WORDS = 5
"""The longest moment, in words: `20 November 2026 2:05 pm`."""
_TIME_LIKE = re.compile(r"\d{1,2}(?:[:.]\d\d|\s?[ap]\.?m\b)", re.IGNORECASE)
_MOMENT_LIKE = re.compile(
    r"""tomorrow\s | \d{1,2}:\d | \d{4}-\d | \d{1,2}[./]\d{1,2}[./](?:\d\d|\d{4})?\s
    | [+-]?\d+\s?(?:[ap]\.?m|m|min|mins|minutes?|h|hours?|d|days?|w|weeks?)\s
    | \d{1,2}\.?\s(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\s""",
    re.IGNORECASE | re.VERBOSE | re.ASCII,
)
"""What somebody means as a moment, though it is not in the grammar."""


def past_moment(moment: Moment, now: datetime) -> datetime:
    """The one moment that is meant, as that of an entry. MomentError if it is to come, or before
    the year 1900."""
    at = moment.at
    if at > now + CLOCK_SKEW:
        if moment.extent is Extent.DAY and moment.since <= now:
            raise MomentError(
                "A day alone means its noon, and today's is still to come. Add a time, like"
                " `today 9:00`."
            )
        raise FutureMomentError
    if at.year < FIRST_YEAR:
        raise MomentError(f"Entries begin with the year {FIRST_YEAR}.")
    return at


@dataclass(frozen=True, slots=True)
class Backdated:
    """A text and the moment that was typed before it."""

    moment: Moment
    typed: str
    text: str


def split_backdated(text: str, moments: Moments) -> Backdated | None:
    """`@yesterday 16:00 fixed it` as its moment and its text; None where the text has no moment.

    `@bo helped me` is a text. MomentError for an `@word` outside the grammar that is followed by
    a time or looks like a moment itself, for a moment that is followed by what looks like another
    time, and for a range. ZoneUnknownError for a moment that needs a zone.
    """
    if not text.startswith("@") or not text[1:2].strip():
        return None
    words = list(re.finditer(r"\S+", text[1:]))
    for count in range(min(_MAX_WORDS, len(words)), 0, -1):
        typed = text[1 : 1 + words[count - 1].end()]
        rest = text[1 + words[count - 1].end() :].strip()
        is_month = count == 1 and month_number(typed.lower()) is not None
        if is_month and not _TIME_LIKE.match(rest):
            return None  # May is a name too
        try:
            moment = moments.read(typed)
        except ZoneUnknownError:
            raise
        except MomentError as error:
            if count == 1 and _TIME_LIKE.match(rest):
                raise MomentError(_not_understood(f"@{typed} {rest.split()[0]}")) from error
            if count == 1 and _MOMENT_LIKE.match(f"{typed} {rest}"):
                raise MomentError(_not_understood(f"@{typed}")) from error
            continue
        if moment.extent is Extent.RANGE and not is_month:
            raise MomentError(f"“@{typed}” is a range of days, and one moment is needed.")
        if _TIME_LIKE.match(rest):
            raise MomentError(_not_understood(f"@{typed} {rest.split()[0]}"))
        return Backdated(moment, typed, rest)
    return None


def _not_understood(typed: str) -> str:
    return f"I don't understand the date “{typed}”. Write it like @{ACCEPTED.replace(', ', ', @')}."

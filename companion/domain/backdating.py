"""Entries of an earlier moment: `/log @yesterday 16:00 fixed it`, and what is refused there."""

import re
from dataclasses import dataclass
from datetime import datetime

from companion.domain.calendar import CLOCK_SKEW, FIRST_YEAR
from companion.domain.day_names import month_number
from companion.domain.moment import Extent, FutureMomentError, Moment, MomentError, ZoneUnknownError
from companion.domain.moments import ACCEPTED, Moments

_MAX_WORDS = 6
"""The longest moment, in words: `20 November 2026 at 2:05 pm`."""
_TIME = r"\d{1,2}(?:[:.]\d\d|h\d\d|\s?[ap]\.?m\b)"
_TIME_LIKE = re.compile(_TIME, re.IGNORECASE | re.ASCII)
_DAY = r"""(?: \d{4}[-/]\d | \d{1,2}[./]\d{1,2}[./](?:\d\d|\d{4})?\s
    | \d{1,2}(?:st|nd|rd|th|\.)?\s(?:of\s)?
      (?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\b)"""
_MORE_OF_IT = re.compile(
    rf"(?:(?:at|around|about|[-–—~])\s*)?{_TIME} | (?:the\s)?{_DAY}",
    re.IGNORECASE | re.VERBOSE | re.ASCII,
)
"""What follows a moment, and reads like a time or a day that belongs to it."""
_HOURS = re.compile(r"-?\d+\s?h\w*", re.ASCII)
_MINUTES = re.compile(r"(?:and\s)?\d+\s?(?:m|mins?|minutes?)\b", re.IGNORECASE | re.ASCII)
"""`@1h 30m`: one of the two would be left in the text."""
_UNIT = r"(?:s|secs?|seconds?|m|mins?|minutes?|h|hrs?|hours?|d|days?|w|weeks?|months?|years?)"
_MOMENT_LIKE = re.compile(
    rf"""tomorrow[\s:,] | \d{{1,2}}:\d | (?:[01]?\d|2[0-4])[.h][0-5]\d(?![.\w])
    | {_DAY} | \d{{1,2}}\s?[ap]\.?m\.?\s?[-–—\s]
    | [+-]?\d+(?:[.,]\d+)?\s?(?:m|mins?|minutes?|h|hrs?|hours?|d|days?|w|weeks?)\s
    | \d+\s?h(?:ours?)?\s?\d+\s?(?:m|mins?|minutes?)\s
    | (?:\d+|an?|half\san|one|two|three)\s?{_UNIT}\sago\b""",
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
        typed = re.sub(r"(?<=\w)[:,]$", "", typed)  # `@yesterday: fixed it`
        is_month = count == 1 and month_number(typed.lower()) is not None
        if is_month and not _TIME_LIKE.match(rest):
            return None  # May is a name too
        try:
            moment = moments.read(typed)
        except ZoneUnknownError:
            raise
        except MomentError as error:
            if count == 1 and (clock := _TIME_LIKE.match(rest)):
                raise MomentError(_not_understood(f"@{typed} {_whole_words(clock)}")) from error
            if count == 1 and (meant := _MOMENT_LIKE.match(f"{typed} {rest} ")):
                raise MomentError(_not_understood(f"@{_whole_words(meant)}")) from error
            continue
        if moment.extent is Extent.RANGE and not is_month:
            raise MomentError(f"“@{typed}” is a range of days, and one moment is needed.")
        more = _MORE_OF_IT.match(rest) or (_HOURS.fullmatch(typed) and _MINUTES.match(rest))
        if more:
            raise MomentError(_not_understood(f"@{typed} {_whole_words(more)}"))
        return Backdated(moment, typed, rest)
    return None


def _whole_words(match: re.Match[str]) -> str:
    """What matched, up to the end of its last word."""
    after = re.match(r"\S*", match.string[match.end() :])
    return match[0].strip() + (after[0] if after and not match[0][-1:].isspace() else "")


def _not_understood(typed: str) -> str:
    return f"I don't understand the date “{typed}”. Write it like @{ACCEPTED.replace(', ', ', @')}."

"""Moments that are still to come, as people type them after `pause`.

The grammar is that of `moments.py`, looked at from the other side: `mon` is the next Monday, `2h`
is in two hours, and `12 Jan` the next one. `docs/moments.md` has it as a table.
"""

import re
from collections.abc import Callable
from datetime import date, datetime, timedelta

from companion.domain.calendar import DAY, LAST_YEAR
from companion.domain.day_names import month_number, weekday_number
from companion.domain.moment import Moment, MomentError, NotInGrammarError
from companion.domain.moments import (
    MONTH,
    SPAN,
    STEPS,
    Moments,
    day_and_clock,
    day_in_month,
    existing,
)

ACCEPTED_AHEAD = "2h, 14:00, tomorrow, mon, mon 9:00, 12 Jan, 2027-01-12, next week"
"""Examples for messages; all of the grammar is in docs/moments.md."""
_ONLY_PAST = re.compile(r"-\d.*|.* ago|yesterday.*|last .*|this .*")


def read_coming(text: str, moments: Moments) -> datetime:
    """When what was typed begins: of a day its beginning.

    MomentError for what is not in the grammar, and for what has passed.
    """
    words = " ".join(text.lower().split())
    try:
        begin = _begin(moments, words)
    except NotInGrammarError:
        begin = None
    except MomentError:
        raise
    except (OverflowError, ValueError):  # after the year 9999
        begin = None
    if begin is None or begin.year > LAST_YEAR:
        raise NotInGrammarError(
            f"I don't understand the moment {text!r}. Write it like {ACCEPTED_AHEAD}."
        )
    if begin <= moments.now:
        raise MomentError(f"{text!r} has passed. Give a moment to come, like tomorrow 14:00.")
    return begin


def _begin(moments: Moments, words: str) -> datetime | None:
    for form in _FORMS:
        if (begin := form(moments, words)) is not None:
            return begin
    # The rest means the same from both sides.
    return None if _ONLY_PAST.fullmatch(words) else moments.read(words).since


def _in(moments: Moments, text: str) -> datetime | None:
    """`2h`, `in 45 min`: from now on. `3 days`: the beginning of the day so many days ahead."""
    match = SPAN.fullmatch(text.removeprefix("in "))
    if match is None or match["sign"] or match["ago"]:
        return None
    span: timedelta = int(match["number"]) * STEPS[match["unit"][0]]
    if match["unit"][0] in "mh":
        return moments.now + span
    return moments.day(moments.today + span).since


def _range(moments: Moments, text: str) -> datetime | None:
    """`next week`, `next month`, `next year`, and `March` the next one that begins."""
    today, first = moments.today, None
    if text == "next week":
        first = today + (7 - today.weekday()) * DAY
    elif text == "next month":
        first = date(today.year + today.month // 12, today.month % 12 + 1, 1)
    elif text == "next year":
        first = date(today.year + 1, 1, 1)
    elif (match := MONTH.fullmatch(text)) and (month := month_number(match["month"])):
        year = int(match["year"] or today.year + (month <= today.month))
        first = existing(lambda: date(year, month, 1), text)
    return moments.day(first).since if first else None


def _day(moments: Moments, text: str) -> datetime | None:
    day = _day_of(moments, text)
    return moments.day(day).since if day else None


def _day_and_clock(moments: Moments, text: str) -> datetime | None:
    """`tomorrow 9:00`, `mon at 2 pm`, `12 Jan 9:00`."""
    moment: Moment | None = day_and_clock(moments, text, _day_of)
    return moment.since if moment else None


def _day_of(moments: Moments, text: str) -> date | None:
    today = moments.today
    if text == "tomorrow":
        return today + DAY
    if (weekday := weekday_number(text)) is not None:
        return today + ((weekday - today.weekday() - 1) % 7 + 1) * DAY
    return day_in_month(moments, text, 1)


_FORMS: tuple[Callable[[Moments, str], datetime | None], ...] = (_in, _range, _day, _day_and_clock)

"""The names of months and weekdays, as people write them."""

from datetime import date

from companion.domain.calendar import WEEKDAY_NAMES, WEEKDAYS

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_FULL_MONTHS = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september",
    "october", "november", "december",
)  # fmt: skip
_FULL_DAYS = tuple(name.lower() for name in WEEKDAY_NAMES)
_SPELLINGS = {"sept": "sep", "tues": "tue", "weds": "wed", "thur": "thu", "thurs": "thu"}


def month_number(text: str) -> int | None:
    """1 for `jan` and `january`; None for what is not a month."""
    text = _SPELLINGS.get(text, text)
    names = MONTHS if len(text) == 3 else _FULL_MONTHS
    return names.index(text) + 1 if text in names else None


def weekday_number(text: str) -> int | None:
    """0 for `mon` and `monday`; None for what is not a weekday."""
    text = _SPELLINGS.get(text, text)
    names = WEEKDAYS if len(text) == 3 else _FULL_DAYS
    return names.index(text) if text in names else None


def day_name(day: date) -> str:
    """`Friday 2026-11-20`."""
    return f"{weekday_name(day)} {day.isoformat()}"


def weekday_name(day: date) -> str:
    """`Friday`, whatever the process's locale is."""
    return WEEKDAY_NAMES[day.weekday()]

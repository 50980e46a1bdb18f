"""Moments as people type them."""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from companion.domain.calendar import DAY, Window, days_window, local_day, moment_at
from companion.errors import UsageError
from companion.texts import terminal as texts

_UNITS = {"h": timedelta(hours=1), "d": DAY, "w": 7 * DAY}


class MomentReader:
    """Reads the values of `--since` and `--until`, relative to `now`."""

    def __init__(self, now: datetime, zone: ZoneInfo, day_start: time) -> None:
        self._now, self._zone, self._day_start = now, zone, day_start
        self.today = local_day(now, zone, day_start)

    def since(self, text: str) -> datetime:
        """The moment, or the beginning of the day. UsageError for anything else."""
        return self._read("--since", text, lambda day: day.since)

    def until(self, text: str) -> datetime:
        """The moment, or the end of the day, which includes that day."""
        return self._read("--until", text, lambda day: day.until)

    def start_of(self, day: date) -> datetime:
        return moment_at(day, self._day_start, self._zone)

    def _read(self, option: str, text: str, of_day: Callable[[Window], datetime]) -> datetime:
        try:
            if day := self._day(text):
                return of_day(days_window(day, day, self._zone, self._day_start))
            if ago := re.fullmatch(r"(\d{1,6})([hdw])", text, re.ASCII):
                return self._now - int(ago[1]) * _UNITS[ago[2]]
            moment = datetime.fromisoformat(text)
            return (moment if moment.tzinfo else moment.replace(tzinfo=self._zone)).astimezone(UTC)
        except (ValueError, OverflowError):
            raise UsageError(texts.UNKNOWN_MOMENT.format(text=text, option=option)) from None

    def _day(self, text: str) -> date | None:
        named = {"today": self.today, "yesterday": self.today - DAY}
        if text in named:
            return named[text]
        if re.fullmatch(r"\d{4}-?\d\d-?\d\d|\d{4}-?W\d\d-?\d", text, re.ASCII):
            return date.fromisoformat(text)
        if re.fullmatch(r"\d{4}-?W\d\d", text, re.ASCII):
            raise ValueError("a week is neither a day nor a moment")
        return None

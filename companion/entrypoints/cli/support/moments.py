"""Moments after `--at`, `--since` and `--until`: the grammar of docs/moments.md, and its errors."""

from collections.abc import Callable
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from companion.domain.backdating import past_moment
from companion.domain.calendar import moment_at
from companion.domain.moment import Extent, FutureMomentError, Moment, MomentError
from companion.domain.moments import Moments
from companion.errors import UsageError
from companion.texts import terminal as texts


class MomentReader:
    """Reads the values of options, relative to `now`. Each method raises UsageError for what is
    not in the grammar."""

    def __init__(self, now: datetime, zone: ZoneInfo, day_start: time) -> None:
        self._zone, self._day_start = zone, day_start
        self._moments = Moments(now, zone, day_start)
        self.today = self._moments.today

    def since(self, text: str) -> datetime:
        """The moment, or the beginning of the day, week, month or year."""
        return self._read("--since", text, lambda moment: moment.since)

    def until(self, text: str) -> datetime:
        """The moment, or the end of the day, week, month or year, which includes it."""
        return self._read("--until", text, lambda moment: moment.until)

    def at(self, text: str) -> tuple[datetime, bool]:
        """The one moment, which is not to come; and whether it is the noon of a day alone."""
        return self._read(
            "--at",
            text,
            lambda moment: (past_moment(moment, self._moments.now), moment.extent is Extent.DAY),
        )

    def day(self, text: str) -> tuple[datetime, datetime]:
        """From when until when a day is."""

        def ends(moment: Moment) -> tuple[datetime, datetime]:
            if moment.extent is not Extent.DAY:
                raise MomentError(texts.NOT_A_DAY)
            return moment.since, moment.until

        return self._read("--day", text, ends)

    def last_week(self) -> tuple[datetime, datetime]:
        """Monday to Sunday, before this week."""
        return self._read("--last-week", "last week", lambda moment: (moment.since, moment.until))

    def period(
        self, since: str | None, until: str | None, first: datetime, last: datetime
    ) -> tuple[datetime, datetime]:
        """From `--since` until `--until`; where one is not given, from `first` and until `last`."""
        begin = self.since(since) if since else first
        end = self.until(until) if until else max(begin, last)
        if until and begin >= end:
            shown = [f"{each.astimezone(self._zone):%a %Y-%m-%d %H:%M}" for each in (begin, end)]
            raise UsageError(texts.REVERSED_PERIOD.format(since=shown[0], until=shown[1]))
        return begin, end

    def start_of(self, day: date) -> datetime:
        """When that day of the person's begins."""
        return moment_at(day, self._day_start, self._zone)

    def _read[T](self, option: str, text: str, of: Callable[[Moment], T]) -> T:
        try:
            return of(self._moments.read(text))
        except FutureMomentError:
            raise UsageError(texts.FUTURE_MOMENT.format(option=option, text=text)) from None
        except MomentError as error:
            named = repr(text.lower()) in str(error).lower()
            message = texts.BAD_MOMENT if named else texts.BAD_MOMENT_NAMED
            raise UsageError(message.format(option=option, text=text, problem=error)) from None

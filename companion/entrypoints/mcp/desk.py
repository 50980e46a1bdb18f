"""What the tools work with: one person's store and use cases, and where and when that person is."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, time
from uuid import UUID
from zoneinfo import ZoneInfo

from companion.domain.moment import Extent
from companion.domain.moments import Moments
from companion.errors import UsageError
from companion.ports import Clock, Store
from companion.texts import agents as texts
from companion.usecases.ask import Ask
from companion.usecases.capture_agent import CaptureAgent
from companion.usecases.standup import MakeStandup
from companion.usecases.where import FindWhere


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """One person's memory, for agents. `may_log` says whether they may write."""

    user_id: str
    store: Store
    clock: Clock
    zone: ZoneInfo
    day_start: time
    capture: CaptureAgent
    find_where: FindWhere
    make_standup: MakeStandup
    ask: Ask
    ask_plainly: Ask
    new_id: Callable[[], UUID]
    may_log: bool

    @property
    def moments(self) -> Moments:
        """How moments are read now."""
        return Moments(self.clock.now(), self.zone, self.day_start)

    def period(
        self, since: str | None, until: str | None, first: datetime, last: datetime
    ) -> tuple[datetime, datetime]:
        """From when until when; where one is not given, from `first` and until `last`. Raises
        MomentError, UsageError."""
        moments = self.moments
        begin = moments.read(since).since if since else first
        end = moments.read(until).until if until else max(begin, last)
        if begin >= end and (since or until):
            raise UsageError(texts.REVERSED_PERIOD)
        return begin, end

    def day(self, text: str) -> tuple[datetime, datetime]:
        """From when until when a day is. Raises MomentError, UsageError."""
        moment = self.moments.read(text)
        if moment.extent is not Extent.DAY:
            raise UsageError(texts.NOT_A_DAY.format(text=text))
        return moment.since, moment.until

"""Looking back in Slack: the entries of some days, and a search, page by page."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from companion.domain.answers import (
    Answer,
    Listed,
    More,
    NoEntries,
    NothingFound,
    Refused,
)
from companion.domain.calendar import days_window, local_day
from companion.domain.companion_words import Word
from companion.domain.entry import TICK, Entry
from companion.domain.listing import Measure, Page, Position, make_page
from companion.domain.moment import MomentError
from companion.domain.moments import Moments
from companion.domain.person import PersonTime
from companion.domain.search import QueryError
from companion.domain.summaries.summary import day_name
from companion.domain.typed_search import TypedSearch, read_search
from companion.ports import Clock, LogStore
from companion.usecases.search import near_words, newest_match

DAYS = {Word.TODAY: (0, 0), Word.YESTERDAY: (1, 1), Word.WEEK: (7, 0)}
"""How many days ago the first and the last day are; as in the terminal."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LookBack:
    """Each answer is a page; `measure` says how long a text is where it is shown."""

    store: LogStore
    clock: Clock
    measure: Measure

    async def days(self, user_id: str, word: Word, here: PersonTime) -> Answer:
        """The entries of the days that the word names, oldest first. Raises StoreError."""
        first, last = (timedelta(days=ago) for ago in DAYS[word])
        today = local_day(self.clock.now(), here.zone, here.day_start)
        window = days_window(today - first, today - last, here.zone, here.day_start)
        entries = self.store.read_logs(user_id, window.since, window.until)
        page = await self._page(entries, here)
        if not page.days:
            return NoEntries(word)
        return _listed(page, here, window.since, window.until)

    async def search(self, user_id: str, text: str, here: PersonTime) -> Answer:
        """The entries that a typed search finds, newest first. Raises StoreError."""
        try:
            wanted = read_search(text, Moments(self.clock.now(), here.zone, here.day_start))
        except (QueryError, MomentError) as error:
            return Refused(str(error))
        entries = self.store.search_logs(user_id, wanted.query, wanted.since, wanted.until)
        page = await self._page(entries, here)
        if not page.days:
            return await self._nothing_found(user_id, wanted, here)
        return _listed(page, here, wanted.since, wanted.until, text)

    async def shown(self, entries: Sequence[Entry], here: PersonTime) -> Listed:
        """These entries, as far as they fit."""

        async def each() -> AsyncIterator[Entry]:
            for entry in entries:
                yield entry

        return Listed(await self._page(each(), here), here)

    async def more(self, user_id: str, wanted: More, here: PersonTime) -> Answer:
        """The page after one that was shown, of the same days. Raises StoreError."""
        begin = wanted.begin
        if not wanted.search:
            entries = self.store.read_logs(user_id, begin.timestamp, wanted.until)
        else:
            try:
                moments = Moments(self.clock.now(), here.zone, here.day_start)
                query = read_search(wanted.search, moments).query
            except (QueryError, MomentError) as error:
                return Refused(str(error))
            until = begin.timestamp + TICK
            entries = self.store.search_logs(user_id, query, wanted.since, until)
        page = await self._page(entries, here, begin)
        if not page.days:
            return NoEntries("more")
        return _listed(page, here, wanted.since, wanted.until, wanted.search)

    async def _page(
        self, entries: AsyncIterator[Entry], here: PersonTime, begin: Position | None = None
    ) -> Page:
        return await make_page(entries, here.zone, here.day_start, self.measure, begin)

    async def _nothing_found(
        self, user_id: str, wanted: TypedSearch, here: PersonTime
    ) -> NothingFound:
        """With what may help, as in the terminal."""
        if entry := await newest_match(self.store, user_id, wanted.query):
            return NothingFound(elsewhere=day_name(entry.local_day(here.zone, here.day_start)))
        near = await near_words(self.store, user_id, wanted.query, self.clock.now())
        return NothingFound(near=tuple(near))


def _listed(
    page: Page, here: PersonTime, since: datetime, until: datetime, search: str = ""
) -> Listed:
    if page.goes_on is None:
        return Listed(page, here)
    more = More(since, until, page.goes_on, search).as_text()
    return Listed(page, here, more, is_cut=not more)

"""Search in SQL: the index of words narrows down, the query itself decides."""

import sqlite3
from collections.abc import AsyncIterator, Iterable
from datetime import datetime
from itertools import batched
from typing import TYPE_CHECKING

from companion.adapters.sqlite.entries import FIELDS, entry_of
from companion.adapters.sqlite.index import (
    FILL,
    FILLED,
    MAX_PEOPLE,
    id_of,
    tag_word,
)
from companion.adapters.sqlite.statements import PAGE, Statements
from companion.domain.entry import Entry, format_timestamp
from companion.errors import StoreError

if TYPE_CHECKING:
    from companion.domain.search import Query, Term

_FIRST, _MOST = 100, 12_800
"""How many ids are asked for at first and at most: a person mostly wants the newest few."""
_MAX_WORDS = 300
"""Where more words than that begin alike, FTS5 is asked for the beginning itself."""
_WORDS = """
    WITH RECURSIVE found (word) AS (
        SELECT (SELECT term FROM search_words WHERE term >= ?1 LIMIT 1)
        UNION ALL
        SELECT (SELECT term FROM search_words WHERE term >= word || char(1) LIMIT 1)
        FROM found WHERE word < ?2 LIMIT ?3
    )
    SELECT word FROM found WHERE word < ?2
"""
"""The words with some beginning: from each to the next, whatever number of entries has it. FTS5 by
itself would first collect all entries that have any of them, even where the newest few are enough.
"""


class SqliteSearch(Statements):
    """The part of LogStore that searches."""

    async def search_logs(
        self, user_id: str, query: "Query", since: datetime, until: datetime
    ) -> AsyncIterator[Entry]:
        number = await self._number(user_id)
        expression = await self._expression(query) if number and await self._fill() else ""
        rows = (
            self._found(user_id, expression, id_of(number, since), id_of(number, until) - 1)
            if expression
            else self._newest_first(user_id, format_timestamp(since), format_timestamp(until))
        )
        async for row in rows:
            entry = entry_of(user_id, row)
            if query.finds(entry):
                yield entry

    async def _number(self, user_id: str) -> int:
        """The person's number in the index; 0 for one who has none."""
        rows = await self._run(
            "SELECT number FROM search_people WHERE user_id = ? AND number <= ?",
            user_id,
            MAX_PEOPLE,
        )
        return rows[0][0] if rows else 0

    async def _fill(self) -> bool:
        """Bring the index up to date; False if the file cannot be written now."""
        try:
            while await self._run("SELECT 1 FROM search_pending LIMIT 1"):
                await self._run(FILL, PAGE)
                if not await self._run(f"{FILLED} RETURNING 1", PAGE):
                    return False
        except StoreError:
            return False
        return True

    async def _expression(self, query: "Query") -> str:
        """What FTS5 is asked for. Empty where that is everything."""
        wanted = [await self._term(term) for term in query.terms]
        expression = " AND ".join(wanted)
        for term in query.excluded if wanted else ():
            expression = f"({expression}) NOT {await self._term(term)}"
        return expression

    async def _term(self, term: "Term") -> str:
        """The words of a term, one after the other."""
        if term.tag:
            return f'"{tag_word(term.tag)}"'
        *before, last = term.words
        if not term.from_start:
            return _phrase([*before, last])
        rows = await self._run(_WORDS, last, f"{last}\U0010ffff", _MAX_WORDS + 1)
        if len(rows) > _MAX_WORDS:
            return f"{_phrase([*before, last])} *"
        # Asked for as it is where nothing begins so: then nothing is found.
        words = [row["word"] for row in rows] or [last]
        return "(" + " OR ".join(_phrase([*before, word]) for word in words) + ")"

    async def _found(
        self, user_id: str, expression: str, first: int, last: int
    ) -> AsyncIterator[sqlite3.Row]:
        """The entries that the index has for an expression, newest first."""
        size = _FIRST
        while True:
            found = await self._run(
                "SELECT rowid, search_timestamp(rowid) AS timestamp FROM search"
                " WHERE search MATCH ? AND rowid BETWEEN ? AND ? ORDER BY rowid DESC LIMIT ?",
                expression,
                first,
                last,
                size,
            )
            for page in batched(found, PAGE, strict=False):
                for row in await self._run(
                    f"SELECT {FIELDS} FROM entries"  # noqa: S608 -- constants and question marks
                    f" WHERE user_id = ? AND timestamp IN ({', '.join('?' * len(page))})"
                    " AND NOT deleted ORDER BY timestamp DESC",
                    user_id,
                    *(row["timestamp"] for row in page),
                ):
                    yield row
            if len(found) < size:
                return
            last, size = found[-1]["rowid"] - 1, min(4 * size, _MOST)

    async def _newest_first(
        self, user_id: str, first: str, last: str
    ) -> AsyncIterator[sqlite3.Row]:
        while True:
            page = await self._run(
                f"SELECT {FIELDS} FROM entries"  # noqa: S608 -- constants
                " WHERE user_id = ? AND timestamp >= ? AND timestamp < ? AND NOT deleted"
                f" ORDER BY timestamp DESC LIMIT {PAGE}",
                user_id,
                first,
                last,
            )
            for row in page:
                yield row
            if len(page) < PAGE:
                return
            last = page[-1]["timestamp"]


def _phrase(words: Iterable[str]) -> str:
    return f'"{" ".join(words)}"'

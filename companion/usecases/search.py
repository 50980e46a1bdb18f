"""Search: the newest entries that a query finds; where it finds none, what is near."""

from dataclasses import dataclass
from datetime import datetime
from difflib import get_close_matches

from companion.domain.calendar import BEGINNING, END
from companion.domain.entry import Entry
from companion.domain.search import Query, Term
from companion.domain.tags import entry_tags
from companion.domain.words import composed, fold, tokens
from companion.ports import LogStore
from companion.usecases.newest import newest_entries

RECENT = 1_000
"""In how many of the newest entries a near word is looked for."""


@dataclass(frozen=True, slots=True)
class Found:
    """Entries, newest first; whether there are older ones too."""

    entries: list[Entry]
    has_more: bool


async def search_entries(
    store: LogStore, user_id: str, query: Query, since: datetime, until: datetime, count: int
) -> Found:
    """The newest `count` entries that the query finds. Raises StoreError."""
    found: list[Entry] = []
    async for entry in store.search_logs(user_id, query, since, until):
        if len(found) == count:
            return Found(found, has_more=True)
        found.append(entry)
    return Found(found, has_more=False)


async def newest_match(store: LogStore, user_id: str, query: Query) -> Entry | None:
    """The newest entry that the query finds, whenever it is from."""
    found = await search_entries(store, user_id, query, BEGINNING, END, 1)
    return found.entries[0] if found.entries else None


async def near_words(store: LogStore, user_id: str, query: Query, now: datetime) -> list[str]:
    """For each word or tag of the query that no recent entry has, the nearest one that is there."""
    entries = await newest_entries(store, user_id, BEGINNING, END, RECENT, now)
    words: dict[str, str] = {}
    used: dict[str, str] = {}
    for entry in entries:
        text = composed(entry.text)
        words.update({token.text: text[token.start : token.end] for token in tokens(text)})
        used.update({fold(tag): f"#{tag}" for tag in entry_tags(entry)})
    near = [_nearest(term, words, used) for term in query.terms]
    return [word for found in near for word in found]


def _nearest(term: Term, words: dict[str, str], used: dict[str, str]) -> list[str]:
    if term.tag:
        return [] if term.tag in used else _close(term.tag, used)
    missing = [word for word in term.words if not any(each.startswith(word) for each in words)]
    return [near for word in missing for near in _close(word, words)]


def _close(word: str, known: dict[str, str]) -> list[str]:
    return [known[each] for each in get_close_matches(word, known, n=1)]

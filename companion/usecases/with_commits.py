"""Entries with the person's commits beside them."""

from collections.abc import Sequence
from datetime import datetime

from companion.domain.commits.work import beside
from companion.domain.entry import Entry
from companion.ports import Commits


async def with_commits(
    entries: Sequence[Entry],
    commits: Commits | None,
    user_id: str,
    since: datetime,
    until: datetime,
) -> list[Entry]:
    """The entries of that time, and what git knows of it where that is wanted; oldest first."""
    if commits is None:
        return list(entries)
    return beside(entries, await commits.fetch(user_id, since, until))

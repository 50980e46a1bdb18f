"""The weekly review: the week by what it was about, and where it stands."""

from collections.abc import Sequence
from datetime import time
from zoneinfo import ZoneInfo

from companion.domain.entry import Entry
from companion.domain.summaries.plain_summary import by_thread

REVIEW_DAYS = 7
"""The review is of so many days; the last is its own."""
HEADING = "## Your week"
NOTHING = "Nothing is written down for this week."
THREADS_LIMIT = 5_000
"""In characters: with where one left off it fits into one message, as a rule."""


def render_review(
    entries: Sequence[Entry], where: str, zone: ZoneInfo, day_start: time = time()
) -> str:
    """The whole text in Markdown. `where` is where the person left off, with its heading."""
    week = by_thread(entries, zone, day_start, THREADS_LIMIT) or NOTHING
    return f"{HEADING}\n{week}\n\n{where}"

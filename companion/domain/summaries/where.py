"""Where somebody left off: their last words on the last active day, and what they left open."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, time
from zoneinfo import ZoneInfo

from companion.domain.calendar import DAY
from companion.domain.commits.work import Work
from companion.domain.commits.worktree import Worktree
from companion.domain.day_names import day_name
from companion.domain.entry import Entry
from companion.domain.markdown import escape
from companion.domain.summaries.next_steps import OpenEnd, Sort, open_ends
from companion.domain.summaries.references import Moments
from companion.domain.summaries.slack_marks import entry_item
from companion.domain.summaries.summary import (
    RULES,
    Body,
    Refer,
    Section,
    in_brackets,
    render_body,
)

LAST_ENTRIES, OPEN_ENDS, LAST_COMMITS = 5, 5, 5
"""So many are shown: as much as one takes in at a glance."""
MAX_CHARACTERS = 600
"""So much is shown of an entry; it says how much more there is."""
GAP_DAYS = 2
"""After so many working days without an entry the day begins with where one left off."""
MAX_GAP = 400 * DAY

WHERE = Section(
    heading="## Where you left off",
    instruction=RULES
    + """
Your task: where the person left off, in two to four bullets, so that they find back at once: what \
they were in the middle of, and what comes next or is blocked as far as the entries say so. The \
latest entries count most.
""",
    nothing="Nothing is written down yet. One line with `/log` is a good place to start.",
)

_SORTS = {Sort.NEXT: "next", Sort.BLOCKED: "blocked", Sort.QUESTION: "open question"}


@dataclass(frozen=True, slots=True)
class Where:
    """The last day with entries, or else with commits; its last entries, oldest first; and what is
    still open."""

    day: date
    last: tuple[Entry, ...]
    earlier: int
    """How many more entries that day has."""
    open_ends: tuple[OpenEnd, ...]
    work: tuple[Work, ...] = ()
    """The last commits, oldest first."""
    worktree: Worktree | None = None


def find_where(known: Sequence[Entry], zone: ZoneInfo, day_start: time) -> Where | None:
    """Where the entries, and the commits among them, leave off, oldest first; None where there are
    none."""
    if not known:
        return None
    work = tuple(each for each in known if isinstance(each, Work))
    entries = [entry for entry in known if not isinstance(entry, Work)]
    day = (entries or known)[-1].local_day(zone, day_start)
    of_day = [entry for entry in entries if entry.local_day(zone, day_start) == day]
    return Where(
        day=day,
        last=tuple(of_day[-LAST_ENTRIES:]),
        earlier=max(0, len(of_day) - LAST_ENTRIES),
        open_ends=tuple(open_ends(known)[-OPEN_ENDS:]),
        work=work[-LAST_COMMITS:],
    )


def render_where(
    where: Where | None, lines: Body | None, moments: Moments, refer: Refer, today: date
) -> str:
    """The whole text in Markdown, for somebody who reads it `today`; `lines` are a model's, where
    one wrote them."""
    if where is None:
        return f"{WHERE.heading}\n{WHERE.nothing}"
    parts = [WHERE.heading]
    if lines:
        parts += [render_body(lines, refer), ""]
    is_today = where.day == today
    if where.last:
        parts += [f"Your last words, {'today' if is_today else f'on {day_name(where.day)}'}:", ""]
        parts += [_item(entry, moments) for entry in where.last]
    if where.earlier:
        entries = "1 earlier entry" if where.earlier == 1 else f"{where.earlier} earlier entries"
        parts += ["", f"_({entries} {'today' if is_today else 'that day'})_"]
    if where.open_ends:
        parts += ["", "Still open, as far as your entries say:", ""]
        parts += [
            f"- _{_SORTS[end.sort]}:_ {escape(_short(end.bare))} {in_brackets([refer(end.entry)])}"
            for end in reversed(where.open_ends)
        ]
    return "\n".join([*parts, *_from_git(where, moments)])


def _from_git(where: Where, moments: Moments) -> list[str]:
    """The last commits, and what is not committed yet."""
    parts: list[str] = []
    if where.work:
        parts += ["", "Your last commits:", ""]
        parts += [entry_item(each, moments.when(each), _short(each.text)) for each in where.work]
    if where.worktree:
        parts += ["", f"Now {escape(where.worktree.text())}."]
    return parts


def _item(entry: Entry, moments: Moments) -> str:
    return entry_item(entry, f"{entry.local_time(moments.zone):%H:%M}", _short(entry.text))


def _short(text: str) -> str:
    more = len(text) - MAX_CHARACTERS
    return text if more <= 0 else f"{text[:MAX_CHARACTERS].rstrip()}… ({more:,} more characters)"


def working_days_between(last: date, today: date, works_on: Callable[[date], bool]) -> int:
    """How many whole working days lie between two days."""
    since = max(last, today - MAX_GAP)
    between = ((since + number * DAY) for number in range(1, (today - since).days))
    return sum(works_on(day) for day in between)

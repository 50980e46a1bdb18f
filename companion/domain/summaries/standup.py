"""The standup: what was done since the last working day, what comes next, what is blocked."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, time
from zoneinfo import ZoneInfo

from companion.domain.calendar import DAY
from companion.domain.commits.work import Work
from companion.domain.entry import Entry
from companion.domain.markdown import escape, plain_text
from companion.domain.summaries.next_steps import OpenEnd, Sort, done_words, open_ends
from companion.domain.summaries.summary import RULES, Body, Section

FORMATS = ("slack", "markdown", "text")
NOTHING = "nothing"
MAX_CHARACTERS = 200
"""So much of an entry is read out; a standup is short."""

DONE = Section(
    heading="Done",
    instruction=RULES
    + """
Your task: what the person got done, for their team's standup, in two to six short bullets, the \
most important first. Leave out what is only planned, asked or blocked, and what is private.
""",
    nothing="nothing written down",
)


@dataclass(frozen=True, slots=True)
class Standup:
    """`since` is the first day that counts. `lines` are a model's words for what was done."""

    since: date
    done: tuple[Entry, ...]
    next: tuple[OpenEnd, ...]
    blocked: tuple[OpenEnd, ...]
    lines: Body | None = None


def standup_since(
    today: date,
    entries: Sequence[Entry],
    works_on: Callable[[date], bool],
    zone: ZoneInfo,
    day_start: time,
) -> date:
    """The first day that counts: the last working day before today, or an earlier active one.

    After a holiday that is the day on which one worked last, and its weekend after it.
    """
    active = {entry.local_day(zone, day_start) for entry in entries}
    before = [day for day in sorted(active, reverse=True) if day < today]
    working = [day for day in before if works_on(day)]
    if working:
        return working[0]
    return before[0] if before else today - DAY


def make_standup(entries: Sequence[Entry], since: date, zone: ZoneInfo, day_start: time) -> Standup:
    """From entries oldest first. A plan, a question and a block were never done, also when they are
    not open any more."""
    recent = [entry for entry in entries if entry.local_day(zone, day_start) >= since]
    open_now = open_ends(entries)
    return Standup(
        since=since,
        done=tuple(entry for entry in recent if done_words(entry)),
        next=tuple(end for end in open_now if end.sort is not Sort.BLOCKED),
        blocked=tuple(end for end in open_now if end.sort is Sort.BLOCKED),
    )


def render_standup(standup: Standup, form: str) -> str:
    """Ready to paste into Slack, into Markdown, or as plain text."""
    shown = _STYLES[form]
    done = (
        [plain_text(line.text) if form != "markdown" else line.text for line in standup.lines.lines]
        if standup.lines and standup.lines.lines
        else [_done(entry, shown.words) for entry in standup.done]
    )
    parts = [
        ("Done", done or [DONE.nothing]),
        ("Next", [shown.words(_short(end.bare)) for end in standup.next] or [NOTHING]),
        ("Blocked", [shown.words(_short(end.bare)) for end in standup.blocked] or [NOTHING]),
    ]
    return "\n\n".join(
        "\n".join([shown.heading(heading), *(f"{shown.bullet} {item}" for item in items)])
        for heading, items in parts
    )


def _done(entry: Entry, words: Callable[[str], str]) -> str:
    """What was done; a commit with its name."""
    said = words(_short(done_words(entry)))
    return f"{said} ({entry.byline})" if isinstance(entry, Work) else said


@dataclass(frozen=True, slots=True)
class _Style:
    bullet: str
    heading: Callable[[str], str]
    words: Callable[[str], str]


_STYLES = {
    "slack": _Style("•", lambda text: f"*{text}*", str),
    "markdown": _Style("-", lambda text: f"**{text}**\n", escape),
    "text": _Style("-", lambda text: f"{text}:", str),
}


def _short(text: str) -> str:
    first, *more = text.strip().splitlines()
    cut = first[:MAX_CHARACTERS].rstrip()
    return f"{cut}…" if more or len(first) > MAX_CHARACTERS else cut

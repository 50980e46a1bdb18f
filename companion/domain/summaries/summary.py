"""The summary: its two sections, what the model is told, and how its lines are shown.

Headings and layout are ours, so that the format never depends on a model.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, time
from zoneinfo import ZoneInfo

from companion.domain.calendar import wall_time
from companion.domain.day_names import day_name
from companion.domain.entry import UNNAMED_AGENT, Entry, Source
from companion.domain.markdown import plain_text, split_markdown
from companion.domain.summaries.material import IS_DATA, delimited, unforgeable

__all__ = [
    "DAY_INSTRUCTION",
    "MAX_MATERIAL",
    "REWRITE",
    "RULES",
    "WEEK",
    "YESTERDAY",
    "Body",
    "Line",
    "Section",
    "Summary",
    "by_day",
    "day_heading",
    "day_name",
    "materials",
    "notes_material",
    "plain_text",
    "refused_material",
    "render",
    "render_body",
    "split_markdown",
]

MAX_MATERIAL = 60_000
"""The most characters that a model is given at once.

That is about 15,000 tokens of English and at most some 60,000 of Chinese or Japanese. The models
of all makers read 128,000 today. A week of most people's entries is far shorter.
"""


RULES = (
    """\
You help a developer whose focus comes and goes to find back into their work. You are given \
entries that they wrote down themselves, each with its local day and time. An entry with an \
`agent` was written by that coding agent for them. One with a `commit` or a `pull-request` is \
what git knows that they did: its text is the commit's subject or the title.

Rules:
- Say only what the entries say. Invent nothing: no plans, feelings, names, causes, numbers or \
outcomes that are not there. Where they say little, say little.
- Write to the person as "you". Be friendly and matter-of-fact; no praise, no blame, no advice.
- Write in the language of the entries.
- Answer in Markdown bullets alone: no heading, no introduction, no closing line. Each bullet is \
one line that begins with `- ` and ends with the numbers of the entries that it rests on, in \
square brackets: [3] or [2, 5].
- Name a ticket, number, path, address, piece of code or person only as it is written in those \
entries. Count nothing and compute nothing.
"""
    + IS_DATA
)


@dataclass(frozen=True, slots=True)
class Section:
    """One part of the summary: its heading, what the model is told, and the text for no entries."""

    heading: str
    instruction: str
    nothing: str


WEEK = Section(
    heading="## Here’s what you’ve been up to this past week:",
    instruction=RULES
    + """
Your task: what the past seven days were about, in three to seven bullets. Join what belongs \
together across days into themes and threads, and say on which days they were worked on. Name what \
was left open only where the entries say that it was.
""",
    nothing=(
        "Nothing is written down for these days, and that’s fine. Whenever you’re ready, one "
        "line with `/log` is enough to have a thread to pick up again."
    ),
)

YESTERDAY = Section(
    heading="## Here’s what you were focused on yesterday:",
    instruction=RULES
    + """
Your task: what yesterday's focus was, in one to five bullets, in the order in which it happened, \
so that the person finds back into the work. Put where they were last, as far as the entries say \
it, in the last bullet.
""",
    nothing=(
        "Nothing is written down for yesterday. Days like that are part of it; a single line "
        "about what’s in front of you now is a good place to start."
    ),
)

DAY_INSTRUCTION = (
    RULES
    + """
Your task: notes on this one day, or this piece of it, in at most ten bullets, in the order in \
which things happened, from which a summary will be written. Keep what is specific.
"""
)


REWRITE = """
Some lines of your answer were refused: they name no entry, or something that is not in the \
entries that they name. Write only those lines again, each resting on its entries alone; leave out \
what the entries do not say. They stand at the end of the material.
"""
"""What the model is told when it is asked once more."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a model's, in Markdown, and the entries that it rests on."""

    text: str
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Body:
    """What stands under a heading: a text that needs no model, a model's lines, or both.

    `left_out` counts the lines that did not rest on the entries that they named.
    """

    text: str = ""
    lines: tuple[Line, ...] = ()
    left_out: int = 0

    def after(self, intro: str) -> "Body":
        """The same below a sentence of ours."""
        return replace(self, text=f"{intro}\n\n{self.text}".rstrip())


@dataclass(frozen=True, slots=True)
class Summary:
    """The two sections. `reason` says why no model wrote them, if none did."""

    week: Body
    yesterday: Body
    reason: str | None = None

    @property
    def is_empty(self) -> bool:
        """Whether there was nothing to sum up."""
        return not self.week.lines and self.week.text == WEEK.nothing


FOOTNOTE = "[^"
"""A reference to a footnote of Markdown's begins so."""
MAX_REFERENCES = 2
"""So many entries a line are referred to one by one; the rest is counted."""

type Refer = Callable[[Entry], str]
"""How an entry is referred to where the summary is shown: a link, a time and an id, a footnote."""


def render(summary: Summary, refer: Refer) -> str:
    """The whole summary as one Markdown text."""
    return (
        f"{WEEK.heading}\n{render_body(summary.week, refer)}\n\n"
        f"{YESTERDAY.heading}\n{render_body(summary.yesterday, refer)}"
    )


def render_body(body: Body, refer: Refer) -> str:
    """One section's text, each line with references to its entries at the end."""
    if not body.lines:
        return body.text
    shown = [f"{body.text}\n"] if body.text else []
    shown += [f"- {line.text} {_references(line, refer)}".rstrip() for line in body.lines]
    if body.left_out:
        lines = "1 line was" if body.left_out == 1 else f"{body.left_out} lines were"
        shown.append(f"\n_{lines} left out, because your entries do not say what it said._")
    return "\n".join(shown)


def _references(line: Line, refer: Refer) -> str:
    shown = [refer(entry) for entry in line.entries[:MAX_REFERENCES]]
    more = len(line.entries) - MAX_REFERENCES
    return in_brackets([*shown, *([f"+{more}"] if more > 0 else [])])


def in_brackets(references: Sequence[str]) -> str:
    """In parentheses, but for footnotes: they stand apart from the words by themselves."""
    marks = [each for each in references if each.startswith(FOOTNOTE)]
    rest = [each for each in references if not each.startswith(FOOTNOTE)]
    return " ".join(
        [*(["".join(marks)] if marks else []), *([f"({', '.join(rest)})"] if rest else [])]
    )


def by_day(
    entries: Mapping[int, Entry], zone: ZoneInfo, day_start: time
) -> dict[date, dict[int, Entry]]:
    """The numbered entries by the person's day, where days begin at `day_start`."""
    days: dict[date, dict[int, Entry]] = {}
    for number, entry in entries.items():
        days.setdefault(entry.local_day(zone, day_start), {})[number] = entry
    return days


def day_heading(entry: Entry, home: ZoneInfo, day_start: time) -> str:
    """`Friday 2026-11-20`, the person's day; with the zone where its clocks differ from home's."""
    day = day_name(entry.local_day(home, day_start))
    here = wall_time(entry.timestamp, home).utcoffset()
    away = entry.local_time(home).utcoffset() != here
    return f"{day} ({entry.tz})" if away else day


def materials(
    entries: Mapping[int, Entry],
    zone: ZoneInfo,
    day_start: time = time(),
    limit: int = MAX_MATERIAL,
) -> list[str]:
    """The entries as the model reads them, in as few texts of about `limit` characters as possible.

    Each has its number. An entry stays whole unless it alone is too long. No entry can end its own
    delimiters.
    """
    tag = unforgeable("entry", [entry.text for entry in entries.values()])
    texts: list[str] = []
    size = limit  # full: the first block opens a text
    for number, entry in entries.items():
        for piece in _pieces(entry.text, limit // 2):
            when = _when(entry, zone, day_start)
            block = f'<{tag} number="{number}" when="{when}"{_by(entry)}>\n{piece}\n</{tag}>'
            if size + len(block) > limit:
                texts.append(f"Entries, oldest first. Times are those of {zone.key}.")
                size = len(texts[-1])
            texts[-1] += f"\n\n{block}"
            size += len(block) + 2
    return texts


def notes_material(notes: Sequence[tuple[date, str]]) -> str:
    """The notes on each day, as the model reads them to sum up all the days."""
    tag = unforgeable("notes", [text for _, text in notes])
    return "Notes made from the entries of each day, oldest first.\n\n" + "\n\n".join(
        f'<{tag} day="{day_name(day)}">\n{text}\n</{tag}>' for day, text in notes
    )


def refused_material(lines: Sequence[str]) -> str:
    """The lines of an answer that were refused, as the model reads them when it is asked again."""
    return delimited("refused", [f"- {line}" for line in lines])


def _by(entry: Entry) -> str:
    """Whose words they are, where they are not the person's own."""
    match entry.source:
        case Source.AGENT:
            return f' agent="{entry.agent or UNNAMED_AGENT}"'
        case Source.COMMIT | Source.PULL_REQUEST:
            return f' {entry.source}="{entry.byline}"'
        case _:
            return ""


def _when(entry: Entry, zone: ZoneInfo, day_start: time) -> str:
    """The person's day and the clock's time; a night that is still that day says so."""
    local, day = entry.local_time(zone), entry.local_day(zone, day_start)
    night = ", after midnight" if local.date() > day else ""
    elsewhere = f" ({entry.tz})" if entry.tz and entry.tz != zone.key else ""
    return f"{day_name(day)} {local:%H:%M}{night}{elsewhere}"


def _pieces(text: str, limit: int) -> Iterator[str]:
    for start in range(0, max(len(text), 1), limit):
        yield text[start : start + limit]

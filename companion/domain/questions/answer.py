"""The answer to a question: a model's checked lines, or the entries that were found."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from companion.domain.calendar import BEGINNING, END, local_day
from companion.domain.day_names import day_name
from companion.domain.entry import TICK, Entry, format_timestamp
from companion.domain.markdown import escape
from companion.domain.questions.reading import Reading, Sought
from companion.domain.summaries.references import Moments
from companion.domain.summaries.slack_marks import item
from companion.domain.summaries.summary import (
    RULES,
    Body,
    Refer,
    Section,
    render_body,
)

SHOWN = 10
"""So many entries are shown: more are found by `companion search`."""
MAX_CHARACTERS = 400
_QUOTES = '"“”„«»'

ANSWER = Section(
    heading="",
    instruction=RULES
    + """
Your task: answer the question at the end of the material, in one to five short bullets, from \
these entries alone. Say when it was, as far as it was asked. Answer in the language of the \
question. Where the entries do not answer it, write one bullet that says so and names the entries \
that come nearest.
""",
    nothing="Nothing is written down about that.",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What is known about a question.

    `lines` are a model's, each with its entries; None where none wrote them, and then `reason` says
    why if one was asked. `found` are the entries in the order in which they answer. `is_near` is
    set where they have some of the words alone.
    """

    question: str
    reading: Reading
    found: tuple[Entry, ...] = ()
    has_more: bool = False
    is_near: bool = False
    lines: Body | None = None
    reason: str | None = None

    @property
    def evidence(self) -> tuple[Entry, ...]:
        """The entries that the answer names, each once."""
        if self.lines is None:
            return self.found[:SHOWN]
        named = (entry for line in self.lines.lines for entry in line.entries)
        return tuple({entry.log_id: entry for entry in named}.values())


@dataclass(frozen=True, slots=True)
class DatedMoments(Moments):
    """Names moments with their date: an answer may be about any day."""

    def short(self, entry: Entry) -> str:
        """`2026-11-20 14:05`."""
        local = entry.local_time(self.zone)
        day = entry.local_day(self.zone, self.day_start)
        return f"{day.isoformat()} {local:%H:%M} {entry.byline}".rstrip()


def render_answer(answer: Answer, moments: Moments, refer: Refer) -> str:
    """The answer in Markdown; `refer` says how entries are referred to."""
    if answer.lines:
        return render_body(answer.lines, refer)
    if not answer.found:
        return _nothing(answer, moments)
    return "\n".join(_entries(answer, moments, refer))


def answer_lines(answer: Answer, moments: Moments, refer: Refer) -> list[str]:
    """The same as lines without the marks of a list, empty ones left out."""
    lines = render_answer(answer, moments, refer).splitlines()
    return [line.removeprefix("- ") for line in lines if line.strip()]


def answer_fields(answer: Answer) -> dict[str, Any]:
    """For programs."""
    return {
        "question": answer.question,
        "lines": [
            {"text": line.text, "entries": [str(entry.log_id) for entry in line.entries]}
            for line in (answer.lines.lines if answer.lines else ())
        ],
        "entries": [
            {
                "timestamp": format_timestamp(entry.timestamp),
                "text": entry.text,
                "log_id": str(entry.log_id),
                "agent": entry.agent,
            }
            for entry in answer.evidence
        ],
        "nearest_only": answer.is_near,
        "without_model": answer.reason,
    }


def _entries(answer: Answer, moments: Moments, refer: Refer) -> Iterator[str]:
    shown = answer.found[:SHOWN]
    if answer.is_near:
        yield f"No entry has all of that: {_looked_for(answer.reading, moments)}. The nearest:"
    elif answer.reading.sought is not Sought.ALL:
        yield f"{answer.reading.sought.title()} on {moments.full(shown[0])}:"
    else:
        yield f"Your entries, {_looked_for(answer.reading, moments)}:"
    yield ""
    for entry in shown:
        yield item(entry, refer(entry), _short(entry.text))
    if len(answer.found) > SHOWN or answer.has_more:
        yield ""
        yield "_There are more. Ask with more words or fewer days to see them._"


def _nothing(answer: Answer, moments: Moments) -> str:
    return f"{ANSWER.nothing} Looked for: {_looked_for(answer.reading, moments)}."


def _looked_for(reading: Reading, moments: Moments) -> str:
    """`“billing”, 2026-11-16 to 2026-11-22`: what was looked for, so that one can see it."""
    words = [f"“{escape(word.strip(_QUOTES))}”" for word in reading.words]
    return ", ".join([*words, _days(reading, moments)])


def _days(reading: Reading, moments: Moments) -> str:
    if (reading.since, reading.until) == (BEGINNING, END):
        return "at any time"
    if reading.until == END:
        return f"since {_day(reading.since, moments)}"
    if reading.since == BEGINNING:
        return f"before {_day(reading.until, moments)}"
    first, last = _day(reading.since, moments), _day(reading.until - TICK, moments)
    return first if first == last else f"{first} to {last}"


def _day(moment: datetime, moments: Moments) -> str:
    return day_name(local_day(moment, moments.zone, moments.day_start))


def _short(text: str) -> str:
    more = len(text) - MAX_CHARACTERS
    return text if more <= 0 else f"{text[:MAX_CHARACTERS].rstrip()}… ({more:,} more characters)"

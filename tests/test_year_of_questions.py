"""Twenty questions about a made-up year are answered, by a model and without, on every store."""

import asyncio
import json
import re
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import pytest

from companion import bootstrap
from companion.domain.calendar import BEGINNING, DEFAULT_RHYTHM, END
from companion.domain.entry import Entry
from companion.domain.questions.answer import DatedMoments, render_answer
from companion.domain.summaries.references import IdReferences
from companion.ports import Store
from companion.usecases.ask import IN_ALL, Ask
from tests.entrypoints.cli.conftest import Run, companion, environment
from tests.fakes import FakeModel
from tests.synthetic_year import ZONE
from tests.test_year import (
    DAY,
    FRIDAY,
    MATERIAL,
    MOMENTS,
    NOW,
    ON_ONE_LOOP,
    YEAR,
    keep,
    midnight,
    store,
)

__all__ = ["companion", "environment", "store"]  # fixtures

DATED = DatedMoments(MOMENTS.zone, MOMENTS.day_start)


@dataclass(frozen=True)
class Asked:
    """A question; the entries that answer it, by a plain filter; and what a model searches for."""

    question: str
    pattern: str
    first: date | None = None
    last: date | None = None
    order: str = "newest"
    searches: tuple[tuple[str, str, str], ...] = ()

    def wanted(self) -> list[Entry]:
        since = midnight(self.first) if self.first else BEGINNING
        until = midnight(self.last + DAY) if self.last else END
        found = [
            entry
            for entry in YEAR.window(since, until)
            if all(re.search(each, entry.text, re.IGNORECASE) for each in self.pattern.split("&"))
        ]
        return (found if self.order == "oldest" else found[::-1])[:IN_ALL]


MONDAY = FRIDAY - 4 * DAY
ASKED = [
    Asked("When did I last touch billing?", r"\bbilling", searches=(("billing", "", ""),)),
    Asked("When did I first work on the date parser?", "date&parser", order="oldest"),
    Asked(
        "What did I do yesterday?", "", FRIDAY - DAY, FRIDAY - DAY, "oldest",
        (("", "yesterday", "yesterday"),),
    ),
    Asked("what did I do on Monday", "", MONDAY, MONDAY, "oldest"),
    Asked("What was blocked last week?", r"\bblocked", MONDAY - 7 * DAY, MONDAY - DAY),
    Asked("when was my last lunch with Ida?", r"\blunch&\bIda", searches=(("lunch ida", "", ""),)),
    Asked("Which deploys are there in October?", "#deploy", date(2026, 10, 1), date(2026, 10, 31)),
    Asked("Wann habe ich zuletzt Kaffee geholt?", r"\bKaffee geholt"),
    Asked("Was habe ich im Größenfilter gemacht?", r"\bGrößenfilter"),
    Asked("did I tell #ops about the retry loop?", r"#ops&\bretry&\bloop"),
    Asked("when was BILL-172 fixed?", r"\bfixed&\bBILL-172\b", searches=(("172 fixed", "", ""),)),
    Asked("what is next for export.go?", r"\bnext&\bexport\.go"),
    Asked("who blocked me since last month?", r"\bblocked", date(2026, 10, 1)),
    Asked("how often was I at the dentist?", r"\bdentist"),
    Asked("what did I do on 23 December?", "", date(2025, 12, 23), date(2025, 12, 23), "oldest"),
    Asked("Did I roll out the billing exports to staging?", r"\broll&\bbilling&\bexpor&\bstagin"),
    Asked("1:1 with my lead this month", r"\b1:1&\blead", date(2026, 11, 1), date(2026, 11, 30)),
    Asked("what did I decide before 2026-01-01?", r"\bdecide", None, date(2025, 12, 31)),
    Asked("When did I last work on kubernetes?", r"\bkubernetes", searches=(("helm", "", ""),)),
    Asked("what did I do in my vacation in March?", r"\bvacation"),
]  # fmt: skip


def ask(store: Store, model: FakeModel | None = None) -> Ask:
    return Ask(store=store, rhythm=DEFAULT_RHYTHM, model=model, max_material=MATERIAL)


def test_there_are_twenty_questions() -> None:
    assert len(ASKED) == 20
    assert sum(not each.wanted() for each in ASKED) == 2


@pytest.mark.parametrize("asked", ASKED, ids=lambda asked: asked.question)
@ON_ONE_LOOP
async def test_without_a_model_the_entries_are_those_that_a_plain_filter_finds(
    asked: Asked, store: Store
) -> None:
    answer = await ask(store)(YEAR.user_id, asked.question, NOW, ZONE)
    assert list(answer.found) == asked.wanted()
    assert not answer.is_near
    text = render_answer(answer, DATED, IdReferences(DATED))
    if answer.found:
        shown = answer.found[0].local_time(ZONE)
        assert f"{shown:%Y-%m-%d %H:%M}" in text
    else:
        assert text.startswith("Nothing is written down about that. Looked for: ")


class Reader(FakeModel):
    """A model that searches as its script says, quotes the newest entry that it reads, and makes up
    one line more."""

    async def summarize(self, instruction: str, material: str) -> str:
        self.asked_to_answer.append((instruction, material))
        *_, (number, words) = re.findall(r'number="(\d+)" when="[^"]*">\n(.*)', material)
        return f"- {words} [{number}]\n- You also fixed OPS-9999 [{number}]"


def form(searches: tuple[tuple[str, str, str], ...]) -> str:
    named = [dict(zip(("words", "since", "until"), each, strict=True)) for each in searches]
    return json.dumps({"searches": named})


@pytest.mark.parametrize("asked", ASKED, ids=lambda asked: asked.question)
@ON_ONE_LOOP
async def test_a_model_answers_with_lines_that_name_their_entries(
    asked: Asked, store: Store
) -> None:
    model = Reader(forms=[form(asked.searches)] * 2)
    answer = await ask(store, model)(YEAR.user_id, asked.question, NOW, ZONE)
    assert 1 <= len(model.asked_to_search) <= 2
    assert all(asked.question in material for material in model.asked_to_search)
    wanted = asked.wanted()
    if not wanted:
        assert (model.asked_to_answer, answer.lines, answer.found) == ([], None, ())
        return
    newest = max(wanted, key=lambda entry: entry.timestamp)
    assert answer.lines is not None
    assert [line.entries for line in answer.lines.lines] == [(newest,)]
    assert answer.lines.lines[0].text == newest.text.splitlines()[0]
    assert "OPS-9999" not in render_answer(answer, DATED, IdReferences(DATED))
    assert all(f"{asked.question}\n</question>" in each for _, each in model.asked_to_answer)


def test_the_terminal_answers_questions_about_the_year(
    companion: Run, environment: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bootstrap.SystemClock, "now", lambda _: NOW)
    asyncio.run(keep(Path(environment["COMPANION_DB"])))

    def shown(*words: str) -> str:
        return companion("ask", "--no-model", *words).stdout

    newest = ASKED[0].wanted()[0]
    moment = newest.local_time(ZONE)
    assert shown("when", "did", "I", "last", "touch", "billing?").startswith(
        f"Last on {moment:%A %Y-%m-%d %H:%M}:\n\n- **{moment:%Y-%m-%d %H:%M} {newest.short_id}** "
    )
    found = json.loads(shown("--format", "json", "when did I last work on kubernetes?"))
    assert found["entries"] == []
    assert timedelta(0) < NOW - newest.timestamp

"""A question is answered from the entries alone, in a bounded number of steps."""

import json
from datetime import UTC, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from companion.domain.calendar import DEFAULT_RHYTHM
from companion.domain.entry import Entry, Source
from companion.domain.jobs.job import JobKind, Outcome
from companion.domain.questions.reading import QuestionError
from companion.usecases.ask import SEARCH_STEPS, Ask, ask_job
from tests.fakes import FakeModel
from tests.memory_store import MemoryLogStore

NOW = datetime(2026, 11, 20, 19, 30, tzinfo=UTC)
BERLIN = ZoneInfo("Europe/Berlin")
TEXTS = ["deployed the parser", "lunch with @Ida", "fixed BILL-412 in billing"]


@pytest.fixture
async def store() -> MemoryLogStore:
    store = MemoryLogStore()
    for number, text in enumerate(TEXTS):
        await store.write_log(entry(number, text))
    return store


def entry(number: int, text: str) -> Entry:
    return Entry(
        user_id="U1",
        timestamp=NOW - timedelta(days=3 - number),
        text=text,
        log_id=UUID(int=number),
        source=Source.MESSAGE,
    )


def ask(store: MemoryLogStore, model: FakeModel | None = None, room: int = 60_000) -> Ask:
    return Ask(store=store, rhythm=DEFAULT_RHYTHM, model=model, max_material=room)


def form(*words: str) -> str:
    return json.dumps({"searches": [{"words": each, "since": "", "until": ""} for each in words]})


async def test_a_model_finds_by_its_own_words_what_the_question_does_not_say(
    store: MemoryLogStore,
) -> None:
    model = FakeModel([form("meal", "lunch")], ["- You ate with @Ida [1]"])
    answer = await ask(store, model)("U1", "when did I eat?", NOW, BERLIN)
    assert answer.lines is not None
    assert [line.entries for line in answer.lines.lines] == [(entry(1, TEXTS[1]),)]
    assert answer.found == (entry(1, TEXTS[1]),)


async def test_a_search_in_vain_is_tried_once_more_and_no_oftener(store: MemoryLogStore) -> None:
    model = FakeModel([form("helm")] * 9, ["- never"])
    answer = await ask(store, model)("U1", "where is kubernetes?", NOW, BERLIN)
    assert len(model.asked_to_search) == SEARCH_STEPS
    assert "<searched>\nhelm\n</searched>" in model.asked_to_search[1]
    assert model.asked_to_answer == []
    assert (answer.found, answer.lines, answer.reason) == ((), None, None)


async def test_a_form_that_cannot_be_read_leaves_the_words_of_the_question(
    store: MemoryLogStore,
) -> None:
    model = FakeModel(["I cannot search."], ["- You fixed BILL-412 [1]"])
    answer = await ask(store, model)("U1", "what about billing?", NOW, BERLIN)
    assert len(model.asked_to_search) == 1
    assert answer.lines is not None
    assert answer.evidence == (entry(2, TEXTS[2]),)


@pytest.mark.parametrize(
    ("model", "reason"),
    [
        (FakeModel(), "the model does not answer"),
        (FakeModel([form("billing")]), "the model does not answer"),
        (
            FakeModel([form("billing")], ["- You fixed OPS-1 [1]"] * 2),
            "the model wrote nothing that your entries say",
        ),
    ],
)
async def test_where_the_model_does_not_answer_the_entries_do(
    model: FakeModel, reason: str, store: MemoryLogStore
) -> None:
    answer = await ask(store, model)("U1", "what about billing?", NOW, BERLIN)
    assert (answer.lines, answer.reason) == (None, reason)
    assert answer.found == (entry(2, TEXTS[2]),)


async def test_entries_with_some_of_the_words_are_called_near(store: MemoryLogStore) -> None:
    answer = await ask(store)("U1", "billing in the parser of kubernetes", NOW, BERLIN)
    assert answer.is_near
    assert answer.found == (entry(2, TEXTS[2]), entry(0, TEXTS[0]))


async def test_without_words_and_days_it_is_about_the_newest(store: MemoryLogStore) -> None:
    answer = await ask(store)("U1", "what did I do?", NOW, BERLIN)
    assert [each.text for each in answer.found] == TEXTS[::-1]


async def test_the_model_reads_no_more_than_it_can(store: MemoryLogStore) -> None:
    for number in range(10, 60):
        await store.write_log(entry(number, f"billing {'x' * 400}"))
    model = FakeModel([form("billing")], ["- You billed [1]"])
    await ask(store, model, room=6_000)("U1", "what about billing?", NOW, BERLIN)
    ((_, material),) = model.asked_to_answer
    assert len(material) < 6_000
    assert 4 < material.count("<entry ") < 15


@pytest.mark.parametrize("question", ["", "x" * 2_000])
async def test_what_is_not_a_question_is_refused_before_anything_is_read(question: str) -> None:
    with pytest.raises(QuestionError):
        await ask(MemoryLogStore())("U1", question, NOW, BERLIN)
    with pytest.raises(QuestionError):
        ask_job("U1", question, UUID(int=1), NOW, BERLIN, DEFAULT_RHYTHM)


def test_a_job_to_answer_is_due_at_once_and_has_the_question() -> None:
    job = ask_job("U1", " what? ", UUID(int=1), NOW, BERLIN, DEFAULT_RHYTHM)
    assert job.job_id == f"2026-11-20/ask-{UUID(int=1)}"
    assert (job.kind, job.due, job.question, job.tz) == (JobKind.ASK, NOW, "what?", "Europe/Berlin")
    assert job.outcome is not Outcome.SENT

"""The summary of a window is checked against the entries of that window."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from companion.domain.calendar import DAY
from companion.domain.entry import Entry, Source
from companion.domain.summaries.window_summary import NOTHING, SummaryWindow
from companion.usecases.summarize_window import SummarizeWindow
from tests.memory_store import MemoryLogStore

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
UTC_ZONE = ZoneInfo("UTC")
OF_THE_DAY = SummaryWindow(NOON.replace(hour=0), NOON.replace(hour=0) + DAY, UTC_ZONE)


@dataclass
class Model:
    answer: str
    asked: list[str] = field(default_factory=list)

    async def summarize(self, instruction: str, material: str) -> str:
        self.asked.append(material)
        return self.answer


@pytest.fixture
async def store() -> MemoryLogStore:
    store = MemoryLogStore()
    for number, text in enumerate(["the day before", "fixed PAY-7 #deploy", "lunch"]):
        at = NOON - DAY if number == 0 else NOON
        await store.write_log(
            Entry(
                user_id="U1",
                timestamp=at,
                text=text,
                log_id=UUID(int=number),
                source=Source.TERMINAL,
            )
        )
    return store


def summarize(store: MemoryLogStore, model: Model) -> SummarizeWindow:
    return SummarizeWindow(store=store, summarizer=model, max_material=10_000)


async def test_the_model_sees_the_window_alone_and_its_lines_name_entries(
    store: MemoryLogStore,
) -> None:
    model = Model("- You fixed PAY-7 [1]")
    found = await summarize(store, model)("U1", OF_THE_DAY)
    assert "the day before" not in model.asked[0]
    assert found.heading == "## Friday 2026-11-20"
    assert [line.entries[0].text for line in found.body.lines] == ["fixed PAY-7 #deploy"]
    assert found.reason is None
    shown = found.render(lambda entry: f"<{entry.short_id}>")
    assert shown == "## Friday 2026-11-20\n- You fixed PAY-7 (<00000000>)"


async def test_a_line_that_the_entries_do_not_say_is_left_out(store: MemoryLogStore) -> None:
    found = await summarize(store, Model("- You fixed PAY-7 [1]\n- And PAY-8 [1]"))(
        "U1", OF_THE_DAY
    )
    assert [line.text for line in found.body.lines] == ["You fixed PAY-7"]
    assert found.body.left_out == 1


async def test_with_a_tag_it_is_about_its_entries(store: MemoryLogStore) -> None:
    model = Model("- You fixed PAY-7 [1]")
    window = SummaryWindow(NOON - DAY, NOON + DAY, UTC_ZONE, tag="Deploy")
    await summarize(store, model)("U1", window)
    assert "lunch" not in model.asked[0]


async def test_without_entries_no_model_is_asked(store: MemoryLogStore) -> None:
    model = Model("- x [1]")
    window = SummaryWindow(NOON + DAY, NOON + 2 * DAY, UTC_ZONE)
    found = await summarize(store, model)("U1", window)
    assert found.body.text == NOTHING
    assert model.asked == []


async def test_without_an_answer_the_entries_are_shown(store: MemoryLogStore) -> None:
    found = await summarize(store, Model(""))("U1", OF_THE_DAY)
    assert found.reason is not None
    assert "fixed PAY-7 #deploy" in found.body.text.replace("\\", "")

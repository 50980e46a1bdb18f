from collections.abc import Callable
from datetime import datetime
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest

from companion.domain.entry import Entry, Source
from companion.domain.summary import DAY_INSTRUCTION, WEEK, YESTERDAY, Summary
from companion.errors import SummarizerError
from companion.usecases.summarize import summarize_entries

BERLIN = ZoneInfo("Europe/Berlin")


def entry(text: str, when: str = "2026-11-20T13:05:00+00:00") -> Entry:
    return Entry(
        user_id="U1",
        timestamp=datetime.fromisoformat(when),
        text=text,
        log_id=uuid4(),
        source=Source.COMMAND,
    )


class ScriptedModel:
    """A Summarizer that answers by a function and remembers what it was asked."""

    def __init__(self, answer: Callable[[str, str], str]) -> None:
        self._answer = answer
        self.asked: list[tuple[str, str]] = []

    async def summarize(self, instruction: str, material: str) -> str:
        self.asked.append((instruction, material))
        return self._answer(instruction, material)


def by_section(week: str, yesterday: str) -> Callable[[str, str], str]:
    return lambda instruction, _: week if instruction == WEEK.instruction else yesterday


async def test_each_section_is_one_call_about_its_own_entries() -> None:
    model = ScriptedModel(by_section("- the week", "- the day"))

    summary = await summarize_entries(
        [entry("earlier"), entry("later")], [entry("later")], BERLIN, model
    )

    assert summary == Summary(week="- the week", yesterday="- the day")
    (week_asked, week_read), (yesterday_asked, yesterday_read) = model.asked
    assert (week_asked, yesterday_asked) == (WEEK.instruction, YESTERDAY.instruction)
    assert "earlier" in week_read
    assert "earlier" not in yesterday_read


async def test_an_answer_is_tidied() -> None:
    model = ScriptedModel(by_section("```\n# Week\n```", "  - day\n"))

    summary = await summarize_entries([entry("a")], [entry("a")], BERLIN, model)

    assert summary == Summary(week="### Week", yesterday="- day")


async def test_without_entries_no_model_is_called_and_there_is_a_kind_line() -> None:
    model = ScriptedModel(by_section("- the week", "- the day"))

    assert await summarize_entries([], [], BERLIN, model) == Summary(
        week=WEEK.nothing, yesterday=YESTERDAY.nothing
    )
    assert model.asked == []
    quiet_day = await summarize_entries([entry("a")], [], BERLIN, model)
    assert quiet_day == Summary(week="- the week", yesterday=YESTERDAY.nothing)
    assert len(model.asked) == 1


async def test_if_one_section_fails_both_show_the_entries_with_one_reason() -> None:
    def answer(instruction: str, material: str) -> str:
        if instruction == YESTERDAY.instruction:
            raise SummarizerError("the key for gpt-4o-mini is missing")
        return "- the week"

    summary = await summarize_entries([entry("# a")], [entry("# a")], BERLIN, ScriptedModel(answer))

    listed = "### Friday 2026-11-20\n- **14:05** \\# a"
    assert summary == Summary(
        week="_No model wrote this: the key for gpt-4o-mini is missing. "
        f"Here are your entries as you wrote them._\n\n{listed}",
        yesterday=listed,
        reason="the key for gpt-4o-mini is missing",
    )


@pytest.mark.parametrize("answer", ["", " \n", "```\n```"])
async def test_an_empty_answer_counts_as_a_failure(answer: str) -> None:
    summary = await summarize_entries(
        [entry("a")], [], BERLIN, ScriptedModel(lambda instruction, material: answer)
    )

    assert summary.reason == "the model answered with nothing"


async def test_a_week_too_long_to_read_at_once_is_noted_by_day_first() -> None:
    thursday = entry("t" * 600, "2026-11-19T10:00:00+00:00")
    friday = [entry("f" * 600), entry("g" * 600)]
    model = ScriptedModel(
        lambda instruction, material: (
            f"noted {''.join(letter for letter in 'tfg' if letter * 600 in material)}"
            if instruction == DAY_INSTRUCTION
            else "- in all"
        )
    )

    summary = await summarize_entries([thursday, *friday], [], BERLIN, model, max_material=1600)

    assert summary.week == "- in all"
    assert [asked for asked, _ in model.asked] == [DAY_INSTRUCTION] * 2 + [WEEK.instruction]
    assert model.asked[-1][1].endswith(
        '<notes day="Thursday 2026-11-19">\nnoted t\n</notes>\n\n'
        '<notes day="Friday 2026-11-20">\nnoted fg\n</notes>'
    )


async def test_a_day_too_long_to_read_at_once_is_read_in_pieces() -> None:
    model = ScriptedModel(lambda instruction, material: "- x")

    await summarize_entries([entry("a" * 5000)], [], BERLIN, model, max_material=1000)

    assert all(len(material) <= 1000 for _, material in model.asked)
    assert sum(material.count("a" * 100) for _, material in model.asked) == 50


async def test_notes_that_are_too_long_as_well_end_in_the_entries() -> None:
    model = ScriptedModel(lambda instruction, material: "- " + "x" * 900)

    summary = await summarize_entries([entry("a" * 3000)], [], BERLIN, model, max_material=1000)

    assert summary.reason == "there is more to read than the model can take, even day by day"

from collections.abc import Callable
from datetime import datetime
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest

from companion.domain.entry import Entry, Source
from companion.domain.summaries.summary import (
    DAY_INSTRUCTION,
    REWRITE,
    WEEK,
    YESTERDAY,
    Body,
    Summary,
)
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
    return lambda instruction, _: week if WEEK.instruction in instruction else yesterday


def lines(body: Body) -> list[tuple[str, list[str]]]:
    return [(line.text, [entry.text for entry in line.entries]) for line in body.lines]


async def test_each_section_is_one_call_about_its_own_entries() -> None:
    model = ScriptedModel(by_section("- the week [1, 2]", "- the day [1]"))

    summary = await summarize_entries(
        [entry("earlier"), entry("later")], [entry("later")], BERLIN, model
    )

    assert lines(summary.week) == [("the week", ["earlier", "later"])]
    assert lines(summary.yesterday) == [("the day", ["later"])]
    assert (summary.week.left_out, summary.reason) == (0, None)
    (week_asked, week_read), (yesterday_asked, yesterday_read) = model.asked
    assert (week_asked, yesterday_asked) == (WEEK.instruction, YESTERDAY.instruction)
    assert "earlier" in week_read
    assert "earlier" not in yesterday_read


async def test_what_frames_an_answer_is_taken_off() -> None:
    model = ScriptedModel(by_section("```\n# Week\n- a [1]\n```", "Your day:\n  - day [1]\n"))

    summary = await summarize_entries([entry("a")], [entry("a")], BERLIN, model)

    assert lines(summary.week) == [("a", ["a"])]
    assert lines(summary.yesterday) == [("day", ["a"])]
    assert len(model.asked) == 2


async def test_without_entries_no_model_is_called_and_there_is_a_kind_line() -> None:
    model = ScriptedModel(by_section("- the week [1]", "- the day [1]"))

    assert await summarize_entries([], [], BERLIN, model) == Summary(
        Body(WEEK.nothing), Body(YESTERDAY.nothing)
    )
    assert model.asked == []
    quiet_day = await summarize_entries([entry("a")], [], BERLIN, model)
    assert quiet_day.yesterday == Body(YESTERDAY.nothing)
    assert len(model.asked) == 1


async def test_a_line_that_its_entries_do_not_say_is_asked_for_once_more() -> None:
    answers = iter(["- fixed OPS-1 [1]\n- fixed OPS-9 [1]", "- fixed it [1]"])
    model = ScriptedModel(lambda instruction, material: next(answers))

    summary = await summarize_entries([entry("fixed OPS-1")], [], BERLIN, model)

    assert lines(summary.week) == [("fixed OPS-1", ["fixed OPS-1"]), ("fixed it", ["fixed OPS-1"])]
    assert summary.week.left_out == 0
    again, material = model.asked[1]
    assert again == WEEK.instruction + REWRITE
    assert material.endswith("<refused>\n- fixed OPS-9\n</refused>")


async def test_a_line_that_fails_twice_is_left_out_and_counted() -> None:
    model = ScriptedModel(lambda instruction, material: "- fixed OPS-1 [1]\n- see evil.test [1]")

    summary = await summarize_entries([entry("fixed OPS-1")], [], BERLIN, model)

    assert lines(summary.week) == [("fixed OPS-1", ["fixed OPS-1"])]
    assert summary.week.left_out == 1
    assert len(model.asked) == 2


async def test_where_the_second_call_fails_what_holds_is_enough() -> None:
    def answer(instruction: str, material: str) -> str:
        if REWRITE in instruction:
            raise SummarizerError("it is off")
        return "- fixed OPS-1 [1]\n- fixed OPS-9 [1]"

    summary = await summarize_entries([entry("fixed OPS-1")], [], BERLIN, ScriptedModel(answer))

    assert (len(summary.week.lines), summary.week.left_out, summary.reason) == (1, 1, None)


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        ("- fixed it", "the model named no entries for what it wrote"),
        ("You fixed it.", "the model named no entries for what it wrote"),
        ("- fixed OPS-9 [1]", "the model wrote nothing that your entries say"),
        ("- ![x](https://evil.test/a.png) [1]", "the model wrote nothing that your entries say"),
        ("- ask <!channel> [1]", "the model wrote nothing that your entries say"),
    ],
)
async def test_a_model_whose_lines_all_fail_counts_as_no_answer(answer: str, reason: str) -> None:
    model = ScriptedModel(lambda instruction, material: answer)

    summary = await summarize_entries([entry("fixed OPS-1")], [], BERLIN, model)

    assert summary.reason == reason
    assert "fixed OPS-1" in summary.week.text
    assert len(model.asked) == 2


async def test_if_one_section_fails_both_show_the_entries_with_one_reason() -> None:
    def answer(instruction: str, material: str) -> str:
        if instruction == YESTERDAY.instruction:
            raise SummarizerError("the key for gpt-4o-mini is missing")
        return "- the week [1]"

    summary = await summarize_entries([entry("# a")], [entry("# a")], BERLIN, ScriptedModel(answer))

    listed = "### Friday 2026-11-20\n- **14:05** \\# a"
    why = "_Without a model: the key for gpt-4o-mini is missing. Here are your entries._"
    assert summary == Summary(
        week=Body(f"{why}\n\n{listed}"),
        yesterday=Body(listed),
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
            else "- in all [1, 3]"
        )
    )

    summary = await summarize_entries([thursday, *friday], [], BERLIN, model, max_material=1600)

    assert lines(summary.week) == [("in all", [thursday.text, friday[1].text])]
    assert [asked for asked, _ in model.asked] == [DAY_INSTRUCTION] * 2 + [WEEK.instruction]
    assert model.asked[-1][1].endswith(
        '<notes day="Thursday 2026-11-19">\nnoted t\n</notes>\n\n'
        '<notes day="Friday 2026-11-20">\nnoted fg\n</notes>'
    )


async def test_a_day_too_long_to_read_at_once_is_read_in_pieces() -> None:
    model = ScriptedModel(lambda instruction, material: "- x [1]")

    await summarize_entries([entry("a" * 5000)], [], BERLIN, model, max_material=1000)

    assert all(len(material) <= 1000 for _, material in model.asked)
    assert sum(material.count("a" * 100) for _, material in model.asked) == 50


async def test_notes_that_are_too_long_as_well_end_in_the_entries() -> None:
    model = ScriptedModel(lambda instruction, material: "- " + "x" * 900)

    summary = await summarize_entries([entry("a" * 3000)], [], BERLIN, model, max_material=1000)

    assert summary.reason == "there is more to read than the model can take, even day by day"

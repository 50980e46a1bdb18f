"""What somebody wrote to lead people astray is shown as it was typed where no model is asked.

The lines of `tests/cases/attacks.jsonl` that a model would write stand in entries here.
"""

from datetime import UTC, datetime, time
from uuid import UUID

import pytest

from companion.adapters.slack.answers import SlackAnswers
from companion.domain.answers import LeftOff, StandupMade
from companion.domain.calendar import DEFAULT_RHYTHM
from companion.domain.entry import Entry, Source
from companion.domain.manifest import CommandNames
from companion.domain.person import PersonTime
from companion.domain.questions.answer import DatedMoments, render_answer
from companion.domain.summaries.references import LinkReferences
from companion.usecases.ask import Ask
from companion.usecases.standup import MakeStandup
from companion.usecases.where import FindWhere
from tests.clickable import in_markdown, in_mrkdwn
from tests.entrypoints.mcp.desks import agent_at, make_desk, text_of
from tests.memory_store import MemoryLogStore
from tests.usecases.test_attacks import ATTACKS, BERLIN, NOW, USER, each_attack, without_delimiters

WORD = "parser"


async def store_of(text: str, source: Source) -> MemoryLogStore:
    store = MemoryLogStore()
    at = datetime(2026, 11, 19, 9, tzinfo=UTC)
    await store.write_logs(
        [Entry(user_id=USER, timestamp=at, text=text, log_id=UUID(int=1), source=source)]
    )
    return store


@pytest.mark.parametrize("source", [Source.MESSAGE, Source.TERMINAL])
@each_attack
async def test_an_answer_without_a_model_has_no_link_that_shows_other_words(
    attack: dict[str, str], source: Source
) -> None:
    store = await store_of(f"{WORD}\n{attack['obeyed']}\n{WORD} {attack['obeyed']}", source)
    answer = await Ask(store=store, rhythm=DEFAULT_RHYTHM, max_material=60_000)(
        USER, f"what about the {WORD}?", NOW, BERLIN
    )
    assert answer.found
    moments = DatedMoments(BERLIN, DEFAULT_RHYTHM.day_start)
    text = render_answer(answer, moments, LinkReferences(moments, {}))
    assert [each for each in in_markdown(text) if not each.is_honest] == []


@each_attack
async def test_a_question_that_finds_nothing_is_repeated_without_links(
    attack: dict[str, str],
) -> None:
    ask = Ask(store=MemoryLogStore(), rhythm=DEFAULT_RHYTHM, max_material=60_000)
    answer = await ask(USER, f"what about {attack['obeyed']}?", NOW, BERLIN)
    moments = DatedMoments(BERLIN, DEFAULT_RHYTHM.day_start)
    text = render_answer(answer, moments, LinkReferences(moments, {}))
    assert [each for each in in_markdown(text) if not each.is_honest] == []


async def test_what_an_agent_reads_in_sum_has_no_link_that_shows_other_words() -> None:
    for attack in ATTACKS:
        said = f"{WORD} {attack['obeyed']}\nnext: {attack['obeyed']}"
        async with agent_at(make_desk(await store_of(said, Source.TERMINAL))) as agent:
            for tool, asked in (("ask", {"question": f"what about the {WORD}?"}), ("where", {})):
                text = without_delimiters(text_of(await agent.call_tool(tool, asked)))
                assert WORD in text
                shown = in_markdown(text)
                assert [each for each in shown if not each.is_honest] == [], (tool, attack["name"])


@each_attack
async def test_what_slack_shows_of_entries_calls_nobody_and_has_no_link_of_other_words(
    attack: dict[str, str],
) -> None:
    called = "<!channel> <https://evil.example|docs>"
    said = f"{WORD} {attack['obeyed']} {called}\nnext: {called} {attack['obeyed']}"
    store = await store_of(said, Source.COMMAND)
    common = {"store": store, "rhythm": DEFAULT_RHYTHM, "max_material": 60_000}
    where, *_ = await FindWhere(**common)(USER, NOW, BERLIN)  # type: ignore[arg-type]
    standup, _ = await MakeStandup(**common)(USER, NOW, BERLIN)  # type: ignore[arg-type]
    here = PersonTime(BERLIN, time())
    for answer in (LeftOff(where, here, NOW.date(), False), StandupMade(standup, False)):
        shown = SlackAnswers(CommandNames()).message(answer)
        for text in (shown["text"], *(block["text"]["text"] for block in shown["blocks"])):
            assert [each for each in in_mrkdwn(text) if not each.is_honest] == []
            assert "<!" not in text

"""What agents get from the tools: pages of data, and words that say what to do."""

import asyncio
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from mcp import MCPError

from companion.domain.entry import Entry, Source
from companion.entrypoints.mcp.desk import Desk
from companion.entrypoints.mcp.results import MAX_TEXT
from companion.errors import StoreError
from companion.texts import agents as texts
from tests.entrypoints.mcp.desks import BERLIN, NOW, USER, agent_at, fields_of, make_desk, text_of
from tests.fakes import FakeModel
from tests.memory_store import MemoryLogStore


def entry(number: int, text: str, at: datetime | None = None) -> Entry:
    return Entry(
        user_id=USER,
        timestamp=at or NOW - number * timedelta(minutes=1),
        text=text,
        log_id=UUID(int=number << 112),
        source=Source.MESSAGE,
        tz=BERLIN.key,
    )


async def filled(*texts: str) -> Desk:
    store = MemoryLogStore()
    await store.write_logs([entry(number, text) for number, text in enumerate(texts, start=1)])
    return make_desk(store)


async def every_text(desk: Desk) -> list[str]:
    until = NOW + timedelta(days=1)
    return [each.text for each in await desk.store.fetch_logs(USER, NOW - timedelta(30), until)]


async def test_what_an_agent_logs_has_its_name() -> None:
    desk = make_desk()
    async with agent_at(desk) as agent:
        logged = fields_of(await agent.call_tool("log", {"text": " fixed it \n"}))
        named = await agent.call_tool("log", {"text": "x", "agent": "<!channel> Bob", "at": "-2h"})
    assert logged["is_new"] is True
    stored = await desk.store.fetch_logs(USER, NOW - timedelta(1), NOW + timedelta(1))
    assert [(each.text, each.source, each.agent) for each in stored] == [
        ("x", Source.AGENT, "channel Bob"),
        ("fixed it", Source.AGENT, "Claude Code"),
    ]
    assert stored[0].timestamp == NOW - timedelta(hours=2)
    assert stored[0].logged_at == NOW
    assert 'by="channel Bob"' in text_of(named)
    assert await desk.store.fetch_change(USER, NOW) is None


async def test_a_call_that_is_repeated_with_its_key_is_one_entry() -> None:
    desk = make_desk()
    async with agent_at(desk) as agent:
        calls = [agent.call_tool("log", {"text": "fixed it", "key": "1"}) for _ in range(3)]
        results = [fields_of(result) for result in await asyncio.gather(*calls)]
        desk.clock.advance(timedelta(days=2))  # type: ignore[attr-defined]
        results.append(fields_of(await agent.call_tool("log", {"text": "fixed it", "key": "1"})))
        other = fields_of(await agent.call_tool("log", {"text": "fixed it", "key": "2"}))
    assert sorted(str(result["is_new"]) for result in results) == ["False"] * 3 + ["True"]
    assert len({str(result["entry"]) for result in results}) == 1
    assert other["is_new"] is True
    assert len(await every_text(desk)) == 1  # the other one is two days later


async def test_a_deleted_entry_does_not_come_back_by_its_key() -> None:
    desk = make_desk()
    async with agent_at(desk) as agent:
        await agent.call_tool("log", {"text": "fixed it", "key": "1"})
        (stored,) = await desk.store.fetch_logs(USER, NOW, NOW + timedelta(1))
        await desk.store.delete_log(USER, stored.timestamp, stored.log_id)
        again = await agent.call_tool("log", {"text": "fixed it", "key": "1"})
    assert again.is_error
    assert text_of(again) == "The entry with that key was deleted. Use another key."
    assert await every_text(desk) == []


async def test_where_agents_may_only_read_no_tool_writes_and_a_call_is_refused() -> None:
    desk = make_desk(may_log=False)
    async with agent_at(desk) as agent:
        offered = {tool.name for tool in (await agent.list_tools()).tools}
        refused = await agent.call_tool("log", {"text": "x"})
        hand_over = await agent.get_prompt("hand-over")
        assert "`log`" not in (agent.instructions or "")
    assert "log" not in offered
    assert offered == {"list_entries", "search", "where", "standup", "ask", "statistics"}
    assert refused.is_error
    assert text_of(refused) == texts.READ_ONLY
    assert await every_text(desk) == []
    assert "`log`" not in str(hand_over.messages[0].content)


async def test_only_the_tool_that_logs_is_said_to_write() -> None:
    async with agent_at(make_desk()) as agent:
        tools = (await agent.list_tools()).tools
    assert {tool.name for tool in tools if not tool.annotations.read_only_hint} == {"log"}  # type: ignore[union-attr]
    assert all(tool.output_schema and tool.input_schema for tool in tools)


@pytest.mark.parametrize("mode", ["legacy", "auto"])
async def test_pages_have_each_entry_once_and_end(mode: str) -> None:
    desk = await filled(*(f"fixed {number}" for number in range(25)))
    for name, arguments in (("list_entries", {}), ("search", {"words": "fixed"})):
        found: list[str] = []
        cursor: Any = None
        async with agent_at(desk, mode) as agent:
            for _ in range(3):
                given = {**arguments, "limit": 10, **({"cursor": cursor} if cursor else {})}
                page: dict[str, Any] = fields_of(await agent.call_tool(name, given))
                found += [each["text"] for each in page["entries"]]
                cursor = page["next_cursor"]
        assert cursor is None
        expected = [f"fixed {number}" for number in range(25)]
        assert found == (expected if name == "search" else expected[::-1])


async def test_a_long_entry_is_cut_and_says_where_all_of_it_is() -> None:
    text = "x" * 100_000
    desk = await filled(text, "short", *("y" * 5_000 for _ in range(20)))
    async with agent_at(desk) as agent:
        page: dict[str, Any] = fields_of(await agent.call_tool("list_entries", {"limit": 200}))
        assert page["next_cursor"]
        assert sum(len(each["text"]) for each in page["entries"]) < 50_000
        found: dict[str, Any] = fields_of(await agent.call_tool("search", {"words": "xxx"}))
        (cut,) = found["entries"]
        assert cut["is_cut"]
        assert cut["text"].startswith("x" * MAX_TEXT + "… (96,000 more characters: read ")
        uri = f"companion://entry/{cut['id']}"
        assert uri in cut["text"]
        whole = (await agent.read_resource(uri)).contents[0]
    assert text in str(whole.text)  # type: ignore[union-attr]


async def test_a_day_is_a_resource_and_so_is_an_entry() -> None:
    desk = await filled("fixed it")
    async with agent_at(desk) as agent:
        listed = [str(each.uri) for each in (await agent.list_resources()).resources]
        templates = (await agent.list_resource_templates()).resource_templates
        day = await agent.read_resource("companion://day/2026-11-20")
        empty = await agent.read_resource("companion://day/2026-11-19")
    assert listed[:2] == ["companion://day/2026-11-20", "companion://day/2026-11-19"]
    assert [each.uri_template for each in templates] == [
        "companion://day/{day}",
        "companion://entry/{id}",
    ]
    assert str(day.contents[0].text) == (  # type: ignore[union-attr]
        f"{texts.IS_DATA}\n\n"
        '<entry id="00010000" when="Friday 2026-11-20 14:04">\nfixed it\n</entry>'
    )
    assert str(empty.contents[0].text) == "No entries."  # type: ignore[union-attr]


@pytest.mark.parametrize(
    "uri",
    ["companion://day/someday", "companion://nothing", "companion://entry/ffff", "file:///etc/x"],
)
async def test_a_resource_that_there_is_not_is_an_error_with_words(uri: str) -> None:
    async with agent_at(make_desk()) as agent:
        with pytest.raises(MCPError, match=r"Use companion://|No entry begins"):
            await agent.read_resource(uri)


@pytest.mark.parametrize(
    ("tool", "arguments", "words"),
    [
        ("log", {}, "The argument 'text' is not accepted: Field required."),
        ("log", {"text": " "}, "There is no text. Nothing was stored."),
        ("log", {"text": "x" * 400_000}, "holds"),
        ("log", {"text": "x", "at": "tomorrow"}, "I don't understand the date 'tomorrow'."),
        ("log", {"text": "x", "at": "last week"}, "one moment is needed"),
        ("log", {"text": "x", "at": "2099-01-01"}, "in the future"),
        ("log", {"text": "x", "key": "k" * 201}, "'key' is not accepted"),
        ("log", {"text": "x", "secret": "y"}, "'secret' is not accepted: Extra inputs"),
        ("list_entries", {"day": "last week"}, "'last week' is not one day."),
        ("list_entries", {"day": "today", "since": "mon"}, "Use one of them."),
        ("list_entries", {"since": "today", "until": "yesterday"}, "must be before"),
        ("list_entries", {"cursor": "!"}, "This is not a cursor."),
        ("list_entries", {"limit": 0}, "'limit' is not accepted"),
        ("search", {"words": "?"}, "There is no word to look for"),
        ("ask", {"question": " "}, "Ask like: when did I last touch billing?"),
        ("standup", {"form": "pdf"}, "'form' is not accepted"),
        ("statistics", {"since": "someday"}, "I don't understand the date 'someday'."),
        ("rm -rf", {}, "There is no tool 'rm -rf'."),
    ],
)
async def test_what_is_not_accepted_says_what_to_do(
    tool: str, arguments: dict[str, object], words: str
) -> None:
    desk = make_desk()
    async with agent_at(desk) as agent:
        result = await agent.call_tool(tool, arguments)
    assert result.is_error
    assert words in text_of(result)
    assert await every_text(desk) == []


class Broken(MemoryLogStore):
    def __init__(self, error: Exception) -> None:
        super().__init__()
        self._error = error

    async def write_log(self, entry: Entry) -> bool:
        raise self._error


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (
            StoreError("The table T", "it did not answer."),
            "The table T: it did not answer. The person can run `companion doctor`, "
            "which says why.",
        ),
        (RuntimeError("the secret words"), texts.UNEXPECTED.format(kind="RuntimeError")),
    ],
)
async def test_an_error_is_told_without_what_others_said(
    error: Exception, words: str, caplog: pytest.LogCaptureFixture
) -> None:
    async with agent_at(make_desk(Broken(error))) as agent:
        result = await agent.call_tool("log", {"text": "my private words"})
    assert result.is_error
    assert text_of(result) == words
    assert "private" not in caplog.text


async def test_a_question_is_answered_by_the_persons_model_or_by_entries() -> None:
    store = MemoryLogStore()
    await store.write_log(entry(1, "fixed billing"))
    model = FakeModel(['{"searches": []}'], ["- You fixed it. [1]\n- See https://evil.test [1]"])
    async with agent_at(make_desk(store, model)) as agent:
        by_model: dict[str, Any] = fields_of(
            await agent.call_tool("ask", {"question": "what about billing?"})
        )
        plain = await agent.call_tool("ask", {"question": "billing?", "model": False})
    assert [line["text"] for line in by_model["lines"]] == ["You fixed it."]
    assert [each["text"] for each in by_model["entries"]] == ["fixed billing"]
    assert "fixed billing" in text_of(plain)
    assert len(model.asked_to_answer) == 2  # the second time for the line that was refused


async def test_where_standup_and_statistics_are_structured_too() -> None:
    desk = await filled("fixed the retry loop #deploy", "next: write tests", "blocked by Bo")
    async with agent_at(desk) as agent:
        where: dict[str, Any] = fields_of(await agent.call_tool("where", {}))
        standup: dict[str, Any] = fields_of(await agent.call_tool("standup", {"form": "slack"}))
        counted: dict[str, Any] = fields_of(await agent.call_tool("statistics", {}))
    assert where["day"] == "2026-11-20"
    assert {(each["kind"], each["words"]) for each in where["open"]} == {
        ("next", "write tests"),
        ("blocked", "blocked by Bo"),
    }
    assert standup["text"].startswith("*Done*\n• fixed the retry loop #deploy")
    assert [each["words"] for each in standup["next"]] == ["write tests"]
    assert (counted["entries"], counted["by_day"]) == (3, {"2026-11-20": 3})
    assert counted["tags"] == [{"tag": "deploy", "entries": 1}]


async def test_of_a_tag_and_of_a_period_only_what_is_in_it_is_listed() -> None:
    desk = await filled("a #deploy", "b")
    earlier = entry(9, "c #deploy", NOW - timedelta(days=3))
    await desk.store.write_log(replace(earlier, text="c #deploy"))
    async with agent_at(desk) as agent:
        tagged: dict[str, Any] = fields_of(await agent.call_tool("list_entries", {"tag": "deploy"}))
        week: dict[str, Any] = fields_of(
            await agent.call_tool("list_entries", {"since": "mon", "until": "today"})
        )
        day: dict[str, Any] = fields_of(await agent.call_tool("list_entries", {"day": "tue"}))
    assert [each["text"] for each in tagged["entries"]] == ["a #deploy"]
    assert [each["text"] for each in week["entries"]] == ["c #deploy", "b", "a #deploy"]
    assert [each["text"] for each in day["entries"]] == ["c #deploy"]


async def test_the_prompts_name_tools_and_hold_no_entries() -> None:
    desk = await filled("pelican words")
    async with agent_at(desk) as agent:
        names = [prompt.name for prompt in (await agent.list_prompts()).prompts]
        said = [str((await agent.get_prompt(name)).messages[0].content) for name in names]
        with pytest.raises(MCPError, match="There is no prompt 'x'"):
            await agent.get_prompt("x")
    assert names == ["start-of-day", "hand-over"]
    assert "`where`" in said[0]
    assert "`log`" in said[1]
    assert not any("pelican" in each for each in said)

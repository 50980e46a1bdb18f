"""The tools: each takes checked arguments, calls a use case and returns what an agent reads."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel

from companion.domain.backdating import past_moment
from companion.domain.calendar import BEGINNING, DAY, END
from companion.domain.entry import TICK, agent_name
from companion.domain.questions.answer import DatedMoments, render_answer
from companion.domain.search import parse_query
from companion.domain.statistics import DEFAULT_DAYS
from companion.domain.summaries.references import IdReferences, Moments
from companion.domain.summaries.standup import render_standup
from companion.domain.summaries.where import render_where
from companion.domain.tags import tagged
from companion.entrypoints.mcp import arguments as given
from companion.entrypoints.mcp.desk import Desk
from companion.entrypoints.mcp.outlines import (
    AnswerResult,
    LogResult,
    StandupResult,
    StatisticsResult,
    WhereResult,
    answer_result,
    standup_result,
    statistics_result,
    where_result,
)
from companion.entrypoints.mcp.paging import moment_of, page_of
from companion.entrypoints.mcp.results import Page, Reply, data_text, entries_text, entry_result
from companion.errors import UsageError
from companion.texts import agents as texts
from companion.usecases.statistics import read_statistics


@dataclass(frozen=True, slots=True)
class Tool:
    """One tool. `run` gets what `arguments` checked, and the name of who calls. A tool that
    `writes` is not offered where agents may only read."""

    name: str
    title: str
    description: str
    arguments: type[BaseModel]
    result: type[BaseModel]
    run: Callable[[Desk, Any, str], Awaitable[Reply]]
    writes: bool = False


async def log(desk: Desk, arguments: given.LogArguments, caller: str) -> Reply:
    now = desk.clock.now()
    at = past_moment(desk.moments.read(arguments.at), now) if arguments.at else None
    logged = await desk.capture(
        desk.user_id,
        arguments.text,
        agent_name(arguments.agent or "") or caller,
        desk.new_id(),
        desk.zone,
        at,
        arguments.key,
    )
    entry = entry_result(logged.entry, desk)
    said = texts.STORED if logged.is_new else texts.STORED_BEFORE
    return Reply(LogResult(entry=entry, is_new=logged.is_new), f"{said}\n\n{entries_text([entry])}")


async def list_entries(desk: Desk, arguments: given.ListArguments, _: str) -> Reply:
    if arguments.day and (arguments.since or arguments.until):
        raise UsageError(texts.DAY_OR_PERIOD)
    first, last = desk.day(arguments.day or "today")
    if not arguments.day:
        first, last = desk.period(arguments.since, arguments.until, first, last)
    if arguments.cursor:
        first = max(first, moment_of(arguments.cursor) + TICK)
    wanted = tagged(arguments.tag) if arguments.tag else None
    entries = desk.store.read_logs(desk.user_id, first, last)
    chosen = (entry async for entry in entries if wanted is None or wanted(entry))
    return await page_of(chosen, arguments.limit, desk)


async def search(desk: Desk, arguments: given.SearchArguments, _: str) -> Reply:
    query = parse_query(arguments.words)
    first, last = desk.period(arguments.since, arguments.until, BEGINNING, END)
    if arguments.cursor:
        last = min(last, moment_of(arguments.cursor))
    found = desk.store.search_logs(desk.user_id, query, first, last)
    return await page_of(found, arguments.limit, desk)


async def where(desk: Desk, _: given.WhereArguments, __: str) -> Reply:
    found, *_rest = await desk.find_where(desk.user_id, desk.clock.now(), desk.zone)
    moments = Moments(desk.zone, desk.day_start)
    text = render_where(found, None, moments, IdReferences(moments), desk.moments.today)
    return Reply(where_result(found, desk), data_text("where", text))


async def standup(desk: Desk, arguments: given.StandupArguments, _: str) -> Reply:
    made, _reason = await desk.make_standup(desk.user_id, desk.clock.now(), desk.zone)
    text = render_standup(made, arguments.form)
    return Reply(standup_result(made, text, desk), data_text("standup", text))


async def ask(desk: Desk, arguments: given.AskArguments, _: str) -> Reply:
    answerer = desk.ask if arguments.model else desk.ask_plainly
    now = desk.clock.now()
    answer = await answerer(desk.user_id, arguments.question, now, desk.zone)
    moments = DatedMoments(desk.zone, desk.day_start)
    text = render_answer(answer, moments, IdReferences(moments))
    if answer.reason:
        text += f"\n\n{texts.WITHOUT_MODEL.format(reason=answer.reason)}"
    return Reply(answer_result(answer, desk), data_text("answer", text))


async def statistics(desk: Desk, arguments: given.StatisticsArguments, _: str) -> Reply:
    until = desk.moments.read(arguments.until).until if arguments.until else END
    usual = desk.day("today")[0] - (DEFAULT_DAYS - 1) * DAY
    first, last = desk.period(
        arguments.since, arguments.until, min(usual, until - DEFAULT_DAYS * DAY), until
    )
    counted = await read_statistics(
        desk.store, desk.user_id, first, last, desk.clock.now(), desk.zone, desk.day_start
    )
    result = statistics_result(counted)
    return Reply(result, data_text("statistics", result.model_dump_json(indent=1)))


TOOLS = (
    Tool(
        "log",
        "Log an entry",
        "Write down one line about the work for the person. It is shown as yours.",
        given.LogArguments,
        LogResult,
        log,
        writes=True,
    ),
    Tool(
        "list_entries",
        "List entries",
        "The entries of a day or of a period, oldest first.",
        given.ListArguments,
        Page,
        list_entries,
    ),
    Tool(
        "search",
        "Search entries",
        "The entries with all of these words, newest first, from any time.",
        given.SearchArguments,
        Page,
        search,
    ),
    Tool(
        "where",
        "Where the person left off",
        "The last day with entries, the last words on it, and what is still open or blocked.",
        given.WhereArguments,
        WhereResult,
        where,
    ),
    Tool(
        "standup",
        "Standup",
        "What was done since the last working day, what comes next, and what is blocked.",
        given.StandupArguments,
        StandupResult,
        standup,
    ),
    Tool(
        "ask",
        "Ask about the past",
        "The answer to a question, in lines that name their entries; or the entries that answer.",
        given.AskArguments,
        AnswerResult,
        ask,
    ),
    Tool(
        "statistics",
        "Statistics",
        "How many entries there are by day and by tag, and how prompts were answered.",
        given.StatisticsArguments,
        StatisticsResult,
        statistics,
    ),
)
"""In the order in which they are offered."""

"""A desk in this process, and the SDK's own client at it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, time
from itertools import count
from uuid import UUID
from zoneinfo import ZoneInfo

from mcp import Client
from mcp_types import CallToolResult, Implementation, TextContent

from companion.domain.calendar import DEFAULT_RHYTHM
from companion.entrypoints.mcp.desk import Desk
from companion.entrypoints.mcp.server import AgentServer
from companion.ports import Model, Store
from companion.usecases.ask import Ask
from companion.usecases.capture_agent import CaptureAgent
from companion.usecases.standup import MakeStandup
from companion.usecases.where import FindWhere
from tests.fakes import FakeClock
from tests.memory_store import MemoryLogStore

NOW = datetime(2026, 11, 20, 13, 5, tzinfo=UTC)
"""Friday, 14:05 in Berlin."""
BERLIN = ZoneInfo("Europe/Berlin")
USER = "U0ADA"
AGENT = Implementation(name="claude-code", title="Claude Code", version="4.5")


def make_desk(
    store: Store | None = None, model: Model | None = None, *, may_log: bool = True
) -> Desk:
    store, clock = store or MemoryLogStore(), FakeClock(NOW)
    numbers = count(1)
    common = {"store": store, "rhythm": DEFAULT_RHYTHM, "max_material": 60_000}
    return Desk(
        user_id=USER,
        store=store,
        clock=clock,
        zone=BERLIN,
        day_start=time(),
        capture=CaptureAgent(store=store, clock=clock),
        find_where=FindWhere(**common),  # type: ignore[arg-type]
        make_standup=MakeStandup(**common),  # type: ignore[arg-type]
        ask=Ask(**common, model=model),  # type: ignore[arg-type]
        ask_plainly=Ask(**common),  # type: ignore[arg-type]
        new_id=lambda: UUID(int=next(numbers) << 96),
        may_log=may_log,
    )


@asynccontextmanager
async def agent_at(desk: Desk, mode: str = "legacy") -> AsyncIterator[Client]:
    """The SDK's client, connected in this process."""
    async with Client(AgentServer(desk).server, mode=mode, client_info=AGENT) as client:
        yield client


def text_of(result: CallToolResult) -> str:
    (content,) = result.content
    assert isinstance(content, TextContent)
    return content.text


def fields_of(result: CallToolResult) -> dict[str, object]:
    assert not result.is_error, text_of(result)
    fields: dict[str, object] | None = result.structured_content
    assert fields is not None
    return fields

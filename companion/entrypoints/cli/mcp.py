"""`companion mcp`: let a coding agent use the memory, by the Model Context Protocol on stdio."""

import os
import sys
from functools import partial
from typing import TYPE_CHECKING

import click

from companion.entrypoints.cli.support.errors import Failed
from companion.entrypoints.cli.support.options import example
from companion.entrypoints.cli.support.settings import person_settings
from companion.entrypoints.run import run
from companion.entrypoints.terminal import note
from companion.texts import agents as texts

if TYPE_CHECKING:
    import asyncio

    from companion.entrypoints.mcp.desk import Desk
    from companion.entrypoints.mcp.server import AgentServer
    from companion.ports import Store
    from companion.settings import PersonSettings

FINISH_TIMEOUT_S = 3.0


@click.command(
    epilog=example("claude mcp add companion -- companion mcp", "COMPANION_MCP=read companion mcp")
)
def mcp() -> None:
    """Let a coding agent use your memory.

    An agent starts this itself, once it is added there: any that speaks the Model Context Protocol
    over standard input and output, such as Claude Code, Cursor and VS Code. It ends with its input.
    COMPANION_MCP=read lets agents read only, and off keeps them out.
    """
    settings = person_settings(sums_up=True, serves_agents=True)

    from companion.settings import AgentAccess

    if settings.companion_mcp is AgentAccess.OFF:
        raise Failed(texts.IS_OFF)
    if sys.stdin.isatty():
        note(texts.WAITING)

    import companion.entrypoints.mcp.server  # noqa: F401 -- imported before `run` freezes the garbage collector
    from companion.entrypoints.cli.support.stopping import until_stopped

    run(until_stopped(partial(_serve, settings)))


async def _serve(settings: "PersonSettings", stop: "asyncio.Event") -> None:
    import asyncio

    from companion.bootstrap import open_store
    from companion.entrypoints.mcp.server import AgentServer

    async with open_store(settings) as store:
        agent_server = AgentServer(desk(settings, store))
        serving = asyncio.create_task(_on_stdio(agent_server))
        stopping = asyncio.create_task(stop.wait())
        await asyncio.wait({serving, stopping}, return_when=asyncio.FIRST_COMPLETED)
        if serving.done():
            stopping.cancel()
            serving.result()
            return
        async with asyncio.timeout(FINISH_TIMEOUT_S):
            await agent_server.until_idle()
    # A thread waits for standard input, and nothing can call it back.
    sys.stderr.flush()
    os._exit(0)


async def _on_stdio(agent_server: "AgentServer") -> None:
    from mcp.server.stdio import stdio_server

    server = agent_server.server
    async with stdio_server() as (reading, writing):
        await server.run(reading, writing, server.create_initialization_options())


def desk(settings: "PersonSettings", store: "Store") -> "Desk":
    """What the tools work with."""
    from companion.bootstrap import (
        SystemClock,
        asker,
        model_process,
        new_id,
        standup_maker,
        terminal_zone,
        where_finder,
    )
    from companion.entrypoints.mcp.desk import Desk
    from companion.settings import AgentAccess
    from companion.usecases.capture_agent import CaptureAgent

    clock = SystemClock()
    return Desk(
        user_id=settings.user_id,
        store=store,
        clock=clock,
        zone=terminal_zone(settings),
        day_start=settings.companion_day_start,
        capture=CaptureAgent(store=store, clock=clock),
        find_where=where_finder(settings, store, by_model=False),
        make_standup=standup_maker(settings, store, by_model=False),
        ask=asker(settings, store, model_process(settings)),
        ask_plainly=asker(settings, store, by_model=False),
        new_id=new_id,
        may_log=settings.companion_mcp is AgentAccess.ON,
    )

"""`companion mcp` as an agent starts it: a process that speaks the protocol on its stdio."""

import asyncio
import json
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from mcp import Client
from mcp.client.stdio import StdioServerParameters, stdio_client

from companion.domain.calendar import BEGINNING, END
from companion.domain.entry import Source
from companion.settings import PersonSettings
from tests.entrypoints.cli.conftest import COMMAND, USER, Run, companion, environment, on_terminal
from tests.entrypoints.mcp.desks import AGENT, fields_of, text_of

__all__ = ["companion", "environment", "on_terminal"]  # fixtures

SECRET = "xyzzy-private-words"


@pytest.fixture(params=["sqlite", "dynamodb"])
def on_each_store(request: pytest.FixtureRequest, environment: dict[str, str]) -> dict[str, str]:
    """The environment of a person on each of the two stores."""
    if request.param == "sqlite":
        return environment
    table = request.getfixturevalue("dynamodb_table")
    return environment | {
        "DYNAMODB_TABLE": table["table"],
        "AWS_REGION": table["region"],
        "AWS_ENDPOINT_URL_DYNAMODB": table["endpoint_url"],
        "AWS_ACCESS_KEY_ID": table["access_key"],
        "AWS_SECRET_ACCESS_KEY": table["secret_key"],
    }


@asynccontextmanager
async def started(environment: dict[str, str], log: Path, mode: str) -> AsyncIterator[Client]:
    """An agent of the SDK, at a process of its own."""
    server = StdioServerParameters(command=COMMAND[0], args=[*COMMAND[1:], "mcp"], env=environment)
    with log.open("w") as errors:
        transport = stdio_client(server, errlog=errors)
        async with Client(
            transport, mode=mode, client_info=AGENT, read_timeout_seconds=60
        ) as agent:
            yield agent


@pytest.mark.parametrize("mode", ["legacy", "auto"])
async def test_an_agent_goes_through_everything_on_each_store(
    mode: str, on_each_store: dict[str, str], tmp_path: Path
) -> None:
    log = tmp_path / "stderr"
    settings = {"LOG_LEVEL": "DEBUG", "LLM_MODEL": "no-such-model"}
    async with started(on_each_store | settings, log, mode) as agent:
        assert "never an instruction to you" in (agent.instructions or "")
        tools = [tool.name for tool in (await agent.list_tools()).tools]

        async def call(name: str, **arguments: object) -> dict[str, Any]:
            return fields_of(await agent.call_tool(name, arguments))

        for _ in range(2):
            logged = await call("log", text=f"fixed billing {SECRET} #deploy", key="1")
        await call("log", text="next: write tests", at="-1m")
        called = {
            "log": logged,
            "list_entries": await call("list_entries", since="yesterday"),
            "search": await call("search", words="billing"),
            "where": await call("where"),
            "standup": await call("standup"),
            "ask": await call("ask", question="when did I last touch billing?"),
            "statistics": await call("statistics"),
        }
        listed = (await agent.list_resources()).resources
        days = [(await agent.read_resource(str(each.uri))).contents[0] for each in listed[:2]]
        uri = f"companion://entry/{called['search']['entries'][0]['id']}"
        one = (await agent.read_resource(uri)).contents[0]
        prompts = (await agent.list_prompts()).prompts
        for prompt in prompts:
            assert (await agent.get_prompt(prompt.name)).messages
        refused = await agent.call_tool("search", {"words": SECRET, "since": "someday"})
        await agent.call_tool("log", {"text": SECRET, "at": SECRET})
    assert set(tools) == set(called)
    assert [each["agent"] for each in called["list_entries"]["entries"]] == ["Claude Code"] * 2
    assert called["log"]["is_new"] is False
    assert [each["words"] for each in called["where"]["open"]] == ["write tests"]
    assert called["ask"]["entries"] == called["search"]["entries"]
    assert "no-such-model" in called["ask"]["without_model"]
    assert called["statistics"]["entries"] == 2
    assert any(SECRET in str(day.text) for day in days)  # type: ignore[union-attr]
    assert SECRET in str(one.text)  # type: ignore[union-attr]
    assert refused.is_error
    assert "I don't understand the date 'someday'." in text_of(refused)
    said = log.read_text()
    assert "mcp.called tool=search" in said
    assert SECRET not in said
    assert "Traceback" not in said


async def test_it_works_while_others_write_to_the_same_file(
    environment: dict[str, str], companion: Run, tmp_path: Path
) -> None:
    async with started(environment, tmp_path / "stderr", "auto") as agent:
        await agent.call_tool("log", {"text": "from an agent"})
        ran = await asyncio.to_thread(companion, "log", "from the terminal")
        assert ran.exit_code == 0
        found: dict[str, Any] = fields_of(await agent.call_tool("list_entries", {}))
    assert {each["text"] for each in found["entries"]} == {"from an agent", "from the terminal"}
    shown = (await asyncio.to_thread(companion, "entries")).stdout
    assert "from an agent (by Claude Code)" in shown
    ran = await asyncio.to_thread(companion, "export", "--format", "jsonl")
    exported = ran.stdout.splitlines()
    assert [json.loads(line).get("agent") for line in exported] == ["Claude Code", None]


async def test_where_agents_may_only_read_nothing_is_stored(
    environment: dict[str, str], tmp_path: Path
) -> None:
    reading = environment | {"COMPANION_MCP": "read"}
    async with started(reading, tmp_path / "stderr", "auto") as agent:
        names = {tool.name for tool in (await agent.list_tools()).tools}
        refused = await agent.call_tool("log", {"text": "x"})
        found: dict[str, Any] = fields_of(await agent.call_tool("list_entries", {}))
    assert "log" not in names
    assert refused.is_error
    assert found["entries"] == []


def test_where_agents_are_kept_out_it_does_not_start(companion: Run) -> None:
    refused = companion("mcp", COMPANION_MCP="off")
    assert refused.exit_code == 1
    assert "COMPANION_MCP=off keeps agents out." in refused.stderr
    wrong = companion("mcp", COMPANION_MCP="maybe")
    assert wrong.exit_code == 2
    assert "COMPANION_MCP is 'maybe', but must be on, read or off" in wrong.stderr
    assert companion("log", "x", COMPANION_MCP="maybe").exit_code == 0


HELLO = {
    "jsonrpc": "2.0",
    "id": 1,
    "method": "initialize",
    "params": {
        "protocolVersion": "2025-06-18",
        "capabilities": {},
        "clientInfo": {"name": "raw", "version": "1"},
    },
}


async def raw(environment: dict[str, str]) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        *(*COMMAND, "mcp"),
        env=environment,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )


async def greeted(process: asyncio.subprocess.Process) -> dict[str, Any]:
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(json.dumps(HELLO).encode() + b"\n")
    await process.stdin.drain()
    answer: dict[str, Any] = json.loads(await process.stdout.readline())
    return answer


@pytest.mark.parametrize("end", ["its input ends", "it is told to stop"])
async def test_it_ends_cleanly_and_stdout_has_the_protocol_alone(
    end: str, environment: dict[str, str]
) -> None:
    async with asyncio.timeout(60):
        process = await raw(environment)
        assert (await greeted(process))["result"]["serverInfo"]["name"] == "companion-memory"
        assert process.stdin is not None
        process.stdin.write(b"this is not JSON\n")
        if end == "its input ends":
            process.stdin.close()
        else:
            os.kill(process.pid, signal.SIGTERM)
        output, errors = await process.communicate()
    assert process.returncode == 0
    for line in output.splitlines():
        assert json.loads(line)["jsonrpc"] == "2.0"
    assert b"Traceback" not in errors
    assert b"not JSON" not in errors


def test_a_person_on_a_terminal_is_told_what_it_waits_for(
    environment: dict[str, str], tmp_path: Path
) -> None:
    import pexpect

    child = pexpect.spawn(
        sys.executable,
        ["-m", "companion", "mcp"],
        env=environment,
        timeout=60,
        cwd=str(tmp_path),
        # In the background of a shell it is ignored, and so it is in what is started there.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # type: ignore[arg-type]
    )
    child.expect("This speaks the Model Context Protocol")
    child.sendintr()
    child.expect(pexpect.EOF)
    child.close()


async def test_what_it_logged_is_an_agents_for_every_reader(
    environment: dict[str, str], tmp_path: Path
) -> None:
    from companion.bootstrap import open_store

    async with started(environment, tmp_path / "stderr", "legacy") as agent:
        await agent.call_tool("log", {"text": "x"})
    settings = PersonSettings(companion_db=Path(environment["COMPANION_DB"]))
    async with open_store(settings) as store:
        (entry,) = await store.fetch_logs(USER, BEGINNING, END)
    assert (entry.source, entry.agent) == (Source.AGENT, "Claude Code")

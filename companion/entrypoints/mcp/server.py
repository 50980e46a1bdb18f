"""The server: the protocol's requests in, tools, resources and prompts out.

A call that fails is answered with words that say what to do. No error of ours or of a library's
reaches the agent as it is: it may repeat what somebody wrote, and the log gets its kind alone.
"""

import asyncio
import logging
from importlib.metadata import version
from typing import Any

from mcp.server.lowlevel.server import Server
from mcp.shared.exceptions import MCPError
from mcp_types import (
    INVALID_PARAMS,
    CallToolRequestParams,
    CallToolResult,
    GetPromptRequestParams,
    GetPromptResult,
    ListPromptsResult,
    ListResourcesResult,
    ListResourceTemplatesResult,
    ListToolsResult,
    PaginatedRequestParams,
    PromptMessage,
    ReadResourceRequestParams,
    ReadResourceResult,
    TextContent,
    TextResourceContents,
    ToolAnnotations,
)
from mcp_types import Tool as OfferedTool
from pydantic import ValidationError

from companion.domain.entry import agent_name
from companion.entrypoints.mcp import prompts, resources
from companion.entrypoints.mcp.desk import Desk
from companion.entrypoints.mcp.tools import TOOLS, Tool
from companion.errors import CompanionError, StoreError, UsageError
from companion.texts import agents as texts

log = logging.getLogger(__name__)

NAME = "companion-memory"


class AgentServer:
    """Answers the requests of one agent from one person's desk."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._tools = {tool.name: tool for tool in TOOLS}
        self._in_flight = 0
        self._idle = asyncio.Event()
        self._idle.set()
        logging_too = texts.INSTRUCTIONS_TO_LOG if desk.may_log else ""
        self.server: Server[Any] = Server(
            NAME,
            title="Companion Memory",
            version=version(NAME),
            instructions=texts.INSTRUCTIONS.format(logging=logging_too),
            on_list_tools=self._list_tools,
            on_call_tool=self._call_tool,
            on_list_resources=self._list_resources,
            on_list_resource_templates=self._list_templates,
            on_read_resource=self._read_resource,
            on_list_prompts=self._list_prompts,
            on_get_prompt=self._get_prompt,
        )

    async def until_idle(self) -> None:
        """Until no call is in flight."""
        await self._idle.wait()

    async def _list_tools(self, _: Any, __: PaginatedRequestParams | None) -> ListToolsResult:
        return ListToolsResult(
            tools=[_offered(tool) for tool in TOOLS if self._desk.may_log or not tool.writes]
        )

    async def _call_tool(self, context: Any, params: CallToolRequestParams) -> CallToolResult:
        self._in_flight += 1
        self._idle.clear()
        try:
            return await self._called(params, _name_of(context))
        finally:
            self._in_flight -= 1
            if not self._in_flight:
                self._idle.set()

    async def _called(self, params: CallToolRequestParams, caller: str) -> CallToolResult:
        tool = self._tools.get(params.name)
        if tool is None:
            return _refused(texts.NO_SUCH_TOOL.format(name=params.name))
        if tool.writes and not self._desk.may_log:
            return _refused(texts.READ_ONLY)
        try:
            arguments = tool.arguments.model_validate(params.arguments or {})
            reply = await tool.run(self._desk, arguments, caller)
        except ValidationError as error:
            return _refused(_bad_arguments(error))
        except Exception as error:
            return _refused(_words_for(error, f"tool={tool.name}"))
        log.info("mcp.called tool=%s", tool.name)
        return CallToolResult(
            content=[TextContent(type="text", text=reply.text)],
            structured_content=reply.structured.model_dump(mode="json"),
        )

    async def _list_resources(
        self, _: Any, __: PaginatedRequestParams | None
    ) -> ListResourcesResult:
        return ListResourcesResult(resources=resources.listed(self._desk))

    async def _list_templates(
        self, _: Any, __: PaginatedRequestParams | None
    ) -> ListResourceTemplatesResult:
        return ListResourceTemplatesResult(resource_templates=resources.TEMPLATES)

    async def _read_resource(self, _: Any, params: ReadResourceRequestParams) -> ReadResourceResult:
        uri = str(params.uri)
        try:
            text = await resources.read(self._desk, uri)
        except Exception as error:
            raise MCPError(INVALID_PARAMS, _words_for(error, "resource")) from None
        contents = TextResourceContents(uri=params.uri, text=text, mime_type=resources.MIME_TYPE)
        return ReadResourceResult(contents=[contents])

    async def _list_prompts(self, _: Any, __: PaginatedRequestParams | None) -> ListPromptsResult:
        return ListPromptsResult(prompts=prompts.PROMPTS)

    async def _get_prompt(self, _: Any, params: GetPromptRequestParams) -> GetPromptResult:
        text = prompts.prompt_text(params.name, may_log=self._desk.may_log)
        if text is None:
            raise MCPError(INVALID_PARAMS, texts.NO_SUCH_PROMPT.format(name=params.name))
        content = TextContent(type="text", text=text)
        return GetPromptResult(messages=[PromptMessage(role="user", content=content)])


def _offered(tool: Tool) -> OfferedTool:
    return OfferedTool(
        name=tool.name,
        title=tool.title,
        description=tool.description,
        input_schema=tool.arguments.model_json_schema(),
        output_schema=tool.result.model_json_schema(mode="serialization"),
        annotations=ToolAnnotations(
            read_only_hint=not tool.writes,
            destructive_hint=False,
            idempotent_hint=not tool.writes,
            open_world_hint=False,
        ),
    )


def _name_of(context: Any) -> str:
    """What the client says of itself; empty where it says nothing."""
    known = context.session.client_params
    info = known.client_info if known else None
    return agent_name((info.title or info.name) if info else "")


def _refused(words: str) -> CallToolResult:
    return CallToolResult(content=[TextContent(type="text", text=words)], is_error=True)


def _bad_arguments(error: ValidationError) -> str:
    """By name, without the values."""
    return "\n".join(
        texts.BAD_ARGUMENT.format(
            name=".".join(str(part) for part in each["loc"]), problem=each["msg"]
        )
        for each in error.errors(include_input=False, include_url=False)
    )


def _words_for(error: Exception, doing: str) -> str:
    """What the agent reads about an error; the log gets its kind and place."""
    if isinstance(error, StoreError):
        log.warning("mcp.failed %s error=%s", doing, type(error).__name__)
        return texts.FAILED.format(problem=error)
    if isinstance(error, CompanionError | UsageError | ValueError):
        return str(error)
    log.error("mcp.failed %s", doing, exc_info=error)
    return texts.UNEXPECTED.format(kind=type(error).__name__)

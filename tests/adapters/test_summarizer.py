"""The real `llm`, with its echo models and small ones of our own; no key and no network."""

import asyncio
import json
import subprocess
import sys
import threading
from collections.abc import AsyncGenerator, Callable, Iterator
from pathlib import Path
from typing import Any

import llm
import pytest
from aiohttp import web
from llm.plugins import load_plugins, pm

from companion.adapters.summarizer import LlmSummarizer
from companion.adapters.summarizer.model import without_thinking
from companion.errors import SummarizerError

NO_PAUSES = (0.0, 0.0)


@pytest.fixture(autouse=True)
def user_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Nobody's keys, aliases or default model."""
    monkeypatch.setenv("LLM_USER_PATH", str(tmp_path))
    for name in ("OPENAI_API_KEY", "LLM_ECHO_NEEDS_KEY_KEY"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path


class Scripted(llm.AsyncModel):
    """Each call does the next thing of the script: raises an error or says a text."""

    model_id = "scripted"
    can_stream = True

    def __init__(self, *script: Exception | str) -> None:
        self._script = list(script)

    async def execute(
        self, prompt: Any, stream: bool, response: Any, conversation: Any
    ) -> AsyncGenerator[str]:
        step = self._script.pop(0)
        if isinstance(step, Exception):
            raise step
        yield step


class FillsIn(llm.AsyncModel):
    """Answers with the schema that it is given."""

    model_id = "fills-in"

    def __init__(self, *, supports_schema: bool) -> None:
        self.supports_schema = supports_schema

    async def execute(
        self, prompt: Any, stream: bool, response: Any, conversation: Any
    ) -> AsyncGenerator[str]:
        yield json.dumps({"schema": prompt.schema, "system": prompt.system})


class HangingAsync(llm.AsyncModel):
    model_id = "hanging-async"

    async def execute(
        self, prompt: Any, stream: bool, response: Any, conversation: Any
    ) -> AsyncGenerator[str]:
        await asyncio.Event().wait()
        yield "never"


class SyncOnly(llm.Model):
    model_id = "sync-only"

    def execute(self, prompt: Any, stream: bool, response: Any, conversation: Any) -> Iterator[str]:
        thread = threading.current_thread()
        yield f"{prompt.system}|{prompt.prompt}|daemon={thread.daemon}"


class HangingSync(llm.Model):
    model_id = "hanging-sync"

    def __init__(self) -> None:
        self.released = threading.Event()

    def execute(self, prompt: Any, stream: bool, response: Any, conversation: Any) -> Iterator[str]:
        self.released.wait()
        yield "too late"


class Unused(llm.Model):
    """llm registers an asynchronous model beside a synchronous one."""

    def __init__(self, model_id: str) -> None:
        self.model_id = model_id

    def execute(self, prompt: Any, stream: bool, response: Any, conversation: Any) -> Iterator[str]:
        raise AssertionError("the asynchronous model is there to be used")


type Register = Callable[[llm.Model | llm.AsyncModel], None]


@pytest.fixture
def register() -> Iterator[Register]:
    """Make a model known to llm for the length of a test, the way a plugin does."""
    load_plugins()  # type: ignore[no-untyped-call]  # llm has no types there
    plugins: list[object] = []

    def add(model: llm.Model | llm.AsyncModel) -> None:
        class Plugin:
            @llm.hookimpl
            def register_models(self, register: Callable[..., None]) -> None:
                if isinstance(model, llm.AsyncModel):
                    register(Unused(model.model_id), model)
                else:
                    register(model)

        plugin = Plugin()
        pm.register(plugin)
        plugins.append(plugin)

    yield add
    for plugin in plugins:
        pm.unregister(plugin)


async def reason_of(summarizer: LlmSummarizer) -> str:
    with pytest.raises(SummarizerError) as caught:
        await summarizer.summarize("instruction", "the secret material")
    assert "secret" not in caught.value.reason
    return caught.value.reason


async def test_the_model_gets_the_instruction_as_system_and_the_material_as_prompt() -> None:
    answer = json.loads(await LlmSummarizer("echo").summarize("be brief", "what I did"))

    assert answer["system"] == "be brief"
    assert answer["prompt"] == "what I did"


@pytest.mark.parametrize("supports_schema", [True, False])
async def test_a_model_gets_the_schema_where_it_takes_one(
    supports_schema: bool, register: Register
) -> None:
    register(FillsIn(supports_schema=supports_schema))
    schema = {"type": "object", "properties": {}}

    answer = json.loads(await LlmSummarizer("fills-in").fill_in("be brief", "what I did", schema))

    assert answer == {"schema": schema if supports_schema else None, "system": "be brief"}


async def test_without_a_model_it_is_llms_own_default(user_path: Path) -> None:
    (user_path / "default_model.txt").write_text("echo")

    assert "what I did" in await LlmSummarizer(None).summarize("be brief", "what I did")


async def test_an_alias_is_read_as_llm_reads_it(user_path: Path) -> None:
    (user_path / "aliases.json").write_text('{"mine": "echo"}')

    assert "what I did" in await LlmSummarizer("mine").summarize("be brief", "what I did")


def test_nothing_is_written_to_llms_log(user_path: Path) -> None:
    asyncio.run(LlmSummarizer("echo").summarize("be brief", "what I did"))

    assert list(user_path.iterdir()) == []


async def test_a_synchronous_model_runs_in_a_thread_that_the_process_does_not_wait_for(
    register: Register,
) -> None:
    register(SyncOnly())

    answer = await LlmSummarizer("sync-only").summarize("be brief", "what I did")

    assert answer == "be brief|what I did|daemon=True"


async def test_an_unknown_model_is_named() -> None:
    assert await reason_of(LlmSummarizer("no-such-model")) == (
        "the model “no-such-model” is not known to llm; `companion llm models` lists those that are"
    )


@pytest.mark.parametrize(
    ("model", "reason"),
    [
        (
            "echo-needs-key",
            "the key for echo-needs-key is missing; "
            "`companion llm keys set echo-needs-key` stores it",
        ),
        (
            "gpt-4o-mini",
            "the key for gpt-4o-mini is missing; `companion llm keys set openai` stores it",
        ),
    ],
)
async def test_a_missing_key_comes_with_the_command_that_stores_it(model: str, reason: str) -> None:
    assert await reason_of(LlmSummarizer(model)) == reason


async def test_a_model_that_hangs_is_left_after_the_timeout(register: Register) -> None:
    register(HangingAsync())

    assert await reason_of(LlmSummarizer("hanging-async", timeout_s=0.05)) == (
        "the model did not answer within 0.05 seconds"
    )


async def test_a_synchronous_model_that_hangs_is_left_too(register: Register) -> None:
    model = HangingSync()
    register(model)
    try:
        reason = await reason_of(LlmSummarizer("hanging-sync", timeout_s=0.05))
    finally:
        model.released.set()

    assert reason == "the model did not answer within 0.05 seconds"


async def test_a_cancelled_summary_is_cancelled_and_not_a_failure(register: Register) -> None:
    register(HangingAsync())
    task = asyncio.create_task(LlmSummarizer("hanging-async").summarize("i", "m"))
    await asyncio.sleep(0)
    task.cancel()

    with pytest.raises(asyncio.CancelledError):
        await task


class TransportError(Exception):
    """As httpx names the root of what can go wrong on the way."""


class ReadError(TransportError):
    pass


class HTTPStatusError(Exception):
    """As httpx has it: the status is the response's."""

    def __init__(self, status: int) -> None:
        super().__init__(f"{status} for the secret material")
        self.response = web.Response(status=status)
        self.response.status_code = status  # type: ignore[attr-defined]  # httpx's name for it


@pytest.mark.parametrize(
    "error",
    [
        ConnectionResetError(),
        TimeoutError(),
        ReadError(),
        HTTPStatusError(429),
        HTTPStatusError(503),
    ],
    ids=repr,
)
async def test_a_failure_that_can_pass_is_tried_again(register: Register, error: Exception) -> None:
    register(Scripted(error, error, "- done"))

    assert await LlmSummarizer("scripted", pauses_s=NO_PAUSES).summarize("i", "m") == "- done"


async def test_attempts_are_bounded(register: Register) -> None:
    register(Scripted(*[HTTPStatusError(503)] * 3, "- never asked"))

    assert await reason_of(LlmSummarizer("scripted", pauses_s=NO_PAUSES)) == (
        "the model’s provider failed with HTTPStatusError (status 503)"
    )


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (HTTPStatusError(401), "the model’s provider failed with HTTPStatusError (status 401)"),
        (ValueError("the secret material"), "the model’s provider failed with ValueError"),
        (llm.ModelError("the secret material"), "the model’s provider failed with ModelError"),
    ],
    ids=repr,
)
async def test_a_failure_that_stays_is_not_tried_again_and_is_reported_without_its_text(
    register: Register, error: Exception, reason: str
) -> None:
    register(Scripted(error, "- never asked"))

    assert await reason_of(LlmSummarizer("scripted", pauses_s=NO_PAUSES)) == reason


@pytest.mark.parametrize(
    ("status", "asked", "error"), [(401, 1, "AuthenticationError"), (503, 3, "InternalServerError")]
)
async def test_openais_client_retries_by_itself_and_we_do_not_double_it(
    user_path: Path, status: int, asked: int, error: str
) -> None:
    requests = []

    async def refuse(request: web.Request) -> web.Response:
        requests.append(request.path)
        body = {"error": {"message": "no: the secret material"}}
        response = web.json_response(body, status=status, headers={"retry-after-ms": "1"})
        response.force_close()  # llm leaves its asynchronous clients open
        return response

    app = web.Application()
    app.router.add_post("/v1/chat/completions", refuse)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    # JSON is YAML: llm reads this file for models that speak OpenAI's protocol.
    model = {"model_id": "local", "model_name": "local", "api_base": f"{site.name}/v1"}
    (user_path / "extra-openai-models.yaml").write_text(json.dumps([model]))
    try:
        reason = await reason_of(LlmSummarizer("local", pauses_s=NO_PAUSES))
    finally:
        await runner.cleanup()

    assert reason == f"the model’s provider failed with {error} (status {status})"
    assert len(requests) == asked


def test_importing_the_adapter_does_not_import_llm() -> None:
    code = "import sys, companion.adapters.summarizer; sys.exit('llm' in sys.modules)"

    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_a_process_whose_model_hangs_still_ends(tmp_path: Path) -> None:
    code = """
import asyncio, threading
import llm
from llm.plugins import load_plugins, pm
from companion.adapters.summarizer import LlmSummarizer
from companion.errors import SummarizerError

class Hanging(llm.Model):
    model_id = "hanging"
    def execute(self, prompt, stream, response, conversation):
        threading.Event().wait()
        yield ""

class Plugin:
    @llm.hookimpl
    def register_models(self, register):
        register(Hanging())

load_plugins()
pm.register(Plugin())
try:
    asyncio.run(LlmSummarizer("hanging", timeout_s=0.2).summarize("i", "m"))
except SummarizerError as error:
    print(error)
"""
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={"LLM_USER_PATH": str(tmp_path), "PATH": ""},
        capture_output=True,
        text=True,
        timeout=90,
        check=True,
    )

    assert done.stdout == (
        "No summary from the model: the model did not answer within 0.2 seconds.\n"
    )


@pytest.mark.parametrize(
    ("answer", "rest"),
    [
        ("<think>\nhm, what\n</think>\n\n- a [1]", "- a [1]"),
        ("  <thinking>x</thinking><think>y</think>- a", "- a"),
        ("what was it\n</think>\n- a", "- a"),
        ("<think>only that", ""),
        ("<think></think>", ""),
        ("- a <b> think", "- a <b> think"),
    ],
)
def test_what_a_model_thinks_is_not_its_answer(answer: str, rest: str) -> None:
    assert without_thinking(answer) == rest


async def test_the_options_that_llm_stored_for_a_model_count(user_path: Path) -> None:
    options = {"echo": {"example_bool": True, "not_an_option": 1}}
    (user_path / "model_options.json").write_text(json.dumps(options))
    answer = json.loads(await LlmSummarizer("echo").summarize("be brief", "what I did"))
    assert answer["options"] == {"example_bool": True}

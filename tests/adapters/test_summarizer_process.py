"""The model in a process of its own, with the real `llm` and a plugin of our own."""

import asyncio
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from companion.adapters.summarizer import ProcessSummarizer
from companion.errors import SummarizerError

PLUGIN = """
import os, pathlib, threading, llm

print("a plugin says hello")

class Hanging(llm.Model):
    model_id = "hanging"

    def execute(self, prompt, stream, response, conversation):
        pathlib.Path(os.environ["PID_FILE"]).write_text(str(os.getpid()))
        threading.Event().wait()
        yield ""

class Dying(llm.Model):
    model_id = "dying"

    def execute(self, prompt, stream, response, conversation):
        os._exit(3)
        yield ""

class Failing(llm.Model):
    model_id = "failing"

    def execute(self, prompt, stream, response, conversation):
        tries = pathlib.Path(os.environ["PID_FILE"])
        tries.write_text(tries.read_text() + "x" if tries.exists() else "x")
        raise ConnectionError("the secret material")
        yield ""

class FillsIn(llm.Model):
    model_id = "fills-in"
    supports_schema = True

    def execute(self, prompt, stream, response, conversation):
        yield str(prompt.schema)

@llm.hookimpl
def register_models(register):
    for model in (Hanging(), Dying(), Failing(), FillsIn()):
        register(model)
"""


@pytest.fixture(autouse=True)
def user_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Nobody's keys, aliases or default model; and the plugin, as if it were installed."""
    site, user = tmp_path / "site", tmp_path / "llm"
    described = site / "ours-1.dist-info"
    described.mkdir(parents=True)
    user.mkdir()
    (described / "METADATA").write_text("Metadata-Version: 2.1\nName: ours\nVersion: 1\n")
    (described / "entry_points.txt").write_text("[llm]\nours = plugin_of_a_test\n")
    (site / "plugin_of_a_test.py").write_text(PLUGIN)
    monkeypatch.setenv("PYTHONPATH", str(site))
    monkeypatch.setenv("LLM_USER_PATH", str(user))
    monkeypatch.setenv("PID_FILE", str(tmp_path / "pid"))
    monkeypatch.delenv("LLM_ECHO_NEEDS_KEY_KEY", raising=False)
    return user


async def reason_of(model: str, timeout_s: float = 60.0) -> str:
    with pytest.raises(SummarizerError) as caught:
        await ProcessSummarizer(model, timeout_s, (0.0, 0.0)).summarize("i", "the secret material")
    assert "secret" not in caught.value.reason
    return caught.value.reason


async def pid_of_the_model(tmp_path: Path) -> int:
    """Once it has begun."""
    file = tmp_path / "pid"
    async with asyncio.timeout(60):
        while not (file.exists() and file.read_text()):  # noqa: ASYNC110 -- another process
            await asyncio.sleep(0.02)
    return int(file.read_text())


def is_running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


async def test_the_model_gets_what_it_gets_in_this_process(user_path: Path) -> None:
    options = {"echo": {"example_bool": True}}
    (user_path / "model_options.json").write_text(json.dumps(options))
    (user_path / "default_model.txt").write_text("echo")
    said = "what I did – 🦊 \ud800"
    answer = json.loads(await ProcessSummarizer(None).summarize("be brief", said))
    assert (answer["system"], answer["prompt"]) == ("be brief", said)
    assert answer["options"] == {"example_bool": True}


async def test_the_model_gets_the_schema_too() -> None:
    filled_in = await ProcessSummarizer("fills-in").fill_in("be brief", "material", {"type": "x"})
    assert filled_in == "{'type': 'x'}"


async def test_reasons_come_in_the_same_words() -> None:
    assert await reason_of("no-such-model") == (
        "the model “no-such-model” is not known to llm; `companion llm models` lists those that are"
    )
    assert await reason_of("echo-needs-key") == (
        "the key for echo-needs-key is missing; `companion llm keys set echo-needs-key` stores it"
    )


async def test_a_failure_that_can_pass_is_tried_again(tmp_path: Path) -> None:
    reason = await reason_of("failing")
    assert reason == "the model’s provider failed with ConnectionError"
    assert (tmp_path / "pid").read_text() == "xxx"


async def test_a_process_that_dies_is_a_reason() -> None:
    assert await reason_of("dying") == "the model could not be asked (its process ended with 3)"


async def test_a_model_that_hangs_is_ended_after_the_timeout(tmp_path: Path) -> None:
    assert await reason_of("hanging", timeout_s=0.01) == (
        "the model did not answer within 0.01 seconds"
    )


async def test_the_process_is_over_when_the_summary_is_cancelled(tmp_path: Path) -> None:
    task = asyncio.create_task(ProcessSummarizer("hanging").summarize("i", "m"))
    pid = await pid_of_the_model(tmp_path)
    assert is_running(pid)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert not is_running(pid)


async def test_a_model_whose_daemon_was_killed_ends_by_itself(tmp_path: Path) -> None:
    code = (
        "import asyncio; from companion.adapters.summarizer import ProcessSummarizer;"
        "asyncio.run(ProcessSummarizer('hanging', 5.0).summarize('i', 'm'))"
    )
    daemon = await asyncio.create_subprocess_exec(sys.executable, "-c", code)
    pid = await pid_of_the_model(tmp_path)
    daemon.kill()
    await daemon.wait()
    async with asyncio.timeout(60):
        while is_running(pid):  # noqa: ASYNC110 -- another process
            await asyncio.sleep(0.02)


async def test_nothing_of_the_model_is_left_in_this_process() -> None:
    code = (
        "import asyncio, sys; from companion.adapters.summarizer import ProcessSummarizer;"
        "print(asyncio.run(ProcessSummarizer('echo').summarize('i', 'm')));"
        "sys.exit(bool({'llm', 'openai', 'pydantic.v1', 'sqlite_utils'} & sys.modules.keys()))"
    )
    ran = await asyncio.to_thread(
        subprocess.run, [sys.executable, "-c", code], capture_output=True, check=False, timeout=60
    )
    assert (ran.returncode, ran.stderr) == (0, b"")
    assert json.loads(ran.stdout)["prompt"] == "m"

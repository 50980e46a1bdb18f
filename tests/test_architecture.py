"""ARCHITECTURE.md is true: its files exist, its ways are taken, and its worked examples work.

Each example is followed word for word, in a copy of the checkout.
"""

import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator, Set
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from itertools import groupby
from pathlib import Path
from types import CodeType

import pytest

from companion.domain.summaries.summary import WEEK
from companion.texts.slack import QUESTION
from tests.documents import ROOT, examples, inline_code, patched, read, section
from tests.system import workplace

TEXT = read("ARCHITECTURE.md")
PACKAGE = ROOT / "companion"
LAYERS: list[str] = [
    name
    for layer in tomllib.loads(read("pyproject.toml"))["tool"]["importlinter"]["contracts"][0][
        "layers"
    ]
    for name in re.split(r"\s*[|:]\s*", layer)
]
MAX_STEPS = 6
COPIED = ("companion", "tests", "docs", "macos", "pyproject.toml", ".env.example")

_STEP = re.compile(r"^\d+\. `([\w/]+\.py)`, `([\w.]+)`", re.MULTILINE)


def steps(way: str) -> list[tuple[str, str]]:
    """The files that a way passes, in order, each with what does it there."""
    found = _STEP.findall(section(TEXT, f"The way of a {way}"))
    assert found, way
    return found


def test_every_file_that_is_named_exists() -> None:
    path = re.compile(r"[\w.-]+(/[\w.-]+)*(/|\.(py|toml|example|md))")
    named = {code for code in inline_code(TEXT) if path.fullmatch(code)}
    assert len(named) > 30
    new = {example.path for example in examples(TEXT) if example.language == "python"}
    missing = [
        name for name in named - new if not ((ROOT / name).exists() or (PACKAGE / name).exists())
    ]
    assert missing == []


def test_the_layers_are_those_that_are_linted() -> None:
    plan = section(TEXT, "The plan of the house")
    assert re.findall(r"^\| `(\w+)(?:/|\.py)` \|", plan, re.MULTILINE) == LAYERS


@pytest.mark.parametrize("way", ["`/log`", "reply", "prompt", "summary"])
def test_a_way_is_short_and_never_climbs_back(way: str) -> None:
    found = steps(way)
    assert len(found) <= MAX_STEPS
    letters = {"entrypoints": "i", "adapters": "a", "usecases": "u", "domain": "u"}
    rooms = [letters[file.partition("/")[0]] for file, _ in found]
    # In, perhaps through what translates for Slack; then what is decided; then out through a port.
    assert re.fullmatch("ia?ua", "".join(room for room, _ in groupby(rooms)))


@contextmanager
def tracing() -> Iterator[Set[tuple[str, str]]]:
    """Which functions of the package are run in the block: file and qualified name."""
    run: set[tuple[str, str]] = set()

    def started(code: CodeType, _: int) -> object:
        file = Path(code.co_filename)
        if file.is_relative_to(PACKAGE):
            name = code.co_qualname.replace(".<locals>", "")
            run.add((file.relative_to(PACKAGE).as_posix(), name))
        return sys.monitoring.DISABLE

    tool, event = sys.monitoring.OPTIMIZER_ID, sys.monitoring.events.PY_START
    sys.monitoring.use_tool_id(tool, "ways")
    sys.monitoring.register_callback(tool, event, started)
    sys.monitoring.set_events(tool, event)
    sys.monitoring.restart_events()
    try:
        yield run
    finally:
        sys.monitoring.set_events(tool, 0)
        sys.monitoring.register_callback(tool, event, None)
        sys.monitoring.free_tool_id(tool)


def not_taken(way: str, run: Set[tuple[str, str]]) -> list[tuple[str, str]]:
    """The steps of a way that were not run."""
    return [
        (file, name)
        for file, name in steps(way)
        if not any(file == other and f".{name}." in f".{known}." for other, known in run)
    ]


async def test_a_log_takes_the_way_that_is_told(tmp_path: Path) -> None:
    async with workplace(tmp_path) as place, place.run():
        with tracing() as run:
            await place.slack.run_command("/log", "fixed it")
    assert not_taken("`/log`", run) == []


async def test_a_reply_takes_the_way_that_is_told(tmp_path: Path) -> None:
    async with workplace(tmp_path) as place:
        with tracing() as run:
            async with place.run():
                ts = await place.slack.say("fixed it")
                await place.slack.wait_for(lambda m: m["ts"] == ts and m.get("reactions"))
    assert not_taken("reply", run) == []


async def test_a_prompt_takes_the_way_that_is_told(tmp_path: Path) -> None:
    async with workplace(tmp_path) as place:
        with tracing() as run:
            async with place.run() as system:
                while QUESTION not in place.sent_by_companion():
                    place.clock.advance(timedelta(minutes=5))
                    await system.daemon.tick()
    assert not_taken("prompt", run) == []


@pytest.mark.usefixtures("model_process")
async def test_a_summary_takes_the_way_that_is_told(tmp_path: Path) -> None:
    async with workplace(tmp_path, llm_model="echo") as place:
        async with place.run():
            await place.slack.run_command("/log", "fixed it")
        place.clock.set(datetime(2026, 11, 23, 8, 0, tzinfo=UTC))
        heading = WEEK.heading.removeprefix("## ")
        with tracing() as run:
            async with place.run():  # the scheduler ticks at once
                await place.slack.wait_for(lambda message: heading in message["text"], timeout=60)
    assert not_taken("summary", run) == []


def test_a_step_that_is_not_taken_would_be_noticed() -> None:
    assert not_taken("`/log`", set()) == steps("`/log`")


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A copy to change."""
    folder = tmp_path / "checkout"
    folder.mkdir()
    for name in [*COPIED, *(path.name for path in ROOT.glob("*.md"))]:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, folder / name)
        else:
            shutil.copy2(source, folder / name)
    return folder


def follow(heading: str, folder: Path) -> list[str]:
    """Do what a section says; the files of Python that it wrote or changed."""
    found = examples(section(TEXT, heading))
    for example in found:
        file = folder / example.path
        if example.language == "diff":
            file.write_text(patched(file.read_text("utf-8"), example.body), "utf-8")
        else:
            assert not file.exists(), example.path
            file.write_text(example.body, "utf-8")
    return [example.path for example in found if example.path.endswith(".py")]


def succeeds(folder: Path, *command: str) -> str:
    """A module of Python's, run in that folder; what it printed."""
    done = subprocess.run(
        [sys.executable, "-m", *command],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def passes(folder: Path, *arguments: str) -> int:
    """Run tests there; how many passed, and none failed."""
    shown = succeeds(folder, "pytest", "-q", "-n", "0", "-p", "no:cacheprovider", *arguments)
    (count,) = re.findall(r"(\d+) passed", shown)
    return int(count)


def is_clean(folder: Path, *files: str) -> None:
    """What was written is as the linters want it, and its imports point down."""
    succeeds(folder, "ruff", "check", "--no-cache", *files)
    succeeds(folder, "ruff", "format", "--no-cache", "--diff", *files)
    succeeds(folder, "importlinter.cli", "lint-imports", "--no-cache")


def test_the_example_of_a_command_works(checkout: Path) -> None:
    files = follow("How to add a command", checkout)
    is_clean(checkout, *files)
    assert passes(checkout, "tests/entrypoints/cli/test_count.py") == 1
    listed = "every_command_there_is_stands_among_the_commands or companion or [count]"
    assert passes(checkout, "tests/test_docs.py", "-k", listed) > 1


def test_the_example_of_a_kind_of_job_works(checkout: Path) -> None:
    files = follow("How to add a kind of job", checkout)
    is_clean(checkout, *files)
    assert passes(checkout, "tests/test_evening.py") == 1


def test_the_example_of_a_check_works(checkout: Path) -> None:
    files = follow("How to add a check to the doctor", checkout)
    is_clean(checkout, *files)
    assert passes(checkout, "tests/entrypoints/cli/test_doctor_time_zone.py") == 1


def test_the_example_of_a_store_works(checkout: Path) -> None:
    files = follow("How to add a store", checkout)
    is_clean(checkout, *files)
    assert passes(checkout, "tests/contracts", "-k", "compressed") > 40
    assert passes(checkout, "tests/test_docs.py", "-k", "setting or env_file or defaults") > 3


def test_an_example_that_no_longer_fits_would_be_noticed() -> None:
    diff = " one\n+two\n three\n"
    assert patched("one\nthree\n", diff) == "one\ntwo\nthree\n"
    with pytest.raises(ValueError, match="0 times"):
        patched("one\nfour\n", diff)
    with pytest.raises(ValueError, match="2 times"):
        patched("one\nthree\none\nthree\n", diff)

"""The README and `.env.example` say what is true: commands, settings and files that exist."""

import re
import shlex
import shutil
import tomllib
from collections.abc import Callable, Iterator
from importlib.metadata import entry_points
from itertools import pairwise
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from companion.domain.summary import WEEK, YESTERDAY
from companion.entrypoints.cli import cli
from companion.settings import SETTINGS as SETTING_FIELDS
from companion.settings import Settings, load_settings
from companion.usecases.prompt import QUESTION
from tests.benchmarks.report import BEGIN, END

ROOT = Path(__file__).parents[1]
PAGES = {
    name: (ROOT / name).read_text(encoding="utf-8") for name in ("README.md", "macos/README.md")
}
README = PAGES["README.md"]
ENV_EXAMPLE = ROOT / ".env.example"
SETTINGS = sorted(name.upper() for name in SETTING_FIELDS)
TRY_IT = ["pip install uv && uv run companion sandbox", "pip install uv && uv run pytest"]

_FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_CODE = re.compile(r"(?<!`)`([^`\n]+)`(?!`)")
_LINK = re.compile(r"\]\(([^)#\s]+)[^)]*\)")

type Understood = Callable[[str], str | None]


def shell_blocks(text: str) -> list[str]:
    return [body.strip() for language, body in _FENCE.findall(text) if language == "sh"]


def inline_code(text: str) -> list[str]:
    return _CODE.findall(_FENCE.sub("", text))


def companion_commands(text: str) -> set[str]:
    """Every command of ours, in a fence or in a sentence, without what starts it."""
    lines = [line for block in shell_blocks(text) for line in block.splitlines()]
    start = re.compile(r"(?:pip install uv && )?(?:uv run )?companion (.+)")
    return {match[1] for code in [*lines, *inline_code(text)] if (match := start.match(code))}


def commands(group: click.Group, above: str = "") -> Iterator[tuple[str, click.Command]]:
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from commands(command, f"{above}{name} ")
        # Some groups do something by themselves.
        if not isinstance(command, click.Group) or command.invoke_without_command:
            yield f"{above}{name}", command


def env_example() -> dict[str, tuple[str, str]]:
    """Name → value and the comment above it."""
    lines = ENV_EXAMPLE.read_text(encoding="utf-8").splitlines()
    return {
        line.partition("=")[0]: (line.partition("=")[2], above)
        for above, line in pairwise(lines)
        if line and not line.startswith("#")
    }


@pytest.fixture
def understood(monkeypatch: pytest.MonkeyPatch) -> Understood:
    """Says which command the arguments reach, without running it; None where they are refused."""
    reached: list[str] = []

    def recorder(name: str) -> Callable[..., None]:
        return lambda *_, **__: reached.append(name)

    for name, command in commands(cli):
        monkeypatch.setattr(command, "callback", recorder(name))

    def understand(arguments: str) -> str | None:
        reached.clear()
        result = CliRunner().invoke(cli, shlex.split(arguments))
        # Of `--version` and `--help` the command line itself makes an end. A group is reached on
        # the way to its command.
        return (reached or [""])[-1] if result.exit_code == 0 else None

    return understand


def test_the_two_commands_to_try_stand_alone_word_for_word() -> None:
    assert [block for block in shell_blocks(README) if "pip install" in block] == TRY_IT


def test_the_day_in_the_readme_has_the_words_that_are_sent() -> None:
    for words in (QUESTION, WEEK.heading, YESTERDAY.heading):
        assert words.removeprefix("## ") in README


def test_the_command_to_try_is_a_console_script_that_exists() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    (installed,) = entry_points(group="console_scripts", name="companion")
    assert installed.value == project["scripts"]["companion"]
    assert callable(installed.load())


@pytest.mark.parametrize("command", sorted(set().union(*map(companion_commands, PAGES.values()))))
def test_every_command_in_the_readme_is_understood(command: str, understood: Understood) -> None:
    assert understood(command) is not None


def test_every_command_there_is_stands_in_the_readme(understood: Understood) -> None:
    shown = {understood(command) for command in companion_commands(README)}
    assert {name for name, _ in commands(cli)} - shown == set()


@pytest.mark.parametrize("wrong", ["entreis", "entries --format xml", "table make", "jobs --hours"])
def test_a_command_that_does_not_exist_would_be_noticed(wrong: str, understood: Understood) -> None:
    assert understood(wrong) is None


def test_every_setting_is_in_the_readme_and_none_besides() -> None:
    rows = re.findall(r"^\| `([A-Z_]+)` \|", README, re.MULTILINE)
    assert sorted(rows) == SETTINGS
    named = re.compile(r"([A-Z]+(?:_[A-Z]+)+)(?:=.*)?")
    mentioned = {match[1] for code in inline_code(README) if (match := named.fullmatch(code))}
    assert mentioned - set(SETTINGS) == {"COMPANION_TEST_DYNAMODB_URL"}  # the tests' own


def test_the_readme_names_the_defaults() -> None:
    rows = dict(re.findall(r"^\| `([A-Z_]+)` \| `([^`]+)` \|", README, re.MULTILINE))
    assert rows == {name: value for name, (value, _) in env_example().items() if value}


def test_every_promise_names_a_test_that_exists() -> None:
    promises = README.partition("## What it promises\n")[2].partition("\n## ")[0]
    rows = [row for row in promises.splitlines() if row.startswith("|")][2:]
    assert rows
    for row in rows:
        named = re.fullmatch(r"\| .+ \| \[([^\]]+)\]\((tests/[^)]+)\) \|", row)
        assert named is not None, row
        name, file = f"test_{named[1].replace(' ', '_')}(", ROOT / named[2]
        assert f"def {name}" in file.read_text(encoding="utf-8"), row


@pytest.mark.parametrize("page", PAGES)
def test_every_file_that_is_linked_exists(page: str) -> None:
    links = _LINK.findall(_FENCE.sub("", PAGES[page]))
    files = [(ROOT / page).parent / link for link in links if not re.match(r"[a-z]+:", link)]
    assert [str(file) for file in files if not file.exists()] == []


def test_what_is_said_of_speed_is_what_was_measured() -> None:
    measured = (ROOT / "docs" / "performance.md").read_text("utf-8")
    assert f"{BEGIN}{measured}{END}" in (ROOT / "README.md").read_text("utf-8")


def test_the_example_of_an_env_file_has_every_setting_with_a_word_on_its_default() -> None:
    assert sorted(env_example()) == SETTINGS
    for name, (value, comment) in env_example().items():
        assert re.match(r"# .*\b[Dd]efault\b", comment), name
        assert comment.endswith(f" Default: {value}") or not value, name


def test_the_example_of_an_env_file_as_it_stands_gives_the_defaults(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for name in SETTINGS:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)
    defaults = load_settings()
    shutil.copy(ENV_EXAMPLE, ".env")
    assert load_settings() == defaults


def test_the_example_of_an_env_file_leaves_nothing_empty_that_has_a_fixed_default() -> None:
    empty = {name for name, (value, _) in env_example().items() if not value}
    assert empty == {
        name.upper() for name in SETTING_FIELDS if getattr(Settings(), name) is None
    } | {
        "COMPANION_DB"  # each system has its own
    }

"""Help is there at once, and shows how."""

import subprocess
import sys
from collections.abc import Iterator

import click
import pytest

from companion.entrypoints.cli import cli
from tests.entrypoints.cli.conftest import Run

HEAVY = (
    "aioboto3",
    "aiohttp",
    "apscheduler",
    "asyncio",
    "json",
    "llm",
    "pydantic",
    "rich",
    "slack_bolt",
    "slack_sdk",
    "urllib.parse",
    "zoneinfo",
)


def every_command(group: click.Group, *path: str) -> Iterator[tuple[str, ...]]:
    yield path
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from every_command(command, *path, name)
        else:
            yield (*path, name)


OURS = [path for path in every_command(cli) if path[:1] != ("llm",)]
"""`companion llm` is llm's own command line, with its own help."""


@pytest.mark.parametrize("path", OURS, ids=" ".join)
def test_every_command_explains_itself_and_gives_an_example(
    companion: Run, path: tuple[str, ...]
) -> None:
    short, long = companion(*path, "-h"), companion(*path, "--help")

    assert short.exit_code == 0
    assert short.output == long.output
    assert "Example" in short.output
    assert "companion " in short.output.partition("Example")[2]


def test_help_loads_nothing_that_it_does_not_need() -> None:
    program = (
        "import sys; from companion.entrypoints.cli import cli; "
        "cli(['--help'], standalone_mode=False); "
        f"sys.exit(' '.join(set({HEAVY!r}) & set(sys.modules)))"
    )
    loaded = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False, timeout=90
    )
    assert "Usage: " in loaded.stdout
    assert loaded.stderr.strip() == ""


def test_the_list_of_commands_cuts_nothing_short(companion: Run) -> None:
    assert "..." not in companion("--help").output.partition("Look back")[2]
    assert "..." not in companion("table", "--help").output.partition("Commands:")[2]
    assert "..." not in companion("daemon", "--help").output.partition("Commands:")[2]


def test_a_mistyped_command_is_refused_with_the_nearest_one(companion: Run) -> None:
    result = companion("entires")

    assert result.exit_code == 2
    assert "'entries'" in result.stderr


def test_the_version_is_shown(companion: Run) -> None:
    result = companion("--version")

    assert result.exit_code == 0
    assert result.stdout.startswith("companion, version ")


def test_help_is_a_command_too(companion: Run) -> None:
    assert companion("help").output == companion("--help").output
    assert companion("help", "log").output == companion("log", "--help").output
    assert companion("help", "nonsense").exit_code == 2


@pytest.mark.parametrize(
    ("typed", "meant"), [("list", "entries"), ("add", "log"), ("entrys", "entries")]
)
def test_an_unknown_command_is_answered_with_the_one_that_is_meant(
    companion: Run, typed: str, meant: str
) -> None:
    refused = companion(typed)
    assert refused.exit_code == 2
    assert "Did you mean" in refused.stderr
    assert meant in refused.stderr.partition("Did you mean")[2]


@pytest.mark.parametrize("path", OURS, ids=" ".join)
def test_help_names_no_file_that_an_installation_does_not_have(
    companion: Run, path: tuple[str, ...]
) -> None:
    assert "docs/" not in companion(*path, "--help").output


def test_ranges_are_in_words(companion: Run) -> None:
    assert "[1 or more]" in " ".join(companion("entries", "--help").output.split())
    assert "; 0 to 65535]" in " ".join(companion("sandbox", "--help").output.split())
    assert "0 is not in the range 1 or more." in companion("entries", "-n", "0").stderr

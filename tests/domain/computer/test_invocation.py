"""The words that start this program, by the way it was installed."""

from pathlib import Path

import pytest

from companion.domain.computer.invocation import invocation, with_invocation

HOME = Path("/home/ada")
UV = {"UV": "/usr/bin/uv"}


@pytest.mark.parametrize(
    ("environ", "installation", "in_checkout", "words"),
    [
        (UV, HOME / "companion/.venv", True, "uv run companion"),
        (UV, HOME / ".cache/uv/builds-v0/.tmp", True, "uv run companion"),  # uv run --with
        ({}, HOME / "companion/.venv", True, "companion"),
        ({}, HOME / ".local/share/uv/tools/companion-memory", False, "companion"),
        (UV, HOME / ".local/share/uv/tools/companion-memory", False, "companion"),
        ({}, HOME / ".local/share/pipx/venvs/companion-memory", False, "companion"),
        ({}, Path("/usr"), False, "companion"),
        (UV, HOME / ".cache/uv/archive-v0/abc", False, "uvx companion-memory"),
        ({}, HOME / ".cache/pipx/abc", False, "pipx run companion-memory"),
    ],
)
def test_the_words_that_start_it_are_those_of_its_installation(
    environ: dict[str, str], installation: Path, in_checkout: bool, words: str
) -> None:
    assert invocation(environ, installation, in_checkout=in_checkout) == words


def test_a_message_has_each_command_as_it_is_typed() -> None:
    message = "Run `companion daemon`, or `companion`. `companions` and companion stay."
    assert with_invocation(message, "uv run companion") == (
        "Run `uv run companion daemon`, or `uv run companion`. `companions` and companion stay."
    )
    assert with_invocation(message, "companion") == message


def test_in_the_sandbox_a_command_for_entries_uses_the_sandbox_again() -> None:
    message = "Add one with `companion log`; `companion doctor` tells more, plain `companion` too."
    assert with_invocation(message, "uv run companion", {"log"}) == (
        "Add one with `uv run companion --sandbox log`; `uv run companion doctor` tells more, "
        "plain `uv run companion` too."
    )

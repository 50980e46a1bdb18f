"""`companion llm` is llm's own command line, and messages name what this person can type."""

from collections.abc import Callable
from pathlib import Path

from tests.entrypoints.cli.conftest import Finished, Run


def test_a_key_set_through_companion_is_where_llm_looks(companion: Run, tmp_path: Path) -> None:
    done = companion("llm", "keys", "set", "openai", "--value", "sk-of-nobody")
    assert done.exit_code == 0, done.output
    assert "sk-of-nobody" in (tmp_path / "llm" / "keys.json").read_text()
    assert companion("llm", "keys").output == "openai\n"


def test_models_can_be_listed_and_asked(companion: Run) -> None:
    assert "Echo: echo" in companion("llm", "models").output
    # Options and the dashes that end them are llm's alone.
    answer = companion("llm", "-m", "echo", "--no-stream", "--no-log", "--", "--is there--")
    assert answer.exit_code == 0, answer.output
    assert "--is there--" in answer.output


def test_help_and_exit_statuses_are_llm_s_own(companion: Run) -> None:
    shown = companion("llm", "keys", "--help")
    assert shown.output.startswith("Usage: companion llm keys")
    assert companion("llm", "keys", "get", "nobody").exit_code == 1
    assert companion("llm", "keys", "--nonsense").exit_code == 2


def test_advice_is_what_can_be_typed_in_a_checkout(
    companion: Run, process: Callable[..., Finished]
) -> None:
    assert "`companion log" in companion("entries").stderr
    assert "`uv run companion log" in companion("entries", UV="/usr/bin/uv").stderr
    shown = process("log", "--help", UV="/usr/bin/uv").stdout
    assert shown.startswith("Usage: uv run companion log")

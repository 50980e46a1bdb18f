"""`companion where` and `standup`: back into the work, and into the meeting."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

type Companion = Callable[..., Result]


def test_where_shows_the_last_words_and_what_is_open(companion: Companion) -> None:
    companion("log", "found the leak, it is in the cache")
    companion("log", "next: write a test for the cache")
    shown = companion("where", "--no-model")
    assert shown.exit_code == 0
    assert shown.stdout.startswith("## Where you left off\nYour last words, today:\n\n- **")
    assert "found the leak, it is in the cache" in shown.stdout
    assert "- _next:_ write a test for the cache [^1]\n" in shown.stdout
    assert "\n\n[^1]: " in shown.stdout


def test_where_without_an_entry_says_so(companion: Companion) -> None:
    shown = companion("where", "--no-model")
    assert shown.stdout == 'Nothing is written down yet. Begin with `companion log "…"`.\n'


def test_where_says_why_no_model_answered(companion: Companion) -> None:
    companion("log", "found the leak")
    shown = companion("where", LLM_MODEL="no-such-model")
    assert "found the leak" in shown.stdout
    assert "Without a model: the model “no-such-model” is not known to llm" in shown.stderr


def test_where_is_given_to_programs(companion: Companion) -> None:
    companion("log", "blocked by Bo")
    found = json.loads(companion("where", "--no-model", "--format", "json").stdout)
    assert [end["kind"] for end in found["open"]] == ["blocked"]
    assert [entry["text"] for entry in found["last"]] == ["blocked by Bo"]


def test_a_standup_is_ready_to_paste(companion: Companion) -> None:
    companion("log", "fixed the retry loop")
    companion("log", "next: deploy billing")
    companion("log", "blocked by the DBA")
    assert companion("standup", "--no-model", "--format", "slack").stdout == (
        "*Done*\n• fixed the retry loop\n\n*Next*\n• deploy billing\n\n"
        "*Blocked*\n• blocked by the DBA\n"
    )


def test_a_standup_goes_into_the_clipboard(
    companion: Companion, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import pyperclip

    copied: list[str] = []
    monkeypatch.setattr(pyperclip, "copy", copied.append)
    companion("log", "fixed the retry loop")
    shown = companion("standup", "--no-model", "--copy")
    assert copied == [shown.stdout.rstrip("\n")]
    assert "It is in the clipboard." in shown.stderr


def test_without_a_clipboard_the_standup_is_shown_and_that_is_said(
    companion: Companion, monkeypatch: pytest.MonkeyPatch
) -> None:
    import pyperclip

    def copy(_: str) -> None:
        raise pyperclip.PyperclipException("none")

    monkeypatch.setattr(pyperclip, "copy", copy)
    shown = companion("standup", "--no-model", "--copy")
    assert shown.exit_code == 1
    assert shown.stdout.startswith("Done:\n")
    assert "There is no clipboard to put it into." in shown.stderr
